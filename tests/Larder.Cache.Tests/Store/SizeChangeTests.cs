using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: a byte that one size of items has freed serves every other size. Method: a store that has held other sizes
/// before holds as many bytes of keys and values as a fresh one, each filled with four times what fits.
/// </summary>
public sealed class SizeChangeTests
{
    private const int Memory = 16 << 20;
    private const int BackgroundBytes = 64 << 10;
    private const double ShareMin = 0.95;

    private static readonly Dictionary<int, long> s_fresh = []; // by length; the cases of a class run one by one

    /// <summary>Sizes of values, one after the other in the same store.</summary>
    [Theory]
    [InlineData(100, 4096, 100)]
    [InlineData(10, 100_000, 10, 100_000)]
    [InlineData(1000, 20_000, 10, 300_000, 1000)]
    public void Store_that_held_other_sizes_holds_what_a_fresh_one_does(params int[] lengths)
    {
        using var used = new StoreBench(memory: Memory);
        int next = 0;
        for (int index = 0; index < lengths.Length; index++)
        {
            long held = Fill(used, lengths[index], ref next);
            long expected = FillFresh(lengths[index]);
            double share = (double)held / expected;
            TestContext.Current.TestOutputHelper?.WriteLine($"{lengths[index]}: {held} of {expected}, {share:P2}");
            Assert.True(share >= ShareMin, $"{held} bytes of values of {lengths[index]}, a fresh store: {expected}");
            used.CheckAccounts();
        }
    }

    private static long FillFresh(int length)
    {
        if (!s_fresh.TryGetValue(length, out long held))
        {
            using var fresh = new StoreBench(memory: Memory);
            int first = 0;
            held = Fill(fresh, length, ref first);
            s_fresh.Add(length, held);
        }
        return held;
    }

    private static long Fill(StoreBench bench, int length, ref int next)
    {
        var value = new byte[length];
        long size = ItemHeader.RecordSize(10, length, ItemState.None);
        for (long bytes = 0; bytes < 4L * Memory; bytes += size)
        {
            string key = (next++).ToString("D10");
            Assert.Equal(StoreStatus.Stored, bench.Put(key, value, new() { DiscardsCas = true }).Status);
            // The background works on meanwhile, as it does in a server: it takes back what the index needs no more.
            if (bytes / BackgroundBytes != (bytes + size) / BackgroundBytes) bench.Store.Maintain(1000);
        }
        bench.Settle();
        var summing = new Summing { Length = length };
        ItemCursor cursor = default;
        while (bench.Store.Iterate(ref cursor, 10_000, ref summing))
        {
        }
        return summing.Bytes;
    }

    // Bytes of keys and values of the newest size.
    private struct Summing : IItemReader
    {
        public int Length;
        public long Bytes;

        public void Read(scoped ItemView item)
        {
            if (item.ValueLength == Length) Bytes += item.Key.Length + item.ValueLength;
        }
    }
}
