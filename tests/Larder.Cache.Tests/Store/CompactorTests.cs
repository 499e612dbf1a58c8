using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Memory of dead items comes back without pressure, and not by endless copying.</summary>
public sealed class CompactorTests
{
    private const int Memory = 16 << 20;
    private const int Items = 60_000;

    [Fact]
    public void Segments_that_are_half_dead_are_given_back_and_copied_once()
    {
        using var bench = new StoreBench(memory: Memory);
        Fill(bench);
        StoreTotals before = bench.Store.Totals();
        Delete(bench, index => index % 4 != 0);
        bench.Settle();
        StoreTotals after = bench.Store.Totals();
        Assert.Equal((Items / 4, 0L), (after.CurrentItems, after.Evictions));
        long mapped = after.MappedBytes - after.HashBytes;
        Assert.True(mapped < before.Bytes / 2, $"{mapped} bytes mapped for {after.Bytes}");
        Assert.True(after.SegmentsCompacted > 50 && after.CompactedBytes > 0);
        Assert.True(after.CompactedBytes <= before.Bytes - after.Bytes, $"{after.CompactedBytes} bytes copied");
        bench.CheckAccounts();
        for (int second = 0; second < 20; second++)
        {
            bench.Clock.Move(1);
            bench.Settle();
        }
        Assert.Equal(after.CompactedBytes, bench.Store.Totals().CompactedBytes);
    }

    [Fact]
    public void Segments_that_mostly_live_stay()
    {
        using var bench = new StoreBench(memory: Memory);
        Fill(bench);
        Delete(bench, index => index % 4 == 0);
        bench.Settle();
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 0L), (totals.SegmentsCompacted, totals.CompactedBytes));
        Assert.InRange(totals.DeadBytes, totals.Bytes / 4, totals.Bytes / 2);
    }

    [Fact]
    public void Items_that_move_keep_all_they_have()
    {
        using var bench = new StoreBench(memory: Memory);
        bench.Put("kept", "value", new() { ClientFlags = 3, Expiry = bench.Clock.ExpiryOf(5000), IsKeyBinary = true });
        bench.Find("kept", out Shown before);
        Fill(bench);
        Delete(bench, index => index % 4 != 0);
        int steps = 0;
        while (bench.Store.Maintain(20)) steps++;
        Assert.True(steps > 1000, "the work was cut");
        Assert.Equal(FindStatus.Hit, bench.Find("kept", out Shown after));
        Assert.Equal(("value", before.Cas), (after.Text, after.Cas));
        Assert.Equal((3u, before.Expiry), (after.ClientFlags, after.Expiry));
        Assert.True(after.IsKeyBinary && after.IsFetched);
    }

    [Fact]
    public void Rest_that_expires_soon_is_not_copied()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < Items; index++)
            bench.Put("k" + index, new byte[100], new() { Expiry = bench.Clock.ExpiryOf(index % 2 == 0 ? 5000 : 7) });
        Delete(bench, index => index % 2 == 0);
        for (int second = 0; second < 10; second++)
        {
            bench.Settle();
            bench.Clock.Move(1);
        }
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal((0L, 0L), (totals.CurrentItems, totals.CompactedBytes));
    }

    [Fact]
    public void Without_free_memory_it_leaves_the_work_to_the_evictor()
    {
        using var bench = new StoreBench(memory: Memory, evictions: false);
        int count = 0;
        while (bench.Put("k" + count, new byte[100]).Status == StoreStatus.Stored) count++;
        int deleted = 0;
        for (int index = 0; index < count; index++)
        {
            if (index % 8 < 3) continue;
            bench.Delete("k" + index);
            deleted++;
        }
        bench.Settle();
        int stored = 0;
        while (bench.Put("n" + stored, new byte[100]).Status == StoreStatus.Stored) stored++;
        Assert.True(stored > deleted * 0.95, $"{stored} stored in the place of {deleted}");
        bench.CheckAccounts();
    }

    private static void Fill(StoreBench bench)
    {
        for (int index = 0; index < Items; index++) bench.Put("k" + index, new byte[100]);
    }

    private static void Delete(StoreBench bench, Predicate<int> isOver)
    {
        for (int index = 0; index < Items; index++)
            if (isOver(index)) Assert.Equal(DeleteStatus.Deleted, bench.Delete("k" + index));
    }
}
