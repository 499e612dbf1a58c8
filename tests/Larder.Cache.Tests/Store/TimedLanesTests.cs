using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Lanes for items with a short time: who gets one, until when, and what it may cost.</summary>
public sealed class TimedLanesTests
{
    private const int Memory = 16 << 20;

    [Theory]
    [InlineData(60u, 1)]
    [InlineData(61u, 1)]
    [InlineData(7200u, 1)]
    [InlineData(7201u, 0)]
    [InlineData(0u, 0)]
    public void Class_that_fills_a_quarter_of_a_segment_gets_a_lane(uint seconds, int lanes)
    {
        using var bench = new StoreBench(memory: Memory);
        Fill(bench, "k", seconds, bytes: 12 << 10);
        Assert.Equal(0, bench.Store.Totals().TimedLanes);
        Fill(bench, "l", seconds, bytes: 8 << 10);
        Assert.Equal(lanes, bench.Store.Totals().TimedLanes);
    }

    [Fact]
    public void Class_that_takes_longer_than_its_time_gets_none()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int round = 0; round < 10; round++)
        {
            Fill(bench, "k" + round, 60, bytes: 12 << 10);
            bench.Clock.Move(61);
            bench.Settle();
            Assert.Equal(0, bench.Store.Totals().TimedLanes);
        }
    }

    [Fact]
    public void Lane_closes_when_its_class_has_dried_up()
    {
        using var bench = new StoreBench(memory: Memory);
        Fill(bench, "k", 60, bytes: 100 << 10);
        bench.Clock.Move(59);
        bench.Settle();
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        // The segment that it began in the first second is half full, and merits another one.
        bench.Clock.Move(1);
        bench.Settle();
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        bench.Clock.Move(1);
        bench.Settle();
        Assert.Equal((0, 0L), (bench.Store.Totals().TimedLanes, bench.Store.Totals().CurrentItems));
    }

    [Fact]
    public void Store_of_few_segments_opens_none()
    {
        using var bench = new StoreBench(memory: 1 << 20, itemSizeMax: 512 << 10);
        Fill(bench, "k", 60, bytes: 1 << 20);
        Assert.Equal(0, bench.Store.Totals().TimedLanes);
    }

    [Fact]
    public void Full_store_without_eviction_puts_timed_items_where_there_is_room()
    {
        using var bench = new StoreBench(memory: Memory, evictions: false);
        Fill(bench, "timed", 7000, bytes: 32 << 10);
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        int count = 0;
        while (bench.Put("k" + count, new byte[500]).Status == StoreStatus.Stored) count++;
        int more = 0;
        var request = new StoreRequest { Expiry = bench.Clock.ExpiryOf(7000) };
        while (bench.Put("m" + more, "v", request).Status == StoreStatus.Stored) more++;
        Assert.True(more > 500, $"{more} in the lane's segment and behind the ordinary items");
        Assert.Equal(StoreStatus.NoMemory, bench.Put("n", "v").Status);
        bench.CheckAccounts();
    }

    [Fact]
    public void Item_of_a_lane_that_fills_slowly_is_not_evicted_before_older_ones()
    {
        using var bench = new StoreBench(memory: Memory);
        var request = new StoreRequest { Expiry = bench.Clock.ExpiryOf(7000) };
        const int Count = 400_000;
        for (int index = 0; index < Count; index++)
            bench.Put("k" + index, new byte[100], index % 50 == 0 ? request : default);
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        Assert.True(bench.Store.Totals().Evictions > Count / 2);
        int newestLost = Enumerable.Range(0, Count).Last(index => index % 50 != 0 && !IsThere(bench, index));
        Assert.InRange(newestLost, Count / 2, Count - 20_000);
        int lost = Enumerable.Range(newestLost, Count - newestLost).Skip(2000).Count(index => !IsThere(bench, index));
        Assert.Equal(0, lost);
    }

    private static bool IsThere(StoreBench bench, int index) =>
        bench.Find("k" + index, out _, FindOptions.NoBump) == FindStatus.Hit;

    private static void Fill(StoreBench bench, string prefix, uint seconds, int bytes)
    {
        uint expiry = seconds == 0 ? 0 : bench.Clock.Now + seconds;
        int count = bytes / (int)ItemHeader.RecordSize(prefix.Length + 3, 100, ItemState.HasExpiry);
        for (int index = 0; index < count; index++)
            bench.Put(prefix + index, new byte[100], new() { Expiry = expiry });
    }
}
