using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Larder.Events.Buffers;

namespace Larder.Cache.Store;

/// <summary>
/// A stretch of mapped memory that holds records one behind the other, or one large item alone. Its memory begins with
/// its number (so that an item's address leads here) and is aligned to the arena's segment size. The object is used
/// again for other memory when this one is unmapped.
/// </summary>
internal sealed unsafe class Segment(SegmentArena arena, int id, uint[] earliest) : ILeaseOwner
{
    /// <summary>Bytes in front of the first record.</summary>
    public const int HeaderSize = SegmentHeader.Size;

    private const int LineSize = 64;
    private const int PrefetchMax = 512;

    private long _liveBytes;        // owner: anybody, interlocked
    private int _pins;              // owner: anybody, interlocked
    private int _pending;           // owner: anybody, interlocked
    private long _sequence;         // owner: arena gate writes, everybody reads
    private int _state;             // owner: arena gate writes, everybody reads
    private int _walkEnd;           // owner: expiry (arena before the segment is used)
    private int _end;               // owner: the lane's gate writes, everybody reads
    private bool _isAside;          // owner: arena gate writes, everybody reads
    private SegmentLinks _links;        // owner: arena gate
    private SegmentLinks _linksBeside;  // owner: arena gate

    public int Id => id;

    public byte* Base { get; private set; }             // owner: arena, while nobody else has the segment

    /// <summary>Bytes mapped at <see cref="Base"/>.</summary>
    public nuint Length { get; private set; }           // owner: arena, while nobody else has the segment

    /// <summary>Bytes of addresses there, of which the first <see cref="Length"/> are used.</summary>
    public nuint Space { get; private set; }            // owner: arena, while nobody else has the segment

    /// <summary>Holds one item that is too large to share a segment (or a reservation).</summary>
    public bool IsDedicated { get; private set; }       // owner: arena, while nobody else has the segment

    /// <summary>The beginning of the memory.</summary>
    public SegmentHeader* Header => (SegmentHeader*)Base;

    /// <summary>Tells one use of the object from another.</summary>
    public long Sequence                                // owner: arena gate writes, everybody reads
    {
        get => Volatile.Read(ref _sequence);
        set
        {
            Volatile.Write(ref _sequence, value);
            if (Base != null) Volatile.Write(ref Header->Sequence, value);
        }
    }

    /// <summary>The queue of S3-FIFO that the segment stands in.</summary>
    public SegmentQueue Queue { get; set; }             // owner: arena gate

    /// <summary>When the first record came, in seconds of the clock.</summary>
    public uint BegunAt { get; private set; }           // owner: arena gate

    /// <summary>Flushes up to this epoch lie before all of its items; the header has it, too.</summary>
    public uint Epoch                                   // owner: arena gate
    {
        get;
        set
        {
            field = value;
            Volatile.Write(ref Header->Epoch, value);
        }
    }

    /// <summary>Flushes up to this epoch were applied to all its items.</summary>
    public uint SweptEpoch { get; set; }                // owner: expiry (arena before the segment is used)

    /// <summary>When expiry or compaction was here last.</summary>
    public uint SweptAt { get; set; }                   // owner: expiry (arena before the segment is used)

    /// <summary>Next in a <see cref="SegmentStack"/>.</summary>
    public Segment? Next { get; set; }                  // owner: arena gate

    /// <summary>Its place in the order of eviction.</summary>
    public ref SegmentLinks Links => ref _links;

    /// <summary>Its place among those that are worth compacting.</summary>
    public ref SegmentLinks LinksBeside => ref _linksBeside;

    /// <summary>It was held when it was its turn to be evicted (<see cref="EvictionOrder"/>).</summary>
    public bool IsAside
    {
        get => Volatile.Read(ref _isAside);
        set => Volatile.Write(ref _isAside, value);
    }

    /// <summary>With no more alive it is worth compacting; none is so small in one of a large item.</summary>
    public int SparseBytes { get; private set; }        // owner: arena, while nobody else has the segment

    public SegmentState State
    {
        get => (SegmentState)Volatile.Read(ref _state);
        set
        {
            arena.Counts.Note(IsDedicated, State, value);
            Volatile.Write(ref _state, (int)value);
        }
    }

    /// <summary>Bytes of records that are in the index, or about to be.</summary>
    public long LiveBytes => Interlocked.Read(ref _liveBytes);

    /// <summary>Offset behind the last record.</summary>
    public int End => Volatile.Read(ref _end);

    /// <summary>When its bytes expire.</summary>
    public ExpiryNotes Notes { get; } = new(earliest, id % SegmentTable.PartSize); // owner: anybody

    /// <summary>Somebody reads bytes here without a lock. Reads with a fence: pairs with the one in Unpin.</summary>
    public bool IsPinned => Interlocked.CompareExchange(ref _pins, 0, 0) != 0;

    /// <summary>
    /// Somebody reads bytes here, or some of its records are pending: emptying it frees nothing now. Without a fence.
    /// </summary>
    public bool IsHeld => Volatile.Read(ref _pins) != 0 || HasPending;

    public void Attach(byte* memory, nuint length, nuint space, bool isDedicated)
    {
        Debug.Assert(memory != null && length > HeaderSize && length <= space, "a mapped segment");
        Base = memory;
        Length = length;
        Space = space;
        IsDedicated = isDedicated;
        SparseBytes = isDedicated ? -1 : arena.Order.SparseBytes;
        if (!isDedicated) Notes.MakeLevels();
        *Header = default;
        Header->Id = id;
    }

    public void Detach()
    {
        Base = null;
        Length = 0;
        Space = 0;
    }

    /// <summary>Forgets all records.</summary>
    public void Clear(uint now, uint epoch)
    {
        Debug.Assert(LiveBytes == 0 && !IsPinned, "nobody reads a segment that is begun again");
        Volatile.Write(ref _end, HeaderSize);
        Notes.Clear(now);
        Volatile.Write(ref _walkEnd, 0);
        SweptEpoch = epoch;
        SweptAt = now;
        BegunAt = now;
        Epoch = epoch;
        Header->BegunAt = now;
    }

    /// <summary>Places a record at the end, or returns null when it does not fit. Under the lane's gate.</summary>
    public ItemHeader* Append(int keyLength, int valueLength, ItemState state)
    {
        long size = ItemHeader.RecordSize(keyLength, valueLength, state);
        int end = _end;
        if (end + size > (long)Length) return null;
        var item = (ItemHeader*)(Base + end);
        Debug.Assert(((nuint)item & 3) == 0, "records are aligned");
        // First the interlocked addition, which waits for all stores before it; the record's lines are seldom cached.
        Interlocked.Add(ref _liveBytes, size);
        ItemHeader.Begin(item, keyLength, valueLength, state);
        if (Sse.IsSupported) PrefetchNext((byte*)item + size, size);
        Volatile.Write(ref _end, (int)(end + size));
        return item;
    }

    /// <summary>Takes bytes back from the last record. Under the lane's gate.</summary>
    public bool TryShorten(ItemHeader* item, long size, long needed)
    {
        int end = _end;
        if ((byte*)item + size != Base + end) return false;
        // Pairs with BeginWalk: either the walker's end is seen here, or it sees this one and takes it.
        Interlocked.Exchange(ref _end, (int)(end - size + needed));
        if (Volatile.Read(ref _walkEnd) > end - size)
        {
            Volatile.Write(ref _end, end);
            return false;
        }
        Interlocked.Add(ref _liveBytes, needed - size);
        return true;
    }

    /// <summary>The end of a walk over the records that are there now; they stay as long as they are.</summary>
    public int BeginWalk()
    {
        int end;
        do
        {
            end = End;
            Interlocked.Exchange(ref _walkEnd, end);
        }
        while (End < end);
        return end;
    }

    // The place of the next record, which is likely of the same size; past the end it asks for nothing of ours.
    private static void PrefetchNext(byte* next, long size)
    {
        for (long offset = 0; offset < Math.Min(size, PrefetchMax); offset += LineSize) Sse.Prefetch0(next + offset);
    }

    /// <summary>The only record of a dedicated segment. While nobody else has the segment.</summary>
    public ItemHeader* Begin(int keyLength, int valueLength)
    {
        long size = HeaderSize + ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields);
        Debug.Assert(size <= (long)Length, "the segment was made for this record");
        var item = (ItemHeader*)(Base + HeaderSize);
        ItemHeader.Begin(item, keyLength, valueLength, ItemState.AllFields);
        return item;
    }

    /// <summary>Counts the record of a dedicated segment as live.</summary>
    public void Publish()
    {
        var item = (ItemHeader*)(Base + HeaderSize);
        long size = ItemHeader.RecordSize(item);
        Interlocked.Add(ref _liveBytes, size);
        Volatile.Write(ref _end, (int)(HeaderSize + size));
    }

    /// <summary>An item has left the index. The caller touches its bytes no more.</summary>
    /// <returns>True when it was the last one.</returns>
    public bool Remove(long recordSize)
    {
        long left = Interlocked.Add(ref _liveBytes, -recordSize);
        Debug.Assert(left >= 0, "each record leaves once");
        // Once in its life, with the record that makes it sparse.
        if (left <= SparseBytes && left + recordSize > SparseBytes && left > 0) arena.NoteSparse(this);
        return left == 0;
    }

    /// <summary>Some of its records are pending: it cannot be emptied.</summary>
    public bool HasPending => Volatile.Read(ref _pending) > 0;

    /// <summary>A record was placed whose value comes later. Under the lane's gate.</summary>
    public void BeginPending()
    {
        if (Interlocked.Increment(ref _pending) == 1) arena.NotePending(1);
    }

    /// <summary>The record goes into the index, or is dead. Called first: the segment may be used again then.</summary>
    public void EndPending()
    {
        // The fence of the decrement pairs with EvictionOrder.TryPutAside.
        if (Interlocked.Decrement(ref _pending) != 0) return;
        arena.NotePending(-1);
        if (IsAside) arena.TakeBack(this);
    }

    /// <summary>Keeps the memory. Under the stripe lock of an item here, or the arena's gate.</summary>
    public void Pin() => Interlocked.Increment(ref _pins);

    /// <summary>Lets go; the last one frees a segment that has lost its items meanwhile. Any thread.</summary>
    public void Unpin()
    {
        // The fence of the decrement pairs with IsPinned after the state was set: one of the two sees the other. And
        // with EvictionOrder.TryPutAside.
        if (Interlocked.Decrement(ref _pins) != 0) return;
        if (State == SegmentState.Leased) arena.FreeLeased(this);
        else if (IsAside) arena.TakeBack(this);
    }

    void ILeaseOwner.ReleaseLease(long token) => Unpin();
}
