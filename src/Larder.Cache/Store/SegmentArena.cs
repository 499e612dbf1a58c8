using System.Diagnostics;
using System.Runtime.CompilerServices;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// All memory of a store: who has which segment, and how much is mapped.
/// <code>
///           map                install              full
///  system ───────> pool, spare ───────> lane, Active ────> Sealed ──claim──> Claimed
///     ^              ^                                       │ last item left    │ emptied
///     └──── trim ────┴───────────────────────────────────────┴───────┬───────────┘
///                    └──────────────── last lease ──── Leased &lt;──────┘ (pinned)
///  system ──> Private (a value that is coming) ──publish──> Sealed (large) ──> kept ──> Private or system
/// </code>
/// Mapping and unmapping happen outside of all locks: bytes are reserved against the limit before they are mapped, and
/// what is to be unmapped waits in a list for <see cref="UnmapSurplus"/>. The gate is a leaf below stripes and lanes.
/// The spares are free segments that only the evictor takes, so that it always has somewhere to move survivors to.
/// A dedicated segment has addresses in whole segments, so that neighbours merge in the kernel's list and it can grow
/// when it is used again, but memory (and <see cref="Mapped"/>) in whole pages.
/// </summary>
internal sealed unsafe class SegmentArena
{
    /// <summary>
    /// Segments that hold pending records, as a part of all that the memory has room for: what clients that send slowly
    /// can keep from being emptied.
    /// </summary>
    private const int PendingShare = 16;
    private const int PendingMin = 2;

    /// <summary>
    /// One pass may need two: the small queue's survivors go to both lanes, and an item whose token was seen gets 8
    /// bytes longer when it moves.
    /// </summary>
    private const int SparesWanted = 2;

    /// <summary>
    /// Bytes of a new segment whose pages a front end makes at once; the others come with its writes. All of it at
    /// -m 64 and below.
    /// </summary>
    private const long PopulatedMax = 256 << 10;

    /// <summary>A call goes so far on in finding the oldest epoch: by 256 segments.</summary>
    private const int EpochParts = 2;

    private int _gate;
    private readonly SegmentPages _pages;       // owner: immutable
    private readonly SegmentTable _table;       // owner: immutable
    private readonly KeptMappings _kept = new(); // owner: gate
    private readonly SegmentStack _discarded = new(); // owner: gate; shared, with an address and no memory
    private readonly SegmentStack _surplus = new(); // owner: gate
    private readonly SegmentStack _pool = new(); // owner: gate
    private readonly SegmentStack _spares = new(); // owner: gate
    private readonly OldestEpoch _oldestEpoch;  // owner: gate
    private long _sequence;                     // owner: anybody, interlocked
    private int _pendingSegments;               // owner: anybody, interlocked
    private bool _isMapping;                    // owner: anybody; a front end had to map since Prepare
    private bool _isDisposed;                   // owner: gate

    public SegmentArena(long limitBytes, PageSource pages, bool canEvict = true)
    {
        Account = new MemoryAccount(limitBytes);
        _table = new SegmentTable(this);
        _oldestEpoch = new OldestEpoch(_table);
        SegmentBytes = SegmentSizes.ForMemory(limitBytes);
        Order = new EvictionOrder(SegmentBytes, canEvict);
        _pages = new SegmentPages(pages, SegmentBytes);
        SharedSizeMax = SegmentSizes.SharedMax(SegmentBytes);
    }

    /// <summary>Bytes of a segment for many items; a power of two.</summary>
    public int SegmentBytes { get; }

    /// <summary>The largest record that shares a segment with others.</summary>
    public int SharedSizeMax { get; }

    /// <summary>The segments with items, for the gate's holder; others read what any thread may.</summary>
    public EvictionOrder Order { get; }

    /// <summary>How many segments are in which state.</summary>
    public SegmentCounts Counts { get; } = new();

    /// <summary>What is mapped, or is about to be.</summary>
    public MemoryAccount Account { get; }

    public long Limit => Account.Limit;

    /// <summary>
    /// No item is of an older flush epoch than this, so that most lookups need not look at a segment's header. Read it
    /// behind the slot: it goes back before an item of an older epoch comes into the index.
    /// </summary>
    public uint OldestEpoch
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _oldestEpoch.Value;
    }

    public long Mapped => Account.Mapped;

    /// <summary>Counted bytes are above the limit, without those that are on their way to the system.</summary>
    public bool IsOverLimit => Mapped - _surplus.Bytes > Limit;

    /// <summary>Memory waits for <see cref="UnmapSurplus"/>.</summary>
    public bool HasSurplus => _surplus.HasAny;

    public int PoolCount => _pool.Count;

    /// <summary>A segment can be had without emptying one, and nothing has to be given back.</summary>
    public bool HasFree => HasUnmapped || (PoolCount > 0 && !IsOverLimit);

    /// <summary>
    /// A segment can be mapped within the limit, when what is kept for large values or is surplus is given up.
    /// </summary>
    public bool HasUnmapped => Mapped - KeptBytes - _surplus.Bytes + SegmentBytes <= Limit;

    /// <summary>What the lanes have taken, for the evictor.</summary>
    public AppendedBytes Appended { get; } = new();

    /// <summary>Bytes of dedicated segments that are free and wait for the next large values.</summary>
    public long KeptBytes => _kept.Bytes;

    /// <summary>A further segment may hold pending records.</summary>
    public bool HasPendingShare =>
        Volatile.Read(ref _pendingSegments) < Math.Max(PendingMin, Limit / SegmentBytes / PendingShare);

    /// <summary>All segment objects that were ever made; look at their state.</summary>
    public ReadOnlySpan<Segment?> Segments => _table.All;

    /// <inheritdoc cref="SegmentTable.FindDue"/>
    public int FindDue(int from, uint now) => _table.FindDue(from, now);

    /// <summary>The head of the segment in which an item lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentHeader* HeaderOf(ItemHeader* item) =>
        (SegmentHeader*)((nuint)item & ~(nuint)(SegmentBytes - 1));

    /// <summary>
    /// A number that no segment has or had; it counts up from 1. Also for CAS tokens that no place stands for.
    /// </summary>
    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public Segment SegmentOf(ItemHeader* item) => _table[HeaderOf(item)->Id];

    /// <summary>Maps a table of the store's, counted; null when the system or the limit refuses.</summary>
    /// <param name="bytes">Whole pages that are mapped.</param>
    /// <param name="counted">Bytes that are counted from the beginning.</param>
    public byte* TryMapTable(long bytes, long counted)
    {
        if (!Account.TryReserve(counted)) return null;
        // The stripes, which every lookup touches; not what is only partly used and counted.
        bool isHuge = counted == bytes && bytes >= MappedMemory.HugePageSize;
        byte* memory = _pages.MapTable((nuint)bytes, isHuge);
        if (memory == null) Account.Unreserve(counted);
        return memory;
    }

    /// <summary>A segment has got its first pending record (+1), or lost its last one (-1).</summary>
    public void NotePending(int change) => Interlocked.Add(ref _pendingSegments, change);

    /// <summary>A free segment from the pool, or a new one within the limit; null when there is neither.</summary>
    public Segment? TryTake()
    {
        SpinGate.Enter(ref _gate);
        Segment? taken = _pool.Take();
        SpinGate.Exit(ref _gate);
        if (taken is not null) return taken;
        Volatile.Write(ref _isMapping, true);
        // What is on its way to the system, or kept for large values, serves small ones before anything is evicted.
        do taken = TryMap((nuint)SegmentBytes, PopulatedMax);
        while (taken is null && (UnmapSlice() > 0 || Trim(keep: 0, count: 1) > 0));
        return taken;
    }

    /// <summary>
    /// Maps segments ahead of those who fill them, whole: the pages of a segment take longer to make than a front end
    /// should wait. Only where some were mapped lately. By the background.
    /// </summary>
    /// <param name="count">So many are to be free.</param>
    /// <returns>True when more will be wanted soon.</returns>
    public bool Prepare(int count)
    {
        if (!Volatile.Read(ref _isMapping)) return false;
        Volatile.Write(ref _isMapping, false);
        for (int made = 0; made < count && PoolCount < count && Mapped + SegmentBytes <= Limit; made++)
        {
            if (TryMap((nuint)SegmentBytes, SegmentBytes) is not { } segment) return false;
            PutBack(segment);
        }
        return Mapped + SegmentBytes <= Limit;
    }

    /// <summary>A segment that is kept for survivors; null when all are in use.</summary>
    public Segment? TakeSpare()
    {
        SpinGate.Enter(ref _gate);
        Segment? spare = _spares.Take();
        SpinGate.Exit(ref _gate);
        return spare;
    }

    /// <summary>All spares are there.</summary>
    public bool HasSpares => _spares.Count == SparesWanted;

    public bool HasSpare => _spares.HasAny;

    /// <summary>Gives a segment back that was taken and not used, or whose value did not go into the index.</summary>
    public void PutBack(Segment segment)
    {
        Debug.Assert(segment.State is SegmentState.Free or SegmentState.Private or SegmentState.Index, "no items");
        SpinGate.Enter(ref _gate);
        Free(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A segment of its own for one record, in state Private; null when it would pass the limit.</summary>
    /// <param name="recordSize">Bytes of the record.</param>
    /// <param name="isGathered">What is free is taken into the claim when it is not enough.</param>
    /// <param name="claimed">Bytes of it that are counted already; 0 when the segment is there.</param>
    /// <param name="isRefused">The limit would allow it, but the system has no memory.</param>
    public Segment? TryTakeDedicated(long recordSize, bool isGathered, ref long claimed, out bool isRefused)
    {
        isRefused = false;
        nuint bytes = MappedMemory.WholePages((nuint)(Segment.HeaderSize + recordSize));
        if (claimed == 0 && TakeKept(bytes) is { } kept) return kept;
        if (claimed < (long)bytes && Account.TryReserve((long)bytes - claimed)) claimed = (long)bytes;
        if (claimed < (long)bytes)
        {
            if (isGathered) claimed += Account.ReserveSome((long)bytes - claimed);
            return null;
        }
        Segment? segment = TryMapReserved(bytes, isDedicated: true, SegmentPages.CallBytesMax);
        isRefused = segment is null;
        if (!isGathered && isRefused) Account.Unreserve(claimed);
        if (!isGathered || !isRefused) claimed = 0;
        return segment;
    }

    private Segment? TakeKept(nuint bytes)
    {
        SpinGate.Enter(ref _gate);
        Segment? kept = _kept.TakeNearest(bytes);
        if (kept is not null) kept.State = SegmentState.Private;
        SpinGate.Exit(ref _gate);
        if (kept is null || TryResize(kept, bytes)) return kept;
        PutBack(kept);
        return null;
    }

    /// <summary>A dedicated segment's record goes into the index now. Under its stripe lock.</summary>
    public void Publish(Segment segment, SegmentQueue queue, uint now, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        Clear(segment, now, epoch);
        segment.Publish();
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        segment.State = SegmentState.Sealed;
        Order.AddFull(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A free segment becomes a lane's. Under the lane's gate.</summary>
    public void Activate(Segment segment, SegmentQueue queue, uint now, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        Clear(segment, now, epoch);
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        segment.State = SegmentState.Active;
        Order.AddFilling(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A lane's segment is full, or the evictor leaves items in a claimed one.</summary>
    public void Seal(Segment segment)
    {
        Debug.Assert(segment.State is SegmentState.Active or SegmentState.Claimed, "one owner seals");
        SpinGate.Enter(ref _gate);
        if (segment.State == SegmentState.Active) Order.AddFull(segment);
        segment.State = SegmentState.Sealed;
        if (segment.LiveBytes == 0) Empty(segment);
        else Order.NoteSparse(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A claimed segment goes to the back of the eviction order.</summary>
    public void Requeue(Segment segment, SegmentQueue queue)
    {
        SpinGate.Enter(ref _gate);
        Order.Remove(segment);
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        Order.AddFull(segment);
        SpinGate.Exit(ref _gate);
        Seal(segment);
    }

    /// <summary>A sealed segment has lost so much that it is worth compacting.</summary>
    public void NoteSparse(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        Order.NoteSparse(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>One of those that are worth compacting, in turn; whoever wants it claims it.</summary>
    public Segment? NextSparse()
    {
        SpinGate.Enter(ref _gate);
        Segment? segment = Order.NextSparse();
        SpinGate.Exit(ref _gate);
        return segment;
    }

    /// <summary>What the segments with items hold.</summary>
    public SegmentSurvey Survey()
    {
        SpinGate.Enter(ref _gate);
        SegmentSurvey survey = Order.Survey();
        SpinGate.Exit(ref _gate);
        return survey;
    }

    /// <summary>The evictor takes the first segment of a queue, or puts some aside that are held.</summary>
    public Segment? TryClaimFirst(SegmentQueue queue)
    {
        SpinGate.Enter(ref _gate);
        Segment? first = Order.First(queue);
        if (first is not null) first.State = SegmentState.Claimed;
        SpinGate.Exit(ref _gate);
        return first;
    }

    /// <summary>Who held a segment that was put aside has let go.</summary>
    public void TakeBack(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        Order.TakeBack(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>The last item has left a segment. It is free now, if it is sealed and nobody was faster.</summary>
    public void Retire(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        if (segment.State == SegmentState.Sealed && segment.LiveBytes == 0) Empty(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>
    /// Unmaps of what the other methods have left to be unmapped as much as one call should. Without any lock; whoever
    /// may have removed something calls it when its locks are open again, and the background does the rest.
    /// </summary>
    public void UnmapSurplus()
    {
        long left = SegmentPages.CallBytesMax;
        while (left > 0 && HasSurplus) left -= Math.Max(UnmapSlice(), 1);
    }

    /// <summary>The evictor takes a segment that has not changed its use since it was looked at.</summary>
    public bool TryClaim(Segment segment, long sequence)
    {
        SpinGate.Enter(ref _gate);
        bool isOurs = segment.State == SegmentState.Sealed && segment.Sequence == sequence;
        if (isOurs) segment.State = SegmentState.Claimed;
        SpinGate.Exit(ref _gate);
        return isOurs;
    }

    /// <summary>Pins a segment with items, unless its use has changed; the caller unpins it.</summary>
    public bool TryPin(Segment segment, long sequence)
    {
        SpinGate.Enter(ref _gate);
        bool isThere = segment.State is SegmentState.Sealed or SegmentState.Active && segment.Sequence == sequence;
        if (isThere) segment.Pin();
        SpinGate.Exit(ref _gate);
        return isThere;
    }

    /// <summary>The last lease of an emptied segment is back.</summary>
    public void FreeLeased(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        if (segment.State == SegmentState.Leased && !segment.IsPinned) Free(segment);
        SpinGate.Exit(ref _gate);
        UnmapSurplus();
    }

    /// <summary>Gives free memory to the system.</summary>
    /// <param name="keep">Segments that stay in the pool; with 0 what is kept for large values goes as well.</param>
    /// <param name="count">At most so many go.</param>
    /// <returns>How many went.</returns>
    public int Trim(int keep, int count)
    {
        int trimmed = 0;
        for (; trimmed < count; trimmed++)
        {
            SpinGate.Enter(ref _gate);
            Segment? unused = TakeUnused(keep);
            SpinGate.Exit(ref _gate);
            if (unused is null) break;
            GiveBack(unused);
        }
        return trimmed;
    }

    /// <summary>A free segment is to go to the system: it waits for <see cref="UnmapSurplus"/>.</summary>
    /// <returns>False when none is free.</returns>
    public bool Discharge()
    {
        SpinGate.Enter(ref _gate);
        Segment? unused = TakeUnused(keep: 0);
        if (unused is not null) _surplus.Add(unused);
        SpinGate.Exit(ref _gate);
        return unused is not null;
    }

    /// <summary>
    /// Gives a spare to the system, for who needs its bytes once: in a full store the pool may stay empty for long,
    /// since the lanes live on spares. Only while all are there, so that the next pass has one for its survivors. By
    /// the evictor.
    /// </summary>
    public void TrimSpare()
    {
        if (HasSpares && TakeSpare() is { } spare) GiveBack(spare);
    }

    /// <summary>Goes on finding out which is the oldest epoch of an item, this one at most.</summary>
    public void NoteEpoch(uint epoch)
    {
        bool isMore = OldestEpoch != epoch;
        for (int part = 0; isMore && part < EpochParts; part++)
        {
            SpinGate.Enter(ref _gate);
            isMore = _oldestEpoch.GoRound(epoch);
            SpinGate.Exit(ref _gate);
        }
    }

    /// <summary>The items of a segment that were flushed up to this epoch have left: it counts as new now.</summary>
    public void RaiseEpoch(Segment segment, long sequence, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        bool isThere = segment.State is SegmentState.Sealed or SegmentState.Active && segment.Sequence == sequence;
        if (isThere && (int)(epoch - segment.Epoch) > 0) segment.Epoch = epoch;
        SpinGate.Exit(ref _gate);
    }

    /// <summary>Unmaps all that no lease keeps; what is leased goes with its lease.</summary>
    public void Dispose()
    {
        while (HasSurplus) UnmapSurplus();
        SpinGate.Enter(ref _gate);
        _isDisposed = true;
        SpinGate.Exit(ref _gate);
        foreach (Segment? segment in Segments)
        {
            if (segment is null || segment.State is SegmentState.Unmapped or SegmentState.Leased) continue;
            SpinGate.Enter(ref _gate);
            segment.Remove(segment.LiveBytes);
            Empty(segment);
            SpinGate.Exit(ref _gate);
        }
        while (HasSurplus) UnmapSurplus();
        while (TakeDiscarded() is { } discarded) _pages.Unmap(discarded.Base, 0, discarded.Length);
    }

    // Under the gate.
    private void Clear(Segment segment, uint now, uint epoch)
    {
        segment.Clear(now, epoch);
        _oldestEpoch.NoteBegun(epoch);
    }

    // Under the gate.
    private Segment? TakeUnused(int keep) => _pool.Count > keep ? _pool.Take() : keep == 0 ? _kept.TakeLast() : null;

    // Under the gate.
    private void Empty(Segment segment)
    {
        Order.Remove(segment);
        segment.State = SegmentState.Leased;
        if (!segment.IsPinned) Free(segment);
    }

    // Under the gate.
    private void Free(Segment segment)
    {
        segment.Sequence = 0;
        segment.State = SegmentState.Free;
        segment.Notes.Forget();
        if (segment.IsDedicated || _isDisposed)
        {
            // A huge page behind the end of a shorter value would be memory that nobody counts.
            bool isReusable = !_isDisposed && !IsOverLimit && (long)segment.Length < SegmentPages.HugePagesMin;
            if (!isReusable || !_kept.TryAdd(segment, Limit)) _surplus.Add(segment);
        }
        else if (_spares.Count < SparesWanted)
        {
            _spares.Add(segment);
        }
        else if (IsOverLimit && _pool.HasAny)
        {
            // The one in the pool is for a writer, who must not have to reach a lowered limit alone.
            _surplus.Add(segment);
        }
        else
        {
            _pool.Add(segment);
        }
    }

    // A surplus segment, or the end of a large one. Returns how many bytes went.
    private long UnmapSlice()
    {
        SpinGate.Enter(ref _gate);
        Segment? surplus = _surplus.Take();
        SpinGate.Exit(ref _gate);
        if (surplus is null) return 0;
        long bytes = (long)surplus.Length;
        long cut = surplus.IsDedicated ? _pages.CutEnd(surplus) : 0;
        if (cut == 0)
        {
            GiveBack(surplus);
            return bytes;
        }
        Account.Unreserve(cut);
        SpinGate.Enter(ref _gate);
        _surplus.Add(surplus);
        SpinGate.Exit(ref _gate);
        return cut;
    }

    private Segment? TryMap(nuint bytes, long populatedMax)
    {
        if (!Account.TryReserve((long)bytes)) return null;
        if (TakeDiscarded() is { } known)
        {
            _pages.Populate(known.Base, known.Length, populatedMax);
            known.Attach(known.Base, known.Length, known.Space, isDedicated: false);
            known.State = SegmentState.Free;
            return known;
        }
        Segment? segment = TryMapReserved(bytes, isDedicated: false, populatedMax);
        if (segment is null) Account.Unreserve((long)bytes);
        return segment;
    }

    private Segment? TryMapReserved(nuint bytes, bool isDedicated, long populatedMax)
    {
        byte* memory = _pages.Map(bytes, isDedicated, populatedMax, out nuint space);
        if (memory == null) return null;
        Segment segment = _table.Take();
        segment.Attach(memory, bytes, space, isDedicated);
        segment.State = isDedicated ? SegmentState.Private : SegmentState.Free;
        return segment;
    }

    // A kept segment gets the length of its next record: pages behind it go back, pages that it lacks are made.
    private bool TryResize(Segment segment, nuint bytes)
    {
        nuint length = segment.Length;
        if (bytes > length && !Account.TryReserve((long)(bytes - length))) return false;
        _pages.Resize(segment, bytes);
        if (bytes < length) Account.Unreserve((long)(length - bytes));
        return true;
    }

    private Segment? TakeDiscarded()
    {
        SpinGate.Enter(ref _gate);
        Segment? segment = _discarded.Take();
        SpinGate.Exit(ref _gate);
        return segment;
    }

    // Shared segments keep their addresses: a thread without a lock may still look at what was there.
    private void GiveBack(Segment segment)
    {
        if (!segment.IsDedicated && !_isDisposed)
        {
            _pages.Discard(segment.Base, segment.Length);
            SpinGate.Enter(ref _gate);
            segment.State = SegmentState.Unmapped;
            _discarded.Add(segment);
            SpinGate.Exit(ref _gate);
            Account.Unreserve((long)segment.Length);
            return;
        }
        byte* memory = segment.Base;
        nuint bytes = segment.Length;
        nuint space = segment.Space;
        segment.Detach();
        _table.PutBack(segment);
        _pages.Unmap(memory, bytes, space);
        Account.Unreserve((long)bytes);
    }
}
