using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// What lets a lookup pass over a segment's header: the arena knows the oldest flush epoch of all items, and never says
/// a newer one than the truth.
/// </summary>
public sealed class FlushEpochTests
{
    private const int Items = 5_000;
    private const int Budget = 1_000;
    private const int StepsMax = 1_000;

    [Fact]
    public void OldestEpoch_follows_a_flush_when_the_flushed_items_have_gone()
    {
        using var bench = new StoreBench();
        SegmentArena arena = bench.Store.Table.Arena;
        for (int number = 0; number < Items; number++) bench.Put($"old{number}", "value");
        bench.Store.FlushAll();
        uint epoch = bench.Store.Table.Epoch;
        arena.NoteEpoch(epoch);
        Assert.NotEqual(epoch, arena.OldestEpoch);
        Assert.Null(bench.Get("old1"));

        // The lane goes on in a segment of the new epoch, so that the old ones can be emptied.
        bench.Put("new", "value");
        for (int step = 0; step < StepsMax && arena.OldestEpoch != epoch; step++) bench.Store.Maintain(Budget);
        Assert.Equal(epoch, arena.OldestEpoch);
        Assert.Equal("value", bench.Get("new"));
        for (int number = 0; number < Items; number++) Assert.Null(bench.Get($"old{number}"));

        bench.Store.FlushAll();
        Assert.Null(bench.Get("new"));
    }

    [Fact]
    public void OldestEpoch_does_not_wait_for_the_lane_of_a_time_that_nobody_stores_any_more()
    {
        using var bench = new StoreBench();
        SegmentArena arena = bench.Store.Table.Arena;
        var hour = new StoreRequest { Expiry = bench.Clock.ExpiryOf(3600) };
        for (int number = 0; number < Items; number++) bench.Put($"hour{number}", new byte[100], hour);
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        bench.Store.FlushAll();
        bench.Put("new", "value");
        for (int step = 0; step < StepsMax && arena.OldestEpoch != bench.Store.Table.Epoch; step++)
            bench.Store.Maintain(Budget);
        Assert.Equal(bench.Store.Table.Epoch, arena.OldestEpoch);
        Assert.Equal("value", bench.Get("new"));
        Assert.Null(bench.Get("hour1"));
    }

    [Fact]
    public void OldestEpoch_goes_back_for_a_store_that_began_before_the_flush()
    {
        const uint Before = 4;
        const uint After = 5;
        using var bench = new StoreBench();
        SegmentArena arena = bench.Store.Table.Arena;
        arena.NoteEpoch(After);
        Assert.Equal(After, arena.OldestEpoch);

        Segment segment = arena.TryTake()!;
        arena.Activate(segment, SegmentQueue.Small, bench.Clock.Now, Before);
        Assert.Equal(Before, arena.OldestEpoch);
        arena.NoteEpoch(After);
        Assert.Equal(Before, arena.OldestEpoch);

        arena.Seal(segment);
        arena.NoteEpoch(After);
        Assert.Equal(After, arena.OldestEpoch);
    }

    [Fact]
    public void OldestEpoch_is_found_in_parts_and_knows_what_begins_meanwhile()
    {
        const uint Before = 4;
        const uint After = 5;
        const int Segments = 3_000;
        using var bench = new StoreBench(memory: (256 << 20) - 1, pages: new UntouchedPages());
        SegmentArena arena = bench.Store.Table.Arena;
        Segment first = arena.TryTake()!;
        for (int count = 0; count < Segments; count++)
        {
            long claimed = 0;
            Assert.NotNull(arena.TryTakeDedicated(66_000, isGathered: false, ref claimed, out _));
        }
        arena.NoteEpoch(After);
        Assert.Equal(0u, arena.OldestEpoch);

        // The round has passed this one, and its epoch is newer than the oldest that is known.
        arena.Activate(first, SegmentQueue.Small, bench.Clock.Now, Before);
        int parts = 1;
        for (; arena.OldestEpoch == 0; parts++) arena.NoteEpoch(After);
        Assert.Equal(Before, arena.OldestEpoch);
        Assert.InRange(parts, 12, 13);
        arena.Seal(first);
        for (parts = 0; arena.OldestEpoch != After; parts++) arena.NoteEpoch(After);
        Assert.InRange(parts, 12, 13);
    }

    // The add finds no item only because of the flush, so it comes after it, and what it stores is there. Two threads
    // begin together, one of them a little later each time.
    [Fact]
    public void Item_that_could_be_added_because_of_a_flush_is_not_flushed_by_it()
    {
        const int Rounds = 30_000;
        const int DelaysMax = 64;
        using var bench = new StoreBench();
        int begun = 0, flushed = 0;
        var flusher = new Thread(() =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                Await(ref begun, round);
                Thread.SpinWait(round % DelaysMax / 8);
                bench.Store.FlushAll();
                Volatile.Write(ref flushed, round);
            }
        });
        flusher.Start();
        int added = 0, lost = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            bench.Put("key", "old");
            Volatile.Write(ref begun, round);
            Thread.SpinWait(round / DelaysMax % 8);
            bool isAdded = bench.Put("key", "new", new StoreRequest { Mode = StoreMode.Add }).Status
                == StoreStatus.Stored;
            Await(ref flushed, round);
            if (isAdded) added++;
            if (isAdded && bench.Get("key") != "new") lost++;
            if (round % 100 == 0) bench.Store.Maintain(Budget);
        }
        flusher.Join();
        Assert.True(lost == 0, $"{lost} of {added} were lost");
    }

    private static void Await(ref int number, int wanted)
    {
        SpinWait wait = default;
        while (Volatile.Read(ref number) < wanted) wait.SpinOnce(sleep1Threshold: -1);
    }
}
