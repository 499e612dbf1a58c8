using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: eviction by whole segments misses no more than the algorithm that it follows does item by item. Method: seeded
/// traces (get, on a miss set) run through the store and through an exact simulation with as many items as the store
/// holds at the end; misses of the first round, when the store is being filled, count for both.
/// </summary>
public sealed class EvictionTests
{
    private const int Memory = 8 << 20;
    private const int Requests = 1_200_000;
    private const int KeyLength = 32;
    private const int ValueLength = 100;

    [Theory]
    [InlineData("zipf", 0.9, 1.03)]
    [InlineData("zipf", 1.1, 1.03)]
    [InlineData("scan", 0.9, 1.03)]
    [InlineData("loop", 0, 1.03)]
    [InlineData("loop and zipf", 0.9, 1.03)]
    public void Misses_are_at_most_those_of_the_exact_algorithm_and_a_little(string kind, double skew, double ratioMax)
    {
        int[] trace = Trace(kind, skew);
        using var bench = new StoreBench(memory: Memory);
        byte[] key = new byte[KeyLength];
        var value = new byte[ValueLength];
        var request = new StoreRequest { DiscardsCas = true };
        var nothing = default(Nothing);
        int misses = 0;
        foreach (int number in trace)
        {
            _ = number.TryFormat(key, out _, "D32");
            ulong hash = bench.Store.Hash(key);
            if (bench.Store.Find(key, hash, ref nothing) == FindStatus.Hit) continue;
            misses++;
            Assert.Equal(StoreStatus.Stored, bench.Store.Store(key, hash, value, request).Status);
        }
        StoreTotals totals = bench.Store.Totals();
        var exact = new ExactS3Fifo(totals.CurrentItems);
        int exactMisses = trace.Count(number => !exact.Access(number));
        double ratio = (double)misses / exactMisses;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kind} {skew}: {(double)misses / Requests:F4}, exact {(double)exactMisses / Requests:F4}, {ratio:F3}, "
            + $"{totals.CurrentItems} items, {totals.GhostHits} ghost hits");
        Assert.True(totals.Evictions > 0, "the store is too small for the trace");
        long ghostBytes = Math.Min(2 * totals.CurrentItems, Memory / 80);
        Assert.True(totals.GhostBytes * 3 > ghostBytes * 2, $"{totals.GhostBytes} bytes of ghosts in a full store");
        Assert.True(ratio <= ratioMax, $"{misses} misses, the exact algorithm has {exactMisses}");
    }

    [Fact]
    public void One_hit_in_the_small_queue_is_worth_one_more_round()
    {
        using var bench = new StoreBench(memory: Memory);
        bench.Put("used once", "value");
        bench.Put("not used", "value");
        Assert.Equal("value", bench.Get("used once"));
        FillUntilEvicted(bench, "not used", "first");
        Assert.Equal(FindStatus.Hit, bench.Find("used once", out _, FindOptions.NoBump));
        FillUntilEvicted(bench, "used once", "second");
    }

    // More of new keys than the store can hold, so that it ends.
    private static void FillUntilEvicted(StoreBench bench, string key, string prefix)
    {
        string value = new('v', ValueLength);
        int number = 0;
        while (bench.Find(key, out _, FindOptions.NoBump) == FindStatus.Hit)
        {
            Assert.True(number < Memory / ValueLength, $"'{key}' is still there after {number} new ones");
            bench.Put($"{prefix} {number++}", value);
        }
    }

    private static int[] Trace(string kind, double skew)
    {
        var random = new Random(20231023);
        double[] sums = Popularity.Sums(250_000, skew);
        var trace = new int[Requests];
        int scan = 1_000_000;
        for (int index = 0; index < Requests; index++)
        {
            bool isOther = kind switch
            {
                "scan" => index / 50_000 % 4 == 3,
                "loop" => true,
                "loop and zipf" => random.Next(2) == 0,
                _ => false,
            };
            if (!isOther) trace[index] = Popularity.Pick(sums, random);
            else if (kind == "scan") trace[index] = scan++;
            else trace[index] = 1_000_000 + scan++ % 80_000;
        }
        return trace;
    }

    private struct Nothing : IItemReader
    {
        public readonly void Read(scoped ItemView item)
        {
        }
    }
}
