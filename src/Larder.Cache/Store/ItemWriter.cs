using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Stores values. One attempt runs under the stripe's lock from the decision to the link; where it lacks memory, or a
/// record that is to be filled without the lock, it leaves with what it needs, that is done without locks, and the
/// attempt begins anew, since the old item may be another one by then.
/// </summary>
/// <remarks>
/// Under the lock only short values are copied. A large one was received or copied into its record before. What append
/// and prepend make of a long old value is put together from a pin on the old item's segment; it is stored if the key
/// still has that very item (a pinned segment is not used again, so the address tells), and made again otherwise.
/// </remarks>
internal sealed unsafe class ItemWriter(
    ItemTable table, Evictor evictor, PendingRecords records, TimedLanes timedLanes, Lane smallLane, Lane mainLane)
{
    /// <summary>A bound against other threads that always take the memory first; then NoMemory is the truth.</summary>
    private const int AttemptsMax = 64;

    /// <summary>
    /// A joined value up to here is copied under the lock, in about a microsecond: less than a second attempt takes.
    /// </summary>
    private const int JoinInPlaceMax = 8 * 1024;

    /// <summary>
    /// Joined values that are made in vain, since other threads change the item all the time; then the next one is made
    /// under the lock.
    /// </summary>
    private const int JoinsMax = 8;

    private readonly SegmentArena _arena = table.Arena;

    /// <summary>Why an attempt ended.</summary>
    private enum Need
    {
        Nothing,
        LaneRoom,
        Record,
        Page,
    }

    /// <summary>Stores a value that is all there. A large one is copied before the lock is taken.</summary>
    public StoreResult Put(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request)
    {
        bool isLarge = records.IsLarge(key.Length, value.Length);
        if (request.IsJoin || !isLarge) return Put(key, hash, value, request, default);
        ReserveStatus reserved = Reserve(key, hash, value.Length, request, out PendingRecord record);
        if (reserved == ReserveStatus.TooLarge) return new StoreResult(StoreStatus.TooLarge);
        if (reserved == ReserveStatus.NoMemory) return new StoreResult(StoreStatus.NoMemory);
        value.CopyTo(ItemHeader.Value(record.Item));
        return Put(record, hash, request);
    }

    /// <summary>Stores a value that was received into a pending record, which is gone afterwards.</summary>
    public StoreResult Put(PendingRecord record, ulong hash, in StoreRequest request) =>
        Put(ItemHeader.Key(record.Item), hash, ItemHeader.Value(record.Item), request, record);

    /// <summary>A place for a value that is still coming.</summary>
    public ReserveStatus Reserve(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request, out PendingRecord record)
    {
        record = default;
        StoreStatus failure = StoreStatus.TooLarge;
        if (Fits(key.Length, valueLength, request.ClientFlags))
        {
            record = records.Begin(key, hash, valueLength, request);
            failure = StoreStatus.NoMemory;
        }
        if (record.IsHeld) return ReserveStatus.Reserved;
        Fail(key, hash, valueLength, failure, request);
        return failure == StoreStatus.TooLarge ? ReserveStatus.TooLarge : ReserveStatus.NoMemory;
    }

    // Key and value may lie in the received record.
    private StoreResult Put(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request, PendingRecord received)
    {
        var attempt = new Attempt { Key = key, Hash = hash, Value = value, Received = received };
        attempt.Result = new StoreResult(StoreStatus.NoMemory);
        // Whoever began the record has asked for the queue.
        if (received.IsShared) attempt.TakeQueue(received.Segment!.Queue);
        Stripe* stripe = table.Index.StripeOf(hash);
        for (int count = 0; count < AttemptsMax; count++)
        {
            uint now = table.Now;
            SpinGate.Enter(ref stripe->Lock);
            Need need = TryPut(stripe, now, request, ref attempt);
            SpinGate.Exit(ref stripe->Lock);
            _arena.UnmapSurplus();
            evictor.Advance();
            if (need == Need.Nothing || !Provide(need, request, ref attempt)) break;
        }
        if (attempt.Result.Status is StoreStatus.TooLarge or StoreStatus.NoMemory)
            Fail(key, hash, value.Length, attempt.Result.Status, request);
        attempt.With.Unpin();
        records.Release(ref attempt.Joined);
        records.Release(ref attempt.Received);
        return attempt.Result;
    }

    // Within -I and half of the memory.
    private bool Fits(int keyLength, long valueLength, uint clientFlags) =>
        table.Classes.VirtualSize(keyLength, valueLength, clientFlags) <= table.ItemSizeMax
        && ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields) < _arena.Limit / 2;

    private Need TryPut(Stripe* stripe, uint now, in StoreRequest request, ref Attempt attempt)
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
        ReadOnlySpan<byte> oldValue = isJoined ? ItemHeader.Value(old) : default;
        long length = (long)attempt.Value.Length + oldValue.Length;
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
            if (!attempt.IsQueueKnown)
                attempt.TakeQueue(table.Ghosts.Take(attempt.Hash) ? SegmentQueue.Main : SegmentQueue.Small);
        }
        else
        {
            attempt.TakeQueue(_arena.SegmentOf(old).Queue);
        }

        uint expiry = isJoined || isStale ? ItemHeader.Expiry(old) : request.Expiry;
        ItemState state = MarksOf(old, isJoined, isStale, request) | FieldsOf(expiry, flags);
        if (request.ExplicitCas != 0 && table.HasCas) state |= ItemState.HasCas;
        attempt.Lane = LaneOf(attempt, expiry, now);
        ItemHeader* item = Place(ref attempt, isJoined ? old : null, ref state, oldCas, epoch, out Need need);
        if (item == null) return need;
        item->State = state;
        if (item->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(item, expiry);
        if (item->Has(ItemState.HasFlags)) ItemHeader.SetClientFlags(item, flags);
        if (item->Has(ItemState.HasCas)) ItemHeader.SetCas(item, table.TakeCas(request.ExplicitCas));
        if (!attempt.IsInPlace) Write(item, attempt, oldValue, request.Mode == StoreMode.Prepend);
        bool isLarge = records.IsLarge(attempt.Key.Length, attempt.ValueLength);
        Finish(ref attempt, item, now, epoch);
        table.NoteAccess(item, now);
        attempt.Result = new StoreResult(StoreStatus.Stored, table.CasOf(item), attempt.ValueLength);
        ulong bits = (isLarge ? Slot.Large : 0) | (request.DiscardsCas ? 0 : Slot.CasSeen);
        // What is overwritten keeps its hits, as it keeps its queue.
        if (old != null) bits |= *slot & Slot.HitsMask;
        table.Link(stripe, slot, attempt.Hash, item, bits);
        // Behind the record, so that a walk that does not see it yet has begun before this note.
        // An item that was flushed on its way is found by a walk of its own.
        uint end = table.Epoch == epoch ? expiry : StoreClock.Past;
        _arena.SegmentOf(item).Notes.Note(end, ItemHeader.RecordSize(item));
        return Need.Nothing;
    }

    // A pending record that is used is nobody's any more: it goes into the index.
    private void Finish(ref Attempt attempt, ItemHeader* item, uint now, uint epoch)
    {
        ref PendingRecord used = ref attempt.Received;
        if (attempt.Joined.Item == item) used = ref attempt.Joined;
        else if (attempt.Received.Item != item) return;
        Segment segment = used.Segment!;
        if (used.IsShared) segment.EndPending();
        else _arena.Publish(segment, attempt.Queue, now, epoch);
        used = default;
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

    /// <summary>The fields that a time and client flags need.</summary>
    public static ItemState FieldsOf(uint expiry, uint flags) =>
        (expiry != 0 ? ItemState.HasExpiry : ItemState.None) | (flags != 0 ? ItemState.HasFlags : ItemState.None);

    // A pending record that is as it must be; otherwise one in the lane, if it may be filled here.
    private ItemHeader* Place(
        ref Attempt attempt, ItemHeader* joined, ref ItemState state, ulong oldCas, uint epoch, out Need need)
    {
        bool isLarge = records.IsLarge(attempt.Key.Length, attempt.ValueLength);
        if (isLarge) state |= ItemState.AllFields;
        need = Need.Nothing;
        attempt.IsInPlace = true;
        bool isReceived = joined == null && IsReady(attempt.Received, attempt.ValueLength, isLarge, ref state, epoch);
        if (isReceived) return attempt.Received.Item;
        bool isSame = joined == attempt.With.Item;
        if (isSame && IsReady(attempt.Joined, attempt.ValueLength, isLarge, ref state, epoch))
            return attempt.Joined.Item;

        attempt.IsInPlace = false;
        bool isShort = joined == null || attempt.ValueLength <= JoinInPlaceMax || attempt.Joins >= JoinsMax;
        if (!isLarge && isShort)
        {
            need = Need.LaneRoom;
            return Append(attempt, ref state, oldCas, epoch);
        }
        if (isShort && attempt.Joined.ValueLength == attempt.ValueLength) return attempt.Joined.Item;
        need = Need.Record;
        attempt.State = state;
        if (joined != null) attempt.Next = new PinnedItem(joined, _arena.SegmentOf(joined));
        return null;
    }

    // Of the right kind and length, and with room for its fields. One in a lane has a token of its own: that of its
    // place could be older than the old item's.
    private bool IsReady(in PendingRecord record, int valueLength, bool isLarge, ref ItemState state, uint epoch)
    {
        if (!record.IsHeld || record.IsShared == isLarge || record.ValueLength != valueLength) return false;
        ItemState fields = record.Item->State & ItemState.AllFields;
        bool hasFields = (state & ItemState.AllFields & ~fields) == ItemState.None;
        if (record.IsShared && (!hasFields || _arena.HeaderOf(record.Item)->Epoch != epoch)) return false;
        state |= fields;
        return true;
    }

    // Tokens of a key count up, so that an older one can be told (StoreRequest.Invalidate). One that is made from the
    // place does not where the old item lies in a segment that was begun later: then the record carries its own.
    private ItemHeader* Append(in Attempt attempt, ref ItemState state, ulong oldCas, uint epoch)
    {
        Lane lane = attempt.Lane;
        ItemHeader* item = lane.TryAppend(attempt.Key.Length, attempt.ValueLength, state, epoch);
        bool isFine = item == null || oldCas == 0 || (state & ItemState.HasCas) != 0 || table.CasOf(item) > oldCas;
        if (isFine) return item;
        if (!lane.TryShorten(item, ItemHeader.RecordSize(item), 0)) table.Kill(item);
        state |= ItemState.HasCas;
        return lane.TryAppend(attempt.Key.Length, attempt.ValueLength, state, epoch);
    }

    private Lane LaneOf(in Attempt attempt, uint expiry, uint now)
    {
        bool isTimed = expiry != 0 && attempt.Queue == SegmentQueue.Small && !attempt.HasNoTimedRoom;
        // A received value stays where it was received.
        if (!isTimed || attempt.Received.IsHeld || records.IsLarge(attempt.Key.Length, attempt.ValueLength))
            return LaneOf(attempt.Queue);
        long size = ItemHeader.RecordSize(attempt.Key.Length, attempt.ValueLength, ItemState.HasExpiry);
        return timedLanes.Choose(expiry, now, size) ?? smallLane;
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
    private bool Provide(Need need, in StoreRequest request, ref Attempt attempt)
    {
        long size = ItemHeader.RecordSize(attempt.Key.Length, attempt.ValueLength, ItemState.AllFields);
        if (need == Need.LaneRoom)
        {
            if (evictor.MakeRoom(attempt.Lane, size)) return true;
            // The ordinary lane may have room, where no segment is to be had for one more.
            bool isTimed = attempt.Lane != LaneOf(attempt.Queue);
            attempt.HasNoTimedRoom = true;
            return isTimed;
        }
        if (need == Need.Record) return Join(request.Mode == StoreMode.Prepend, ref attempt);
        if (evictor.MakePages()) return true;
        bool isFirst = !attempt.HasNoPage;
        attempt.HasNoPage = true;
        return isFirst;
    }

    // A record with the old item's value (or without one) and the new one, for the next attempt.
    private bool Join(bool isPrepend, ref Attempt attempt)
    {
        attempt.With.Unpin();
        (attempt.With, attempt.Next) = (attempt.Next, default);
        records.Release(ref attempt.Joined);
        attempt.Joins++;
        if (records.IsLarge(attempt.Key.Length, attempt.ValueLength))
            attempt.Joined = records.BeginDedicated(attempt.Key, attempt.ValueLength);
        else if (!records.TryBeginShared(
            attempt.Key, attempt.ValueLength, attempt.State, LaneOf(attempt.Queue), out attempt.Joined))
            attempt.Joins = JoinsMax;
        if (!attempt.Joined.IsHeld) return attempt.Joins >= JoinsMax;
        // The value may have been emptied since its length was taken: then the next attempt finds another length.
        Write(attempt.Joined.Item, attempt, attempt.With.Value, isPrepend);
        return true;
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
        public PendingRecord Received;  // the value, as it came; or none
        public PendingRecord Joined;    // the values of With and of this store, made without the lock; or none
        public PinnedItem With;
        public PinnedItem Next;         // what the next one is to be joined with
        public ItemState State;         // its fields
        public int Joins;
        public bool IsInPlace;
        public bool HasNoPage;
        public bool HasNoTimedRoom;
        public bool IsQueueKnown;
        public SegmentQueue Queue;
        public Lane Lane;
        public int ValueLength;
        public StoreResult Result;

        public void TakeQueue(SegmentQueue queue)
        {
            Queue = queue;
            IsQueueKnown = true;
        }
    }
}
