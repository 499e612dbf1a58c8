using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// What stands in front of each item in a segment; key, value and CR LF follow without a gap, and the whole record is
/// rounded up to 8 bytes (so that the low bits of its address are free and its words are aligned).
/// <code>
///  0 cas | 8 expiry | 12 last access | 16 hash, low half | 20 client flags | 24 value length | 28 epoch
/// 32 key length | 33 state | 34 key ... value ... CR LF, padding
/// </code>
/// The fields hash, value length and key length are written once, under the lane's lock, before the segment's end moves
/// over the record: whoever walks a segment can step over records that are still being filled.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct ItemHeader
{
    /// <summary>Bytes in front of the key.</summary>
    public const int Size = 34;

    /// <summary>CR LF, so that a value goes onto the wire with its end by one copy.</summary>
    public const int TerminatorSize = 2;

    private const int Alignment = 8;

    [FieldOffset(0)] public ulong Cas;                  // owner: stripe lock
    [FieldOffset(8)] public uint Expiry;                // owner: stripe lock
    [FieldOffset(12)] public uint LastAccess;           // owner: stripe lock
    [FieldOffset(16)] public uint HashLow;              // owner: immutable
    [FieldOffset(20)] public uint ClientFlags;          // owner: stripe lock
    [FieldOffset(24)] public uint StoredLength;         // owner: immutable
    [FieldOffset(28)] public uint Epoch;                // owner: stripe lock
    [FieldOffset(32)] public byte KeyLength;            // owner: immutable
    [FieldOffset(33)] public ItemState State;           // owner: stripe lock

    public readonly bool Has(ItemState bits) => (State & bits) != ItemState.None;

    /// <summary>Bytes that a record of this key and value takes in a segment.</summary>
    public static long RecordSize(int keyLength, int valueLength) =>
        ((long)Size + keyLength + valueLength + TerminatorSize + (Alignment - 1)) & -Alignment;

    public static long RecordSize(ItemHeader* item) => RecordSize(item->KeyLength, (int)item->StoredLength);

    public static ReadOnlySpan<byte> Key(ItemHeader* item) => new((byte*)item + Size, item->KeyLength);

    /// <summary>The value; empty for an item that was emptied in place.</summary>
    public static ReadOnlySpan<byte> Value(ItemHeader* item) => WireValue(item)[..^TerminatorSize];

    /// <summary>The value and CR LF.</summary>
    public static Span<byte> WireValue(ItemHeader* item)
    {
        byte* start = (byte*)item + Size + item->KeyLength;
        int length = (int)item->StoredLength;
        Debug.Assert(length >= 0, "a value has at most 2^31 - 1 bytes");
        return !item->Has(ItemState.Emptied)
            ? new Span<byte>(start, length + TerminatorSize)
            : new Span<byte>(start + length, TerminatorSize);
    }
}
