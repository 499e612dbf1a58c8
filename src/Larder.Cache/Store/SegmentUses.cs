namespace Larder.Cache.Store;

/// <summary>
/// The store's segments by state and queue, and what is alive in them. Taken while others work: exact when nobody does.
/// </summary>
public record struct SegmentUses
{
    /// <summary>Segments that items are being appended to.</summary>
    public int Active { get; private set; }

    /// <summary>Full segments of many items.</summary>
    public int Sealed { get; private set; }

    /// <summary>Segments of one large item.</summary>
    public int Large { get; private set; }

    /// <summary>Segments that are being emptied.</summary>
    public int Claimed { get; private set; }

    /// <summary>Segments that hold values which have not come whole.</summary>
    public int Pending { get; private set; }

    /// <summary>Segments that hold pages of the index.</summary>
    public int Index { get; private set; }

    /// <summary>Segments that wait for items, the spares of the evictor among them.</summary>
    public int Free { get; private set; }

    /// <summary>Segments without items that a lease still keeps.</summary>
    public int Leased { get; private set; }

    /// <summary>Bytes of the segments of the small queue.</summary>
    public long SmallBytes { get; private set; }

    /// <summary>Bytes of the segments of the main queue.</summary>
    public long MainBytes { get; private set; }

    /// <summary>Bytes of records in both queues that are in the index.</summary>
    public long LiveBytes { get; private set; }

    internal static SegmentUses Of(SegmentArena arena)
    {
        var survey = default(SegmentUses);
        foreach (Segment? segment in arena.Segments)
        {
            if (segment is not null) survey.Add(segment);
        }
        return survey;
    }

    private void Add(Segment segment)
    {
        switch (segment.State)
        {
            case SegmentState.Active:
                Active++;
                AddItems(segment);
                break;
            case SegmentState.Sealed:
                if (segment.IsDedicated) Large++;
                else Sealed++;
                AddItems(segment);
                break;
            case SegmentState.Claimed:
                Claimed++;
                AddItems(segment);
                break;
            case SegmentState.Private:
                Pending++;
                break;
            case SegmentState.Index:
                Index++;
                break;
            case SegmentState.Free:
                Free++;
                break;
            case SegmentState.Leased:
                Leased++;
                break;
            default:
                break; // not mapped
        }
    }

    private void AddItems(Segment segment)
    {
        long live = segment.LiveBytes;
        if (segment.Queue == SegmentQueue.Small) SmallBytes += (long)segment.Length;
        else MainBytes += (long)segment.Length;
        LiveBytes += live;
    }
}
