using System.Numerics;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Whether the calls of one key can have happened one after the other, in an order that no two calls contradict of
/// which one ended before the other began (linearizability; search as in Wing and Gong, "Testing and verifying
/// concurrent objects", 1993, with the states that were seen remembered). With eviction the item may vanish between any
/// two calls.
/// </summary>
internal sealed class KeyHistory(bool evicts)
{
    private HashSet<KeyState> _states = [KeyState.Absent];

    /// <summary>Goes on with calls that all began after those before had ended; at most 64.</summary>
    /// <returns>False when no order explains the answers.</returns>
    public bool Extend(List<KeyOperation> calls)
    {
        if (calls.Count == 0) return true;
        var seen = new HashSet<(ulong Done, KeyState State)>();
        var open = new Stack<(ulong Done, KeyState State)>();
        var ends = new HashSet<KeyState>();
        ulong all = ulong.MaxValue >> (64 - calls.Count);
        foreach (KeyState state in _states) Push((0, state));
        while (open.TryPop(out (ulong Done, KeyState State) at))
        {
            if (at.Done == all) ends.Add(at.State);
            if (evicts) Push((at.Done, KeyState.Absent));
            // Who began before every call that is still to come has ended may be next.
            long firstEnd = long.MaxValue;
            for (ulong left = all & ~at.Done; left != 0; left &= left - 1)
                firstEnd = Math.Min(firstEnd, calls[BitOperations.TrailingZeroCount(left)].End);
            for (ulong left = all & ~at.Done; left != 0; left &= left - 1)
            {
                int index = BitOperations.TrailingZeroCount(left);
                if (calls[index].Begin > firstEnd) continue;
                if (calls[index].Apply(at.State) is { } next) Push((at.Done | (1UL << index), next));
            }
        }
        _states = ends;
        return ends.Count > 0;

        void Push((ulong Done, KeyState State) place)
        {
            if (seen.Add(place)) open.Push(place);
        }
    }
}
