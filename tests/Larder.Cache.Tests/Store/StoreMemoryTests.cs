using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// What happens when memory runs out, comes back, or is given another limit. Each test ends with the accounts: items
/// and bytes by the counters are what iteration finds, and what is mapped is within the limit.
/// </summary>
public sealed class StoreMemoryTests
{
    private const int Small = 8 << 20;
    private static readonly StoreRequest s_plain = new() { DiscardsCas = true };

    [Theory]
    [InlineData(10, 10)]
    [InlineData(32, 100)]
    [InlineData(32, 1000)]
    [InlineData(32, 40_000)]
    [InlineData(32, 100_000)]
    public void Ten_times_the_memory_fits_by_eviction(int keyLength, int valueLength)
    {
        using var bench = new StoreBench(memory: Small);
        long count = 10L * Small / ItemHeader.RecordSize(keyLength, valueLength, ItemState.None);
        var value = new byte[valueLength];
        for (long index = 0; index < count; index++)
        {
            value[0] = (byte)index;
            Assert.Equal(StoreStatus.Stored, bench.Put(Key(index, keyLength), value).Status);
        }
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal(count, totals.CurrentItems + totals.Evictions);
        Assert.Equal(totals.Evictions, totals.EvictedUnfetched);
        Assert.True(totals.Bytes > Small * 0.6, $"only {totals.Bytes} bytes in use");
        bench.Find(Key(count - 1, keyLength), out Shown newest);
        Assert.Equal(value, newest.Value);
        Assert.Equal(FindStatus.Miss, bench.Find(Key(0, keyLength), out _));
        bench.CheckAccounts();
    }

    [Fact]
    public void Items_that_are_used_survive_a_flood_of_those_that_are_not()
    {
        using var bench = new StoreBench(memory: Small);
        for (int index = 0; index < 1000; index++) bench.Put("hot" + index, new string('h', 100));
        int misses = 0;
        for (int index = 0; index < 300_000; index++)
        {
            bench.Put("cold" + index, new string('c', 100));
            if (bench.Get("hot" + index % 1000) is null) misses++;
        }
        Assert.Equal(0, misses);
        Assert.True(bench.Store.Totals().Evictions > 200_000);
        bench.CheckAccounts();
    }

    [Fact]
    public void Cache_that_is_hot_all_over_still_takes_new_items()
    {
        using var bench = new StoreBench(memory: Small);
        int count = 0;
        while (bench.Store.Totals().Evictions == 0)
        {
            bench.Put("k" + count, new string('v', 1000));
            for (int hit = 0; hit < 4; hit++) Assert.NotNull(bench.Get("k" + count));
            count++;
        }
        for (int index = 0; index < count; index++)
        {
            Assert.Equal(StoreStatus.Stored, bench.Put("n" + index, new string('v', 1000)).Status);
            Assert.NotNull(bench.Get("n" + index));
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Overwriting_the_same_keys_evicts_nothing()
    {
        using var bench = new StoreBench(memory: Small);
        for (int round = 0; round < 200; round++)
        {
            for (int index = 0; index < 4000; index++)
                Assert.Equal(StoreStatus.Stored, bench.Put("k" + index, new byte[round * 7 % 1000]).Status);
        }
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((4000L, 0L), (totals.CurrentItems, totals.Evictions));
        bench.CheckAccounts();
    }

    [Fact]
    public void Deleted_memory_serves_other_sizes()
    {
        using var bench = new StoreBench(memory: Small, evictions: false);
        foreach (int length in (int[])[50, 5000, 300, 150_000, 20])
        {
            var keys = new List<string>();
            while (bench.Put("k" + keys.Count, new byte[length]).Status == StoreStatus.Stored)
                keys.Add("k" + keys.Count);
            long bytes = bench.Store.Totals().Bytes;
            Assert.True(bytes > Small * 0.6, $"only {bytes} bytes of values of {length}");
            bench.CheckAccounts();
            foreach (string key in keys) Assert.Equal(DeleteStatus.Deleted, bench.Delete(key));
            Assert.Equal(0, bench.Store.Totals().Bytes);
        }
    }

    [Fact]
    public void Without_eviction_a_full_store_answers_no_memory_and_keeps_all()
    {
        using var bench = new StoreBench(memory: Small, evictions: false);
        int count = 0;
        // Again and again, since an index that grew meanwhile gives its old table back in the background.
        for (int before = -1; before != count; bench.Settle())
        {
            before = count;
            while (bench.Put("k" + count, new string('v', 500)).Status == StoreStatus.Stored) count++;
        }
        bench.Store.ResetTotals();
        Assert.Equal(StoreStatus.NoMemory, bench.Put("other", new byte[600]).Status);
        Assert.Equal(StoreStatus.NoMemory, bench.Put("large", new byte[900_000]).Status);
        Assert.Equal(ReserveStatus.NoMemory, bench.Reserve("large", 900_000, default, out _));
        Assert.Equal(StoreStatus.NoMemory, bench.Put("k0", new byte[900_000], new() { DeleteOnFailure = true }).Status);
        Assert.Null(bench.Get("k0"));
        for (int index = 1; index < count; index++) Assert.NotNull(bench.Get("k" + index));
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 4L), (totals.Evictions, totals.OutOfMemory));
        bench.CheckAccounts();
    }

    [Fact]
    public void Without_eviction_overwritten_and_expired_memory_is_found_again()
    {
        using var bench = new StoreBench(memory: Small, evictions: false);
        for (int round = 0; round < 100; round++)
        {
            for (int index = 0; index < 2000; index++)
            {
                var request = new StoreRequest { Expiry = index % 2 == 0 ? 0 : bench.Clock.ExpiryOf(30) };
                Assert.Equal(StoreStatus.Stored, bench.Put($"k{index}", new byte[1000 + round], request).Status);
            }
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Expired_items_come_back_by_the_background_step_alone()
    {
        using var bench = new StoreBench(memory: Small);
        for (int index = 0; index < 20_000; index++)
        {
            uint expiry = index % 4 == 0 ? 0 : bench.Clock.ExpiryOf(5 + index % 20);
            bench.Put("k" + index, "value", new() { Expiry = expiry });
        }
        bench.Find("k1", out _);
        bench.Settle();
        Assert.Equal(20_000, bench.Store.Totals().CurrentItems);
        for (int second = 0; second < 30; second++)
        {
            bench.Clock.Move(1);
            bench.Settle();
        }
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((5000L, 15_000L), (totals.CurrentItems, totals.Reclaimed));
        Assert.Equal((15_000L, 14_999L), (totals.CrawlerReclaimed, totals.ExpiredUnfetched));
        Assert.True(totals.CrawlerItemsChecked >= 15_000);
        bench.CheckAccounts();
    }

    [Fact]
    public void Touched_item_is_not_swept_before_its_new_time_and_is_after_it()
    {
        using var bench = new StoreBench(memory: Small);
        bench.Put("longer", "1", new() { Expiry = bench.Clock.ExpiryOf(70) });
        bench.Put("shorter", "1", new() { Expiry = bench.Clock.ExpiryOf(1000) });
        bench.Put("none", "1");
        bench.Touch("longer", bench.Clock.ExpiryOf(110));
        bench.Touch("shorter", bench.Clock.ExpiryOf(20));
        bench.Touch("none", bench.Clock.ExpiryOf(20));
        bench.Clock.Move(50);
        bench.Settle();
        Assert.Equal("longer", Assert.Single(bench.All()).Key);
        bench.CheckAccounts();
        bench.Clock.Move(50);
        bench.Settle();
        Assert.Equal(1, bench.Store.Totals().CurrentItems);
        bench.Clock.Move(50);
        bench.Settle();
        Assert.Equal(0, bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Sweep_that_is_cut_by_a_jump_of_the_clock_looks_again_at_what_it_had_passed()
    {
        using var bench = new StoreBench(memory: Small);
        bench.Put("first", "1", new() { Expiry = bench.Clock.ExpiryOf(1) });
        uint expiry = bench.Clock.ExpiryOf(9);
        for (int index = 0; index < 500; index++) bench.Put("k" + index, "1", new() { Expiry = expiry });
        bench.Settle(); // the index
        bench.Clock.Move(5);
        bench.Store.Maintain(100);
        Assert.Equal(500, bench.Store.Totals().CurrentItems);
        bench.Clock.Move(50);
        bench.Settle();
        Assert.Equal(0, bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Item_that_is_kept_by_eviction_stays_as_it_was()
    {
        using var bench = new StoreBench(memory: Small);
        bench.Put("kept", "value", new() { ClientFlags = 3, Expiry = 5000, IsKeyBinary = true, IsWon = true });
        bench.Find("kept", out Shown before);
        for (int index = 0; bench.Store.Totals().SegmentsEmptied < 300; index++)
        {
            bench.Put("k" + index, new byte[1000]);
            if (index % 1000 == 0) bench.Find("kept", out before);
        }
        Assert.Equal(FindStatus.Hit, bench.Find("kept", out Shown after));
        Assert.Equal(("value", before.Cas, 3u, 5000u), (after.Text, after.Cas, after.ClientFlags, after.Expiry));
        Assert.True(after.IsKeyBinary && after.IsWon && after.IsFetched);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Flushed_memory_goes_back_to_the_system(int length)
    {
        using var bench = new StoreBench();
        long mapped = bench.Store.Totals().MappedBytes;
        for (int index = 0; bench.Store.Totals().Evictions == 0; index += 100)
            for (int number = index; number < index + 100; number++) bench.Put("k" + number, new byte[length]);
        long indexBytes = bench.Store.Totals().HashBytes;
        bench.Store.FlushAll();
        bench.Settle();
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 0L), (totals.CurrentItems, totals.Bytes));
        long kept = totals.MappedBytes - mapped - indexBytes;
        Assert.True(kept <= 8L * totals.SegmentBytes, $"{kept} bytes kept");
    }

    [Fact]
    public void Lower_limit_is_reached_and_a_higher_one_is_used()
    {
        using var bench = new StoreBench(memory: 32 << 20, itemSizeMax: 1 << 20);
        Fill(bench, 200_000);
        Assert.True(bench.Store.Totals().Bytes > 20 << 20);
        Assert.True(bench.Store.SetMemoryLimit(12 << 20));
        bench.Settle();
        bench.CheckAccounts();
        Fill(bench, 100_000);
        bench.CheckAccounts();
        Assert.True(bench.Store.SetMemoryLimit(48 << 20));
        Fill(bench, 400_000);
        bench.CheckAccounts();
        Assert.InRange(bench.Store.Totals().Bytes, 30 << 20, 48 << 20);
    }

    [Fact]
    public void Lower_limit_is_also_reached_by_stores_alone()
    {
        using var bench = new StoreBench(memory: 32 << 20);
        Fill(bench, 200_000);
        Assert.True(bench.Store.SetMemoryLimit(12 << 20));
        Fill(bench, 150_000);
        bench.CheckAccounts();
    }

    [Fact]
    public void Limit_that_cannot_hold_index_and_largest_items_is_refused()
    {
        using var bench = new StoreBench();
        Assert.False(bench.Store.SetMemoryLimit(1 << 20));
        Assert.False(bench.Store.SetMemoryLimit((2 << 20) - 1));
        Assert.Equal(64 << 20, bench.Store.MemoryLimitBytes);
    }

    [Fact]
    public void Smallest_store_works()
    {
        using var bench = new StoreBench(memory: ItemStore.MemoryLimitMin, itemSizeMax: 512 << 10);
        for (int index = 0; index < 50_000; index++)
            Assert.Equal(StoreStatus.Stored, bench.Put("k" + index, new byte[index % 1000]).Status);
        Assert.Equal(StoreStatus.Stored, bench.Put("large", new byte[300_000]).Status);
        bench.CheckAccounts();
    }

    [Fact]
    public void Index_grows_while_items_come_and_loses_none()
    {
        using var bench = new StoreBench(hashPower: 12);
        for (int index = 0; index < 300_000; index++) bench.Put("k" + index, "v");
        StoreTotals totals = bench.Store.Totals();
        Assert.InRange(totals.HashPowerLevel, 18, 19);
        Assert.Equal((300_000L, 0L), (totals.CurrentItems, totals.Evictions));
        for (int index = 0; index < 300_000; index++) Assert.Equal("v", bench.Get("k" + index));
        bench.Settle();
        bench.CheckAccounts();
    }

    [Fact]
    public void Index_of_small_items_shrinks_when_large_ones_take_their_place()
    {
        using var bench = new StoreBench(memory: 16 << 20);
        for (int index = 0; index < 400_000; index++) bench.Put("k" + index, "v");
        long before = bench.Store.Totals().HashBytes;
        for (int index = 0; index < 20_000; index++) bench.Put("large" + index, new byte[4000]);
        bench.Settle();
        Assert.InRange(bench.Store.Totals().HashBytes, 0, before / 4);
        bench.CheckAccounts();
    }

    /// <summary>What 64 MiB must hold; the store is full and has evicted twice its items.</summary>
    [Theory]
    [InlineData(10, 10, 1_450_000)]
    [InlineData(32, 100, 420_000)]
    [InlineData(32, 1000, 61_000)]
    public void Memory_of_64_megabytes_holds(int keyLength, int valueLength, int countMin)
    {
        using var bench = new StoreBench();
        byte[] key = StoreBench.Bytes(Key(0, keyLength));
        var value = new byte[valueLength];
        for (int index = 0; index < countMin * 3; index++)
        {
            Assert.True(index.TryFormat(key.AsSpan(keyLength - 10), out _, "D10"));
            Assert.Equal(StoreStatus.Stored, bench.Store.Store(key, bench.Store.Hash(key), value, s_plain).Status);
        }
        StoreTotals totals = bench.Store.Totals();
        double overhead = (double)totals.LimitBytes / totals.CurrentItems - keyLength - valueLength;
        TestContext.Current.TestOutputHelper?.WriteLine($"{totals.CurrentItems} items, {overhead:F1} bytes over each");
        Assert.True(totals.CurrentItems >= countMin, $"{totals.CurrentItems} items");
        Assert.True(totals.MappedBytes <= totals.LimitBytes);
    }

    private static void Fill(StoreBench bench, int count)
    {
        for (int index = 0; index < count; index++) bench.Put("k" + index, new byte[100]);
    }

    private static string Key(long index, int length) => index.ToString().PadLeft(length, 'k');
}
