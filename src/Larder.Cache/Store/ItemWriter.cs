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

    /// <summary>
    /// Bytes of a large joined value that are copied in one step; what is shorter is copied whole. Some 200
    /// microseconds with pages that have to be made (an estimate).
    /// </summary>
    private const int JoinStepBytes = 512 * 1024;

    /// <summary>Why an attempt ended.</summary>
    private enum Need
    {
        Nothing,
        LaneRoom,
        Record,
        Page,
    }

    /// <summary>Stores a value that is all there. A large one is copied before the lock is taken.</summary>
    /// <returns>Unfinished when a long value is to be joined: what was begun then stands in the join.</returns>
    public StoreResult Put(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request,
        ref ItemJoin join)
    {
        var attempt = new Attempt { Key = key, Hash = hash, Value = value };
        if (request.IsJoin || !records.IsLarge(key.Length, value.Length)) return Run(request, ref attempt, ref join);
        RoomClaim room = default;
        ReserveStatus reserved;
        do reserved = Reserve(key, hash, value.Length, request, ref room, out attempt.Received);
        while (reserved == ReserveStatus.Unfinished);
        if (reserved != ReserveStatus.Reserved) return StoreResult.Refused(reserved);
        value.CopyTo(ItemHeader.Value(attempt.Received.Item));
        return Run(request, ref attempt, ref join);
    }

    /// <summary>Stores a value that was received into a pending record, which is gone afterwards.</summary>
    /// <returns>Unfinished when a long value is to be joined: what was begun then stands in the join.</returns>
    public StoreResult Put(PendingRecord record, ulong hash, in StoreRequest request, ref ItemJoin join)
    {
        var attempt = new Attempt
        {
            Key = ItemHeader.Key(record.Item),
            Hash = hash,
            Value = ItemHeader.Value(record.Item),
            Received = record,
        };
        // Whoever began the record has asked for the queue.
        if (record.IsShared) attempt.TakeQueue(record.Segment!.Queue);
        return Run(request, ref attempt, ref join);
    }

    /// <summary>One step of a join: memory for it, bytes of it, or another attempt to store it.</summary>
    /// <param name="join">As the last step has left it; none when this one has ended it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value that is added.</param>
    public StoreResult Continue(ref ItemJoin join, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!join.Joined.IsHeld)
        {
            ReserveStatus room = records.TryBeginDedicated(key, join.ValueLength, ref join.Room, out join.Joined);
            if (room != ReserveStatus.NoMemory) return new StoreResult(StoreStatus.Unfinished);
            Fail(key, join.Hash, value.Length, StoreStatus.NoMemory, join.Request);
            Release(ref join);
            return new StoreResult(StoreStatus.NoMemory);
        }
        if (join.Copied < join.ValueLength)
        {
            int count = Math.Min(JoinStepBytes, join.ValueLength - join.Copied);
            bool isPrepend = join.Request.Mode == StoreMode.Prepend;
            ReadOnlySpan<byte> first = isPrepend ? value : join.With.Value;
            ReadOnlySpan<byte> second = isPrepend ? join.With.Value : value;
            CopyPart(first, second, join.Copied, ItemHeader.Value(join.Joined.Item).Slice(join.Copied, count));
            join.Copied += count;
            return new StoreResult(StoreStatus.Unfinished);
        }
        StoreRequest request = join.Request;
        var attempt = new Attempt
        {
            Key = key,
            Hash = join.Hash,
            Value = value,
            Received = join.Received,
            Joined = join.Joined,
            With = join.With,
            Joins = join.Joins,
        };
        join = default;
        return Run(request, ref attempt, ref join);
    }

    /// <summary>Gives a join what outlives the call that began it: its key and the value that is added.</summary>
    /// <returns>False when there is no memory; the join is none then.</returns>
    public bool TryKeep(ref ItemJoin join, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (join.Received.IsHeld) return true;
        join.Received = records.BeginDedicated(key, value.Length);
        if (join.Received.IsHeld)
        {
            value.CopyTo(ItemHeader.Value(join.Received.Item));
            return true;
        }
        Fail(key, join.Hash, value.Length, StoreStatus.NoMemory, join.Request);
        Release(ref join);
        return false;
    }

    /// <summary>Forgets a join; the store is as if it had never been begun.</summary>
    public void Release(ref ItemJoin join)
    {
        join.With.Unpin();
        records.Release(ref join.Joined);
        records.Release(ref join.Received);
        evictor.Release(ref join.Room);
        join = default;
    }

    /// <summary>A place for a value that is still coming, or a step towards one.</summary>
    public ReserveStatus Reserve(ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request,
        ref RoomClaim room, out PendingRecord record)
    {
        record = default;
        var status = ReserveStatus.TooLarge;
        if (Fits(key.Length, valueLength, request.ClientFlags))
            status = records.TryBegin(key, hash, valueLength, request, ref room, out record);
        else
            evictor.Release(ref room); // the limit was lowered since the last step
        if (status is ReserveStatus.TooLarge or ReserveStatus.NoMemory)
            Fail(key, hash, valueLength, StoreResult.Refused(status).Status, request);
        return status;
    }

    // Key and value may lie in the received record.
    private StoreResult Run(in StoreRequest request, ref Attempt attempt, ref ItemJoin join)
    {
        attempt.Result = new StoreResult(StoreStatus.NoMemory);
        Stripe* stripe = table.Index.StripeOf(attempt.Hash);
        for (int count = 0; count < AttemptsMax; count++)
        {
            uint now = table.Now;
            SpinGate.Enter(ref stripe->Lock);
            Need need = TryPut(stripe, now, request, ref attempt);
            SpinGate.Exit(ref stripe->Lock);
            _arena.UnmapSurplus();
            evictor.Advance();
            bool isLong = need == Need.Record && IsLongJoin(attempt);
            if (isLong && attempt.Joins < AttemptsMax) return Begin(request, ref attempt, out join);
            if (isLong || need == Need.Nothing || !Provide(need, request, ref attempt)) break;
        }
        if (attempt.Result.Status is StoreStatus.TooLarge or StoreStatus.NoMemory)
            Fail(attempt.Key, attempt.Hash, attempt.Value.Length, attempt.Result.Status, request);
        attempt.Next.Unpin();
        attempt.With.Unpin();
        records.Release(ref attempt.Joined);
        records.Release(ref attempt.Received);
        return attempt.Result;
    }

    private bool IsLongJoin(in Attempt attempt) =>
        attempt.ValueLength > JoinStepBytes && records.IsLarge(attempt.Key.Length, attempt.ValueLength);

    // The rest is done in steps; the record of an attempt in vain is used again if its length is right.
    private StoreResult Begin(in StoreRequest request, ref Attempt attempt, out ItemJoin join)
    {
        attempt.With.Unpin();
        if (attempt.Joined.IsShared || attempt.Joined.ValueLength != attempt.ValueLength)
            records.Release(ref attempt.Joined);
        join = new ItemJoin
        {
            Received = attempt.Received,
            With = attempt.Next,
            Joined = attempt.Joined,
            Hash = attempt.Hash,
            Request = request,
            ValueLength = attempt.ValueLength,
            Joins = attempt.Joins + 1,
        };
        return new StoreResult(StoreStatus.Unfinished);
    }

    // So many bytes of two values, one behind the other, from some place on.
    private static void CopyPart(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int from, Span<byte> into)
    {
        int ofFirst = Math.Clamp(first.Length - from, 0, into.Length);
        first.Slice(Math.Min(from, first.Length), ofFirst).CopyTo(into);
        second.Slice(Math.Max(from - first.Length, 0), into.Length - ofFirst).CopyTo(into[ofFirst..]);
    }

    // Within -I and half of the memory.
    private bool Fits(int keyLength, long valueLength, uint clientFlags) =>
        table.Classes.VirtualSize(keyLength, valueLength, clientFlags) <= table.ItemSizeMax
        && ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields) < _arena.Limit / 2;

    private Need TryPut(Stripe* stripe, uint now, in StoreRequest request, ref Attempt attempt)
    {
        // Of the same epoch as the look at the old item. What is stored with an older one is flushed at once, never too
        // late; but a key that was found to be absent because of that flush would be flushed a second time.
        uint epoch;
        ulong* slot;
        do
        {
            epoch = table.Epoch;
            slot = table.FindValid(stripe, attempt.Hash, attempt.Key, now, out _);
        }
        while (epoch != table.Epoch);
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
        bool isShort = joined == null || attempt.ValueLength <= JoinInPlaceMax
            || (attempt.Joins >= JoinsMax && !IsLongJoin(attempt));
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
