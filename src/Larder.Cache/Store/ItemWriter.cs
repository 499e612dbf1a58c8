using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Stores values. One attempt runs under the stripe's lock from the decision to the link; where it lacks memory it
/// leaves with what it needs, the memory is found without locks, and the attempt begins anew, since the old item may be
/// another one by then.
/// </summary>
internal sealed unsafe class ItemWriter(ItemTable table, Evictor evictor, IndexGrowth growth, Lane inserts)
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
        Bucket,
    }

    /// <summary>Stores a value that is all there. A large one is copied before the lock is taken.</summary>
    public StoreResult Put(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request)
    {
        Segment? block = null;
        if (!request.IsJoin && ItemHeader.RecordSize(key.Length, value.Length) > _arena.SharedSizeMax)
        {
            ReserveStatus reserved = Reserve(key, hash, value.Length, request, out block);
            if (reserved == ReserveStatus.TooLarge) return new StoreResult(StoreStatus.TooLarge);
            if (reserved == ReserveStatus.NoMemory) return new StoreResult(StoreStatus.NoMemory);
            value.CopyTo(ItemHeader.WireValue((ItemHeader*)(block!.Base + Segment.HeaderSize)));
        }
        StoreResult result = Put(key, hash, value, request, ref block);
        Discard(ref block);
        return result;
    }

    /// <summary>Stores a value that was received into a reserved block. The block is gone afterwards.</summary>
    public StoreResult Put(Segment block, ulong hash, in StoreRequest request)
    {
        var item = (ItemHeader*)(block.Base + Segment.HeaderSize);
        bool isLarge = ItemHeader.RecordSize(item) > _arena.SharedSizeMax;
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
            if (need == Need.Nothing)
            {
                if (table.Index.NeedsStep) growth.Step(passes: 1);
                break;
            }
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
            block = evictor.TakeDedicated(ItemHeader.RecordSize(key.Length, valueLength));
            failure = StoreStatus.NoMemory;
        }
        if (block is not null)
        {
            ItemHeader* item = block.Begin(key.Length, valueLength, (uint)hash);
            key.CopyTo(new Span<byte>((byte*)item + ItemHeader.Size, key.Length));
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

    // Within -I and half of the memory.
    private bool Fits(int keyLength, long valueLength, uint clientFlags) =>
        table.Classes.VirtualSize(keyLength, valueLength, clientFlags) <= table.ItemSizeMax
        && valueLength + keyLength + ItemHeader.Size < _arena.Limit / 2;

    private Need TryPut(
        Stripe* stripe, uint now, in StoreRequest request, ref Attempt attempt, ref Segment? block)
    {
        table.Index.Move(stripe, 1);
        ulong* slot = table.FindValid(stripe, attempt.Hash, attempt.Key, now, out _);
        ItemHeader* old = slot == null ? null : Bucket.ItemOf(*slot);
        if (!Decide(old, request, now, out bool isStale, out StoreStatus refusal))
        {
            attempt.Result = new StoreResult(refusal);
            return Need.Nothing;
        }

        bool isJoined = old != null && request.IsJoin;
        ReadOnlySpan<byte> joined = isJoined ? ItemHeader.Value(old) : default;
        long length = (long)attempt.Value.Length + joined.Length;
        uint flags = isJoined ? old->ClientFlags : request.ClientFlags;
        if (!Fits(attempt.Key.Length, length, flags))
        {
            attempt.Result = new StoreResult(StoreStatus.TooLarge);
            return Need.Nothing;
        }
        attempt.ValueLength = (int)length;
        if (slot == null)
        {
            slot = table.Index.FindFree(stripe, attempt.Hash);
            if (slot == null) return Need.Bucket;
        }

        uint expiry = isJoined || isStale ? old->Expiry : request.Expiry;
        ulong cas = table.TakeCas(request.ExplicitCas);
        ItemHeader* item = Place(ref attempt, block, expiry, out Need need);
        if (item == null) return need;
        item->State = StateOf(old, isJoined, isStale, request);
        item->ClientFlags = flags;
        item->Expiry = expiry;
        item->LastAccess = now;
        item->Epoch = table.Epoch;
        item->Cas = cas;
        "\r\n"u8.CopyTo(ItemHeader.WireValue(item)[^ItemHeader.TerminatorSize..]);
        if (!attempt.IsInPlace) Write(item, attempt, joined, request.Mode == StoreMode.Prepend);
        attempt.Result = new StoreResult(StoreStatus.Stored, item->Cas, attempt.ValueLength);
        if (attempt.IsDedicated)
        {
            _arena.Publish(block!, expiry, now, table.Epoch);
            block = null;
        }
        table.Link(stripe, slot, attempt.Hash, item);
        return Need.Nothing;
    }

    // memcached's do_store_item as the reference tells it: the comparison comes first, then the mode.
    private static bool Decide(
        ItemHeader* old, in StoreRequest request, uint now, out bool isStale, out StoreStatus refusal)
    {
        isStale = false;
        refusal = StoreStatus.NotStored;
        if (old == null)
        {
            if (request.Mode == StoreMode.Cas) refusal = StoreStatus.NotFound;
            return request.Mode is StoreMode.Set or StoreMode.Add || (request.IsJoin && request.Vivify);
        }
        if (request.Mode == StoreMode.Add)
        {
            ItemTable.Bump(old, now, fetched: false);
            return false;
        }
        if (request.Mode != StoreMode.Cas && !(request.IsJoin && request.HasCompareCas)) return true;
        if (request.CompareCas != 0 && request.CompareCas == old->Cas) return true;
        isStale = !request.IsJoin && request.Invalidate && request.CompareCas != 0 && request.CompareCas < old->Cas;
        refusal = StoreStatus.Exists;
        return isStale;
    }

    private static ItemState StateOf(ItemHeader* old, bool isJoined, bool isStale, in StoreRequest request)
    {
        ItemState state = ItemState.None;
        if (isStale) state |= ItemState.Stale | (old->State & ItemState.Won);
        if (request.IsWon) state |= ItemState.Won;
        if (isJoined) state |= old->State & ItemState.KeyBinary;
        else if (request.IsKeyBinary) state |= ItemState.KeyBinary;
        return state;
    }

    // A record in the lane, or the block if it has the right size.
    private ItemHeader* Place(ref Attempt attempt, Segment? block, uint expiry, out Need need)
    {
        int keyLength = attempt.Key.Length;
        attempt.IsDedicated = ItemHeader.RecordSize(keyLength, attempt.ValueLength) > _arena.SharedSizeMax;
        if (!attempt.IsDedicated)
        {
            need = Need.LaneRoom;
            return inserts.TryAppend(keyLength, attempt.ValueLength, (uint)attempt.Hash, expiry);
        }
        need = Need.Block;
        if (block is null) return null;
        var item = (ItemHeader*)(block.Base + Segment.HeaderSize);
        return item->StoredLength == attempt.ValueLength ? item : null;
    }

    private static void Write(ItemHeader* item, in Attempt attempt, ReadOnlySpan<byte> joined, bool isPrepend)
    {
        attempt.Key.CopyTo(new Span<byte>((byte*)item + ItemHeader.Size, attempt.Key.Length));
        Span<byte> wire = ItemHeader.WireValue(item);
        Debug.Assert(wire.Length == joined.Length + attempt.Value.Length + ItemHeader.TerminatorSize, "all fits");
        int valueAt = isPrepend ? 0 : joined.Length;
        int joinedAt = isPrepend ? attempt.Value.Length : 0;
        joined.CopyTo(wire[joinedAt..]);
        attempt.Value.CopyTo(wire[valueAt..]);
    }

    // Without locks.
    private bool Provide(Need need, ref Attempt attempt, ref Segment? block)
    {
        long size = ItemHeader.RecordSize(attempt.Key.Length, attempt.ValueLength);
        if (need == Need.LaneRoom) return evictor.MakeRoom(size);
        if (need == Need.Bucket) return evictor.Reserve(BucketPool.ChunkBytes) && table.Index.Pool.Refill();
        Debug.Assert(!attempt.IsInPlace, "a value in its place has its block");
        Discard(ref block);
        block = evictor.TakeDedicated(size);
        block?.Begin(attempt.Key.Length, attempt.ValueLength, (uint)attempt.Hash);
        return block is not null;
    }

    private void Fail(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, StoreStatus status, in StoreRequest request)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        if (status == StoreStatus.NoMemory)
        {
            int sizeClass = table.Classes.ClassOf(key.Length, valueLength, request.ClientFlags);
            Interlocked.Increment(ref table.Counters.CellOf((uint)hash, sizeClass)->OutOfMemory);
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
        public int ValueLength;
        public StoreResult Result;
    }
}
