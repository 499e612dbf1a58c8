namespace Larder.Cache.Store;

/// <summary>Segments that are to go back to the system, when no lock is held. Changed under the arena's gate.</summary>
internal sealed class SurplusSegments
{
    private Segment? _first;        // owner: arena gate writes, everybody reads
    private long _bytes;            // owner: arena gate writes, everybody reads

    public bool HasAny => Volatile.Read(ref _first) is not null;

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(Segment segment)
    {
        segment.Next = _first;
        Volatile.Write(ref _first, segment);
        Volatile.Write(ref _bytes, _bytes + (long)segment.Length);
    }

    public Segment? Take()
    {
        if (_first is not { } taken) return null;
        Volatile.Write(ref _first, taken.Next);
        Volatile.Write(ref _bytes, _bytes - (long)taken.Length);
        taken.Next = null;
        return taken;
    }
}
