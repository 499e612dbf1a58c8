namespace Larder.Cache.Store;

/// <summary>
/// Segments that wait for the next who wants one: free, surplus, without memory. Changed under the gate of whose it is.
/// </summary>
internal sealed class SegmentStack
{
    private Segment? _first;        // owner: that gate writes, everybody reads
    private int _count;             // owner: that gate writes, everybody reads
    private long _bytes;            // owner: that gate writes, everybody reads

    public bool HasAny => Volatile.Read(ref _first) is not null;

    public int Count => Volatile.Read(ref _count);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(Segment segment)
    {
        segment.Next = _first;
        Volatile.Write(ref _first, segment);
        Volatile.Write(ref _count, _count + 1);
        Volatile.Write(ref _bytes, _bytes + (long)segment.Length);
    }

    public Segment? Take()
    {
        if (_first is not { } taken) return null;
        Volatile.Write(ref _first, taken.Next);
        Volatile.Write(ref _count, _count - 1);
        Volatile.Write(ref _bytes, _bytes - (long)taken.Length);
        taken.Next = null;
        return taken;
    }
}
