namespace Larder.Cache.Store;

/// <summary>The ages of a store's segments, and what is in them for nothing. Taken while others work.</summary>
internal struct SegmentSurvey
{
    /// <summary>Segments that are mapped.</summary>
    public int Mapped;

    /// <summary>Seconds since the oldest one with items was begun.</summary>
    public uint OldestAge;

    /// <summary>Bytes of items whose time is over, at most.</summary>
    public long ExpiredBytes;

    /// <summary>Bytes of records that are no items any more.</summary>
    public long DeadBytes;

    /// <summary>Looks at all segments.</summary>
    public static SegmentSurvey Of(SegmentArena arena, uint now)
    {
        var survey = default(SegmentSurvey);
        long oldest = long.MaxValue;
        foreach (Segment? segment in arena.Segments)
        {
            if (segment is null || segment.State == SegmentState.Unmapped) continue;
            survey.Mapped++;
            if (segment.State is not (SegmentState.Sealed or SegmentState.Active)) continue;
            long live = segment.LiveBytes;
            survey.ExpiredBytes += Math.Min(segment.Notes.BytesDue(now), live);
            survey.DeadBytes += Math.Max(segment.End - Segment.HeaderSize - live, 0);
            if (segment.Sequence >= oldest) continue;
            oldest = segment.Sequence;
            survey.OldestAge = now - segment.BegunAt;
        }
        return survey;
    }
}
