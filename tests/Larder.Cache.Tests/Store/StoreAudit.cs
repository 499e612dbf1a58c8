using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// The books of a store that nobody works on at the moment: what the parts know of themselves is what the totals say,
/// and both are what an iteration finds.
/// </summary>
internal static class StoreAudit
{
    /// <summary>Checks everything; costs a walk over all items.</summary>
    /// <param name="bench">The store.</param>
    /// <param name="isAboveLimit">A lower limit was set and is not reached yet.</param>
    public static void Check(StoreBench bench, bool isAboveLimit = false)
    {
        const int Classes = SizeClasses.Count + 1;
        var counting = new Counting { Numbers = new long[Classes], Bytes = new long[Classes] };
        ItemCursor cursor = default;
        while (bench.Store.Iterate(ref cursor, 10_000, ref counting))
        {
        }
        StoreTotals totals = bench.Store.Totals();
        Assert.Equal(counting.Numbers.Sum(), totals.CurrentItems);
        Assert.Equal(counting.Bytes.Sum(), totals.Bytes);
        for (int sizeClass = 1; sizeClass <= SizeClasses.Count; sizeClass++)
        {
            SizeClassTotals sum = bench.Store.ClassTotals(sizeClass);
            Assert.Equal((counting.Numbers[sizeClass], counting.Bytes[sizeClass]), (sum.Number, sum.MemRequested));
        }
        long live = 0;
        long segments = 0;
        foreach (Segment? segment in bench.Store.Table.Arena.Segments)
        {
            if (segment is null || segment.State == SegmentState.Unmapped) continue;
            segments += (long)segment.Length;
            if (segment.State is SegmentState.Sealed or SegmentState.Active or SegmentState.Claimed)
                live += segment.LiveBytes;
        }
        CheckOrder(bench.Store.Table.Arena);
        Assert.Equal(totals.Bytes, live);
        Assert.True(segments < totals.MappedBytes, $"{segments} bytes of segments, {totals.MappedBytes} mapped");
        if (!isAboveLimit)
            Assert.True(totals.MappedBytes <= totals.LimitBytes, $"{totals.MappedBytes} of {totals.LimitBytes}");
    }

    /// <summary>The order of eviction has each segment with items once, and knows their bytes.</summary>
    public static void CheckOrder(SegmentArena arena)
    {
        var bytes = new long[2];
        long used = 0;
        int mapped = 0;
        int queued = 0;
        int sparse = 0;
        foreach (Segment? segment in arena.Segments)
        {
            if (segment is not null && segment.State != SegmentState.Unmapped) mapped++;
            if (segment?.State is SegmentState.Active or SegmentState.Sealed or SegmentState.Claimed)
                used += segment!.End - Segment.HeaderSize;
            bool isFull = segment?.State is SegmentState.Sealed or SegmentState.Claimed;
            if (isFull) bytes[(int)segment!.Queue] += (long)segment.Length;
            else if (segment?.State == SegmentState.Active) bytes[(int)segment.Queue] += segment.End;
            bool isAside = segment is { IsAside: true };
            if (isAside) Assert.True(isFull && segment!.IsHeld, "nobody who is free to go is left aside");
            if (isFull && !isAside) queued++;
            bool isSparse = segment?.LinksBeside.List is not null;
            if (isSparse) sparse++;
            if (segment?.State == SegmentState.Sealed) Assert.Equal(segment.LiveBytes <= segment.SparseBytes, isSparse);
        }
        SegmentSurvey survey = arena.Survey();
        Assert.Equal((bytes[0], bytes[1], used), (survey.SmallBytes, survey.MainBytes, survey.UsedBytes));
        Assert.Equal(mapped, arena.Counts.Mapped);
        Assert.Equal(queued, arena.Order.QueuedCount);
        Assert.Equal(sparse, arena.Order.SparseCount);
    }

    private struct Counting : IItemReader
    {
        public long[] Numbers;
        public long[] Bytes;

        public readonly void Read(scoped ItemView item)
        {
            Numbers[item.SizeClass]++;
            Bytes[item.SizeClass] += item.RecordSize;
        }
    }
}
