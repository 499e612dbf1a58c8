using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// The first bytes of a segment's memory, which is aligned to the segment size: what a lookup needs to know of an
/// item's segment is found by a mask on the item's address.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct SegmentHeader
{
    public const int Size = 32;

    /// <summary>Log2 of the tokens that one sequence number stands for: a record's place in units of 4 bytes.</summary>
    public const int CasShift = 21;

    /// <summary>Number of the segment's object.</summary>
    public int Id;              // owner: arena, while nobody else has the segment

    /// <summary>Flushes up to this epoch lie before all of its items.</summary>
    public uint Epoch;          // owner: arena gate

    /// <summary>
    /// Number of this use of the memory, never given twice; 0 while it holds no items. It is the place in the order of
    /// eviction, and the upper part of its items' CAS tokens.
    /// </summary>
    public long Sequence;       // owner: arena gate writes, everybody reads

    /// <summary>When the first record came, in seconds of the clock.</summary>
    public uint BegunAt;        // owner: arena gate

    /// <summary>Length of a large item's value.</summary>
    public int LargeLength;     // owner: whoever has the Private segment
}
