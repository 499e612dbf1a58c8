namespace Larder.Cache.Store;

/// <summary>The bits of <see cref="ItemHeader.State"/>: which fields a record has, and its marks.</summary>
[Flags]
internal enum ItemState : ushort
{
    None = 0,

    /// <summary>The record has a time (4 bytes).</summary>
    HasExpiry = 1,

    /// <summary>The record has client flags (4 bytes).</summary>
    HasFlags = 2,

    /// <summary>The record has a CAS token (8 bytes); without it the token is made from the record's place.</summary>
    HasCas = 4,

    /// <summary>All fields.</summary>
    AllFields = HasExpiry | HasFlags | HasCas,

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
