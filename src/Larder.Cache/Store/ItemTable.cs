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

    private bool _tracksAccess;     // owner: anybody sets it once
    private IEvictionObserver? _evictionObserver; // owner: whoever sets it
    private int _flushGate;
    private FlushRules _rules = FlushRules.None; // owner: _flushGate writes, everybody reads
    private uint _flushAt = NoFlush; // owner: anybody, interlocked; second of the flush that waits

    public ItemTable(ItemStoreOptions options, StoreClock clock, ulong seed)
    {
        Clock = clock;
        Classes = new SizeClasses(options.CasEnabled);
        ItemSizeMax = options.ItemSizeMax;
        HasCas = options.CasEnabled;
        CanEvict = options.EvictionsEnabled;
        Arena = new SegmentArena(options.MemoryLimitBytes, options.Pages, CanEvict);
        try
        {
            Index = new HashIndex(Arena, options.MemoryLimitBytes, IndexPower(options), seed);
            Counters = new ClassCounters(Arena);
            Ghosts = new GhostTable(Arena, options.MemoryLimitBytes);
        }
        catch (InsufficientMemoryException)
        {
            Index?.Dispose();
            Counters?.Dispose();
            Arena.Dispose();
            throw;
        }
    }

    public StoreClock Clock { get; }

    public SizeClasses Classes { get; }

    public SegmentArena Arena { get; }

    public HashIndex Index { get; }

    public ClassCounters Counters { get; }

    public GhostTable Ghosts { get; }

    /// <summary>Who is told of evictions; mostly nobody. Any thread.</summary>
    public IEvictionObserver? EvictionObserver
    {
        get => Volatile.Read(ref _evictionObserver);
        set => Volatile.Write(ref _evictionObserver, value);
    }

    public int ItemSizeMax { get; }

    public bool HasCas { get; }

    public bool CanEvict { get; }

    /// <summary>Items now; a sum of counters.</summary>
    public long ItemCount => Counters.CountItems();

    /// <summary>
    /// Counts flushes and deleted prefixes. Whoever puts an item into the index reads it under the stripe's lock: so
    /// those who have passed all these locks once know that no item of an older epoch comes any more (Expiry).
    /// </summary>
    public uint Epoch => Volatile.Read(ref _rules).Epoch;

    /// <summary>Deleted prefixes of which items may still be there.</summary>
    public int PrefixRules => Volatile.Read(ref _rules).Count;

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
            FlushNow();
        }
        else
        {
            Volatile.Write(ref _flushAt, at);
        }
    }

    /// <summary>All items of now whose keys begin so become invalid.</summary>
    /// <returns>False, and nothing changes, when too many prefixes are being deleted.</returns>
    public bool DeletePrefix(ReadOnlySpan<byte> prefix)
    {
        byte[] copy = prefix.ToArray();
        SpinGate.Enter(ref _flushGate);
        FlushRules? rules = _rules.With(copy);
        if (rules is not null) Volatile.Write(ref _rules, rules);
        SpinGate.Exit(ref _flushGate);
        return rules is not null;
    }

    /// <summary>Finds out how old items may be now, and forgets the rules that no item is old enough for.</summary>
    public void NoteEpoch()
    {
        // The gate: no rule comes while lookups learn that they need not look at rules.
        SpinGate.Enter(ref _flushGate);
        Arena.NoteEpoch(_rules.Epoch);
        Volatile.Write(ref _rules, _rules.Since(Arena.OldestEpoch));
        SpinGate.Exit(ref _flushGate);
    }

    /// <summary>Hits note the time of access: somebody has asked for it (mg with l, me, a dump).</summary>
    public bool TracksAccess => Volatile.Read(ref _tracksAccess);

    /// <summary>From now on hits note the time of access.</summary>
    public void TrackAccess()
    {
        if (!TracksAccess) Volatile.Write(ref _tracksAccess, true);
    }

    /// <summary>A token that nothing else has, or the one that the client wants.</summary>
    public ulong TakeCas(ulong explicitCas)
    {
        if (!HasCas) return 0;
        return explicitCas != 0 ? explicitCas : (ulong)Arena.NextSequence() << SegmentHeader.CasShift;
    }

    /// <summary>
    /// An item's token: its own, or that of its place. A segment's sequence number is never given again and values
    /// never change in their place, so that it stands for this value only.
    /// </summary>
    public ulong CasOf(ItemHeader* item) => CasOf(item, item->State);

    /// <summary>The token of a record with these fields.</summary>
    public ulong CasOf(ItemHeader* item, ItemState state)
    {
        if (!HasCas) return 0;
        if ((state & ItemState.HasCas) != 0) return ItemHeader.CasField(item, state);
        SegmentHeader* header = Arena.HeaderOf(item);
        ulong place = (ulong)((byte*)item - (byte*)header) / sizeof(uint);
        return ((ulong)Volatile.Read(ref header->Sequence) << SegmentHeader.CasShift) | place;
    }

    /// <summary>Whether an item may be shown. Needs no lock where a wrong answer does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FindStatus StatusOf(ItemHeader* item, uint now) =>
        StatusOf(item, item->State, ItemHeader.Key(item), now);

    /// <summary>Whether a record with these fields and this key may be shown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FindStatus StatusOf(ItemHeader* item, ItemState state, ReadOnlySpan<byte> key, uint now)
    {
        if (Epoch != Arena.OldestEpoch && IsFlushed(item, key)) return FindStatus.Flushed;
        uint expiry = ItemHeader.Expiry(item, state);
        return expiry != 0 && expiry <= now ? FindStatus.Expired : FindStatus.Hit;
    }

    /// <summary>
    /// The slot of a key's valid item, or null. One that is no longer valid is removed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* FindValid(
        Stripe* stripe, ulong hash, ReadOnlySpan<byte> key, uint now, out FindStatus status)
    {
        ulong* slot = HashIndex.Find(stripe, hash, key);
        status = FindStatus.Miss;
        if (slot != null) status = StatusOf(Slot.ItemOf(*slot), Slot.ItemOf(*slot)->State, key, now);
        if (status is FindStatus.Hit or FindStatus.Miss) return slot;
        Reclaim(stripe, slot, status, byCrawler: false);
        return null;
    }

    /// <summary>A hit: eviction sees it, and so do mg's flags h and l next time. With the stripe's lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bump(ulong* slot, uint now, in ItemNotes notes, bool fetched)
    {
        Mark(slot, *slot, notes, fetched);
        if (TracksAccess) NoteAccess(Slot.ItemOf(*slot), now);
    }

    /// <summary>Counts a hit in the slot, if it has not changed. Without a lock.</summary>
    /// <returns>False when the slot has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Mark(ulong* slot, ulong seen, in ItemNotes notes, bool fetched)
    {
        ulong marked = seen;
        if ((seen & Slot.HitsMask) != Slot.HitsMask) marked++;
        if (fetched) marked |= Slot.Fetched;
        if (notes.CasSeen) marked |= Slot.CasSeen;
        return marked == seen || Interlocked.CompareExchange(ref *slot, marked, seen) == seen;
    }

    /// <summary>The item was accessed now.</summary>
    public void NoteAccess(ItemHeader* item, uint now) =>
        ItemHeader.SetLastAccess(item, Arena.HeaderOf(item)->BegunAt, now);

    /// <summary>An item that is complete comes into the index, and in place of another one if there is one.</summary>
    public void Link(Stripe* stripe, ulong* slot, ulong hash, ItemHeader* item, ulong bits)
    {
        bool isNew = Slot.IsEmpty(*slot);
        ItemHeader* old = Slot.ItemOf(*slot);
        Slot.Set(slot, Slot.Pack(Slot.TagOf(hash), item, bits));
        stripe->Stored++;
        if (isNew)
        {
            Count(stripe, item);
            stripe->Items++;
            return;
        }
        Stripe.NoteLeft(stripe);
        // Mostly the same size again: then nothing is to be counted.
        if (ItemHeader.RecordSize(old) != ItemHeader.RecordSize(item) || ClassOf(old) != ClassOf(item))
        {
            Uncount(stripe, old);
            Count(stripe, item);
        }
        Kill(old);
    }

    /// <summary>An item leaves the index.</summary>
    public void Remove(Stripe* stripe, ulong* slot)
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        HashIndex.Remove(stripe, slot);
        Uncount(stripe, item);
        Kill(item);
    }

    /// <summary>An invalid item leaves the index.</summary>
    public void Reclaim(Stripe* stripe, ulong* slot, FindStatus status, bool byCrawler)
    {
        ClassCounters.Cell* cell = CellOf(stripe, Slot.ItemOf(*slot));
        Interlocked.Increment(ref cell->Reclaimed);
        if (byCrawler) Interlocked.Increment(ref cell->CrawlerReclaimed);
        if (status == FindStatus.Expired && (*slot & Slot.Fetched) == 0)
            Interlocked.Increment(ref cell->ExpiredUnfetched);
        Remove(stripe, slot);
    }

    /// <summary>A copy of a record takes its place in the index; the old record is dead.</summary>
    /// <param name="stripe">The stripe.</param>
    /// <param name="slot">The item's slot.</param>
    /// <param name="copy">The record.</param>
    /// <param name="seen">The slot when the copy was made.</param>
    /// <param name="value">The marks that the slot is to have.</param>
    /// <returns>False when a reader has marked the slot meanwhile; nothing has changed then.</returns>
    public bool TryRelocate(Stripe* stripe, ulong* slot, ItemHeader* copy, ulong seen, ulong value)
    {
        ItemHeader* old = Slot.ItemOf(seen);
        if (Interlocked.CompareExchange(ref *slot, Slot.WithItem(value, copy), seen) != seen) return false;
        Stripe.NoteLeft(stripe);
        Uncount(stripe, old);
        Count(stripe, copy);
        Kill(old);
        return true;
    }

    /// <summary>
    /// The state of a record that takes an item's place without a change of its value: a token that somebody has seen
    /// goes with it.
    /// </summary>
    public ItemState StateOfCopy(ulong slot)
    {
        ItemState state = Slot.ItemOf(slot)->State;
        return HasCas && (slot & Slot.CasSeen) != 0 ? state | ItemState.HasCas : state;
    }

    /// <summary>Fills a record of <see cref="StateOfCopy"/> with an item.</summary>
    public void Copy(ItemHeader* item, ItemHeader* copy)
    {
        long left = ItemHeader.KeyStart(copy) - (byte*)copy;
        long bytes = item->KeyLength + (long)ItemHeader.StoredLength(item);
        Debug.Assert(left + bytes <= ItemHeader.RecordSize(copy), "the copy has room");
        if (copy->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(copy, ItemHeader.Expiry(item));
        if (copy->Has(ItemState.HasFlags)) ItemHeader.SetClientFlags(copy, ItemHeader.ClientFlags(item));
        if (copy->Has(ItemState.HasCas)) ItemHeader.SetCas(copy, CasOf(item));
        uint access = ItemHeader.LastAccess(item, Arena.HeaderOf(item)->BegunAt);
        NoteAccess(copy, access);
        Buffer.MemoryCopy(ItemHeader.KeyStart(item), ItemHeader.KeyStart(copy), bytes, bytes);
    }

    public ClassCounters.Cell* CellOf(Stripe* stripe, ItemHeader* item) => CellOf(stripe, ClassOf(item));

    public ClassCounters.Cell* CellOf(Stripe* stripe, int sizeClass) =>
        Counters.CellOf(Index.NumberOf(stripe), sizeClass);

    public int ClassOf(ItemHeader* item) =>
        Classes.ClassOf(item->KeyLength, ItemHeader.ValueLength(item), ItemHeader.ClientFlags(item));

    public void Count(Stripe* stripe, ItemHeader* item)
    {
        ClassCounters.Cell* cell = CellOf(stripe, item);
        Interlocked.Increment(ref cell->Number);
        Interlocked.Add(ref cell->Bytes, ItemHeader.RecordSize(item));
    }

    public void Uncount(Stripe* stripe, ItemHeader* item)
    {
        ClassCounters.Cell* cell = CellOf(stripe, item);
        Interlocked.Decrement(ref cell->Number);
        Interlocked.Add(ref cell->Bytes, -ItemHeader.RecordSize(item));
    }

    /// <summary>
    /// A record's bytes are dead. They are not touched after they were counted: the segment may be used again at once.
    /// </summary>
    public void Kill(ItemHeader* item)
    {
        Debug.Assert(!item->Has(ItemState.Dead), "an item leaves once");
        item->State |= ItemState.Dead;
        Segment segment = Arena.SegmentOf(item);
        if (segment.Remove(ItemHeader.RecordSize(item))) Arena.Retire(segment);
    }

    public void Dispose()
    {
        Index.Dispose();
        Counters.Dispose();
        Ghosts.Dispose();
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
        FlushNow();
    }

    private void FlushNow()
    {
        SpinGate.Enter(ref _flushGate);
        Volatile.Write(ref _rules, _rules.WithFlush());
        SpinGate.Exit(ref _flushGate);
    }

    // An item of a newer epoch than the rules that we see was stored after them: they do not cover it. The rules behind
    // the item's epoch: both change only after the items that they are about have left (Expiry).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsFlushed(ItemHeader* item, ReadOnlySpan<byte> key)
    {
        uint epoch = Volatile.Read(ref Arena.HeaderOf(item)->Epoch);
        return Volatile.Read(ref _rules).Cover(epoch, key);
    }
}
