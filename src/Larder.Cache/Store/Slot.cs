using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// An 8-byte slot of the index.
/// <code>
///  63 .. 51  50    49     48        47       46 .. 2    1 .. 0
///  tag       reach large  CAS seen  fetched  address    hits (0 to 3)
/// </code>
/// A slot whose tag is 0 is empty. The reach bit belongs to the bucket, not to the item: see <see cref="Bucket"/>.
/// What a hit changes is here and not in the record, since a compare-and-swap of the slot cannot hurt anybody when the
/// item has gone meanwhile.
/// </summary>
internal static unsafe class Slot
{
    public const ulong HitsMask = 3;
    public const ulong Fetched = 1UL << 47;
    public const ulong CasSeen = 1UL << 48;
    public const ulong Large = 1UL << 49;
    public const ulong Reach = 1UL << 50;
    public const int TagShift = 51;
    public const int ReachShift = 63 - 50;

    private const ulong AddressMask = ((1UL << 47) - 1) & ~HitsMask;

    /// <summary>The upper 13 bits of a hash, without 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TagOf(ulong hash) => Math.Max(hash >> TagShift, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ItemHeader* ItemOf(ulong slot) => (ItemHeader*)(slot & AddressMask);

    public static bool IsEmpty(ulong slot) => slot >> TagShift == 0;

    public static int HitsOf(ulong slot) => (int)(slot & HitsMask);

    public static ulong Pack(ulong tag, ItemHeader* item, ulong bits) => (tag << TagShift) | (ulong)item | bits;

    /// <summary>The slot's item is another record now; its marks stay.</summary>
    public static ulong WithItem(ulong slot, ItemHeader* item) => (slot & ~AddressMask) | (ulong)item;

    /// <summary>Puts a value into a slot and leaves the bucket's bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(ulong* slot, ulong value) =>
        Volatile.Write(ref *slot, (value & ~Reach) | (*slot & Reach));
}
