using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Stores values. One attempt runs under the stripe's lock from the decision to the link; where it lacks memory it
/// leaves with what it needs, the memory is found without locks, and the attempt begins anew, since the old item may be
/// another one by then.
/// </summary>
internal sealed unsafe class ItemWriter(ItemTable table, Evictor evictor, Lane smallLane, Lane mainLane)
{
    /// <summary>A bound against other threads that always take the memory first; then NoMemory is the truth.</summary>
    private const int AttemptsMax = 64;

    private readonly SegmentArena _arena = table.Arena;

    /// <summary>Why an attempt ended.</summary>
    private enum Need
    {
        Nothing,
        LaneRoom,
        Block,
        Page,
    }

    /// <summary>Stores a value that is all there. A large one is copied before the lock is taken.</summary>
    public StoreResult Put(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request)
    {
        Segment? block = null;
        if (!request.IsJoin && IsLarge(key.Length, value.Length))
        {
            ReserveStatus reserved = Reserve(key, hash, value.Length, request, out block);
            if (reserved == ReserveStatus.TooLarge) return new StoreResult(StoreStatus.TooLarge);
            if (reserved == ReserveStatus.NoMemory) return new StoreResult(StoreStatus.NoMemory);
            value.CopyTo(ItemHeader.Value((ItemHeader*)(block!.Base + Segment.HeaderSize)));
        }
        StoreResult result = Put(key, hash, value, request, ref block);
        Discard(ref block);
        return result;
    }

    /// <summary>Stores a value that was received into a reserved block. The block is gone afterwards.</summary>
    public StoreResult Put(Segment block, ulong hash, in StoreRequest request)
    {
        var item = (ItemHeader*)(block.Base + Segment.HeaderSize);
        bool isLarge = IsLarge(item->KeyLength, ItemHeader.StoredLength(item));
        Segment? inPlace = isLarge && !request.IsJoin ? block : null;
        StoreResult result = Put(ItemHeader.Key(item), hash, ItemHeader.Value(item), request, ref inPlace);
        Segment? left = isLarge && !request.IsJoin ? inPlace : block;
        if (inPlace != left) Discard(ref inPlace);
        Discard(ref left);
        return result;
    }

    /// <summary>Stores a value, which may lie in <paramref name="block"/> already.</summary>
    /// <param name="block">A Private segment with key and value in place, or null; taken over when it was used.</param>
    private StoreResult Put(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request, ref Segment? block)
    {
        var attempt = new Attempt { Key = key, Hash = hash, Value = value, IsInPlace = block is not null };
        Stripe* stripe = table.Index.StripeOf(hash);
        for (int count = 0; count < AttemptsMax; count++)
        {
            uint now = table.Now;
            SpinGate.Enter(ref stripe->Lock);
            Need need = TryPut(stripe, now, request, ref attempt, ref block);
            SpinGate.Exit(ref stripe->Lock);
            _arena.UnmapSurplus();
            if (need == Need.Nothing) break;
            if (Provide(need, ref attempt, ref block)) continue;
            attempt.Result = new StoreResult(StoreStatus.NoMemory);
            break;
        }
        if (attempt.Result.Status is StoreStatus.TooLarge or StoreStatus.NoMemory)
            Fail(key, hash, value.Length, attempt.Result.Status, request);
        return attempt.Result;
    }

    /// <summary>A place for a value that is still coming.</summary>
    public ReserveStatus Reserve(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request, out Segment? block)
    {
        block = null;
        StoreStatus failure = StoreStatus.TooLarge;
        if (Fits(key.Length, valueLength, request.ClientFlags))
        {
            block = evictor.TakeDedicated(ItemHeader.RecordSize(key.Length, valueLength, ItemState.AllFields));
            failure = StoreStatus.NoMemory;
        }
        if (block is not null)
        {
            ItemHeader* item = block.Begin(key.Length, valueLength);
            key.CopyTo(new Span<byte>(ItemHeader.KeyStart(item), key.Length));
            return ReserveStatus.Reserved;
        }
        Fail(key, hash, valueLength, failure, request);
        return failure == StoreStatus.TooLarge ? ReserveStatus.TooLarge : ReserveStatus.NoMemory;
    }

    /// <summary>Gives a block back that did not go into the index.</summary>
    public void Discard(ref Segment? block)
    {
        if (block is null) return;
        _arena.PutBackDedicated(block);
        _arena.UnmapSurplus();
        block = null;
    }

    // By the largest form that a record can have, so that an item never changes sides.
    private bool IsLarge(int keyLength, long valueLength) =>
        ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields) > _arena.SharedSizeMax;

    // Within -I and half of the memory.
    private bool Fits(int keyLength, long valueLength, uint clientFlags) =>
        table.Classes.VirtualSize(keyLength, valueLength, clientFlags) <= table.ItemSizeMax
        && ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields) < _arena.Limit / 2;

    private Need TryPut(
        Stripe* stripe, uint now, in StoreRequest request, ref Attempt attempt, ref Segment? block)
    {
        // Before the old item is looked at: what is stored with an older epoch is flushed at once, never too late.
        uint epoch = table.Epoch;
        ulong* slot = table.FindValid(stripe, attempt.Hash, attempt.Key, now, out _);
        ItemHeader* old = slot == null ? null : Slot.ItemOf(*slot);
        ulong oldCas = old == null ? 0 : table.CasOf(old);
        if (!Decide(slot, oldCas, request, now, out bool isStale, out StoreStatus refusal))
        {
            attempt.Result = new StoreResult(refusal);
            return Need.Nothing;
        }

        bool isJoined = old != null && request.IsJoin;
        ReadOnlySpan<byte> joined = isJoined ? ItemHeader.Value(old) : default;
        long length = (long)attempt.Value.Length + joined.Length;
        uint flags = isJoined ? ItemHeader.ClientFlags(old) : request.ClientFlags;
        if (!Fits(attempt.Key.Length, length, flags))
        {
            attempt.Result = new StoreResult(StoreStatus.TooLarge);
            return Need.Nothing;
        }
        attempt.ValueLength = (int)length;
        if (slot == null)
        {
            slot = table.Index.FindFree(stripe, attempt.Hash, attempt.HasNoPage);
            if (slot == null) return Need.Page;
            // Asked once: the answer forgets the key.
            if (!attempt.IsQueueKnown && table.Ghosts.Take(attempt.Hash)) attempt.Queue = SegmentQueue.Main;
            attempt.IsQueueKnown = true;
        }
        else
        {
            attempt.Queue = _arena.SegmentOf(old).Queue;
        }

        uint expiry = isJoined || isStale ? ItemHeader.Expiry(old) : request.Expiry;
        ItemState state = MarksOf(old, isJoined, isStale, request) | FieldsOf(expiry, flags);
        if (request.ExplicitCas != 0 && table.HasCas) state |= ItemState.HasCas;
        ItemHeader* item = Place(ref attempt, block, ref state, oldCas, epoch, out Need need);
        if (item == null) return need;
        item->State = state;
        if (item->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(item, expiry);
        if (item->Has(ItemState.HasFlags)) ItemHeader.SetClientFlags(item, flags);
        if (item->Has(ItemState.HasCas)) ItemHeader.SetCas(item, table.TakeCas(request.ExplicitCas));
        if (!attempt.IsInPlace) Write(item, attempt, joined, request.Mode == StoreMode.Prepend);
        if (attempt.IsDedicated)
        {
            _arena.Publish(block!, attempt.Queue, now, epoch);
            block = null;
        }
        table.NoteAccess(item, now);
        attempt.Result = new StoreResult(StoreStatus.Stored, table.CasOf(item), attempt.ValueLength);
        ulong bits = (attempt.IsDedicated ? Slot.Large : 0) | (request.DiscardsCas ? 0 : Slot.CasSeen);
        // What is overwritten keeps its hits, as it keeps its queue.
        if (old != null) bits |= *slot & Slot.HitsMask;
        table.Link(stripe, slot, attempt.Hash, item, bits);
        // Behind the record, so that a sweep that does not see it yet has begun before this note.
        // An item that was flushed on its way is found by a sweep of its own.
        _arena.SegmentOf(item).NoteExpiry(table.Epoch == epoch ? expiry : StoreClock.Past);
        return Need.Nothing;
    }

    // memcached's do_store_item as the reference tells it: the comparison comes first, then the mode.
    private bool Decide(
        ulong* slot, ulong oldCas, in StoreRequest request, uint now, out bool isStale, out StoreStatus refusal)
    {
        isStale = false;
        refusal = StoreStatus.NotStored;
        if (slot == null)
        {
            if (request.Mode == StoreMode.Cas) refusal = StoreStatus.NotFound;
            return request.Mode is StoreMode.Set or StoreMode.Add || (request.IsJoin && request.Vivify);
        }
        if (request.Mode == StoreMode.Add)
        {
            table.Bump(slot, now, default, fetched: false);
            return false;
        }
        if (request.Mode != StoreMode.Cas && !(request.IsJoin && request.HasCompareCas)) return true;
        if (request.CompareCas != 0 && request.CompareCas == oldCas) return true;
        isStale = !request.IsJoin && request.Invalidate && request.CompareCas != 0 && request.CompareCas < oldCas;
        refusal = StoreStatus.Exists;
        return isStale;
    }

    private static ItemState MarksOf(ItemHeader* old, bool isJoined, bool isStale, in StoreRequest request)
    {
        ItemState state = ItemState.None;
        if (isStale) state |= ItemState.Stale | (old->State & ItemState.Won);
        if (request.IsWon) state |= ItemState.Won;
        if (isJoined) state |= old->State & ItemState.KeyBinary;
        else if (request.IsKeyBinary) state |= ItemState.KeyBinary;
        return state;
    }

    private static ItemState FieldsOf(uint expiry, uint flags) =>
        (expiry != 0 ? ItemState.HasExpiry : ItemState.None) | (flags != 0 ? ItemState.HasFlags : ItemState.None);

    // A record in the lane, or the block if it has the right size.
    private ItemHeader* Place(
        ref Attempt attempt, Segment? block, ref ItemState state, ulong oldCas, uint epoch, out Need need)
    {
        attempt.IsDedicated = IsLarge(attempt.Key.Length, attempt.ValueLength);
        if (!attempt.IsDedicated)
        {
            need = Need.LaneRoom;
            return Append(attempt, ref state, oldCas, epoch);
        }
        state |= ItemState.AllFields;
        need = Need.Block;
        if (block is null) return null;
        var item = (ItemHeader*)(block.Base + Segment.HeaderSize);
        return ItemHeader.StoredLength(item) == attempt.ValueLength ? item : null;
    }

    // Tokens of a key count up, so that an older one can be told (StoreRequest.Invalidate). One that is made from the
    // place does not where the old item lies in a segment that was begun later: then the record carries its own.
    private ItemHeader* Append(in Attempt attempt, ref ItemState state, ulong oldCas, uint epoch)
    {
        Lane lane = LaneOf(attempt.Queue);
        ItemHeader* item = lane.TryAppend(attempt.Key.Length, attempt.ValueLength, state, epoch);
        bool isFine = item == null || oldCas == 0 || (state & ItemState.HasCas) != 0 || table.CasOf(item) > oldCas;
        if (isFine) return item;
        if (!lane.TryShorten(item, ItemHeader.RecordSize(item), 0)) table.Kill(item);
        state |= ItemState.HasCas;
        return lane.TryAppend(attempt.Key.Length, attempt.ValueLength, state, epoch);
    }

    private Lane LaneOf(SegmentQueue queue) => queue == SegmentQueue.Small ? smallLane : mainLane;

    private static void Write(ItemHeader* item, in Attempt attempt, ReadOnlySpan<byte> joined, bool isPrepend)
    {
        attempt.Key.CopyTo(new Span<byte>(ItemHeader.KeyStart(item), attempt.Key.Length));
        Span<byte> value = ItemHeader.Value(item);
        Debug.Assert(value.Length == joined.Length + attempt.Value.Length, "all fits");
        int valueAt = isPrepend ? 0 : joined.Length;
        int joinedAt = isPrepend ? attempt.Value.Length : 0;
        joined.CopyTo(value[joinedAt..]);
        attempt.Value.CopyTo(value[valueAt..]);
    }

    // Without locks.
    private bool Provide(Need need, ref Attempt attempt, ref Segment? block)
    {
        long size = ItemHeader.RecordSize(attempt.Key.Length, attempt.ValueLength, ItemState.AllFields);
        if (need == Need.LaneRoom) return evictor.MakeRoom(LaneOf(attempt.Queue), size);
        if (need == Need.Page)
        {
            if (evictor.MakePages()) return true;
            bool isFirst = !attempt.HasNoPage;
            attempt.HasNoPage = true;
            return isFirst;
        }
        Debug.Assert(!attempt.IsInPlace, "a value in its place has its block");
        Discard(ref block);
        block = evictor.TakeDedicated(size);
        block?.Begin(attempt.Key.Length, attempt.ValueLength);
        return block is not null;
    }

    private void Fail(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, StoreStatus status, in StoreRequest request)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        if (status == StoreStatus.NoMemory)
        {
            int sizeClass = table.Classes.ClassOf(key.Length, valueLength, request.ClientFlags);
            Interlocked.Increment(ref table.CellOf(stripe, sizeClass)->OutOfMemory);
        }
        if (!request.DeleteOnFailure) return;
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = HashIndex.Find(stripe, hash, key);
        if (slot != null) table.Remove(stripe, slot);
        SpinGate.Exit(ref stripe->Lock);
        _arena.UnmapSurplus();
    }

    /// <summary>What one store carries through its attempts.</summary>
    private ref struct Attempt
    {
        public ReadOnlySpan<byte> Key;
        public ReadOnlySpan<byte> Value;
        public ulong Hash;
        public bool IsInPlace;
        public bool IsDedicated;
        public bool HasNoPage;
        public bool IsQueueKnown;
        public SegmentQueue Queue;
        public int ValueLength;
        public StoreResult Result;
    }
}
