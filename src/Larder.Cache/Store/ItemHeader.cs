using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// What stands in front of each item in a segment. The fields that the state names follow, then key and value without
/// a gap; the whole record is rounded up to 4 bytes.
/// <code>
///  0 state | 2 access | 4 key length | 5 value length (24 bits) | 8 [expiry 4] [client flags 4] [CAS 8] key value
/// </code>
/// Key, value and lengths never change. A large item has all fields, and a value of 2^24 - 1 bytes or more has its
/// length in the segment's header. What is not here: the hash (made from the key again), the count of hits (in the
/// index's slot), the flush epoch (the segment's), CR LF (added by who writes the reply).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct ItemHeader
{
    /// <summary>Bytes in front of the fields.</summary>
    public const int Size = 8;

    private const int Alignment = 4;
    private const int ValueShift = 8;
    private const uint LengthLarge = (1 << 24) - 1;

    // The last access is told from the second when the segment was begun: exact for 4.5 hours before and behind it, and
    // in steps of about 2 minutes for 24 days (an item that moves may have been used before its new segment was begun).
    private const uint AccessExactBefore = 0x4000;
    private const uint AccessCodeMax = 0x7FFF;
    private const uint AccessCoarse = 0x8000;
    private const int AccessCoarseShift = 7;
    private const uint AccessCoarseBefore = 0x4000 << AccessCoarseShift;

    [FieldOffset(0)] public ItemState State;            // owner: stripe lock
    [FieldOffset(2)] public ushort AccessCode;          // owner: stripe lock
    [FieldOffset(4)] public uint Lengths;               // owner: immutable

    public readonly int KeyLength => (byte)Lengths;

    public readonly bool Has(ItemState bits) => (State & bits) != ItemState.None;

    /// <summary>Bytes of the fields that a state names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FieldsSize(ItemState state)
    {
        uint bits = (uint)state;
        return (int)(((bits & 1) << 2) + ((bits & 2) << 1) + ((bits & 4) << 1));
    }

    /// <summary>Bytes that a record of this key and value takes in a segment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long RecordSize(int keyLength, long valueLength, ItemState state) =>
        (Size + FieldsSize(state) + keyLength + valueLength + (Alignment - 1)) & -Alignment;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long RecordSize(ItemHeader* item) =>
        RecordSize(item->KeyLength, StoredLength(item), item->State);

    /// <summary>Writes the immutable part, and the state.</summary>
    public static void Begin(ItemHeader* item, int keyLength, int valueLength, ItemState state)
    {
        item->State = state;
        item->AccessCode = 0;
        item->Lengths = ((uint)Math.Min(valueLength, LengthLarge) << ValueShift) | (uint)keyLength;
        if ((uint)valueLength >= LengthLarge) HeaderOf(item)->LargeLength = valueLength;
    }

    /// <summary>Bytes of the value as it was stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoredLength(ItemHeader* item)
    {
        return StoredLength(item, item->Lengths);
    }

    /// <summary>The same, of lengths that were read before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoredLength(ItemHeader* item, uint lengths)
    {
        uint length = lengths >> ValueShift;
        return length != LengthLarge ? (int)length : HeaderOf(item)->LargeLength;
    }

    /// <summary>Bytes of the value; 0 for an item that was emptied.</summary>
    public static int ValueLength(ItemHeader* item) => item->Has(ItemState.Emptied) ? 0 : StoredLength(item);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyStart(ItemHeader* item) => KeyStart(item, item->State);

    /// <summary>Where the key begins in a record with these fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyStart(ItemHeader* item, ItemState state) => (byte*)item + Size + FieldsSize(state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Key(ItemHeader* item) => new(KeyStart(item), item->KeyLength);

    /// <summary>The value; empty for an item that was emptied.</summary>
    public static Span<byte> Value(ItemHeader* item) => new(KeyStart(item) + item->KeyLength, ValueLength(item));

    /// <summary>The item's time; 0 is never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Expiry(ItemHeader* item) => Expiry(item, item->State);

    /// <summary>The time of a record with these fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Expiry(ItemHeader* item, ItemState state) =>
        (state & ItemState.HasExpiry) != 0 ? *ExpiryField(item) : 0;

    public static uint ClientFlags(ItemHeader* item) => ClientFlags(item, item->State);

    /// <summary>The client flags of a record with these fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ClientFlags(ItemHeader* item, ItemState state) =>
        (state & ItemState.HasFlags) != 0 ? *FlagsField(item, state) : 0;

    public static void SetExpiry(ItemHeader* item, uint expiry)
    {
        Debug.Assert(item->Has(ItemState.HasExpiry), "the record has a time");
        *ExpiryField(item) = expiry;
    }

    public static void SetClientFlags(ItemHeader* item, uint flags)
    {
        Debug.Assert(item->Has(ItemState.HasFlags), "the record has client flags");
        *FlagsField(item, item->State) = flags;
    }

    /// <summary>The token that the record carries.</summary>
    public static ulong CasField(ItemHeader* item, ItemState state)
    {
        Debug.Assert((state & ItemState.HasCas) != 0, "the record has a token");
        return Unsafe.ReadUnaligned<ulong>(CasPlace(item, state));
    }

    public static void SetCas(ItemHeader* item, ulong cas)
    {
        Debug.Assert(item->Has(ItemState.HasCas), "the record has a token");
        Unsafe.WriteUnaligned(CasPlace(item, item->State), cas);
    }

    /// <summary>The last access, in seconds of the clock.</summary>
    public static uint LastAccess(ItemHeader* item, uint begunAt)
    {
        uint code = item->AccessCode;
        if (code < AccessCoarse) return begunAt - AccessExactBefore + code;
        return begunAt - AccessCoarseBefore + ((code - AccessCoarse) << AccessCoarseShift);
    }

    public static void SetLastAccess(ItemHeader* item, uint begunAt, uint access)
    {
        // Differences of unsigned seconds: a time before the window is a very large one.
        uint exact = access - begunAt + AccessExactBefore;
        uint coarse = (access - begunAt + AccessCoarseBefore) >> AccessCoarseShift;
        uint code = exact <= AccessCodeMax ? exact : AccessCoarse | Math.Min(coarse, AccessCodeMax);
        item->AccessCode = (ushort)code;
    }

    // The only item of a dedicated segment stands right behind the segment's header.
    private static SegmentHeader* HeaderOf(ItemHeader* item) => (SegmentHeader*)item - 1;

    private static uint* ExpiryField(ItemHeader* item) => (uint*)((byte*)item + Size);

    private static uint* FlagsField(ItemHeader* item, ItemState state) =>
        (uint*)((byte*)item + Size + FieldsSize(state & ItemState.HasExpiry));

    private static byte* CasPlace(ItemHeader* item, ItemState state) =>
        (byte*)item + Size + FieldsSize(state & (ItemState.HasExpiry | ItemState.HasFlags));
}
