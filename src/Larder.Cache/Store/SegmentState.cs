namespace Larder.Cache.Store;

/// <summary>Where a segment stands in its life; changed under the arena's gate.</summary>
internal enum SegmentState
{
    /// <summary>Not mapped; the object waits to be used again.</summary>
    Unmapped,

    /// <summary>Mapped, empty, in the arena's pool (or its spare, or on the way into a lane).</summary>
    Free,

    /// <summary>A value that is still coming (a reservation), or not yet in the index.</summary>
    Private,

    /// <summary>Holds pages of the index.</summary>
    Index,

    /// <summary>A lane writes records behind its end.</summary>
    Active,

    /// <summary>Full; waits for eviction, or for its last item to go.</summary>
    Sealed,

    /// <summary>The evictor empties it.</summary>
    Claimed,

    /// <summary>Without items, but leases still read its bytes.</summary>
    Leased,
}
