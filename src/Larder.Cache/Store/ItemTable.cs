using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// What the parts of a store share: memory, index, counters, time; and the few steps by which an item comes into the
/// index, is used, and leaves it. Methods with a stripe want its lock held.
/// </summary>
internal sealed unsafe class ItemTable
{
    private const uint NoFlush = uint.MaxValue;

    private long _cas;              // owner: anybody, interlocked
    private uint _epoch;            // owner: anybody, interlocked; flushes so far
    private uint _flushAt = NoFlush; // owner: anybody, interlocked; second of the flush that waits

    public ItemTable(ItemStoreOptions options, StoreClock clock)
    {
        Clock = clock;
        Classes = new SizeClasses(options.CasEnabled);
        ItemSizeMax = options.ItemSizeMax;
        HasCas = options.CasEnabled;
        CanEvict = options.EvictionsEnabled;
        Arena = new SegmentArena(options.MemoryLimitBytes);
        Index = new HashIndex(Arena, IndexPower(options), options.HashExpandEnabled);
        Counters = new ClassCounters(Arena);
    }

    public StoreClock Clock { get; }

    public SizeClasses Classes { get; }

    public SegmentArena Arena { get; }

    public HashIndex Index { get; }

    public ClassCounters Counters { get; }

    public int ItemSizeMax { get; }

    public bool HasCas { get; }

    public bool CanEvict { get; }

    public uint Epoch => Volatile.Read(ref _epoch);

    /// <summary>The time; a flush that it has reached is applied first.</summary>
    public uint Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            uint now = Clock.Now;
            if (now >= Volatile.Read(ref _flushAt)) ApplyFlush(now);
            return now;
        }
    }

    /// <summary>All items of now become invalid when the clock reaches <paramref name="at"/>.</summary>
    public void Flush(uint at)
    {
        if (at <= Clock.Now)
        {
            Volatile.Write(ref _flushAt, NoFlush);
            Interlocked.Increment(ref _epoch);
        }
        else
        {
            Volatile.Write(ref _flushAt, at);
        }
    }

    public ulong TakeCas(ulong explicitCas)
    {
        if (!HasCas) return 0;
        return explicitCas != 0 ? explicitCas : (ulong)Interlocked.Increment(ref _cas);
    }

    /// <summary>Whether an item may be shown. Needs no lock where a wrong answer does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FindStatus StatusOf(ItemHeader* item, uint now)
    {
        // An item of a newer epoch than ours was stored after a flush that we have not seen yet: it is valid.
        if ((int)(Epoch - item->Epoch) > 0) return FindStatus.Flushed;
        return item->Expiry != 0 && item->Expiry <= now ? FindStatus.Expired : FindStatus.Hit;
    }

    /// <summary>
    /// The slot of a key's valid item, or null. One that is no longer valid is removed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* FindValid(
        Stripe* stripe, ulong hash, ReadOnlySpan<byte> key, uint now, out FindStatus status)
    {
        ulong* slot = HashIndex.Find(stripe, hash, key);
        status = slot == null ? FindStatus.Miss : StatusOf(Bucket.ItemOf(*slot), now);
        if (status is FindStatus.Hit or FindStatus.Miss) return slot;
        Reclaim(stripe, slot, status, byCrawler: false);
        return null;
    }

    /// <summary>A hit: eviction sees it, and so do mg's flags h and l next time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bump(ItemHeader* item, uint now, bool fetched)
    {
        ItemState state = item->State;
        if ((state & ItemState.UseMask) != ItemState.UseMask) state = (ItemState)((byte)state + 1);
        if (fetched) state |= ItemState.Fetched;
        if (state != item->State) item->State = state;
        if (item->LastAccess != now) item->LastAccess = now;
    }

    /// <summary>An item that is complete comes into the index, and in place of another one if there is one.</summary>
    public void Link(Stripe* stripe, ulong* slot, ulong hash, ItemHeader* item)
    {
        ItemHeader* old = Bucket.ItemOf(*slot);
        *slot = Bucket.Pack(Bucket.TagOf(hash), item);
        stripe->Stored++;
        if (old == null)
        {
            Count(item);
            Index.Added(stripe);
            return;
        }
        // Mostly the same size again: then nothing is to be counted.
        if (ItemHeader.RecordSize(old) != ItemHeader.RecordSize(item) || ClassOf(old) != ClassOf(item))
        {
            Uncount(old);
            Count(item);
        }
        Kill(old);
    }

    /// <summary>An item leaves the index.</summary>
    public void Remove(Stripe* stripe, ulong* slot)
    {
        ItemHeader* item = Bucket.ItemOf(*slot);
        Index.Remove(stripe, slot);
        Bury(item);
    }

    /// <summary>An invalid item leaves the index.</summary>
    public void Reclaim(Stripe* stripe, ulong* slot, FindStatus status, bool byCrawler)
    {
        ItemHeader* item = Bucket.ItemOf(*slot);
        ClassCounters.Cell* cell = CellOf(item);
        Interlocked.Increment(ref cell->Reclaimed);
        if (byCrawler) Interlocked.Increment(ref cell->CrawlerReclaimed);
        if (status == FindStatus.Expired && !item->Has(ItemState.Fetched))
            Interlocked.Increment(ref cell->ExpiredUnfetched);
        Remove(stripe, slot);
    }

    /// <summary>The copy of a record takes its place in the index; the old record is dead.</summary>
    public void Relocate(ulong* slot, ItemHeader* copy)
    {
        ItemHeader* old = Bucket.ItemOf(*slot);
        *slot = Bucket.Pack(*slot >> Bucket.TagShift, copy);
        Kill(old);
    }

    /// <summary>Value empty, client flags 0.</summary>
    public void Empty(ItemHeader* item)
    {
        Uncount(item);
        item->State |= ItemState.Emptied;
        item->ClientFlags = 0;
        Count(item);
    }

    /// <summary>Other client flags, which may count under another size class.</summary>
    public void SetClientFlags(ItemHeader* item, uint value)
    {
        Uncount(item);
        item->ClientFlags = value;
        Count(item);
    }

    public ClassCounters.Cell* CellOf(ItemHeader* item) => Counters.CellOf(item->HashLow, ClassOf(item));

    public int ClassOf(ItemHeader* item) =>
        Classes.ClassOf(item->KeyLength, ItemHeader.Value(item).Length, item->ClientFlags);

    public void Dispose()
    {
        Index.Dispose();
        Counters.Dispose();
        Arena.Dispose();
    }

    // The index takes at most 1/16 of the memory to begin with; it grows when there is something in it.
    private static int IndexPower(ItemStoreOptions options)
    {
        long slotsMax = options.MemoryLimitBytes / 16 / sizeof(ulong);
        return Math.Min(options.HashPowerInit, (int)long.Log2(slotsMax));
    }

    private void ApplyFlush(uint now)
    {
        uint at = Volatile.Read(ref _flushAt);
        if (at > now || Interlocked.CompareExchange(ref _flushAt, NoFlush, at) != at) return;
        Interlocked.Increment(ref _epoch);
    }

    private void Bury(ItemHeader* item)
    {
        Uncount(item);
        Kill(item);
    }

    // The record's bytes are not touched after they were counted as dead: the segment may be used again at once.
    private void Kill(ItemHeader* item)
    {
        Debug.Assert(!item->Has(ItemState.Dead), "an item leaves once");
        item->State |= ItemState.Dead;
        Segment segment = Arena.SegmentOf(item);
        if (segment.Remove(ItemHeader.RecordSize(item))) Arena.Retire(segment);
    }

    private void Count(ItemHeader* item)
    {
        ClassCounters.Cell* cell = CellOf(item);
        Interlocked.Increment(ref cell->Number);
        Interlocked.Add(ref cell->Bytes, ItemHeader.RecordSize(item));
    }

    private void Uncount(ItemHeader* item)
    {
        ClassCounters.Cell* cell = CellOf(item);
        Interlocked.Decrement(ref cell->Number);
        Interlocked.Add(ref cell->Bytes, -ItemHeader.RecordSize(item));
    }
}
