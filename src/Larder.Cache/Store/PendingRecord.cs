using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// A record whose value is still coming, or being joined together: in a lane among others, or alone in a dedicated
/// segment. It is not in the index, so that nobody else finds it, and keeps its segment. One owner. The default value
/// is none.
/// </summary>
internal readonly unsafe struct PendingRecord
{
    public PendingRecord(Segment segment, ItemHeader* item)
    {
        Debug.Assert(item != null, "a record that was placed");
        Segment = segment;
        Item = item;
    }

    public Segment? Segment { get; }

    public ItemHeader* Item { get; }

    public bool IsHeld => Segment is not null;

    /// <summary>It stands in a lane; otherwise it has a dedicated segment, in state Private.</summary>
    public bool IsShared => Segment is { IsDedicated: false };

    public int ValueLength => Item == null ? 0 : ItemHeader.StoredLength(Item);
}
