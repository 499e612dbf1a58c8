namespace Larder.Cache.Store;

/// <summary>What <see cref="SegmentArena.Survey"/> has seen.</summary>
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
}
