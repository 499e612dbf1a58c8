namespace Larder.Cache.Store;

/// <summary>
/// The objects of all segments by their number, which stands at the beginning of their memory. Objects are never given
/// up: one whose memory has gone waits for other memory. The gate is a leaf.
/// </summary>
internal sealed class SegmentTable(SegmentArena arena)
{
    private int _gate;
    private Segment?[] _segments = new Segment?[256];       // owner: gate writes, everybody reads
    private int _count;                                     // owner: gate
    private readonly SegmentStack _unmapped = new();        // owner: gate

    /// <summary>All that were ever made, without gaps; look at their state.</summary>
    public ReadOnlySpan<Segment?> All => Volatile.Read(ref _segments);

    /// <summary>The segment of a number that was read in mapped memory.</summary>
    public Segment this[int id] => Volatile.Read(ref _segments)[id]!;

    /// <summary>An object without memory. Without locks.</summary>
    public Segment Take()
    {
        while (true)
        {
            SpinGate.Enter(ref _gate);
            Segment? segment = _unmapped.Take();
            int capacity = _segments.Length;
            SpinGate.Exit(ref _gate);
            if (segment is not null) return segment;
            Add(capacity);
        }
    }

    /// <summary>The object's memory has gone.</summary>
    public void PutBack(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        segment.State = SegmentState.Unmapped;
        _unmapped.Add(segment);
        SpinGate.Exit(ref _gate);
    }

    // New objects are made outside of the gate: an allocation may wait for a collection.
    private void Add(int capacity)
    {
        bool isFull = Volatile.Read(ref _count) >= capacity;
        var longer = isFull ? new Segment?[capacity * 2] : null;
        int id = Volatile.Read(ref _count);
        var made = new Segment(arena, id);
        SpinGate.Enter(ref _gate);
        if (longer is not null && _segments.Length == capacity)
        {
            _segments.AsSpan().CopyTo(longer);
            Volatile.Write(ref _segments, longer);
        }
        if (_count == id && id < _segments.Length)
        {
            _segments[id] = made;
            _count++;
            _unmapped.Add(made);
        }
        SpinGate.Exit(ref _gate);
    }
}
