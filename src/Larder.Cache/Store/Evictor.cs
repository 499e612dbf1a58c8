using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// Finds memory by S3-FIFO (SOSP 2023) in whole segments.
/// <code>
///                   ┌──┐ 1 hit: to the end again, with none
///                   v  │
///  new key ────> small queue (a tenth) ── 2 hits or more ──> main queue ── no hit ──> gone
///                     │ no hit                                ^   │ hits: to the end again, one less
///                     v                                       │   └──┐
///                ghost table ── the key comes again ──────────┴──────┘
/// </code>
/// In the paper one hit in the small queue counts for nothing; here it is worth another round, which lost on no trace
/// item by item at 5 to 20 % of the objects (docs/decisions/eviction.md). A segment that is mostly dead is emptied
/// before any item is evicted, keeping all that is valid in it, in its queue.
/// One thread at a time, for a bounded number of items: a segment is emptied step by step, by those who store, in
/// proportion to what they store. Holds one stripe lock at a time, for one item.
/// </summary>
/// <remarks>
/// After some passes that kept most of what they met, a pass keeps at most half of its segment: so a writer does not go
/// round a cache that is hot all over.
/// </remarks>
internal sealed unsafe class Evictor(ItemTable table, Lane smallLane, Lane mainLane, TimedLanes timedLanes)
{
    /// <summary>The small queue's part of the memory, in percent; the paper's choice.</summary>
    private const int SmallPercent = 10;

    /// <summary>Hits with which an item goes from the small queue to the main one.</summary>
    private const int PromotionHits = 2;

    /// <summary>Hits with which an item stays in its queue for another round.</summary>
    private const int HitsToStay = 1;

    /// <summary>
    /// Segments of which the sparsest is compacted: all that are worth it, up to 1 GiB of -m, and mostly beyond. Some
    /// 20 us, an estimate.
    /// </summary>
    private const int SparseLooks = 512;

    /// <summary>
    /// Looks at the front of a queue for one that is not held, each at some segments under one holding of the arena's
    /// gate: 256 in all. Where there are more of them, the next step goes on.
    /// </summary>
    private const int FrontLooks = 4;

    /// <summary>
    /// Items that passes in a row may keep before one must free half of its segment; some milliseconds.
    /// </summary>
    private const int KeptMax = 16_384;

    /// <summary>
    /// Items that are looked at in one go, under one holding of the gate: some 40 microseconds, and half as many again
    /// as a store of tiny items uses between two goes (<see cref="AppendedBytes"/>).
    /// </summary>
    public const int StepItems = 128;

    /// <summary>
    /// A value pays at once for what it takes of tiny items, up to here: more than one of 8 KiB takes. What is longer
    /// pays by <see cref="TryPay"/>.
    /// </summary>
    private const int StepItemsMax = 512;

    /// <summary>Copying so many bytes counts as looking at one more item.</summary>
    public const int CopiedBytesOfItem = 1024;

    /// <summary>A tiny item.</summary>
    public const int TinyItemBytes = 28;

    /// <summary>Steps of one demand after which passes keep half of a segment at most, to come to an end.</summary>
    private const int StepsGenerous = 64;

    /// <summary>Segments that may be wanted at once: by both lanes.</summary>
    private const long DebtSegmentsMax = 2;

    /// <summary>Steps for one demand: a bound against other threads that take what this one frees.</summary>
    private const int StepsMax = 1 << 16;

    /// <summary>Bytes that are walked for each byte that was appended, while the limit is passed.</summary>
    private const int OverLimitRatio = 2;

    /// <summary>The same while a spare is lent: its place is filled before a lane is full again.</summary>
    private const int LentRatio = 4;

    /// <summary>
    /// Refusals of the system for one large value: each gives something back first, but the whole cache is not emptied
    /// for it.
    /// </summary>
    private const int RefusalsMax = 4;

    /// <summary>The index line of a record so many records ahead is asked for while walking a segment.</summary>
    private const int LookAhead = 8;

    private readonly SegmentArena _arena = table.Arena;
    private int _gate;
    private bool _isWanted;                             // owner: anybody; a front end has met the gate closed
    private int _kept;                                  // owner: _gate; items kept by passes that freed little
    private long _demands;                              // owner: _gate writes, everybody reads
    private long _debt;                                 // owner: _gate; bytes that Advance still has to walk
    private long _passes;                               // owner: _gate writes, everybody reads
    private long _records;                              // owner: _gate writes, everybody reads
    private Segment? _victim;                           // owner: _gate writes, everybody reads; the one under way
    private int _at;                                    // owner: _gate; offset where its walk goes on
    private bool _evicts;                               // owner: _gate; that walk evicts, or it only compacts
    private bool _isGenerous;                           // owner: _gate; that walk may keep all
    private long _keptBytes;                            // owner: _gate; what that walk has kept
    private int _keptCount;                             // owner: _gate

    /// <summary>Segments that were emptied, or large items that were looked at, since the start.</summary>
    public long Passes => Volatile.Read(ref _passes);

    /// <summary>Steps that somebody had to wait for, since nothing was free, since the start.</summary>
    public long Demands => Volatile.Read(ref _demands);

    /// <summary>Records that were looked at since the start.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>
    /// Makes room for a shared record in a lane. Where no segment is free it takes a spare, whose place is filled
    /// first: survivors find room in the lane, too. Without locks.
    /// </summary>
    /// <returns>False when there is no memory and none to be had.</returns>
    public bool MakeRoom(Lane lane, long recordSize)
    {
        var status = ReserveStatus.Unfinished;
        for (int step = 0; step < StepsMax && status == ReserveStatus.Unfinished; step++)
            status = TryMakeRoom(lane, recordSize, step);
        return status == ReserveStatus.Reserved;
    }

    /// <summary>The same, or a step towards it, the number of which is given.</summary>
    /// <returns>Reserved when there may be room now, NoMemory, or Unfinished.</returns>
    public ReserveStatus TryMakeRoom(Lane lane, long recordSize, int step)
    {
        long seen = Volatile.Read(ref _passes);
        if (lane.HasRoom(recordSize, table.Epoch)) return ReserveStatus.Reserved;
        if (TakeFree() is { } fresh)
        {
            lane.Install(fresh, recordSize, table.Now, table.Epoch);
            return ReserveStatus.Reserved;
        }
        if (step < StepsMax && Reclaim(seen, step)) return ReserveStatus.Unfinished;
        return lane.HasRoom(recordSize, table.Epoch) ? ReserveStatus.Reserved : ReserveStatus.NoMemory;
    }

    /// <summary>
    /// The spares are not complete: those who store live on them, and who wants much more than others does well to pay
    /// first.
    /// </summary>
    public bool IsBehind => table.CanEvict && !_arena.HasSpares && !_arena.HasFree;

    /// <summary>A step towards complete spares, by who is about to want much. Without locks, or a wait.</summary>
    /// <returns>False when nothing is to be done, or somebody else does it.</returns>
    public bool TryPay()
    {
        if (!IsBehind) return false;
        TakeSpares();
        bool isDone = !_arena.HasSpares && TryEnterOrWant() && StepAndLetGo(StepItems, yields: false);
        _arena.UnmapSurplus();
        return isDone;
    }

    /// <summary>Turns a segment into pages of the index. Without locks.</summary>
    /// <returns>False when there is no memory and none to be had.</returns>
    public bool MakePages()
    {
        for (int step = 0; step < StepsMax; step++)
        {
            long seen = Volatile.Read(ref _passes);
            if (TakeFree() is { } segment)
            {
                table.Index.Pages.Add(segment);
                _arena.Appended.Note(0, _arena.SegmentBytes);
                return true;
            }
            if (!Reclaim(seen, step)) return false;
        }
        return false;
    }

    /// <summary>
    /// A dedicated segment for one record, or a step towards one. What is free by then is the claim's, so that it is
    /// not taken by those who store meanwhile; but not where nothing is evicted: there others would find no memory for
    /// the sake of a value that may get none either.
    /// </summary>
    /// <returns>Reserved with a segment; NoMemory, and the claim is empty; or Unfinished.</returns>
    public ReserveStatus TryTakeDedicated(long recordSize, ref RoomClaim claim, out Segment? segment)
    {
        segment = null;
        long seen = Volatile.Read(ref _passes);
        if (recordSize <= _arena.Limit / 2)
        {
            long held = claim.Bytes;
            segment = _arena.TryTakeDedicated(recordSize, table.CanEvict, ref claim.Bytes, out bool isRefused);
            if (segment is not null) return ReserveStatus.Reserved;
            if (claim.Bytes > held) claim.GainedAt = claim.Steps;
            if (isRefused) claim.Refusals++;
            bool mayGoOn = claim.Refusals < RefusalsMax && claim.Steps - claim.GainedAt < StepsMax;
            if (mayGoOn && MakeBytes(seen, claim.Steps++)) return ReserveStatus.Unfinished;
        }
        Release(ref claim);
        return ReserveStatus.NoMemory;
    }

    /// <summary>What was gathered is free again.</summary>
    public void Release(ref RoomClaim claim)
    {
        _arena.Account.Unreserve(claim.Bytes);
        claim = default;
    }

    /// <summary>
    /// Empties on, in proportion to what was appended since, so that a segment is free before it is wanted and nobody
    /// has to empty one in a single call. While all spares are lent, each store empties on. Without locks or waits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance()
    {
        if (_arena.Appended.Value > 0 || (!_arena.HasSpare && IsUnderWay)) AdvanceNow();
    }

    /// <summary>Compaction wants a segment; it lets go soon after <see cref="IsWanted"/>.</summary>
    public bool TryHold()
    {
        if (!SpinGate.TryEnter(ref _gate)) return false;
        Volatile.Write(ref _isWanted, false);
        return true;
    }

    /// <summary>A front end has met the gate closed since somebody holds it.</summary>
    public bool IsWanted => Volatile.Read(ref _isWanted);

    /// <summary>Pairs with <see cref="TryHold"/>.</summary>
    public void LetGo() => SpinGate.Exit(ref _gate);

    /// <summary>The holder has emptied a segment: those who wait look for it before they empty one.</summary>
    public void CountPass() => Volatile.Write(ref _passes, _passes + 1);

    /// <summary>
    /// What nobody who stores has asked for: goes on where others have stopped, and towards a limit that was lowered.
    /// </summary>
    /// <param name="budget">About how many items to look at.</param>
    /// <returns>True when there is more to do now.</returns>
    public bool Maintain(int budget)
    {
        bool isToEmpty = _arena.IsOverLimit && !_arena.Discharge();
        if (isToEmpty || IsUnderWay) TakeSpares();
        if ((isToEmpty || IsUnderWay) && TryHold()) _ = StepAndLetGo(budget, yields: true);
        if (!SpinGate.TryEnter(ref _gate)) return true;
        bool isMore = table.Ghosts.Cut();
        SpinGate.Exit(ref _gate);
        return isMore || IsUnderWay;
    }

    private bool IsUnderWay => Volatile.Read(ref _victim) is not null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AdvanceNow()
    {
        TakeSpares();
        if (!TryEnterOrWant()) return;
        long ratio = !_arena.HasSpares ? LentRatio : _arena.IsOverLimit ? OverLimitRatio : 1;
        // An eighth more, so that the segment is free a little before it is wanted.
        long owed = _arena.Appended.Take() * ratio * 9 / 8;
        _debt = Math.Min(_debt + owed, DebtSegmentsMax * _arena.SegmentBytes);
        // Without any spare it is the walk that has to be faster than those who store.
        int left = _arena.HasSpare ? (int)Math.Clamp(owed / TinyItemBytes, StepItems, StepItemsMax) : StepItemsMax;
        while (left > 0 && (_debt > 0 || !_arena.HasSpare) && !_arena.HasFree && (IsUnderWay || Begin()))
            left -= Go(left, yields: false);
        // While one is free the debt stays: two lanes may want one at the same time.
        if (_arena.HasUnmapped) _debt = 0;
        SpinGate.Exit(ref _gate);
        _arena.UnmapSurplus();
    }

    private bool MakeBytes(long seen, int step)
    {
        if (!_arena.HasSurplus) return _arena.Trim(keep: 0, count: 1) > 0 || Reclaim(seen, step);
        _arena.UnmapSurplus();
        return true;
    }

    // A step, unless somebody else has emptied a segment since. One step of another thread is what this one waits for.
    private bool Reclaim(long seen, int step)
    {
        TakeSpares();
        if (!TryEnterOrWant()) SpinGate.Enter(ref _gate);
        bool isDone = Volatile.Read(ref _passes) != seen;
        if (!isDone && (isDone = IsUnderWay || Begin()))
        {
            Volatile.Write(ref _demands, _demands + 1);
            if (step >= StepsGenerous && _evicts) _isGenerous = false;
            _ = Go(StepItems, yields: false);
        }
        // Those that stood in front were held, and are out of the way of the next step.
        isDone = isDone || (table.CanEvict && _arena.Order.QueuedCount > 0);
        SpinGate.Exit(ref _gate);
        _arena.UnmapSurplus();
        return isDone;
    }

    private bool TryEnterOrWant()
    {
        bool isOurs = SpinGate.TryEnter(ref _gate);
        if (!isOurs) Volatile.Write(ref _isWanted, true);
        return isOurs;
    }

    // With the gate, which is open afterwards.
    private bool StepAndLetGo(int budget, bool yields)
    {
        bool isDone = IsUnderWay || Begin();
        if (isDone) _ = Go(budget, yields);
        SpinGate.Exit(ref _gate);
        return isDone;
    }

    // A spare is lent where its place can be filled. Outside of all locks.
    private Segment? TakeFree() => _arena.TryTake() ?? (table.CanEvict ? _arena.TakeSpare() : null);

    // Outside of the gate, since it may map memory.
    private void TakeSpares()
    {
        while (!_arena.HasSpares && _arena.TryTake() is { } spare) _arena.PutBack(spare);
    }

    // Claims the next victim.
    private bool Begin()
    {
        Segment? victim = ClaimSparsest();
        bool evict = victim is null;
        if (evict && table.CanEvict) victim = ClaimOldest();
        if (victim is null) return false;
        _at = Segment.HeaderSize;
        _evicts = evict;
        _isGenerous = !evict || _kept < KeptMax;
        _keptBytes = 0;
        _keptCount = 0;
        Volatile.Write(ref _victim, victim);
        if (evict && !victim.IsDedicated) table.Ghosts.Fit(table.ItemCount);
        return true;
    }

    private Segment? ClaimSparsest()
    {
        // One that was emptied meanwhile is memory already, which who waits for some should not miss.
        while (FindSparsest(out long sequence) is { } sparsest)
            if (_arena.TryClaim(sparsest, sequence)) return sparsest;
        return null;
    }

    // The one of which least must be kept. A record that is pending cannot move; the arena bounds how many segments
    // have some. Where a lease holds the memory, nothing would be free.
    private Segment? FindSparsest(out long sequence)
    {
        long live = _arena.Order.SparseBytes;
        // Without spares, what is kept must fit where the lane of survivors stands.
        if (!_arena.HasSpares) live = Math.Min(live, Math.Min(smallLane.Room, mainLane.Room));
        Segment? sparsest = null;
        sequence = 0;
        for (int looks = Math.Min(_arena.Order.SparseCount, SparseLooks); looks > 0; looks--)
        {
            if (_arena.NextSparse() is not { } segment) break;
            long seen = segment.Sequence;
            if (segment.State != SegmentState.Sealed || segment.IsHeld || segment.LiveBytes > live) continue;
            (sparsest, sequence, live) = (segment, seen, segment.LiveBytes);
        }
        return sparsest;
    }

    // Where a lease holds the memory, items would go and nothing would be free: while others can be emptied they go
    // first, and when there are none, there is no memory. So nothing is stored only to make room for what comes next.
    private Segment? ClaimOldest()
    {
        SegmentSurvey survey = _arena.Survey();
        bool isSmallDue = survey.SmallBytes * 100 > (survey.SmallBytes + survey.MainBytes) * SmallPercent;
        SegmentQueue due = isSmallDue ? SegmentQueue.Small : SegmentQueue.Main;
        return ClaimFirst(due) ?? ClaimFirst(isSmallDue ? SegmentQueue.Main : SegmentQueue.Small);
    }

    private Segment? ClaimFirst(SegmentQueue queue)
    {
        Segment? first = null;
        for (int look = 0; look < FrontLooks && first is null; look++) first = _arena.TryClaimFirst(queue);
        return first;
    }

    // Treats so many items of the victim, fewer when it yields to who wants the gate; behind the last one it is free,
    // or as free as it gets. Returns their number.
    private int Go(int budget, bool yields)
    {
        Segment victim = _victim!;
        int count = 1;
        if (victim.IsDedicated)
        {
            _debt -= (long)victim.Length;
            PassDedicated(victim);
        }
        else
        {
            count = Walk(victim, budget, yields, out bool isCutShort);
            // Who waits for memory comes back; the others go on with what they were about.
            if (isCutShort) return budget;
            if (_at < victim.End) return count;
            if (_evicts) _kept = _isGenerous && _keptBytes > _arena.SegmentBytes / 2 ? _kept + _keptCount : 0;
            _arena.Seal(victim);
        }
        Volatile.Write(ref _victim, null);
        CountPass();
        if (!table.Ghosts.IsShort) return count;
        if (_arena.Trim(keep: 0, count: 1) == 0) _arena.TrimSpare();
        table.Ghosts.Fit(table.ItemCount);
        return count;
    }

    // A large item moves to the back of the order instead of being copied.
    private void PassDedicated(Segment victim)
    {
        var item = (ItemHeader*)(victim.Base + Segment.HeaderSize);
        ulong hash = table.Index.HashOf(item);
        Stripe* stripe = table.Index.StripeOf(hash);
        bool keep = false;
        SegmentQueue queue = victim.Queue;
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = item->Has(ItemState.Dead) ? null : HashIndex.FindItem(stripe, hash, item);
        if (slot != null)
        {
            keep = table.StatusOf(item, table.Clock.Now) == FindStatus.Hit
                && Slot.HitsOf(*slot) >= HitsToStay;
            if (keep)
            {
                queue = QueueOfSurvivor(*slot, queue);
                Slot.Set(slot, WithHitsLeft(*slot, victim.Queue));
                NoteMove(stripe, item, isWarmed: queue != victim.Queue);
            }
            else
            {
                Drop(stripe, slot, hash, victim.Queue);
            }
        }
        SpinGate.Exit(ref stripe->Lock);
        if (keep) _arena.Requeue(victim, queue);
        else _arena.Seal(victim);
    }

    private int Walk(Segment victim, int budget, bool yields, out bool isCutShort)
    {
        isCutShort = false;
        // Without a spare the pass must yield more than what it keeps, unless the survivors find room in their lane.
        if (_evicts && !_arena.HasSpare && mainLane.Room < victim.End - _at) _isGenerous = false;
        int hitsMin = _evicts ? HitsToStay : 0;
        long keptBytesMax = _isGenerous ? long.MaxValue : _arena.SegmentBytes / 2;
        ulong* hashes = stackalloc ulong[LookAhead];
        byte* end = victim.Base + victim.End;
        byte* at = victim.Base + _at;
        byte* ahead = at;
        int aheadCount = 0;
        while (aheadCount < LookAhead && ahead < end) ahead = HashAhead(ahead, hashes + aheadCount++);
        int count = 0;
        int number = 0;
        for (; at < end && count < budget; count++, number++)
        {
            isCutShort = yields && IsWanted;
            if (isCutShort) break;
            var item = (ItemHeader*)at;
            long size = ItemHeader.RecordSize(item);
            ulong hash = hashes[number % LookAhead];
            if (ahead < end) ahead = HashAhead(ahead, hashes + aheadCount++ % LookAhead);
            if (!item->Has(ItemState.Dead))
            {
                int hits = _keptBytes + size <= keptBytesMax ? hitsMin : int.MaxValue;
                bool isKept = Treat(item, hash, hits, _evicts, victim.Queue, out isCutShort);
                if (isCutShort) break;
                if (isKept)
                {
                    _keptBytes += size;
                    _keptCount++;
                    count += (int)(size / CopiedBytesOfItem);
                }
            }
            at += size;
        }
        Volatile.Write(ref _records, _records + number);
        int walked = (int)(at - victim.Base) - _at;
        _at += walked;
        _debt -= walked;
        return Math.Max(count, 1);
    }

    // Keeps, evicts or reclaims one item. True when it was kept. A record that is not in the index is dead, or is being
    // written: the latter counts as live in its segment, which stays until a later pass.
    private bool Treat(
        ItemHeader* item, ulong hash, int hitsMin, bool evict, SegmentQueue queue, out bool isBlocked)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        bool isElsewhere = false;
        while (true)
        {
            isBlocked = !SpinGate.TryEnterSoon(ref stripe->Lock);
            if (isBlocked) return false;
            uint epoch = table.Epoch;
            ulong* slot = HashIndex.FindItem(stripe, hash, item);
            bool isWanted = slot != null && table.StatusOf(item, table.Clock.Now) == FindStatus.Hit
                && Slot.HitsOf(*slot) >= hitsMin;
            bool isForMain = (isWanted && evict ? QueueOfSurvivor(*slot, queue) : queue) == SegmentQueue.Main;
            Lane lane = isForMain != isElsewhere ? mainLane : smallLane;
            Lane? timedLane = lane == smallLane ? timedLanes.OpenFor(ItemHeader.Expiry(item), table.Clock.Now) : null;
            bool isKept = isWanted && timedLane is not null && TryMove(stripe, slot, timedLane, evict, queue, epoch);
            isKept = isKept || (isWanted && TryMove(stripe, slot, lane, evict, queue, epoch));
            if (slot != null && !isWanted) Drop(stripe, slot, hash, queue);
            SpinGate.Exit(ref stripe->Lock);
            if (isKept || !isWanted) return isKept;

            // The lane's segment is full: go on in the spare. Without one, the item goes to the other queue's segment;
            // when that is full as well, it is lost (or stays where it is).
            if (_arena.TakeSpare() is { } spare)
                lane.Install(spare, ItemHeader.RecordSize(item) + sizeof(ulong), table.Clock.Now, table.Epoch);
            else if (evict && !isElsewhere)
                isElsewhere = true;
            else if (evict)
                hitsMin = int.MaxValue;
            else
                return false;
        }
    }

    /// <summary>
    /// Copies an item of a claimed segment to a lane and lets the index point there. The last item does not free the
    /// segment: the end of the walk does. A reader who marks the slot meanwhile may have been shown a token, which the
    /// copy then has to carry: it is made anew. Under the stripe's lock.
    /// </summary>
    /// <returns>False when the lane has no room.</returns>
    public bool TryMove(Stripe* stripe, ulong* slot, Lane lane, bool evict, SegmentQueue queue, uint epoch)
    {
        while (true)
        {
            ulong seen = Volatile.Read(ref *slot);
            ItemHeader* item = Slot.ItemOf(seen);
            ItemState state = table.StateOfCopy(seen);
            ItemHeader* copy = lane.TryAppend(item->KeyLength, ItemHeader.StoredLength(item), state, epoch);
            if (copy == null) return false;
            table.Copy(item, copy);
            if (table.TryRelocate(stripe, slot, copy, seen, evict ? WithHitsLeft(seen, queue) : seen))
            {
                if (evict) NoteMove(stripe, copy, isWarmed: QueueOfSurvivor(seen, queue) != queue);
                _arena.SegmentOf(copy).Notes.Note(ItemHeader.Expiry(copy), ItemHeader.RecordSize(copy));
                return true;
            }
            if (!lane.TryShorten(copy, ItemHeader.RecordSize(copy), 0)) table.Kill(copy);
        }
    }

    // An item that stays, though its segment does not.
    private void NoteMove(Stripe* stripe, ItemHeader* item, bool isWarmed)
    {
        ClassCounters.Cell* cell = table.CellOf(stripe, item);
        Interlocked.Increment(ref isWarmed ? ref cell->MovesToWarm : ref cell->MovesWithinLru);
    }

    private void Drop(Stripe* stripe, ulong* slot, ulong hash, SegmentQueue queue)
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        uint now = table.Clock.Now;
        FindStatus status = table.StatusOf(item, now);
        if (status != FindStatus.Hit)
        {
            table.Reclaim(stripe, slot, status, byCrawler: false);
            return;
        }
        if (queue == SegmentQueue.Small) table.Ghosts.Add(hash);
        if (table.EvictionObserver is { } observer)
        {
            var notes = default(ItemNotes);
            observer.Evicted(new ItemView(*slot, table, ref notes), now);
        }
        ClassCounters.Cell* cell = table.CellOf(stripe, item);
        Interlocked.Increment(ref cell->Evicted);
        if (ItemHeader.Expiry(item) != 0) Interlocked.Increment(ref cell->EvictedNonzero);
        if ((*slot & Slot.Fetched) == 0) Interlocked.Increment(ref cell->EvictedUnfetched);
        if (Slot.HitsOf(*slot) > 0) Interlocked.Increment(ref cell->EvictedActive);
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

    private static SegmentQueue QueueOfSurvivor(ulong slot, SegmentQueue queue) =>
        Slot.HitsOf(slot) >= PromotionHits ? SegmentQueue.Main : queue;

    private static ulong WithHitsLeft(ulong slot, SegmentQueue queue) =>
        slot - (queue == SegmentQueue.Small ? slot & Slot.HitsMask : Math.Min(1, slot & Slot.HitsMask));
}
