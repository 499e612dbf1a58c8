using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Finds memory. Whole segments are emptied, the oldest first: items that were used since they came (or since they were
/// last kept) move to the survivors' lane, the others are evicted. A segment that is mostly dead is emptied before any
/// item is evicted, keeping all that is valid in it. One thread at a time; the others wait for it, since they want
/// what it frees. Holds one stripe lock at a time, for one item.
/// </summary>
/// <remarks>
/// After some passes that kept most of what they met, a pass keeps at most half of its segment, the most used items: so
/// a writer does not go round a cache that is hot all over.
/// </remarks>
internal sealed unsafe class Evictor(ItemTable table, Lane inserts, Lane survivors)
{
    /// <summary>With eviction, a segment is worth compacting while at most so much of it (of 16) lives.</summary>
    private const int SparseSixteenths = 9;

    /// <summary>Without eviction, compacting is the only way: up to here.</summary>
    private const int SparseSixteenthsMax = 15;

    /// <summary>
    /// Items that passes in a row may keep before one must free half of its segment; some milliseconds.
    /// </summary>
    private const int KeptMax = 16_384;

    /// <summary>Passes for one demand: a bound against other threads that take what this one frees.</summary>
    private const int PassesMax = 4096;

    /// <summary>The index line of a record so many records ahead is asked for while walking a segment.</summary>
    private const int LookAhead = 8;

    private readonly SegmentArena _arena = table.Arena;
    private readonly long[] _usedBytes = new long[4];   // owner: _gate
    private int _gate;
    private int _kept;                                  // owner: _gate; items kept by passes that freed little
    private long _passes;                               // owner: _gate writes, everybody reads

    /// <summary>Segments that were emptied, or large items that were looked at, since the start.</summary>
    public long Passes => Volatile.Read(ref _passes);

    /// <summary>Makes room for a shared record in the lane of new items. Without locks.</summary>
    /// <returns>False when there is no memory and none to be had.</returns>
    public bool MakeRoom(long recordSize)
    {
        for (int pass = 0; pass < PassesMax; pass++)
        {
            long seen = Volatile.Read(ref _passes);
            if (inserts.Room >= recordSize) return true;
            if (_arena.IsOverLimit) ShrinkStep();
            if (_arena.TryTake() is { } fresh)
            {
                inserts.Install(fresh, recordSize, table.Now, table.Epoch);
                _arena.UnmapSurplus();
                return true;
            }
            if (!Reclaim(seen)) return inserts.Room >= recordSize;
        }
        return false;
    }

    /// <summary>Reserves bytes for something that is mapped for itself. Without locks.</summary>
    public bool Reserve(long bytes)
    {
        for (int pass = 0; pass < PassesMax; pass++)
        {
            long seen = Volatile.Read(ref _passes);
            if (_arena.TryReserve(bytes)) return true;
            if (_arena.Trim(keep: 0, count: 1) == 0 && !Reclaim(seen)) return false;
        }
        return false;
    }

    /// <summary>A dedicated segment for one record; null when there is no memory.</summary>
    public Segment? TakeDedicated(long recordSize)
    {
        if (recordSize > _arena.Limit / 2) return null;
        for (int pass = 0; pass < PassesMax; pass++)
        {
            long seen = Volatile.Read(ref _passes);
            if (_arena.TryTakeDedicated(recordSize) is { } segment) return segment;
            if (_arena.Trim(keep: 0, count: 1) == 0 && !Reclaim(seen)) return null;
        }
        return null;
    }

    /// <summary>One step towards a limit that was lowered.</summary>
    /// <returns>False when nothing more can be done.</returns>
    public bool ShrinkStep() => _arena.Trim(keep: 0, count: 1) > 0 || Reclaim(Volatile.Read(ref _passes));

    /// <summary>Empties a segment, unless somebody has done so since <paramref name="seen"/>.</summary>
    private bool Reclaim(long seen)
    {
        if (!_arena.HasSpare && _arena.TryTake() is { } spare) _arena.PutBack(spare);
        SpinGate.Enter(ref _gate);
        bool done = Volatile.Read(ref _passes) != seen || Pass();
        SpinGate.Exit(ref _gate);
        _arena.UnmapSurplus();
        return done;
    }

    private bool Pass()
    {
        while (ChooseVictim(out long sequence, out bool evict) is { } victim)
        {
            if (!_arena.TryClaim(victim, sequence)) continue;
            if (victim.IsDedicated) PassDedicated(victim);
            else Walk(victim, evict);
            Volatile.Write(ref _passes, _passes + 1);
            return true;
        }
        return false;
    }

    private Segment? ChooseVictim(out long sequence, out bool evict)
    {
        Segment? oldest = null, sparsest = null;
        long oldestSequence = long.MaxValue, sparsestSequence = 0;
        long share = table.CanEvict ? SparseSixteenths : SparseSixteenthsMax;
        long sparsestLive = _arena.SegmentBytes / 16 * share;
        // Without a spare, what is kept must fit where the lane of survivors stands.
        if (!_arena.HasSpare) sparsestLive = Math.Min(sparsestLive, survivors.Room);
        foreach (Segment? segment in _arena.Segments)
        {
            if (segment is null) break;
            if (segment.State != SegmentState.Sealed) continue;
            long order = segment.Sequence;
            if (order < oldestSequence) (oldest, oldestSequence) = (segment, order);
            if (segment.IsDedicated || segment.LiveBytes > sparsestLive) continue;
            (sparsest, sparsestSequence, sparsestLive) = (segment, order, segment.LiveBytes);
        }
        evict = sparsest is null;
        sequence = evict ? oldestSequence : sparsestSequence;
        return evict && !table.CanEvict ? null : sparsest ?? oldest;
    }

    // A large item moves to the back of the order instead of being copied.
    private void PassDedicated(Segment victim)
    {
        var item = (ItemHeader*)(victim.Base + Segment.HeaderSize);
        Stripe* stripe = table.Index.StripeOf(item->HashLow);
        bool keep = false;
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = item->Has(ItemState.Dead) ? null : HashIndex.FindItem(stripe, item);
        if (slot != null)
        {
            keep = table.StatusOf(item, table.Clock.Now) == FindStatus.Hit && UseOf(item) > 0;
            if (keep) SetUse(item, UseOf(item) - 1);
            else Drop(stripe, slot, item);
        }
        SpinGate.Exit(ref stripe->Lock);
        if (keep) _arena.Requeue(victim);
        else _arena.Seal(victim);
    }

    private void Walk(Segment victim, bool evict)
    {
        bool isGenerous = !evict || _kept < KeptMax;
        int useMin = !evict ? 0 : isGenerous ? 1 : UseMin(victim);
        long keptBytesMax = isGenerous ? long.MaxValue : _arena.SegmentBytes / 2;
        long keptBytes = 0;
        int kept = 0;
        byte* end = victim.Base + victim.End;
        byte* ahead = victim.Base + Segment.HeaderSize;
        for (int count = 0; count < LookAhead && ahead < end; count++) ahead = Prefetch(ahead);
        for (byte* at = victim.Base + Segment.HeaderSize; at < end;)
        {
            var item = (ItemHeader*)at;
            long size = ItemHeader.RecordSize(item);
            if (ahead < end) ahead = Prefetch(ahead);
            at += size;
            if (item->Has(ItemState.Dead)) continue;
            if (!Treat(item, keptBytes + size <= keptBytesMax ? useMin : int.MaxValue, evict)) continue;
            keptBytes += size;
            kept++;
        }
        if (evict) _kept = isGenerous && keptBytes > _arena.SegmentBytes / 2 ? _kept + kept : 0;
        _arena.Seal(victim);
    }

    // Keeps, evicts or reclaims one item. True when it was kept.
    private bool Treat(ItemHeader* item, int useMin, bool evict)
    {
        Stripe* stripe = table.Index.StripeOf(item->HashLow);
        while (true)
        {
            SpinGate.Enter(ref stripe->Lock);
            ulong* slot = HashIndex.FindItem(stripe, item);
            bool isWanted = slot != null && table.StatusOf(item, table.Clock.Now) == FindStatus.Hit
                && UseOf(item) >= useMin;
            bool isKept = isWanted && TryMove(slot, item, evict);
            if (slot != null && !isWanted) Drop(stripe, slot, item);
            SpinGate.Exit(ref stripe->Lock);
            if (isKept || !isWanted) return isKept;

            // The survivors' segment is full: go on in the spare. Without one, the item goes (or stays where it is).
            if (_arena.TakeSpare() is { } spare)
                survivors.Install(spare, ItemHeader.RecordSize(item), table.Clock.Now, table.Epoch);
            else if (evict)
                useMin = int.MaxValue;
            else
                return false;
        }
    }

    private bool TryMove(ulong* slot, ItemHeader* item, bool evict)
    {
        ItemHeader* copy =
            survivors.TryAppend(item->KeyLength, (int)item->StoredLength, item->HashLow, item->Expiry);
        if (copy == null) return false;
        // Hash and lengths are there already and are the same, so the whole record may be copied over them.
        long size = ItemHeader.RecordSize(item);
        Buffer.MemoryCopy(item, copy, size, size);
        if (evict) SetUse(copy, Math.Max(UseOf(copy) - 1, 0));
        // The victim is claimed, so that its last item does not free it: the end of the walk does.
        table.Relocate(slot, copy);
        return true;
    }

    private void Drop(Stripe* stripe, ulong* slot, ItemHeader* item)
    {
        uint now = table.Clock.Now;
        FindStatus status = table.StatusOf(item, now);
        if (status != FindStatus.Hit)
        {
            table.Reclaim(stripe, slot, status, byCrawler: false);
            return;
        }
        ClassCounters.Cell* cell = table.CellOf(item);
        Interlocked.Increment(ref cell->Evicted);
        if (item->Expiry != 0) Interlocked.Increment(ref cell->EvictedNonzero);
        if (!item->Has(ItemState.Fetched)) Interlocked.Increment(ref cell->EvictedUnfetched);
        table.Counters.SetEvictedTime(table.ClassOf(item), now - item->LastAccess);
        table.Remove(stripe, slot);
    }

    // The least use that is worth keeping: the most used items that fill at most half of a segment.
    private int UseMin(Segment victim)
    {
        Array.Clear(_usedBytes);
        byte* end = victim.Base + victim.End;
        for (byte* at = victim.Base + Segment.HeaderSize; at < end;)
        {
            var item = (ItemHeader*)at;
            long size = ItemHeader.RecordSize(item);
            if (!item->Has(ItemState.Dead)) _usedBytes[UseOf(item)] += size;
            at += size;
        }
        long bytes = 0;
        int use = _usedBytes.Length - 1;
        while (use > 0 && (bytes += _usedBytes[use]) <= _arena.SegmentBytes / 2) use--;
        return Math.Min(use + 1, _usedBytes.Length - 1);
    }

    private byte* Prefetch(byte* at)
    {
        var item = (ItemHeader*)at;
        table.Index.Prefetch(item->HashLow);
        return at + ItemHeader.RecordSize(item);
    }

    private static int UseOf(ItemHeader* item) => (int)(item->State & ItemState.UseMask);

    private static void SetUse(ItemHeader* item, int use)
    {
        Debug.Assert(use is >= 0 and <= (int)ItemState.UseMask, "two bits");
        item->State = (item->State & ~ItemState.UseMask) | (ItemState)use;
    }
}
