using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: large and small items compete for bytes as in the algorithm that eviction follows. Method: a seeded trace (get,
/// on a miss set) of keys wanted by Zipf's law, one in ten of them large whatever its rank, runs through the store and
/// through an exact simulation by bytes, with as many bytes of records as the store holds at the end.
/// </summary>
public sealed class SizeFairnessTests
{
    private const int Keys = 60_000;
    private const int Requests = 600_000;
    private const double Skew = 0.9;
    private const int SmallLength = 100;
    private const int LargeShare = 10;
    private const double RatioMax = 1.03;

    /// <summary>10 KB shares segments at both sizes of memory; 40 KB has segments of its own.</summary>
    [Theory]
    [InlineData(8, 10_000)]
    [InlineData(32, 10_000)]
    [InlineData(32, 40_000)]
    public void Items_and_bytes_missed_are_those_of_the_exact_algorithm_by_bytes(int megabytes, int largeLength)
    {
        var random = new Random(20231023);
        double[] sums = Popularity.Sums(Keys, Skew);
        int[] trace = [.. Enumerable.Range(0, Requests).Select(_ => Popularity.Pick(sums, random))];
        bool[] isLarge = [.. Enumerable.Range(0, Keys).Select(_ => random.Next(LargeShare) == 0)];
        using var bench = new StoreBench(memory: (long)megabytes << 20);
        var request = new StoreRequest { DiscardsCas = true };
        byte[] smallValue = new byte[SmallLength], largeValue = new byte[largeLength];
        var found = default(Misses);
        foreach (int number in trace)
        {
            string key = number.ToString("D32");
            if (bench.Find(key, out _) == FindStatus.Hit) continue;
            byte[] value = isLarge[number] ? largeValue : smallValue;
            found.Count(value.Length);
            Assert.Equal(StoreStatus.Stored, bench.Put(key, value, request).Status);
        }
        StoreTotals totals = bench.Store.Totals();
        var exact = new ExactS3Fifo(totals.Bytes);
        var expected = default(Misses);
        foreach (int number in trace)
        {
            int length = isLarge[number] ? largeLength : SmallLength;
            if (!exact.Access(number, (int)ItemHeader.RecordSize(32, length, ItemState.None))) expected.Count(length);
        }
        double items = (double)found.Items / expected.Items;
        double bytes = (double)found.Bytes / expected.Bytes;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"-m {megabytes}, {largeLength}: {found.Items} items missed, exact {expected.Items}, {items:F3}; "
            + $"{found.Bytes} bytes, exact {expected.Bytes}, {bytes:F3}; {totals.Bytes} bytes held");
        Assert.True(totals.Evictions > 0, "the store is too small for the trace");
        Assert.True(items <= RatioMax, $"{found.Items} items missed, the exact algorithm has {expected.Items}");
        Assert.True(bytes <= RatioMax, $"{found.Bytes} bytes missed, the exact algorithm has {expected.Bytes}");
    }

    private struct Misses
    {
        public long Items;
        public long Bytes;

        public void Count(int length)
        {
            Items++;
            Bytes += length;
        }
    }
}
