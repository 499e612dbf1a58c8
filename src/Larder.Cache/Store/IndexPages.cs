using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Pages of buckets for stripes. They lie in segments that the arena lends; a segment whose pages are all free goes
/// back and serves items again. The gate is a leaf below the stripes.
/// </summary>
/// <remarks>
/// A segment's first pages hold the owners of its pages: the number of the stripe, so that the pages of a nearly empty
/// segment can be moved elsewhere. A free page's first word is the next free one.
/// </remarks>
internal sealed unsafe class IndexPages(SegmentArena arena)
{
    /// <summary>16 buckets: a stripe of some hundred items grows by about a tenth.</summary>
    public const int PageBytes = 1 << 10;
    public const int PageBuckets = PageBytes / 64;

    private const int Free = -1;

    private readonly int _pagesOfChunk = arena.SegmentBytes / PageBytes;
    private int _gate;
    private Chunk[] _chunks = new Chunk[16];    // owner: _gate
    private int _count;                         // owner: _gate
    private Segment? _draining;                 // owner: _gate; its free pages are not given out
    private int _freePages;                     // owner: _gate writes, everybody reads

    /// <summary>Bytes of all segments that hold pages.</summary>
    public long Bytes => (long)Volatile.Read(ref _count) * arena.SegmentBytes;

    /// <summary>More than a segment's worth of pages is free.</summary>
    public bool HasSurplus => Volatile.Read(ref _freePages) > _pagesOfChunk + _pagesOfChunk / 4;

    private int HeaderPages => (_pagesOfChunk * sizeof(int) + PageBytes - 1) / PageBytes;

    /// <summary>A page of zeros, or null when there is none: then <see cref="Add"/>, without any lock.</summary>
    public byte* TryTake(int owner)
    {
        byte* page = null;
        SpinGate.Enter(ref _gate);
        int best = -1;
        for (int index = 0; index < _count; index++)
        {
            if (_chunks[index].FreeCount == 0 || _chunks[index].Segment == _draining) continue;
            // The fullest one, so that others may become empty.
            if (best < 0 || _chunks[index].FreeCount < _chunks[best].FreeCount) best = index;
        }
        if (best >= 0)
        {
            ref Chunk chunk = ref _chunks[best];
            page = chunk.FirstFree;
            if (page != null) chunk.FirstFree = *(byte**)page;
            else page = chunk.Segment.Base + (long)chunk.Untouched++ * PageBytes;
            chunk.FreeCount--;
            Volatile.Write(ref _freePages, _freePages - 1);
            *OwnerOf(chunk.Segment, page) = owner;
        }
        SpinGate.Exit(ref _gate);
        if (page != null) new Span<byte>(page, PageBytes).Clear();
        return page;
    }

    public void PutBack(byte* page)
    {
        SpinGate.Enter(ref _gate);
        ref Chunk chunk = ref ChunkOf(page);
        *(byte**)page = chunk.FirstFree;
        chunk.FirstFree = page;
        chunk.FreeCount++;
        *OwnerOf(chunk.Segment, page) = Free;
        Volatile.Write(ref _freePages, _freePages + 1);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>Makes pages of a free segment. Without any lock.</summary>
    public void Add(Segment segment)
    {
        Debug.Assert(segment.State == SegmentState.Free, "nobody else has it");
        segment.State = SegmentState.Index;
        var longer = new Chunk[Volatile.Read(ref _count) * 2 + 16];
        new Span<int>(segment.Base, _pagesOfChunk).Fill(Free);
        SpinGate.Enter(ref _gate);
        if (_count == _chunks.Length)
        {
            _chunks.AsSpan().CopyTo(longer);
            _chunks = longer;
        }
        _chunks[_count] = new Chunk
        {
            Segment = segment,
            Untouched = HeaderPages,
            FreeCount = _pagesOfChunk - HeaderPages,
        };
        Volatile.Write(ref _freePages, _freePages + _chunks[_count].FreeCount);
        Volatile.Write(ref _count, _count + 1);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>Chooses the emptiest segment to be given back; one thread at a time.</summary>
    public Segment? BeginDrain()
    {
        SpinGate.Enter(ref _gate);
        int best = 0;
        for (int index = 1; index < _count; index++)
            if (_chunks[index].FreeCount > _chunks[best].FreeCount) best = index;
        _draining = _count > 1 ? _chunks[best].Segment : null;
        Segment? chosen = _draining;
        SpinGate.Exit(ref _gate);
        return chosen;
    }

    /// <summary>A page of the drained segment that somebody owns, from number <paramref name="from"/> on.</summary>
    public byte* NextOwned(Segment segment, ref int from, out int owner)
    {
        owner = Free;
        for (from = Math.Max(from, HeaderPages); from < _pagesOfChunk; from++)
        {
            byte* page = segment.Base + (long)from * PageBytes;
            owner = Volatile.Read(ref *OwnerOf(segment, page));
            if (owner != Free) return page;
        }
        return null;
    }

    /// <summary>Ends a drain; the segment is returned to the arena if all of its pages are free.</summary>
    public void EndDrain()
    {
        Segment? empty = null;
        SpinGate.Enter(ref _gate);
        for (int index = 0; index < _count && empty is null; index++)
        {
            if (_chunks[index].Segment != _draining || _chunks[index].FreeCount < _pagesOfChunk - HeaderPages) continue;
            empty = _draining;
            Volatile.Write(ref _freePages, _freePages - _chunks[index].FreeCount);
            _chunks[index] = _chunks[_count - 1];
            _chunks[_count - 1] = default;
            Volatile.Write(ref _count, _count - 1);
        }
        _draining = null;
        SpinGate.Exit(ref _gate);
        if (empty is null) return;
        empty.Attach(empty.Base, empty.Length, empty.Space, isDedicated: false);
        arena.PutBack(empty);
    }

    private ref Chunk ChunkOf(byte* page)
    {
        byte* start = (byte*)((nuint)page & ~(nuint)(arena.SegmentBytes - 1));
        int index = 0;
        while (_chunks[index].Segment.Base != start) index++;
        return ref _chunks[index];
    }

    private static int* OwnerOf(Segment segment, byte* page) =>
        (int*)segment.Base + (page - segment.Base) / PageBytes;

    private struct Chunk
    {
        public Segment Segment;
        public byte* FirstFree;     // of those that were given back
        public int Untouched;       // the first one that nobody had: they are not linked, which would touch them all
        public int FreeCount;
    }
}
