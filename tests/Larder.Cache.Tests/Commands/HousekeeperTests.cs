using Larder.Cache.Serving;

namespace Larder.Cache.Tests.Commands;

/// <summary>What nobody asks for is done by a server, whoever drives its connections.</summary>
public sealed class HousekeeperTests
{
    [Theory]
    [InlineData(CacheDriver.FrontEnds, 1)]
    [InlineData(CacheDriver.FrontEnds, 3)]
    [InlineData(CacheDriver.Queue, 2)]
    public void Flushed_items_leave_and_a_lowered_limit_is_reached_while_no_item_is_touched(
        CacheDriver driver, int threads)
    {
        using var bench = new AdministrationBench(options =>
        {
            options.Driver = driver;
            options.Threads = threads;
            options.MemoryLimit = 64 << 20;
        });
        const int Count = 50_000;
        bench.Send(string.Concat(Enumerable.Range(0, Count).Select(static number =>
            $"set {number} 0 0 400 noreply\r\n{new string('v', 400)}\r\n")));
        Assert.Equal($"{Count}", bench.Stat("stats", "curr_items"));
        Assert.Equal("OK", bench.Ask("cache_memlimit 16"));
        Until(bench, "stats larder", "mapped_bytes", static bytes => bytes <= 16 << 20);
        Assert.InRange(long.Parse(bench.Stat("stats", "curr_items")), 1, Count - 1);
        Assert.Equal("OK", bench.Ask("flush_all"));
        Until(bench, "stats", "curr_items", static items => items == 0);
    }

    private static void Until(AdministrationBench bench, string stats, string name, Func<long, bool> isReached)
    {
        using var deadline = new CancellationTokenSource(AskingClient.DeadlineMs);
        while (!isReached(long.Parse(bench.Stat(stats, name))))
        {
            Assert.False(deadline.IsCancellationRequested, $"{name} is reached");
        }
    }
}
