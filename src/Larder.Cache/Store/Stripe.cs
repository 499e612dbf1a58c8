using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// One of the index's parts: a lock, and a small table of buckets of its own in pages. A stripe has some hundred items,
/// so that growing by a page, which moves them all, takes some microseconds.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 192)]
internal unsafe struct Stripe
{
    /// <summary>Pages that the stripe points at itself; further ones stand in the directory.</summary>
    public const int InlinePages = 20;

    public int Lock;                // 0 open; see SpinGate
    public uint Version;            // owner: Lock; odd while slots or fields change, new when an item leaves
    public int Items;               // owner: Lock
    public int Buckets;             // owner: Lock
    public long Stored;             // owner: Lock; items stored since the start (or the last reset)
    public fixed ulong Pages[InlinePages];  // owner: Lock
    public ulong* Directory;        // owner: Lock; a page of further pages, or null

    /// <summary>Readers without a lock are to look again: what they see now may be half of something.</summary>
    public static void BeginChange(Stripe* stripe)
    {
        stripe->Version++;
        // Nobody may see a change before the odd version: pairs with the barrier in front of the reader's last look.
        Interlocked.MemoryBarrier();
    }

    public static void EndChange(Stripe* stripe) => Volatile.Write(ref stripe->Version, stripe->Version + 1);

    /// <summary>
    /// An item has just left its slot: readers that saw it there are to look again. Before its record is counted as
    /// dead. A release, so that whoever sees this version does not see the item in the slot.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoteLeft(Stripe* stripe) => Volatile.Write(ref stripe->Version, stripe->Version + 2);
}
