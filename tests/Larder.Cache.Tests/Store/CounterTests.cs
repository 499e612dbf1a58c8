using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: the counters that <c>stats</c> and <c>stats items</c> take from the store move as protocol.txt tells. Method:
/// each is moved alone, by a known number of items of one size class.
/// </summary>
public sealed class CounterTests
{
    private const int Memory = 4 << 20;
    private const int Length = 1000;

    /// <summary>More than the timed lanes take: their open segments are evicted by time.</summary>
    private const int Seconds = 10_000;

    [Fact]
    public void Evicted_items_are_counted_by_time_and_use()
    {
        using var bench = new StoreBench(memory: Memory);
        int count = Fill(bench, expiry: bench.Clock.ExpiryOf(Seconds));
        SizeClassTotals before = Totals(bench);
        Assert.Equal(0, bench.Store.Totals().CurrentItems - before.Number);
        bench.Clock.Move(100);
        for (int index = 0; index < 4 * count; index++) bench.Put("n" + index, new byte[Length]);
        SizeClassTotals after = Totals(bench);
        // All that was there before had a time, nothing that came later has.
        Assert.Equal(count, after.EvictedNonzero);
        Assert.Equal(5L * count - after.Number, after.Evicted);
        Assert.Equal(after.Evicted, after.EvictedUnfetched);
        Assert.Equal((0L, 0L, 0L), (after.EvictedActive, after.MovesToWarm, after.MovesWithinLru));
        Assert.Equal(0, after.EvictedTime);
        Assert.Equal((0L, 0L, 0L), (after.Reclaimed, after.ExpiredUnfetched, after.OutOfMemory));
        Assert.Equal((after.Evicted, after.EvictedUnfetched),
            (bench.Store.Totals().Evictions, bench.Store.Totals().EvictedUnfetched));
    }

    [Fact]
    public void Evicted_time_is_the_age_of_the_last_access()
    {
        using var bench = new StoreBench(memory: Memory);
        int count = Fill(bench, expiry: 0);
        bench.Clock.Move(100);
        for (int index = 0; Totals(bench).Evicted == 0; index++) bench.Put("n" + index, new byte[Length]);
        Assert.True(count > 1000);
        Assert.Equal(100, Totals(bench).EvictedTime);
    }

    [Fact]
    public void Items_with_one_hit_go_round_and_those_with_more_move()
    {
        using var bench = new StoreBench(memory: Memory);
        int count = Fill(bench, expiry: 0);
        for (int index = 0; index < 200; index++) Assert.NotNull(bench.Get("k" + index));
        for (int round = 0; round < 3; round++)
            for (int index = 200; index < 300; index++) Assert.NotNull(bench.Get("k" + index));
        for (int index = 0; index < 4 * count; index++) bench.Put("n" + index, new byte[Length]);
        SizeClassTotals totals = Totals(bench);
        Assert.Equal((0L, 100L, 200L), (totals.EvictedActive, totals.MovesToWarm, totals.MovesWithinLru));
        Assert.Equal(totals.Evicted - 200, totals.EvictedUnfetched);
        Assert.Equal((totals.EvictedActive, totals.MovesToWarm),
            (bench.Store.Totals().EvictedActive, bench.Store.Totals().MovesToWarm));
    }

    [Fact]
    public void Items_of_the_main_queue_that_are_used_go_round()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; Totals(bench).MovesWithinLru == 0; index++)
        {
            Assert.True(index < 1_000_000, "hot items go round");
            bench.Put("k" + index, new byte[Length]);
            // Often enough for the main queue, and once more when it is there.
            for (int hit = 0; hit < 3; hit++) bench.Get("k" + index);
            bench.Get("k" + (index - 2000));
        }
        Assert.Equal(Totals(bench).MovesWithinLru, bench.Store.Totals().MovesWithinLru);
    }

    [Fact]
    public void Expired_items_are_counted_by_who_finds_them()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 100; index++)
            bench.Put("k" + index, new byte[Length], new() { Expiry = bench.Clock.ExpiryOf(5) });
        for (int index = 0; index < 30; index++) Assert.NotNull(bench.Get("k" + index));
        bench.Clock.Move(10);
        for (int index = 20; index < 40; index++) Assert.Null(bench.Get("k" + index));
        SizeClassTotals byUse = Totals(bench);
        Assert.Equal((20L, 10L, 0L), (byUse.Reclaimed, byUse.ExpiredUnfetched, byUse.CrawlerReclaimed));
        bench.Settle();
        SizeClassTotals all = Totals(bench);
        Assert.Equal((0L, 100L, 70L, 80L),
            (all.Number, all.Reclaimed, all.ExpiredUnfetched, all.CrawlerReclaimed));
        Assert.True(all.CrawlerItemsChecked >= 80, $"{all.CrawlerItemsChecked} items checked");
        Assert.Equal((0L, 0L), (all.Evicted, all.MemRequested));
    }

    [Fact]
    public void Flushed_items_are_reclaimed_but_not_expired()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 100; index++) bench.Put("k" + index, new byte[Length]);
        bench.Store.FlushAll();
        bench.Settle();
        SizeClassTotals totals = Totals(bench);
        Assert.Equal((0L, 100L, 0L), (totals.Number, totals.Reclaimed, totals.ExpiredUnfetched));
    }

    [Fact]
    public void Reset_clears_what_counts_up_and_leaves_what_is_there()
    {
        using var bench = new StoreBench(memory: Memory);
        Fill(bench, expiry: 0);
        for (int index = 0; index < 10_000; index++) bench.Put("n" + index, new byte[Length]);
        SizeClassTotals before = Totals(bench);
        bench.Store.ResetTotals();
        SizeClassTotals after = Totals(bench);
        Assert.Equal(new SizeClassTotals { Number = before.Number, MemRequested = before.MemRequested }, after);
        Assert.Equal((0L, 0L), (bench.Store.Totals().Evictions, bench.Store.Totals().TotalItems));
    }

    [Fact]
    public void Segments_are_told_by_their_use()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 2000; index++) bench.Put("k" + index, new byte[Length]);
        bench.Put("large", new byte[200_000]);
        Assert.Equal(ReserveStatus.Reserved, bench.Reserve("coming", 300_000, default, out ItemReservation place));
        StoreTotals totals = bench.Store.Totals();
        SegmentUses uses = bench.Store.CountUses();
        Assert.True(uses.Active >= 1 && uses.Sealed > 20 && uses.Index >= 1, uses.ToString());
        Assert.Equal((1, 1, 0), (uses.Large, uses.Pending, uses.Leased));
        Assert.True(uses.SmallBytes > uses.MainBytes && uses.SmallBytes < totals.MappedBytes, uses.ToString());
        bench.Delete("large");
        for (int index = 0; index < 100; index++) bench.Delete("k" + index);
        Assert.Equal(0, bench.Store.CountUses().Large);
        StoreAudit.CheckOrder(bench.Store.Table.Arena);
        bench.Store.Abandon(ref place);
        Assert.Equal(0, bench.Store.CountUses().Pending);
    }

    // Until shortly before something would have to go.
    private static int Fill(StoreBench bench, uint expiry)
    {
        int count = 0;
        while (bench.Store.Totals().MappedBytes < Memory - 2 * bench.Store.Totals().SegmentBytes)
            bench.Put("k" + count++, new byte[Length], new() { Expiry = expiry });
        Assert.Equal(0, bench.Store.Totals().Evictions);
        return count;
    }

    private static SizeClassTotals Totals(StoreBench bench) =>
        bench.Store.ClassTotals(bench.Store.Classes.ClassOf(keyLength: 5, Length, clientFlags: 0));
}
