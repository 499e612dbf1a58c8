namespace Larder.Cache.Store;

/// <summary>The bits of <see cref="ItemHeader.State"/>.</summary>
[Flags]
internal enum ItemState : byte
{
    None = 0,

    /// <summary>Hits since the item was stored, less one for each time that the evictor kept it; low bit.</summary>
    UseLow = 1,

    /// <summary>High bit of the same, which stops at 3.</summary>
    UseHigh = 2,

    /// <summary>Both bits of the count.</summary>
    UseMask = UseLow | UseHigh,

    /// <summary>Was read since it was stored.</summary>
    Fetched = 4,

    /// <summary>Invalidated, but still shown (meta flag I).</summary>
    Stale = 8,

    /// <summary>Somebody was told to recache it.</summary>
    Won = 16,

    /// <summary>The key was sent as base64.</summary>
    KeyBinary = 32,

    /// <summary>The value counts as empty, whatever bytes stand there (meta md with x).</summary>
    Emptied = 64,

    /// <summary>No longer in the index. A hint for walkers of segments: absent it must be looked up there.</summary>
    Dead = 128,
}
