using System.Globalization;
using Larder.Cache.Store;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats items</c>: the store's items by memcached's size classes. There is one recency for all classes, so every
/// item counts as cold, and <c>age</c> is that of the oldest item of the store.
/// </summary>
internal static class ItemStats
{
    private const long None = 0;

    /// <summary>Writes all lines but the END, for each class that has items.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        long age = engine.Store.Totals().OldestAge;
        for (int sizeClass = 1; sizeClass <= SizeClasses.Count; sizeClass++)
        {
            SizeClassTotals totals = engine.Store.ClassTotals(sizeClass);
            if (totals.Number > 0)
            {
                string prefix = string.Create(CultureInfo.InvariantCulture, $"items:{sizeClass}:");
                WriteClass(engine.Tuning, prefix, totals, age, writer);
            }
        }
    }

    private static void WriteClass(
        TuningValues tuning, string prefix, in SizeClassTotals totals, long age, StatWriter writer)
    {
        bool isSegmented = tuning.IsOn("lru_segmented");
        writer.Write(prefix + "number", totals.Number);
        if (isSegmented)
        {
            writer.Write(prefix + "number_hot", None);
            writer.Write(prefix + "number_warm", None);
            writer.Write(prefix + "number_cold", totals.Number);
            if (tuning.IsOn("temp_lru"))
            {
                writer.Write(prefix + "number_temp", None);
            }
            writer.Write(prefix + "age_hot", None);
            writer.Write(prefix + "age_warm", None);
        }
        writer.Write(prefix + "age", age);
        writer.Write(prefix + "mem_requested", totals.MemRequested);
        writer.Write(prefix + "evicted", totals.Evicted);
        writer.Write(prefix + "evicted_nonzero", totals.EvictedNonzero);
        writer.Write(prefix + "evicted_time", totals.EvictedTime);
        writer.Write(prefix + "outofmemory", totals.OutOfMemory);
        writer.Write(prefix + "tailrepairs", None);
        writer.Write(prefix + "reclaimed", totals.Reclaimed);
        writer.Write(prefix + "expired_unfetched", totals.ExpiredUnfetched);
        writer.Write(prefix + "evicted_unfetched", totals.EvictedUnfetched);
        if (isSegmented)
        {
            writer.Write(prefix + "evicted_active", totals.EvictedActive);
        }
        writer.Write(prefix + "crawler_reclaimed", totals.CrawlerReclaimed);
        writer.Write(prefix + "crawler_items_checked", totals.CrawlerItemsChecked);
        writer.Write(prefix + "lrutail_reflocked", None);
        if (isSegmented)
        {
            WriteMoves(prefix, totals, writer);
        }
    }

    private static void WriteMoves(string prefix, in SizeClassTotals totals, StatWriter writer)
    {
        writer.Write(prefix + "moves_to_cold", None);
        writer.Write(prefix + "moves_to_warm", totals.MovesToWarm);
        writer.Write(prefix + "moves_within_lru", totals.MovesWithinLru);
        writer.Write(prefix + "direct_reclaims", None);
        writer.Write(prefix + "hits_to_hot", None);
        writer.Write(prefix + "hits_to_warm", None);
        writer.Write(prefix + "hits_to_cold", None);
        writer.Write(prefix + "hits_to_temp", None);
    }
}
