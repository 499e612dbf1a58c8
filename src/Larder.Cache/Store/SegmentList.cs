using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Segments one behind the other, linked in themselves: all takes the same time, however many there are. A segment has
/// two sets of links, for a list of the order of eviction and for one beside it. Under the arena's gate.
/// </summary>
/// <param name="isBeside">The list beside the order.</param>
internal sealed class SegmentList(bool isBeside)
{
    private Segment? _last;         // owner: arena gate
    private Segment? _next;         // owner: arena gate; of the round
    private int _count;             // owner: arena gate writes, everybody reads

    public Segment? First { get; private set; }         // owner: arena gate

    public int Count => Volatile.Read(ref _count);

    public bool Has(Segment segment) => Of(segment).List == this;

    public Segment? Behind(Segment segment) => Of(segment).Next;

    public void AddLast(Segment segment) => Insert(_last, segment, null);

    public void AddFirst(Segment segment) => Insert(null, segment, First);

    public void Remove(Segment segment)
    {
        ref SegmentLinks links = ref Of(segment);
        Debug.Assert(links.List == this, "it stands here");
        if (_next == segment) _next = links.Next;
        if (links.Previous is { } previous) Of(previous).Next = links.Next;
        else First = links.Next;
        if (links.Next is { } next) Of(next).Previous = links.Previous;
        else _last = links.Previous;
        links = default;
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Round and round: the segment behind the one of the last call; null when there are none.</summary>
    public Segment? NextOfRound()
    {
        Segment? segment = _next ?? First;
        _next = segment is null ? null : Of(segment).Next;
        return segment;
    }

    private void Insert(Segment? previous, Segment segment, Segment? next)
    {
        ref SegmentLinks links = ref Of(segment);
        Debug.Assert(links.List is null, "it stands in one list only");
        links = new SegmentLinks { List = this, Previous = previous, Next = next };
        if (previous is null) First = segment;
        else Of(previous).Next = segment;
        if (next is null) _last = segment;
        else Of(next).Previous = segment;
        Volatile.Write(ref _count, _count + 1);
    }

    private ref SegmentLinks Of(Segment segment) => ref isBeside ? ref segment.LinksBeside : ref segment.Links;
}
