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
            if (inserts.HasRoom(recordSize, table.Epoch)) return true;
            if (_arena.IsOverLimit) ShrinkStep();
            if (_arena.TryTake() is { } fresh)
            {
                inserts.Install(fresh, recordSize, table.Now, table.Epoch);
                _arena.UnmapSurplus();
                return true;
            }
            if (!Reclaim(seen)) return inserts.HasRoom(recordSize, table.Epoch);
        }
        return false;
    }

    /// <summary>Turns a segment into pages of the index. Without locks.</summary>
    /// <returns>False when there is no memory and none to be had.</returns>
    public bool MakePages()
    {
        for (int pass = 0; pass < PassesMax; pass++)
        {
            long seen = Volatile.Read(ref _passes);
            if (_arena.TryTake() is { } segment)
            {
                table.Index.Pages.Add(segment);
                return true;
            }
            if (!Reclaim(seen)) return false;
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
        while (!_arena.HasSpares && _arena.TryTake() is { } spare) _arena.PutBack(spare);
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
        // Without spares, what is kept must fit where the lane of survivors stands.
        if (!_arena.HasSpares) sparsestLive = Math.Min(sparsestLive, survivors.Room);
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
        ulong hash = table.Index.HashOf(item);
        Stripe* stripe = table.Index.StripeOf(hash);
        bool keep = false;
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = item->Has(ItemState.Dead) ? null : HashIndex.FindItem(stripe, hash, item);
        if (slot != null)
        {
            keep = table.StatusOf(item, table.Clock.Now) == FindStatus.Hit && Slot.HitsOf(*slot) > 0;
            if (keep) Slot.Set(slot, *slot - 1);
            else Drop(stripe, slot);
        }
        SpinGate.Exit(ref stripe->Lock);
        if (keep) _arena.Requeue(victim, SegmentQueue.Main);
        else _arena.Seal(victim);
    }

    private void Walk(Segment victim, bool evict)
    {
        bool isGenerous = !evict || _kept < KeptMax;
        int useMin = evict ? 1 : 0;
        long keptBytesMax = isGenerous ? long.MaxValue : _arena.SegmentBytes / 2;
        long keptBytes = 0;
        int kept = 0;
        ulong* hashes = stackalloc ulong[LookAhead];
        byte* end = victim.Base + victim.End;
        byte* ahead = victim.Base + Segment.HeaderSize;
        int aheadCount = 0;
        while (aheadCount < LookAhead && ahead < end) ahead = HashAhead(ahead, hashes + aheadCount++);
        int count = 0;
        for (byte* at = victim.Base + Segment.HeaderSize; at < end; count++)
        {
            var item = (ItemHeader*)at;
            long size = ItemHeader.RecordSize(item);
            ulong hash = hashes[count % LookAhead];
            if (ahead < end) ahead = HashAhead(ahead, hashes + aheadCount++ % LookAhead);
            at += size;
            if (item->Has(ItemState.Dead)) continue;
            if (!Treat(item, hash, keptBytes + size <= keptBytesMax ? useMin : int.MaxValue, evict, victim.Queue))
                continue;
            keptBytes += size;
            kept++;
        }
        if (evict) _kept = isGenerous && keptBytes > _arena.SegmentBytes / 2 ? _kept + kept : 0;
        _arena.Seal(victim);
    }

    // Keeps, evicts or reclaims one item. True when it was kept. A record that is not in the index is dead, or is being
    // written: the latter counts as live in its segment, which stays until a later pass.
    private bool Treat(ItemHeader* item, ulong hash, int useMin, bool evict, SegmentQueue queue)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        while (true)
        {
            uint epoch = table.Epoch;
            SpinGate.Enter(ref stripe->Lock);
            ulong* slot = HashIndex.FindItem(stripe, hash, item);
            bool isWanted = slot != null && table.StatusOf(item, table.Clock.Now) == FindStatus.Hit
                && Slot.HitsOf(*slot) >= useMin;
            bool isKept = isWanted && TryMove(stripe, slot, evict, queue, epoch);
            if (slot != null && !isWanted) Drop(stripe, slot);
            SpinGate.Exit(ref stripe->Lock);
            if (isKept || !isWanted) return isKept;

            // The survivors' segment is full: go on in the spare. Without one, the item goes (or stays where it is).
            if (_arena.TakeSpare() is { } spare)
                survivors.Install(spare, ItemHeader.RecordSize(item) + sizeof(ulong), table.Clock.Now, table.Epoch);
            else if (evict)
                useMin = int.MaxValue;
            else
                return false;
        }
    }

    // The victim is claimed, so that its last item does not free it: the end of the walk does.
    private bool TryMove(Stripe* stripe, ulong* slot, bool evict, SegmentQueue queue, uint epoch)
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        ItemState state = table.StateOfCopy(*slot);
        ItemHeader* copy = survivors.TryAppend(item->KeyLength, ItemHeader.StoredLength(item), state, epoch);
        if (copy == null) return false;
        table.Copy(item, copy);
        ulong value = *slot;
        if (evict) value -= queue == SegmentQueue.Small ? value & Slot.HitsMask : Math.Min(1, value & Slot.HitsMask);
        table.Relocate(stripe, slot, copy, value);
        _arena.SegmentOf(copy).NoteExpiry(ItemHeader.Expiry(copy));
        return true;
    }

    private void Drop(Stripe* stripe, ulong* slot)
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        uint now = table.Clock.Now;
        FindStatus status = table.StatusOf(item, now);
        if (status != FindStatus.Hit)
        {
            table.Reclaim(stripe, slot, status, byCrawler: false);
            return;
        }
        ClassCounters.Cell* cell = table.CellOf(stripe, item);
        Interlocked.Increment(ref cell->Evicted);
        if (ItemHeader.Expiry(item) != 0) Interlocked.Increment(ref cell->EvictedNonzero);
        if ((*slot & Slot.Fetched) == 0) Interlocked.Increment(ref cell->EvictedUnfetched);
        uint access = ItemHeader.LastAccess(item, _arena.HeaderOf(item)->BegunAt);
        table.Counters.SetEvictedTime(table.ClassOf(item), now - access);
        table.Remove(stripe, slot);
    }

    private byte* HashAhead(byte* at, ulong* hash)
    {
        var item = (ItemHeader*)at;
        *hash = table.Index.HashOf(item);
        table.Index.Prefetch(*hash);
        return at + ItemHeader.RecordSize(item);
    }
}
