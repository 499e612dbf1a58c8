using System.Globalization;
using Larder.Cache.Store;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats slabs</c>: how many pages of 1 MiB memcached would need for the items that are here, by its size classes.
/// Nothing lies in such pages; <c>total_malloced</c> is what the store has really mapped. Commands are not counted by
/// class.
/// </summary>
internal static class SlabStats
{
    private const long PageSize = 1 << 20;

    private const long None = 0;

    /// <summary>Writes all lines but the END.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        int active = 0;
        for (int sizeClass = 1; sizeClass <= SizeClasses.Count; sizeClass++)
        {
            long items = engine.Store.ClassTotals(sizeClass).Number;
            if (items > 0)
            {
                WriteClass(sizeClass, items, writer);
                active++;
            }
        }
        writer.Write("active_slabs", active);
        writer.Write("total_malloced", engine.Store.Totals().MappedBytes);
    }

    private static void WriteClass(int sizeClass, long items, StatWriter writer)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{sizeClass}:");
        long chunkSize = SizeClasses.ChunkSizes[sizeClass];
        long chunksPerPage = PageSize / chunkSize;
        long pages = (items + chunksPerPage - 1) / chunksPerPage;
        writer.Write(prefix + "chunk_size", chunkSize);
        writer.Write(prefix + "chunks_per_page", chunksPerPage);
        writer.Write(prefix + "total_pages", pages);
        writer.Write(prefix + "total_chunks", pages * chunksPerPage);
        writer.Write(prefix + "used_chunks", items);
        writer.Write(prefix + "free_chunks", (pages * chunksPerPage) - items);
        writer.Write(prefix + "free_chunks_end", None);
        writer.Write(prefix + "get_hits", None);
        writer.Write(prefix + "cmd_set", None);
        writer.Write(prefix + "delete_hits", None);
        writer.Write(prefix + "incr_hits", None);
        writer.Write(prefix + "decr_hits", None);
        writer.Write(prefix + "cas_hits", None);
        writer.Write(prefix + "cas_badval", None);
        writer.Write(prefix + "touch_hits", None);
    }
}
