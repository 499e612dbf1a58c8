using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: where the system has no memory, the store does not start, or answers NoMemory, or goes on with what it has; it
/// never breaks, and loses an old value only where memcached's rule says so. Method: a source of memory that fails.
/// </summary>
public sealed class ShortMemoryTests
{
    [Fact]
    public void Store_without_memory_does_not_start_whichever_mapping_fails()
    {
        var pages = new ScriptedPages();
        new StoreBench(pages: pages).Dispose();
        // Stripes, pages of the index, counters, ghosts; the two spare segments behind them may be missing.
        int needed = pages.Calls - 2;
        Assert.True(needed >= 4, $"only {needed} mappings");
        for (int left = 0; left < needed; left++)
        {
            int few = left;
            Assert.Throws<InsufficientMemoryException>(() => new StoreBench(pages: new ScriptedPages { Left = few }));
        }
        using var bench = new StoreBench(pages: new ScriptedPages { Left = needed });
        Assert.Equal(StoreStatus.NoMemory, bench.Put("k", "v").Status);
    }

    [Fact]
    public void Refused_segments_are_made_up_for_by_eviction()
    {
        var pages = new ScriptedPages();
        using var bench = new StoreBench(memory: 8 << 20, pages: pages);
        for (int index = 0; index < 2000; index++) bench.Put("k" + index, new byte[1000]);
        pages.Left = 0;
        for (int index = 0; index < 10_000; index++)
            Assert.Equal(StoreStatus.Stored, bench.Put("n" + index, new byte[1000]).Status);
        Assert.True(bench.Store.Totals().CurrentItems > 1500, "what was mapped is in use");
        bench.CheckAccounts();
    }

    [Fact]
    public void Without_eviction_refused_segments_are_answered_and_nothing_is_lost()
    {
        var pages = new ScriptedPages();
        using var bench = new StoreBench(memory: 8 << 20, evictions: false, pages: pages);
        for (int index = 0; index < 500; index++) bench.Put("k" + index, new byte[1000]);
        pages.Left = 0;
        int more = 0;
        while (bench.Put("n" + more, new byte[1000]).Status == StoreStatus.Stored) Assert.True(++more < 1000);
        Assert.Equal(StoreStatus.NoMemory, bench.Put("k0", new byte[2000]).Status);
        Assert.NotNull(bench.Get("k0"));
        Assert.Equal(ReserveStatus.NoMemory, bench.Reserve("k0", 8000, default, out _));
        Assert.NotNull(bench.Get("k0"));
        Assert.Equal(ReserveStatus.NoMemory, bench.Reserve("k0", 8000, new() { DeleteOnFailure = true }, out _));
        Assert.Null(bench.Get("k0"));
        for (int index = 1; index < 500; index++) Assert.NotNull(bench.Get("k" + index));
        pages.Left = int.MaxValue;
        Assert.Equal(StoreStatus.Stored, bench.Put("k0", new byte[2000]).Status);
        bench.CheckAccounts();
    }

    [Fact]
    public void Refused_pages_of_the_index_leave_items_where_they_find_room()
    {
        var pages = new ScriptedPages();
        using var bench = new StoreBench(memory: 64 << 20, hashPower: 12, pages: pages);
        for (int index = 0; index < 100; index++) bench.Put("first" + index, "v");
        pages.Left = 0;
        for (int index = 0; index < 200_000; index++) bench.Put("k" + index, "v");
        Assert.True(bench.Store.Totals().CurrentItems > 0);
        pages.Left = int.MaxValue;
        for (int index = 0; index < 200_000; index++)
            Assert.Equal(StoreStatus.Stored, bench.Put("k" + index, "w").Status);
        for (int index = 0; index < 200_000; index++) Assert.Equal("w", bench.Get("k" + index));
        bench.CheckAccounts();
    }

    [Fact]
    public void Refused_large_values_empty_neither_the_cache_nor_the_old_value_without_a_reason()
    {
        var pages = new ScriptedPages();
        using var bench = new StoreBench(pages: pages);
        for (int index = 0; index < 5000; index++) bench.Put("k" + index, new byte[1000]);
        bench.Put("large", new byte[400_000]);
        pages.Left = 0;
        StoreRequest append = new() { Mode = StoreMode.Append };
        Assert.Equal(StoreStatus.NoMemory, bench.Put("large", new byte[500_000]).Status);
        Assert.Equal(StoreStatus.NoMemory, bench.Put("large", new byte[500], append).Status);
        Assert.Equal(ReserveStatus.NoMemory, bench.Reserve("large", 500_000, append, out _));
        Assert.Equal(400_000, bench.Get("large")?.Length);
        Assert.Equal(StoreStatus.NoMemory, bench.Put("large", new byte[500_000], Failing()).Status);
        Assert.Null(bench.Get("large"));
        StoreTotals totals = bench.Store.Totals();
        Assert.InRange(totals.CurrentItems, 2000, 5000);
        Assert.Equal(4, totals.OutOfMemory);
        bench.CheckAccounts();
    }

    [Fact]
    public void Kept_mappings_serve_large_values_that_the_system_would_refuse()
    {
        var pages = new ScriptedPages();
        using var bench = new StoreBench(pages: pages);
        bench.Put("a", new byte[200_000]);
        bench.Delete("a");
        Assert.InRange(bench.Store.Totals().KeptBytes, 200_000, 210_000);
        pages.Left = 0;
        foreach (int length in (int[])[100_000, 40_000, 250_000, 200_000])
        {
            Assert.Equal(StoreStatus.Stored, bench.Put("b", Filled(length)).Status);
            bench.Find("b", out Shown shown);
            Assert.Equal(Filled(length), shown.Value);
            Assert.Equal(0, bench.Store.Totals().KeptBytes);
            bench.Delete("b");
            long pagesHeld = (length + 4096 + 100) / 4096;
            Assert.Equal(pagesHeld * 4096, bench.Store.Totals().KeptBytes);
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Kept_mappings_are_bounded_and_go_before_anything_is_evicted()
    {
        using var bench = new StoreBench(memory: 16 << 20);
        for (int index = 0; index < 60; index++) bench.Put("large" + index, new byte[40_000]);
        for (int index = 0; index < 60; index++) bench.Delete("large" + index);
        Assert.InRange(bench.Store.Totals().KeptBytes, 400_000, (16 << 20) / 32);
        for (int index = 0; bench.Store.Totals().Evictions == 0; index++) bench.Put("k" + index, new byte[500]);
        Assert.Equal(0, bench.Store.Totals().KeptBytes);
        bench.CheckAccounts();

        for (int index = 0; index < 60; index++) bench.Put("large" + index, new byte[40_000]);
        for (int index = 0; index < 60; index++) bench.Delete("large" + index);
        Assert.NotEqual(0, bench.Store.Totals().KeptBytes);
        Assert.True(bench.Store.SetMemoryLimit(4 << 20));
        bench.Settle();
        bench.CheckAccounts();
    }

    private static StoreRequest Failing() => new() { DeleteOnFailure = true };

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
