using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Dedicated segments that were freed and wait, mapped and counted, for the next large value: mapping one of 100 KB
/// anew costs several times what copying into it does (docs/decisions/large-values.md). A small part of the memory, and
/// the first thing that goes when memory is short. All under the arena's gate.
/// </summary>
internal sealed class KeptMappings
{
    /// <summary>So many at most: they are looked through one by one.</summary>
    private const int CountMax = 32;

    /// <summary>At most this part of the memory: two values of 1 MB at -m 64, where one is free at a time.</summary>
    private const int MemoryShare = 32;

    private readonly Segment[] _segments = new Segment[CountMax];
    private int _count;
    private long _bytes;            // owner: arena gate writes, everybody reads

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Keeps a free segment; false when there are enough.</summary>
    public bool TryAdd(Segment segment, long memory)
    {
        Debug.Assert(segment.IsDedicated && segment.State == SegmentState.Free, "nobody has it");
        long bytes = _bytes + (long)segment.Length;
        if (_count == CountMax || bytes > memory / MemoryShare) return false;
        _segments[_count++] = segment;
        Volatile.Write(ref _bytes, bytes);
        return true;
    }

    /// <summary>The one whose length is nearest to what is wanted, with addresses for it; null without one.</summary>
    public Segment? TakeNearest(nuint bytes)
    {
        int best = -1;
        long bestDistance = long.MaxValue;
        for (int index = 0; index < _count; index++)
        {
            long distance = Math.Abs((long)_segments[index].Length - (long)bytes);
            if (_segments[index].Space < bytes || distance >= bestDistance) continue;
            best = index;
            bestDistance = distance;
        }
        return best < 0 ? null : TakeAt(best);
    }

    /// <summary>Any one, to be unmapped.</summary>
    public Segment? TakeLast() => _count == 0 ? null : TakeAt(_count - 1);

    private Segment TakeAt(int index)
    {
        Segment taken = _segments[index];
        _segments[index] = _segments[--_count];
        _segments[_count] = null!;
        Volatile.Write(ref _bytes, _bytes - (long)taken.Length);
        return taken;
    }
}
