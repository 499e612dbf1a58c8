namespace Larder.Cache.Store;

/// <summary>
/// Memory that is being gathered for one long value, step by step. For a large one what is free is counted as the
/// value's from then on, so that nobody else takes it. It belongs to one connection (pass it by reference, do not copy
/// it), until the value has its place or <see cref="ItemStore.Abandon(ref RoomClaim)"/>. The default value holds
/// nothing.
/// </summary>
public struct RoomClaim
{
    /// <summary>Bytes that are counted as mapped and are not.</summary>
    internal long Bytes;

    /// <summary>Steps so far.</summary>
    internal int Steps;

    /// <summary>The step that has gained something last.</summary>
    internal int GainedAt;

    /// <summary>How often the system had no memory.</summary>
    internal int Refusals;

    /// <summary>Where a value that shares a segment goes: asked once, since the ghosts forget the key then.</summary>
    internal SegmentQueue? Queue;
}
