using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: memory neither leaks nor is forgotten, whatever is done to it. Method: phases that fill, overwrite, expire,
/// delete, flush, shrink and grow, until ten times the memory was stored; the books are checked after every phase.
/// </summary>
public sealed class StoreChurnTests
{
    private const int Memory = 8 << 20;
    private const int SweepSeconds = 4;
    private const int PhaseBytes = Memory / 4;
    private static readonly int[] s_lengths = [0, 10, 100, 1000, 4000, 20_000, 100_000];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Books_are_right_after_each_of_many_phases(bool evicts)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new StoreBench(memory: Memory, itemSizeMax: 1 << 20, evictions: evicts, hashPower: 12);
        long stored = 0;
        for (int phase = 0; stored < 10L * Memory; phase++)
        {
            stored += Fill(bench, random, evicts);
            StoreAudit.Check(bench, isAboveLimit: bench.Store.Totals().MappedBytes > bench.Store.MemoryLimitBytes);
            Change(bench, random, phase % 6);
            bench.Settle();
            // A segment that was swept just before is swept again some seconds later only.
            bench.Clock.Move(SweepSeconds);
            bench.Settle();
            StoreAudit.Check(bench);
        }
        bench.Store.FlushAll();
        bench.Settle();
        Assert.Equal((0L, 0L), (bench.Store.Totals().CurrentItems, bench.Store.Totals().Bytes));
    }

    // Values of one size or of all, with or without a time; some keys are new and some are not.
    private static long Fill(StoreBench bench, Random random, bool evicts)
    {
        int fixedLength = random.Next(2) == 0 ? -1 : s_lengths[random.Next(s_lengths.Length)];
        int seconds = random.Next(3) == 0 ? random.Next(1, 60) : 0;
        long bytes = 0;
        for (int count = 0; count < 20_000 && bytes < PhaseBytes; count++)
        {
            int length = fixedLength < 0 ? s_lengths[random.Next(s_lengths.Length)] : fixedLength;
            var request = new StoreRequest
            {
                Expiry = bench.Clock.ExpiryOf(seconds),
                ClientFlags = (uint)random.Next(2),
                DiscardsCas = random.Next(2) == 0,
            };
            StoreResult result = bench.Put("k" + random.Next(30_000), new byte[length], request);
            if (evicts) Assert.Equal(StoreStatus.Stored, result.Status);
            else Assert.True(result.Status is StoreStatus.Stored or StoreStatus.NoMemory);
            bytes += length + ItemHeader.RecordSize(5, 0, ItemState.None);
        }
        return bytes;
    }

    private static void Change(StoreBench bench, Random random, int kind)
    {
        switch (kind)
        {
            case 0:
                bench.Clock.Move(random.Next(100));
                break;
            case 1:
                for (int index = 0; index < 30_000; index += random.Next(1, 4)) bench.Delete("k" + index);
                break;
            case 2:
                bench.Store.FlushAll(bench.Clock.Now + 5);
                bench.Clock.Move(random.Next(10));
                break;
            case 3:
                // Without eviction a lower limit can be reached only when something goes.
                bench.Store.FlushAll();
                Assert.True(bench.Store.SetMemoryLimit(Memory / 2));
                break;
            case 4:
                Assert.True(bench.Store.SetMemoryLimit(Memory));
                break;
            default:
                for (int index = 0; index < 30_000; index++) bench.Touch("k" + index, bench.Clock.ExpiryOf(20));
                bench.Clock.Move(random.Next(40));
                break;
        }
    }
}
