using System.Diagnostics;
using System.Runtime.InteropServices;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Counters of memcached's size classes, in some groups so that threads seldom meet on one line (a group is chosen by
/// the item's stripe). All additions are interlocked: an item comes or goes under its own stripe's lock only.
/// </summary>
internal sealed unsafe class ClassCounters
{
    private const int GroupCount = 8;
    private const int ClassCount = SizeClasses.Count + 1;

    private readonly SegmentArena _arena;
    private readonly Cell* _cells;      // owner: immutable; the cells: anybody, interlocked

    public ClassCounters(SegmentArena arena)
    {
        _arena = arena;
        _cells = (Cell*)arena.TryMapTable(Bytes, Bytes);
        if (_cells == null) throw new InsufficientMemoryException("no memory for the counters of the item store");
    }

    private static long Bytes => (long)MappedMemory.WholePages((nuint)(GroupCount * ClassCount * sizeof(Cell)));

    /// <summary>A class's counters in the group of a stripe.</summary>
    public Cell* CellOf(int stripe, int sizeClass)
    {
        Debug.Assert(sizeClass is >= 1 and < ClassCount, "a class");
        return _cells + stripe % GroupCount * ClassCount + sizeClass;
    }

    public SizeClassTotals Sum(int sizeClass)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeClass, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeClass, SizeClasses.Count);
        var totals = default(SizeClassTotals);
        for (int group = 0; group < GroupCount; group++)
        {
            Cell* cell = _cells + group * ClassCount + sizeClass;
            totals.Number += Interlocked.Read(ref cell->Number);
            totals.MemRequested += Interlocked.Read(ref cell->Bytes);
            totals.Evicted += Interlocked.Read(ref cell->Evicted);
            totals.EvictedNonzero += Interlocked.Read(ref cell->EvictedNonzero);
            totals.EvictedUnfetched += Interlocked.Read(ref cell->EvictedUnfetched);
            totals.EvictedActive += Interlocked.Read(ref cell->EvictedActive);
            totals.MovesToWarm += Interlocked.Read(ref cell->MovesToWarm);
            totals.MovesWithinLru += Interlocked.Read(ref cell->MovesWithinLru);
            totals.OutOfMemory += Interlocked.Read(ref cell->OutOfMemory);
            totals.Reclaimed += Interlocked.Read(ref cell->Reclaimed);
            totals.ExpiredUnfetched += Interlocked.Read(ref cell->ExpiredUnfetched);
            totals.CrawlerReclaimed += Interlocked.Read(ref cell->CrawlerReclaimed);
            totals.CrawlerItemsChecked += Interlocked.Read(ref cell->CrawlerItemsChecked);
        }
        totals.EvictedTime = Interlocked.Read(ref (_cells + sizeClass)->EvictedTime);
        return totals;
    }

    /// <summary>Items of all classes.</summary>
    public long CountItems()
    {
        long count = 0;
        for (int index = 0; index < GroupCount * ClassCount; index++)
            count += Interlocked.Read(ref _cells[index].Number);
        return count;
    }

    /// <summary>The last eviction's figure is kept once for all groups.</summary>
    public void SetEvictedTime(int sizeClass, long seconds) =>
        Interlocked.Exchange(ref (_cells + sizeClass)->EvictedTime, seconds);

    public void Reset()
    {
        for (int index = 0; index < GroupCount * ClassCount; index++)
        {
            Cell* cell = _cells + index;
            Interlocked.Exchange(ref cell->Evicted, 0);
            Interlocked.Exchange(ref cell->EvictedNonzero, 0);
            Interlocked.Exchange(ref cell->EvictedUnfetched, 0);
            Interlocked.Exchange(ref cell->EvictedTime, 0);
            Interlocked.Exchange(ref cell->EvictedActive, 0);
            Interlocked.Exchange(ref cell->MovesToWarm, 0);
            Interlocked.Exchange(ref cell->MovesWithinLru, 0);
            Interlocked.Exchange(ref cell->OutOfMemory, 0);
            Interlocked.Exchange(ref cell->Reclaimed, 0);
            Interlocked.Exchange(ref cell->ExpiredUnfetched, 0);
            Interlocked.Exchange(ref cell->CrawlerReclaimed, 0);
            Interlocked.Exchange(ref cell->CrawlerItemsChecked, 0);
        }
    }

    public void Dispose()
    {
        MappedMemory.Unmap((byte*)_cells, (nuint)Bytes);
        _arena.Account.Unreserve(Bytes);
    }

    /// <summary>One group's counters of one class, on lines of their own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct Cell
    {
        public long Number;
        public long Bytes;
        public long Evicted;
        public long EvictedNonzero;
        public long EvictedUnfetched;
        public long EvictedTime;
        public long EvictedActive;
        public long MovesToWarm;
        public long MovesWithinLru;
        public long OutOfMemory;
        public long Reclaimed;
        public long ExpiredUnfetched;
        public long CrawlerReclaimed;
        public long CrawlerItemsChecked;
    }
}
