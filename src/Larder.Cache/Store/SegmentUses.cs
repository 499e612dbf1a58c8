namespace Larder.Cache.Store;

/// <summary>The store's segments by state and queue. Taken while others work: exact when nobody does.</summary>
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

    internal static SegmentUses Of(SegmentArena arena)
    {
        SegmentCounts counts = arena.Counts;
        SegmentSurvey survey = arena.Survey();
        return new SegmentUses
        {
            Active = counts.Shared(SegmentState.Active),
            Sealed = counts.Shared(SegmentState.Sealed),
            Large = counts.Dedicated(SegmentState.Sealed),
            Claimed = counts.Shared(SegmentState.Claimed) + counts.Dedicated(SegmentState.Claimed),
            Pending = counts.Dedicated(SegmentState.Private),
            Index = counts.Shared(SegmentState.Index),
            Free = counts.Shared(SegmentState.Free) + counts.Dedicated(SegmentState.Free),
            Leased = counts.Shared(SegmentState.Leased) + counts.Dedicated(SegmentState.Leased),
            SmallBytes = survey.SmallBytes + survey.SmallRoom,
            MainBytes = survey.MainBytes + survey.MainRoom,
        };
    }
}
