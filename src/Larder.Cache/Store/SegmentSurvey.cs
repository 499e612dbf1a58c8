namespace Larder.Cache.Store;

/// <summary>What the segments with items hold.</summary>
internal struct SegmentSurvey
{
    /// <summary>Bytes of the small queue; a segment that a lane fills counts by what it holds.</summary>
    public long SmallBytes;

    /// <summary>Bytes of the main queue.</summary>
    public long MainBytes;

    /// <summary>Bytes that are left in segments of the small queue's lanes.</summary>
    public long SmallRoom;

    /// <summary>Bytes that are left in the main queue's lane.</summary>
    public long MainRoom;

    /// <summary>Bytes of all records, dead ones too.</summary>
    public long UsedBytes;

    /// <summary>When the oldest of those was begun that go next; null without segments.</summary>
    public uint? BegunAt;
}
