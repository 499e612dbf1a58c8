namespace Larder.Cache.Store;

/// <summary>
/// Lanes of the small queue for new items that soon expire, by classes of their time: what expires together lies
/// together, so that its segments become free whole. A class has its lane while it merits one: while it stores at least
/// a quarter of a segment in the time that its items live. Without one its items go to the ordinary lane.
/// </summary>
/// <remarks>
/// A lane takes a segment that may stay part empty, and gives it up after the class's longest time: each class costs at
/// most two segments more than its items need. A store of few segments has none to spare and opens no lane.
/// </remarks>
internal sealed class TimedLanes
{
    /// <summary>Two for each class are then at most 5 % of the memory.</summary>
    private const int SegmentsMin = 128;

    /// <summary>The part of a segment (1/4) that a class fills in its time to merit a lane.</summary>
    private const int MeritShare = 4;

    /// <summary>Longest seconds of each class. Longer ones, and those without an end, are ordinary items.</summary>
    private static readonly uint[] s_secondsMax = [60, 600, 7200];

    private readonly SegmentArena _arena;
    private readonly Class[] _classes = new Class[s_secondsMax.Length];

    public TimedLanes(SegmentArena arena)
    {
        _arena = arena;
        for (int index = 0; index < _classes.Length; index++)
            _classes[index] = new Class(new Lane(arena, SegmentQueue.Small), s_secondsMax[index]);
    }

    /// <summary>Lanes that are open now.</summary>
    public int OpenCount
    {
        get
        {
            int count = 0;
            foreach (Class one in _classes)
                if (one.IsOpen) count++;
            return count;
        }
    }

    /// <summary>The lane of a new item, which counts for its class; null for the ordinary one. Any thread.</summary>
    public Lane? Choose(uint expiry, uint now, long recordSize)
    {
        if (ClassOf(expiry, now) is not { } found) return null;
        if (!found.IsOpen && (found.Count(recordSize) < Merit || !HasSegments)) return null;
        found.IsOpen = true;
        return found.Lane;
    }

    /// <summary>The lane of an item that moves, if its class has one. Any thread.</summary>
    public Lane? OpenFor(uint expiry, uint now) =>
        ClassOf(expiry, now) is { IsOpen: true } found ? found.Lane : null;

    /// <summary>Closes the lanes whose classes merit none any more. By one thread at a time.</summary>
    public void Tidy(uint now)
    {
        foreach (Class one in _classes)
        {
            // An open lane's segment is given up when its first items have expired, full or not. A closed lane has one
            // if a writer had chosen it before it was closed.
            bool isOver = one.Lane.TryClose(now, one.IsOpen ? one.SecondsMax : 0, out long filled);
            if (one.IsOpen ? !isOver || filled >= Merit : now - one.CountedSince < one.SecondsMax) continue;
            one.IsOpen = false;
            one.Restart(now);
        }
    }

    private long Merit => _arena.SegmentBytes / MeritShare;

    private bool HasSegments => _arena.Limit / _arena.SegmentBytes >= SegmentsMin;

    private Class? ClassOf(uint expiry, uint now)
    {
        if (expiry <= now) return null;
        foreach (Class one in _classes)
            if (expiry - now <= one.SecondsMax) return one;
        return null;
    }

    /// <summary>The items of one range of times.</summary>
    private sealed class Class(Lane lane, uint secondsMax)
    {
        private long _bytes;        // owner: anybody, interlocked
        private bool _isOpen;       // owner: anybody; a late writer may open it once more

        public Lane Lane => lane;

        public uint SecondsMax => secondsMax;

        /// <summary>When the bytes began to be counted.</summary>
        public uint CountedSince { get; private set; }      // owner: who tidies

        public bool IsOpen
        {
            get => Volatile.Read(ref _isOpen);
            set
            {
                if (_isOpen != value) Volatile.Write(ref _isOpen, value);
            }
        }

        /// <summary>Counts an item while there is no lane; the sum.</summary>
        public long Count(long bytes) => Interlocked.Add(ref _bytes, bytes);

        public void Restart(uint now)
        {
            Interlocked.Exchange(ref _bytes, 0);
            CountedSince = now;
        }
    }
}
