namespace Larder.Cache.Store;

/// <summary>
/// The objects of all segments by their number, which stands at the beginning of their memory. Objects are never given
/// up: one whose memory has gone waits for other memory. The gate is a leaf.
/// </summary>
internal sealed class SegmentTable(SegmentArena arena)
{
    /// <summary>Segments whose earliest seconds of expiry stand in one array; such an array never moves.</summary>
    public const int PartSize = 256;

    private int _gate;
    private Segment?[] _segments = new Segment?[PartSize];  // owner: gate writes, everybody reads
    private uint[]?[] _earliest = new uint[]?[1];           // owner: gate writes, everybody reads
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

    /// <summary>
    /// The next segment in which something may have expired by then: a look at 4 bytes of each, which stand side by
    /// side, so that tens of thousands in which nothing has cost some microseconds.
    /// </summary>
    /// <param name="from">The first number.</param>
    /// <param name="now">The second.</param>
    /// <returns>Its number; -1 when there is none.</returns>
    public int FindDue(int from, uint now)
    {
        uint[]?[] parts = Volatile.Read(ref _earliest);
        for (int part = from / PartSize; part < parts.Length && parts[part] is { } seconds; part++)
        {
            int first = part * PartSize;
            int skipped = Math.Max(from - first, 0);
            int found = seconds.AsSpan(skipped).IndexOfAnyInRange(0u, now);
            if (found >= 0) return first + skipped + found;
        }
        return -1;
    }

    // New objects are made outside of the gate: an allocation may wait for a collection.
    private void Add(int capacity)
    {
        int id = Volatile.Read(ref _count);
        bool isFull = id >= capacity;
        var longer = isFull ? new Segment?[capacity * 2] : null;
        var longerParts = isFull ? new uint[]?[capacity * 2 / PartSize] : null;
        uint[]? part = id % PartSize == 0 ? new uint[PartSize] : null;
        part.AsSpan().Fill(ExpiryNotes.Never);
        SpinGate.Enter(ref _gate);
        if (longer is not null && _segments.Length == capacity)
        {
            _earliest.AsSpan().CopyTo(longerParts);
            Volatile.Write(ref _earliest, longerParts!);
            _segments.AsSpan().CopyTo(longer);
            Volatile.Write(ref _segments, longer);
        }
        uint[] seconds = _earliest[id / PartSize] ??= part!;
        SpinGate.Exit(ref _gate);

        var made = new Segment(arena, id, seconds);
        SpinGate.Enter(ref _gate);
        if (_count == id)
        {
            _segments[id] = made;
            _count++;
            _unmapped.Add(made);
        }
        SpinGate.Exit(ref _gate);
    }
}
