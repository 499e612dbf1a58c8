using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class IterationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public void Iteration_shows_each_item_once(int budget)
    {
        using var bench = new StoreBench();
        for (int index = 0; index < 5000; index++) bench.Put("k" + index, "v" + index);
        Dictionary<string, Shown> all = bench.All(budget);
        Assert.Equal(5000, all.Count);
        for (int index = 0; index < 5000; index++) Assert.Equal("v" + index, all["k" + index].Text);
    }

    [Fact]
    public void Iteration_of_an_empty_store_ends()
    {
        using var bench = new StoreBench();
        Assert.Empty(bench.All());
    }

    [Fact]
    public void Iteration_skips_what_is_expired_or_flushed()
    {
        using var bench = new StoreBench();
        bench.Put("flushed", "1");
        bench.Store.FlushAll();
        bench.Put("expired", "1", new() { Expiry = StoreClock.Past });
        bench.Put("valid", "1");
        Assert.Equal("valid", Assert.Single(bench.All()).Key);
    }

    [Fact]
    public void Items_that_stay_are_shown_once_while_others_come_and_go_and_the_index_grows()
    {
        using var bench = new StoreBench(memory: 8 << 20, hashPower: 12);
        for (int index = 0; index < 2000; index++) bench.Put("stay" + index, "1");
        long before = bench.Store.Totals().HashBytes;
        var seen = new Counting { Times = [] };
        ItemCursor cursor = default;
        int number = 0;
        while (bench.Store.Iterate(ref cursor, 50, ref seen))
        {
            for (int round = 0; round < 1000 && number < 60_000; round++)
            {
                bench.Put("go" + number, "2");
                if (number % 3 == 0) bench.Delete("go" + (number - 50));
                // A new place in memory, the same key.
                bench.Put("stay" + number++ % 2000, "3");
            }
        }
        Assert.True(bench.Store.Totals().HashBytes > before, "the index has grown meanwhile");
        for (int index = 0; index < 2000; index++) Assert.Equal(1, seen.Times.GetValueOrDefault("stay" + index));
    }

    private struct Counting : IItemReader
    {
        public Dictionary<string, int> Times;

        public readonly void Read(scoped ItemView item)
        {
            string key = System.Text.Encoding.Latin1.GetString(item.Key);
            Times[key] = Times.GetValueOrDefault(key) + 1;
        }
    }
}
