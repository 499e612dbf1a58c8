namespace Larder.Cache.Store;

/// <summary>How many segments are in which state, counted as they change it. Any thread.</summary>
internal sealed class SegmentCounts
{
    private const int StateCount = (int)SegmentState.Leased + 1;

    private readonly int[] _shared = new int[StateCount];       // owner: anybody, interlocked
    private readonly int[] _dedicated = new int[StateCount];    // owner: anybody, interlocked

    /// <summary>Segments that have memory.</summary>
    public int Mapped
    {
        get
        {
            int mapped = 0;
            for (SegmentState state = SegmentState.Unmapped + 1; state <= SegmentState.Leased; state++)
                mapped += Shared(state) + Dedicated(state);
            return mapped;
        }
    }

    /// <summary>Segments of many items, or for them.</summary>
    public int Shared(SegmentState state) => Volatile.Read(ref _shared[(int)state]);

    /// <summary>Segments of one large item, or for one.</summary>
    public int Dedicated(SegmentState state) => Volatile.Read(ref _dedicated[(int)state]);

    /// <summary>A segment changes its state. What has no memory is of no kind, and is not counted.</summary>
    public void Note(bool isDedicated, SegmentState before, SegmentState after)
    {
        int[] counts = isDedicated ? _dedicated : _shared;
        if (before != SegmentState.Unmapped) Interlocked.Decrement(ref counts[(int)before]);
        if (after != SegmentState.Unmapped) Interlocked.Increment(ref counts[(int)after]);
    }
}
