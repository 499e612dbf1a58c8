using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Larder.Cache.Store;

/// <summary>
/// A cache line of the index: 8 slots. An item whose bucket is full stands in one of the next buckets; how far one has
/// to look is the bucket's reach, a number of 8 bits, one in each slot.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct Bucket
{
    public const int SlotCount = 8;

    /// <summary>The largest reach.</summary>
    public const int ReachMax = 255;

    public fixed ulong Slots[SlotCount];    // owner: the stripe's lock; hit bits: anybody, by compare-and-swap

    /// <summary>
    /// One comparison for 8 slots: bit i is set when slot i has the tag. An empty slot's tag is 0, which no item has.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Matches(Bucket* bucket, ulong tag, out uint reach)
    {
        Vector512<ulong> slots = Vector512.LoadAligned(bucket->Slots);
        reach = (uint)(slots << Slot.ReachShift).ExtractMostSignificantBits();
        return (uint)Vector512.Equals(slots >>> Slot.TagShift, Vector512.Create(tag)).ExtractMostSignificantBits();
    }

    /// <summary>The same without vectors, for tests.</summary>
    public static uint MatchesScalar(Bucket* bucket, ulong tag, out uint reach)
    {
        uint matches = 0;
        reach = 0;
        for (int index = 0; index < SlotCount; index++)
        {
            ulong slot = bucket->Slots[index];
            if (slot >> Slot.TagShift == tag) matches |= 1u << index;
            if ((slot & Slot.Reach) != 0) reach |= 1u << index;
        }
        return matches;
    }

    /// <summary>An empty slot, or null.</summary>
    public static ulong* FindEmpty(Bucket* bucket)
    {
        uint empty = Matches(bucket, 0, out _);
        return empty == 0 ? null : bucket->Slots + BitOperations.TrailingZeroCount(empty);
    }

    public static void SetReach(Bucket* bucket, uint reach)
    {
        for (int index = 0; index < SlotCount; index++)
        {
            if ((reach >> index & 1) != 0) Interlocked.Or(ref bucket->Slots[index], Slot.Reach);
            else Interlocked.And(ref bucket->Slots[index], ~Slot.Reach);
        }
    }
}
