using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// All segments with items, in the order in which they are evicted, and the bytes of each queue of S3-FIFO. Nothing
/// here takes longer where there are more of them: tens of thousands, where values are large.
/// <code>
///  lane ──> filling ──full──> small: first ─── ... ─── last &lt;── large values
///                    └──────> main:  first ─── ... ─── last &lt;── large values that stay
///                               │ ^
///           held when it was its turn │ let go: to the front again
///                               v │
///                              aside, in no list
///  beside these: those of many items that have lost much, to be compacted
/// </code>
/// A segment whose memory is leased, or that has a pending record, is held: emptying it frees nothing. It is put aside
/// when it is its turn, so that nobody looks at it again before it is let go, and is the next one to go then. So a
/// lease costs one look of the evictor at most, however long it is kept.
/// Under the arena's gate, but for what says otherwise.
/// </summary>
internal sealed class EvictionOrder
{
    /// <summary>With eviction, a segment is worth compacting while at most so much of it (of 16) lives.</summary>
    private const int SparseSixteenths = 9;

    /// <summary>Without eviction, compacting is the only way: up to here.</summary>
    private const int SparseSixteenthsMax = 15;

    /// <summary>
    /// Segments that are looked at under one holding of the gate: some microseconds, where their lines are cold.
    /// </summary>
    private const int LooksMax = 64;

    private readonly SegmentList _filling = new(isBeside: false);
    private readonly SegmentList _small = new(isBeside: false);
    private readonly SegmentList _main = new(isBeside: false);
    private readonly SegmentList _sparse = new(isBeside: true);
    private long _smallBytes;       // full ones, also aside
    private long _mainBytes;
    private long _usedBytes;        // up to the ends of full ones, also aside
    private long _looks;            // everybody reads

    public EvictionOrder(int segmentBytes, bool canEvict) =>
        SparseBytes = segmentBytes / 16 * (canEvict ? SparseSixteenths : SparseSixteenthsMax);

    /// <summary>A full segment of many items of which no more lives is worth compacting.</summary>
    public int SparseBytes { get; }

    /// <summary>Segments that are worth compacting, now. Any thread.</summary>
    public int SparseCount => _sparse.Count;

    /// <summary>
    /// Full segments that stand in a queue, held ones among them that nobody has met yet. Any thread.
    /// </summary>
    public int QueuedCount => _small.Count + _main.Count;

    /// <summary>Segments that were looked at since the start. Any thread.</summary>
    public long Looks => Volatile.Read(ref _looks);

    /// <summary>
    /// A segment that a lane fills counts by what it holds: counted whole, one that was just begun would take from its
    /// queue's part.
    /// </summary>
    public SegmentSurvey Survey()
    {
        var survey = new SegmentSurvey { SmallBytes = _smallBytes, MainBytes = _mainBytes, UsedBytes = _usedBytes };
        // One for each lane.
        for (Segment? filling = _filling.First; filling is not null; filling = _filling.Behind(filling))
        {
            bool isSmall = filling.Queue == SegmentQueue.Small;
            int end = filling.End;
            (isSmall ? ref survey.SmallBytes : ref survey.MainBytes) += end;
            (isSmall ? ref survey.SmallRoom : ref survey.MainRoom) += (long)filling.Length - end;
            survey.UsedBytes += end - Segment.HeaderSize;
        }
        foreach (Segment? first in (ReadOnlySpan<Segment?>)[_small.First, _main.First, _filling.First])
        {
            bool isOlder = first is not null && (survey.BegunAt is null || first.BegunAt < survey.BegunAt);
            if (isOlder) survey.BegunAt = first!.BegunAt;
        }
        return survey;
    }

    /// <summary>A lane begins to fill it.</summary>
    public void AddFilling(Segment segment) => _filling.AddLast(segment);

    /// <summary>It is full: what came last into a lane that filled slowly is no older than others' then.</summary>
    public void AddFull(Segment segment)
    {
        if (_filling.Has(segment)) _filling.Remove(segment);
        ListOf(segment.Queue).AddLast(segment);
        Count(segment, 1);
    }

    /// <summary>It has no items any more, or begins anew.</summary>
    public void Remove(Segment segment)
    {
        SegmentList? list = segment.Links.List;
        if (list is null && !segment.IsAside) return;
        if (list is null) segment.IsAside = false;
        else list.Remove(segment);
        if (list != _filling) Count(segment, -1);
        if (_sparse.Has(segment)) _sparse.Remove(segment);
    }

    /// <summary>Something may have left it.</summary>
    public void NoteSparse(Segment segment)
    {
        // One that is being filled, or emptied, is looked at when that is over.
        bool isSparse = segment.State == SegmentState.Sealed && segment.LiveBytes <= segment.SparseBytes;
        if (isSparse && !_sparse.Has(segment)) _sparse.AddLast(segment);
    }

    /// <summary>One of those that are worth compacting, in turn.</summary>
    public Segment? NextSparse()
    {
        Volatile.Write(ref _looks, _looks + 1);
        return _sparse.NextOfRound();
    }

    /// <summary>The segment of a queue that goes first and is not held. Some that are held are put aside.</summary>
    /// <returns>Null when there is none, or too many stand in front of it: then the next call goes on.</returns>
    public Segment? First(SegmentQueue queue)
    {
        SegmentList list = ListOf(queue);
        for (int looks = 0; looks < LooksMax && list.First is { } segment; looks++)
        {
            Debug.Assert(segment.State == SegmentState.Sealed, "nobody empties one while another is chosen");
            Volatile.Write(ref _looks, _looks + 1);
            if (!segment.IsHeld || !TryPutAside(list, segment)) return segment;
        }
        return null;
    }

    /// <summary>A segment that was held may be free again.</summary>
    public void TakeBack(Segment segment)
    {
        if (!segment.IsAside || segment.IsHeld) return;
        segment.IsAside = false;
        ListOf(segment.Queue).AddFirst(segment);
    }

    private static bool TryPutAside(SegmentList list, Segment segment)
    {
        list.Remove(segment);
        segment.IsAside = true;
        // Pairs with the fences of Segment.Unpin and EndPending: who lets go now sees the mark, or we see that he did.
        Interlocked.MemoryBarrier();
        if (segment.IsHeld) return true;
        segment.IsAside = false;
        list.AddFirst(segment);
        return false;
    }

    private void Count(Segment segment, int sign)
    {
        long bytes = sign * (long)segment.Length;
        if (segment.Queue == SegmentQueue.Small) _smallBytes += bytes;
        else _mainBytes += bytes;
        _usedBytes += sign * (segment.End - Segment.HeaderSize);
    }

    private SegmentList ListOf(SegmentQueue queue) => queue == SegmentQueue.Small ? _small : _main;
}
