namespace Larder.Cache.Store;

/// <summary>A segment's place in a <see cref="SegmentList"/>.</summary>
internal struct SegmentLinks
{
    /// <summary>The list that it stands in; null in none.</summary>
    public SegmentList? List;

    public Segment? Previous;
    public Segment? Next;
}
