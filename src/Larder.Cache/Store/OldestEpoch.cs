using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// The oldest flush epoch of any item, or an older one: lookups trust in it without looking at segments. It is found
/// out by rounds over all segments, some at a time; what begins meanwhile counts for the round as well. Under the
/// arena's gate, but for reading.
/// </summary>
internal sealed class OldestEpoch(SegmentTable segments)
{
    /// <summary>Segments that are looked at under one holding of the gate: some microseconds.</summary>
    private const int LooksMax = 128;

    private PaddedNumber _oldest;   // owner: arena gate writes, everybody reads
    private uint _found;            // owner: arena gate; by the round so far
    private int _at;                // owner: arena gate; where the round goes on, 0 between rounds

    public uint Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _oldest.Value);
    }

    /// <summary>A segment gets items of this epoch; they may come from a store that began before a flush.</summary>
    public void NoteBegun(uint epoch)
    {
        if (IsOlder(epoch, Value)) Volatile.Write(ref _oldest.Value, epoch);
        if (IsOlder(epoch, _found)) _found = epoch;
    }

    /// <summary>Looks at some segments; at the end of a round it is known how old items are.</summary>
    /// <param name="epoch">The epoch now, the newest that there is.</param>
    /// <returns>True when the round goes on.</returns>
    public bool GoRound(uint epoch)
    {
        ReadOnlySpan<Segment?> all = segments.All;
        if (_at == 0) _found = epoch;
        int end = Math.Min(_at + LooksMax, all.Length);
        for (; _at < end && all[_at] is { } segment; _at++)
        {
            bool hasItems = segment.State is SegmentState.Active or SegmentState.Sealed or SegmentState.Claimed;
            if (hasItems && IsOlder(segment.Epoch, _found)) _found = segment.Epoch;
        }
        if (_at < all.Length && all[_at] is not null) return true;
        Volatile.Write(ref _oldest.Value, _found);
        _at = 0;
        return false;
    }

    private static bool IsOlder(uint epoch, uint other) => (int)(epoch - other) < 0;
}
