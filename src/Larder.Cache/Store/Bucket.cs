using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// A cache line of the index: 8 slots of a 16-bit tag (high) and a 48-bit address (low). 0 is an empty slot. A bucket
/// with more than 8 items chains another one by its last slot, whose tag is then <see cref="LinkTag"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct Bucket
{
    public const int SlotCount = 8;
    public const int TagShift = 48;

    /// <summary>A tag that no item has: the slot's address is the next bucket's.</summary>
    public const ulong LinkTag = 0xFFFF;

    private const ulong AddressMask = (1UL << TagShift) - 1;

    public fixed ulong Slots[SlotCount];    // owner: the stripe's lock

    /// <summary>The upper 16 bits of a hash, without the two values that mean something else.</summary>
    public static ulong TagOf(ulong hash) => Math.Clamp(hash >> TagShift, 1, LinkTag - 1);

    public static ulong Pack(ulong tag, void* address) => (tag << TagShift) | (ulong)address;

    public static ItemHeader* ItemOf(ulong slot) => (ItemHeader*)(slot & AddressMask);

    /// <summary>The bucket behind this one, or null.</summary>
    public static Bucket* Next(Bucket* bucket)
    {
        ulong last = bucket->Slots[SlotCount - 1];
        return last >> TagShift == LinkTag ? (Bucket*)(last & AddressMask) : null;
    }
}
