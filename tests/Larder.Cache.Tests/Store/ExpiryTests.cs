using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: what has expired comes back by the background step alone, within three seconds, at a cost that does not depend
/// on what lives beside it, and its memory serves others. Method: the clock is moved second by second, Maintain runs
/// until it has nothing to do, and the store's own counters say what it walked over and copied.
/// </summary>
public sealed class ExpiryTests
{
    private const int Memory = 16 << 20;
    private const int Delay = 3;
    private const uint Day = 86_400;

    [Fact]
    public void Cost_does_not_grow_with_what_lives_beside()
    {
        long few = WalkedBeside(live: 20_000);
        long many = WalkedBeside(live: 200_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"{few} records beside 20,000 items, {many} beside 200,000");
        Assert.InRange(many, 20_000, few * 5 / 4);
        Assert.True(many < 20_000 * 12, "about 5 records for each one that expires");
    }

    // 1,000 items a second that live for 10 to 19 seconds, among overwritten ones that live on; of the last 20 seconds.
    private static long WalkedBeside(int live)
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < live; index++) bench.Put("live" + index, "0123456789");
        int number = 0, at = 0;
        StoreTotals before = default;
        for (int second = 0; second < 40; second++)
        {
            bench.Clock.Move(1);
            for (int index = 0; index < 1000; index++, number++)
            {
                uint expiry = bench.Clock.ExpiryOf(10 + number % 10);
                bench.Put("short" + number, "0123456789", new() { Expiry = expiry });
                for (int other = 0; other < 4; other++) bench.Put("live" + at++ % live, "0123456789");
            }
            bench.Settle();
            if (second == 19) before = bench.Store.Totals();
        }
        StoreTotals after = bench.Store.Totals();
        Assert.Equal(0, after.Evictions);
        Assert.InRange(after.CurrentItems, live + 10_000, live + (19 + Delay) * 1000);
        Assert.True(after.SegmentsSwept > before.SegmentsSwept && after.SweptBytes > before.SweptBytes);
        return after.SweptRecords - before.SweptRecords;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Short_times_beside_long_ones_come_back_within_three_seconds(int longOnes)
    {
        using var bench = new StoreBench(memory: Memory);
        int shortCount = 0;
        for (int index = 0; index < 60_000; index++)
        {
            bool isShort = index % (longOnes + 1) == 0;
            if (isShort) shortCount++;
            long expiry = isShort ? 20 : Day;
            bench.Put("k" + index, new byte[100], new() { Expiry = bench.Clock.ExpiryOf(expiry) });
        }
        Pass(bench, 19);
        Assert.Equal(60_000, bench.Store.Totals().CurrentItems);
        Pass(bench, 1 + Delay);
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal(60_000 - shortCount, totals.CurrentItems);
        Assert.Equal(0, totals.ExpiredBytes);
        bench.CheckAccounts();
    }

    [Fact]
    public void Items_of_one_time_come_back_with_their_segments()
    {
        using var bench = new StoreBench(memory: Memory);
        long mapped = bench.Store.Totals().MappedBytes;
        for (int index = 0; index < 60_000; index++)
            bench.Put("k" + index, new byte[100], new() { Expiry = bench.Clock.ExpiryOf(300) });
        Assert.Equal(1, bench.Store.Totals().TimedLanes);
        Pass(bench, 300 + Delay);
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 60_000L, 60_000L), (totals.CurrentItems, totals.CrawlerReclaimed, totals.ExpiredUnfetched));
        Assert.Equal(0, totals.CompactedBytes);
        long kept = totals.MappedBytes - mapped - totals.HashBytes;
        Assert.True(kept <= 8L * totals.SegmentBytes, $"{kept} bytes kept");
    }

    [Fact]
    public void Items_of_random_times_come_back_within_three_seconds_of_each()
    {
        const int SecondsMax = 900;
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new StoreBench(memory: Memory);
        var counts = new int[SecondsMax + 1];
        for (int index = 0; index < 60_000; index++)
        {
            int seconds = random.Next(1, SecondsMax + 1);
            counts[seconds]++;
            bench.Put("k" + index, new byte[100], new() { Expiry = bench.Clock.ExpiryOf(seconds) });
        }
        long left = 60_000;
        for (int second = 1; second <= SecondsMax + Delay; second++)
        {
            Pass(bench, 1);
            if (second > Delay) left -= counts[second - Delay];
            long items = bench.Store.Totals().CurrentItems;
            Assert.True(items <= left, $"seed {seed}: {items} items after {second} s, of {left} at most");
        }
        Assert.Equal(0, bench.Store.Totals().CurrentItems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Short_times_beside_long_ones_pin_no_memory(int longOnes)
    {
        using var bench = new StoreBench(memory: Memory);
        var shortKeys = new List<string>();
        int count = 0;
        // Up to nine tenths of what it can hold.
        for (; bench.Store.Totals().MappedBytes < Memory * 9L / 10; count++)
        {
            bool isShort = count % (longOnes + 1) == 0;
            if (isShort) shortKeys.Add("k" + count);
            uint expiry = isShort ? bench.Clock.ExpiryOf(30) : 0;
            bench.Put("k" + count, new byte[300], new() { Expiry = expiry });
        }
        long full = bench.Store.Totals().MappedBytes;
        Pass(bench, 30 + Delay);
        long freed = full - bench.Store.Totals().MappedBytes;
        long shorts = shortKeys.Count * ItemHeader.RecordSize(6, 300, ItemState.HasExpiry);
        Assert.True(freed > shorts * 9 / 10 - (6 * 64 << 10), $"{freed} bytes given back, {shorts} had expired");
        foreach (string key in shortKeys) bench.Put("new" + key, new byte[300]);
        Assert.Equal(0, bench.Store.Totals().Evictions);
        Assert.Equal(count, bench.Store.Totals().CurrentItems);
        bench.CheckAccounts();
    }

    [Fact]
    public void Large_items_come_back_too()
    {
        using var bench = new StoreBench(memory: Memory);
        long mapped = bench.Store.Totals().MappedBytes;
        for (int index = 0; index < 20; index++)
            bench.Put("k" + index, new byte[200_000], new() { Expiry = bench.Clock.ExpiryOf(10 + index % 2 * 1000) });
        Assert.True(bench.Store.Totals().MappedBytes > mapped + 4_000_000);
        Pass(bench, 10 + Delay);
        Assert.Equal(10, bench.Store.Totals().CurrentItems);
        Pass(bench, 1000);
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal(0, totals.CurrentItems);
        Assert.InRange(totals.MappedBytes - totals.KeptBytes, 0, mapped + 64 * 1024);
    }

    [Fact]
    public void Touches_that_race_with_walks_are_not_forgotten()
    {
        const int Items = 4000;
        // Far more seconds than the test can let pass.
        const uint Short = 10_000_000;
        const uint Long = 10 * Short;
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < Items; index++)
            bench.Put("k" + index, new byte[20], new() { Expiry = bench.Clock.Now + Long });
        int running = 2;
        var threads = new Thread[running];
        for (int index = 0; index < threads.Length; index++)
        {
            int first = index;
            threads[index] = new Thread(() =>
            {
                // Each thread has its own items; the last touch of each is a short one.
                for (int round = 0; round < 30; round++)
                    for (int item = first; item < Items; item += threads.Length)
                        bench.Touch("k" + item, bench.Clock.Now + (round % 3 == 2 ? Short : Long));
                Interlocked.Decrement(ref running);
            });
            threads[index].Start();
        }
        while (Volatile.Read(ref running) > 0)
        {
            // A note that is over, so that each segment is walked while its items are touched.
            bench.Clock.Move(1);
            foreach (Segment? segment in bench.Store.Table.Arena.Segments)
                if (segment is { State: SegmentState.Active or SegmentState.Sealed })
                    segment.Notes.Note(StoreClock.Past, segment.End);
            bench.Store.Maintain(1000);
        }
        foreach (Thread thread in threads) thread.Join();
        Assert.NotEqual(0, bench.Store.Totals().SegmentsSwept);
        Assert.Equal(Items, bench.All().Count);
        bench.Clock.Move(Short);
        Pass(bench, Delay);
        Assert.Equal(0, bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Walk_whose_segment_is_evicted_meanwhile_ends()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 1000; index++)
            bench.Put("k" + index, "1", new() { Expiry = bench.Clock.ExpiryOf(10) });
        bench.Settle(); // the index
        bench.Clock.Move(20);
        Assert.True(bench.Store.Maintain(100));
        Assert.Equal(900, bench.Store.Totals().CurrentItems);
        for (int index = 0; bench.Store.Totals().Evictions == 0; index++) bench.Put("other" + index, new byte[1000]);
        Pass(bench, Delay);
        bench.CheckAccounts();
    }

    [Fact]
    public void Flush_and_expiry_take_all_lanes_back()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 30_000; index++)
        {
            int seconds = (index % 4) switch { 0 => 0, 1 => 50, 2 => 500, _ => 5000 };
            bench.Put("k" + index, new byte[50], new() { Expiry = bench.Clock.ExpiryOf(seconds) });
        }
        Assert.Equal(3, bench.Store.Totals().TimedLanes);
        bench.Store.FlushAll(bench.Clock.Now + 5);
        Pass(bench, 4);
        Assert.Equal(30_000, bench.Store.Totals().CurrentItems);
        Pass(bench, 1);
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 0L, 0L), (totals.CurrentItems, totals.ExpiredUnfetched, totals.Evictions));
        bench.Put("k", "1", new() { Expiry = bench.Clock.ExpiryOf(50) });
        Assert.Equal("1", bench.Get("k"));
        bench.CheckAccounts();
    }

    private static void Pass(StoreBench bench, int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            bench.Clock.Move(1);
            bench.Settle();
        }
    }
}
