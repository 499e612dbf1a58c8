using System.Diagnostics;
using System.Numerics;
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
///  system ──> Private (a value that is coming) ──publish──> Sealed (large), or back (small: copied into a lane)
/// </code>
/// Mapping and unmapping happen outside of all locks: bytes are reserved against the limit before they are mapped, and
/// what is to be unmapped waits in a list for <see cref="UnmapSurplus"/>. The gate is a leaf below stripes and lanes.
/// The spares are free segments that only the evictor takes, so that it always has somewhere to move survivors to.
/// </summary>
internal sealed unsafe class SegmentArena
{
    /// <summary>A store has at least so many segments if it is not tiny: coarser ones lose hits.</summary>
    private const int SegmentsWanted = 256;
    private const long SegmentBytesMin = 64 << 10;

    /// <summary>Size of a huge page; larger segments only for more memory than <see cref="LargeMemory"/>.</summary>
    private const long SegmentBytesMax = 2 << 20;
    private const long LargeMemory = 16L << 30;
    private const long SegmentBytesLarge = 8 << 20;

    /// <summary>
    /// An item above 1/8 of a segment would leave too much unused at a segment's end; it gets its own.
    /// </summary>
    private const int SharedShare = 8;

    /// <summary>
    /// Free blocks for reservations that are kept of each size, so that most find one without a call.
    /// </summary>
    private const int BlocksKept = 16;

    /// <summary>One pass may need two: an item whose token was seen gets 8 bytes longer when it moves.</summary>
    private const int SparesWanted = 2;

    private int _gate;
    private Segment?[] _segments = new Segment?[256];       // owner: gate writes, everybody reads
    private int _count;                                     // owner: gate
    private Segment? _unmapped;                             // owner: gate
    private Segment? _discarded;                            // owner: gate; shared, with an address and no memory
    private Segment? _surplus;                              // owner: gate writes, everybody reads
    private Segment? _pool;                                 // owner: gate
    private Segment? _spare;                                // owner: gate
    private readonly Segment?[] _blocks = new Segment?[32]; // owner: gate; by log2 of their bytes
    private readonly int[] _blockCounts = new int[32];      // owner: gate
    private long _sequence;                                 // owner: anybody, interlocked
    private int _spareCount;                                // owner: gate writes, everybody reads
    private int _poolCount;                                 // owner: gate writes, everybody reads
    private int _leased;                                    // owner: gate writes, everybody reads
    private long _mapped;                                   // owner: anybody, interlocked
    private long _limit;                                    // owner: SetLimit writes, everybody reads
    private bool _isDisposed;                               // owner: gate

    public SegmentArena(long limitBytes)
    {
        _limit = limitBytes;
        long wanted = (long)BitOperations.RoundUpToPowerOf2((ulong)(limitBytes / SegmentsWanted) + 1) / 2;
        long most = limitBytes > LargeMemory ? SegmentBytesLarge : SegmentBytesMax;
        SegmentBytes = (int)Math.Clamp(wanted, SegmentBytesMin, most);
        SharedSizeMax = SegmentBytes / SharedShare;
    }

    /// <summary>Bytes of a segment for many items; a power of two.</summary>
    public int SegmentBytes { get; }

    /// <summary>The largest record that shares a segment with others.</summary>
    public int SharedSizeMax { get; }

    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    public long Mapped => Interlocked.Read(ref _mapped);

    public bool IsOverLimit => Mapped > Limit;

    public int PoolCount => Volatile.Read(ref _poolCount);

    public int LeasedCount => Volatile.Read(ref _leased);

    /// <summary>All segment objects that were ever made; look at their state.</summary>
    public ReadOnlySpan<Segment?> Segments => Volatile.Read(ref _segments);

    /// <summary>The head of the segment in which an item lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentHeader* HeaderOf(ItemHeader* item) =>
        (SegmentHeader*)((nuint)item & ~(nuint)(SegmentBytes - 1));

    /// <summary>
    /// A number that no segment has or had; it counts up from 1. Also for CAS tokens that no place stands for.
    /// </summary>
    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public Segment SegmentOf(ItemHeader* item) => Volatile.Read(ref _segments)[HeaderOf(item)->Id]!;

    /// <summary>Counts bytes that the caller is about to map; false when they would pass the limit.</summary>
    public bool TryReserve(long bytes)
    {
        long seen = Mapped;
        while (seen + bytes <= Limit)
        {
            long found = Interlocked.CompareExchange(ref _mapped, seen + bytes, seen);
            if (found == seen) return true;
            seen = found;
        }
        return false;
    }

    public void Unreserve(long bytes) => Interlocked.Add(ref _mapped, -bytes);

    /// <summary>A free segment from the pool, or a new one within the limit; null when there is neither.</summary>
    public Segment? TryTake()
    {
        SpinGate.Enter(ref _gate);
        Segment? taken = _pool;
        if (taken is not null)
        {
            _pool = taken.Next;
            taken.Next = null;
            _poolCount--;
        }
        SpinGate.Exit(ref _gate);
        return taken ?? TryMap((nuint)SegmentBytes, isDedicated: false);
    }

    /// <summary>A segment that is kept for survivors; null when all are in use.</summary>
    public Segment? TakeSpare()
    {
        SpinGate.Enter(ref _gate);
        Segment? spare = _spare;
        if (spare is not null)
        {
            _spare = spare.Next;
            spare.Next = null;
            Volatile.Write(ref _spareCount, _spareCount - 1);
        }
        SpinGate.Exit(ref _gate);
        return spare;
    }

    public bool HasSpares => Volatile.Read(ref _spareCount) == SparesWanted;

    /// <summary>Gives a segment back that was taken and not used.</summary>
    public void PutBack(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        Free(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A segment of its own for one record, in state Private; null when it would pass the limit.</summary>
    public Segment? TryTakeDedicated(long recordSize)
    {
        nuint bytes = MappedMemory.WholePages((nuint)(Segment.HeaderSize + recordSize + ItemHeader.TerminatorSize));
        if (recordSize > SharedSizeMax) return TryMap(bytes, isDedicated: true);

        // A small value that is still coming: blocks by powers of two, which are used again.
        int power = BitOperations.Log2(BitOperations.RoundUpToPowerOf2(bytes));
        SpinGate.Enter(ref _gate);
        Segment? block = _blocks[power];
        if (block is not null)
        {
            _blocks[power] = block.Next;
            block.Next = null;
            block.State = SegmentState.Private;
            _blockCounts[power]--;
        }
        SpinGate.Exit(ref _gate);
        return block ?? TryMap((nuint)1 << power, isDedicated: true);
    }

    /// <summary>Takes back a Private segment whose value did not go into the index.</summary>
    public void PutBackDedicated(Segment block)
    {
        Debug.Assert(block.State == SegmentState.Private, "nobody else knows it");
        int power = BitOperations.Log2(block.Length);
        bool isBlock = BitOperations.IsPow2(block.Length) && block.Length <= (nuint)SharedSizeMax * 2;
        SpinGate.Enter(ref _gate);
        block.State = SegmentState.Free;
        if (isBlock && _blockCounts[power] < BlocksKept && !IsOverLimit && !_isDisposed)
        {
            block.Next = _blocks[power];
            _blocks[power] = block;
            _blockCounts[power]++;
        }
        else
        {
            AddSurplus(block);
        }
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A dedicated segment's record goes into the index now. Under its stripe lock.</summary>
    public void Publish(Segment segment, SegmentQueue queue, uint now, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        segment.Clear(now, epoch);
        segment.Publish();
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        segment.State = SegmentState.Sealed;
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A free segment becomes a lane's. Under the lane's gate.</summary>
    public void Activate(Segment segment, SegmentQueue queue, uint now, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        segment.Clear(now, epoch);
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        segment.State = SegmentState.Active;
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A lane's segment is full, or the evictor leaves items in a claimed one.</summary>
    public void Seal(Segment segment)
    {
        Debug.Assert(segment.State is SegmentState.Active or SegmentState.Claimed, "one owner seals");
        SpinGate.Enter(ref _gate);
        segment.State = SegmentState.Sealed;
        if (segment.LiveBytes == 0) Empty(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>A claimed segment goes to the back of the eviction order.</summary>
    public void Requeue(Segment segment, SegmentQueue queue)
    {
        SpinGate.Enter(ref _gate);
        segment.Queue = queue;
        segment.Sequence = NextSequence();
        SpinGate.Exit(ref _gate);
        Seal(segment);
    }

    /// <summary>The last item has left a segment. It is free now, if it is sealed and nobody was faster.</summary>
    public void Retire(Segment segment)
    {
        SpinGate.Enter(ref _gate);
        if (segment.State == SegmentState.Sealed && segment.LiveBytes == 0) Empty(segment);
        SpinGate.Exit(ref _gate);
    }

    /// <summary>
    /// Unmaps what the other methods have left to be unmapped. Without any lock; whoever may have removed something
    /// calls it when its locks are open again.
    /// </summary>
    public void UnmapSurplus()
    {
        while (Volatile.Read(ref _surplus) is not null)
        {
            SpinGate.Enter(ref _gate);
            Segment? surplus = _surplus;
            if (surplus is not null) Volatile.Write(ref _surplus, surplus.Next);
            SpinGate.Exit(ref _gate);
            if (surplus is not null) Unmap(surplus);
        }
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
        if (segment.State == SegmentState.Leased && !segment.IsPinned)
        {
            _leased--;
            Free(segment);
        }
        SpinGate.Exit(ref _gate);
        UnmapSurplus();
    }

    /// <summary>Gives free memory to the system: segments of the pool beyond some, and blocks.</summary>
    /// <param name="keep">Segments that stay in the pool.</param>
    /// <param name="count">At most so many go.</param>
    /// <returns>How many went.</returns>
    public int Trim(int keep, int count)
    {
        int trimmed = 0;
        while (trimmed < count)
        {
            SpinGate.Enter(ref _gate);
            Segment? surplus = TakeSurplus(keep);
            SpinGate.Exit(ref _gate);
            if (surplus is null) break;
            Unmap(surplus);
            trimmed++;
        }
        return trimmed;
    }

    /// <summary>How many segments are mapped, and the age of the oldest with items in seconds.</summary>
    public (int Mapped, uint OldestAge) Survey(uint now)
    {
        int mapped = 0;
        uint begun = now;
        long oldest = long.MaxValue;
        foreach (Segment? segment in Segments)
        {
            if (segment is null || segment.State == SegmentState.Unmapped) continue;
            mapped++;
            if (segment.State is not (SegmentState.Sealed or SegmentState.Active)) continue;
            if (segment.Sequence >= oldest) continue;
            oldest = segment.Sequence;
            begun = segment.BegunAt;
        }
        return (mapped, now - begun);
    }

    /// <summary>Unmaps all that no lease keeps; what is leased goes with its lease.</summary>
    public void Dispose()
    {
        UnmapSurplus();
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
        UnmapSurplus();
        while (TakeDiscarded() is { } discarded) MappedMemory.Unmap(discarded.Base, discarded.Length);
    }

    private Segment? TakeSurplus(int keep)
    {
        if (_pool is { } pooled && _poolCount > keep)
        {
            _pool = pooled.Next;
            _poolCount--;
            return pooled;
        }
        for (int power = 0; keep == 0 && power < _blocks.Length; power++)
        {
            if (_blocks[power] is not { } block) continue;
            _blocks[power] = block.Next;
            _blockCounts[power]--;
            return block;
        }
        return null;
    }

    // Under the gate.
    private void Empty(Segment segment)
    {
        segment.State = SegmentState.Leased;
        if (segment.IsPinned) _leased++;
        else Free(segment);
    }

    // Under the gate.
    private void Free(Segment segment)
    {
        segment.Sequence = 0;
        segment.State = SegmentState.Free;
        if (segment.IsDedicated || _isDisposed)
        {
            AddSurplus(segment);
        }
        else if (_spareCount < SparesWanted)
        {
            segment.Next = _spare;
            _spare = segment;
            Volatile.Write(ref _spareCount, _spareCount + 1);
        }
        else if (IsOverLimit)
        {
            AddSurplus(segment);
        }
        else
        {
            segment.Next = _pool;
            _pool = segment;
            _poolCount++;
        }
    }

    // Under the gate.
    private void AddSurplus(Segment segment)
    {
        segment.Next = _surplus;
        Volatile.Write(ref _surplus, segment);
    }

    private Segment? TryMap(nuint bytes, bool isDedicated)
    {
        if (!TryReserve((long)bytes)) return null;
        if (!isDedicated && TakeDiscarded() is { } known)
        {
            MappedMemory.Populate(known.Base, known.Length);
            known.Attach(known.Base, known.Length, isDedicated: false);
            known.State = SegmentState.Free;
            return known;
        }
        byte* memory = MappedMemory.Map(bytes, (nuint)SegmentBytes);
        if (memory == null)
        {
            Unreserve((long)bytes);
            return null;
        }
        if (bytes >= SegmentBytesMax) MappedMemory.PreferHugePages(memory, bytes);
        if (!isDedicated) MappedMemory.Populate(memory, bytes);
        Segment segment = TakeObject();
        segment.Attach(memory, bytes, isDedicated);
        segment.State = isDedicated ? SegmentState.Private : SegmentState.Free;
        return segment;
    }

    private Segment? TakeDiscarded()
    {
        SpinGate.Enter(ref _gate);
        Segment? segment = _discarded;
        if (segment is not null)
        {
            _discarded = segment.Next;
            segment.Next = null;
        }
        SpinGate.Exit(ref _gate);
        return segment;
    }

    // Shared segments keep their addresses: a thread without a lock may still look at what was there.
    private void Unmap(Segment segment)
    {
        if (!segment.IsDedicated && !_isDisposed)
        {
            MappedMemory.Discard(segment.Base, segment.Length);
            SpinGate.Enter(ref _gate);
            segment.State = SegmentState.Unmapped;
            segment.Next = _discarded;
            _discarded = segment;
            SpinGate.Exit(ref _gate);
            Unreserve((long)segment.Length);
            return;
        }
        byte* memory = segment.Base;
        nuint bytes = segment.Length;
        segment.Detach();
        SpinGate.Enter(ref _gate);
        segment.State = SegmentState.Unmapped;
        segment.Next = _unmapped;
        _unmapped = segment;
        SpinGate.Exit(ref _gate);
        MappedMemory.Unmap(memory, bytes);
        Unreserve((long)bytes);
    }

    private Segment TakeObject()
    {
        while (true)
        {
            SpinGate.Enter(ref _gate);
            Segment? segment = _unmapped;
            if (segment is not null)
            {
                _unmapped = segment.Next;
                segment.Next = null;
            }
            int capacity = _segments.Length;
            SpinGate.Exit(ref _gate);
            if (segment is not null) return segment;
            AddObjects(capacity);
        }
    }

    // New objects are made outside of the gate: an allocation may wait for a collection.
    private void AddObjects(int capacity)
    {
        bool isFull = Volatile.Read(ref _count) >= capacity;
        var longer = isFull ? new Segment?[capacity * 2] : null;
        int id = Volatile.Read(ref _count);
        var made = new Segment(this, id);
        SpinGate.Enter(ref _gate);
        if (longer is not null && _segments.Length == capacity)
        {
            _segments.AsSpan().CopyTo(longer);
            Volatile.Write(ref _segments, longer);
        }
        if (_count == id && id < _segments.Length)
        {
            _segments[id] = made;
            _count++;
            made.Next = _unmapped;
            _unmapped = made;
        }
        SpinGate.Exit(ref _gate);
    }
}
