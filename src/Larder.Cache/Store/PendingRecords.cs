namespace Larder.Cache.Store;

/// <summary>
/// Places for values that are still coming, or being joined together. A record that shares a segment stands in a lane
/// from the beginning, so that the commit only puts its address into a slot; a large one gets a dedicated segment.
/// Where too many segments hold pending records already (<see cref="SegmentArena.HasPendingShare"/>), or the value is
/// to be joined with an old one, a small value is received into a dedicated segment, too, and copied at the commit.
/// </summary>
/// <remarks>
/// Who meets a pending record: walks of the evictor do not come to its segment, those of expiry do not find it in
/// the index and leave it alone. A flush leaves it in a segment of an older epoch: then the commit copies it. Nothing
/// here holds a lock but the lane's for a moment, and the stripe's to look the old item up.
/// </remarks>
internal sealed unsafe class PendingRecords(ItemTable table, Evictor evictor, Lane smallLane, Lane mainLane)
{
    /// <summary>See ItemWriter.</summary>
    private const int AttemptsMax = 64;

    /// <summary>Bytes of tiny items that a value pays at most for each of its own, while spares are lent.</summary>
    private const int PaidShare = 2;

    private readonly SegmentArena _arena = table.Arena;

    /// <summary>By the largest form that a record can have, so that an item never changes sides.</summary>
    public bool IsLarge(int keyLength, long valueLength) =>
        ItemHeader.RecordSize(keyLength, valueLength, ItemState.AllFields) > _arena.SharedSizeMax;

    /// <summary>
    /// A record with its key in place, in the queue of the key's old item or in that of a new one; or a step towards a
    /// large one.
    /// </summary>
    /// <returns>Reserved, NoMemory or Unfinished.</returns>
    public ReserveStatus TryBegin(ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request,
        ref RoomClaim room, out PendingRecord record)
    {
        if (!request.IsJoin && !IsLarge(key.Length, valueLength))
        {
            ItemState state = ItemWriter.FieldsOf(request.Expiry, request.ClientFlags);
            room.Queue ??= QueueOf(key, hash);
            Lane lane = room.Queue == SegmentQueue.Small ? smallLane : mainLane;
            if (TryStepShared(key, valueLength, state, lane, ref room, out record) is { } status) return status;
        }
        return TryBeginDedicated(key, valueLength, ref room, out record);
    }

    // A value that is longer than others pays for its place before it takes it. So no other finds the spares used up
    // and has to empty a whole segment. Null when too many segments hold pending records.
    private ReserveStatus? TryStepShared(ReadOnlySpan<byte> key, int valueLength, ItemState state, Lane lane,
        ref RoomClaim room, out PendingRecord record)
    {
        record = default;
        long size = SizeOf(key.Length, valueLength, ref state);
        bool mayPay = room.Steps <= PaidShare * size / (Evictor.TinyItemBytes * Evictor.StepItems);
        var status = ReserveStatus.Unfinished;
        if (!mayPay || !evictor.TryPay())
        {
            for (int count = 0; count < AttemptsMax; count++)
            {
                if (!TryAppend(key, valueLength, state, lane, out record)) return null;
                status = record.IsHeld ? ReserveStatus.Reserved : evictor.TryMakeRoom(lane, size, room.Steps);
                if (record.IsHeld || status != ReserveStatus.Reserved) break;
            }
            // Others took the room each time: the next turn goes on.
            if (!record.IsHeld && status == ReserveStatus.Reserved) status = ReserveStatus.Unfinished;
        }
        room.Steps++;
        if (status != ReserveStatus.Unfinished) room = default;
        return status;
    }

    private bool TryAppend(
        ReadOnlySpan<byte> key, int valueLength, ItemState state, Lane lane, out PendingRecord record)
    {
        bool isAllowed = lane.TryAppendPending(key.Length, valueLength, state, table.Epoch, out record);
        if (!record.IsHeld) return isAllowed;
        // A sweep may look at the record before its fields come: 0 is a time that is never over.
        if (record.Item->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(record.Item, 0);
        key.CopyTo(new Span<byte>(ItemHeader.KeyStart(record.Item), key.Length));
        return true;
    }

    private long SizeOf(int keyLength, int valueLength, ref ItemState state)
    {
        state &= ItemState.AllFields;
        if (table.HasCas) state |= ItemState.HasCas;
        return ItemHeader.RecordSize(keyLength, valueLength, state);
    }

    /// <summary>A record in a lane, with a CAS token of its own: its place may be older than the old item's.</summary>
    /// <param name="key">The key.</param>
    /// <param name="valueLength">Bytes of the value.</param>
    /// <param name="state">Its other fields.</param>
    /// <param name="lane">Where.</param>
    /// <param name="record">The record; none when there is no memory.</param>
    /// <returns>False when too many segments hold pending records.</returns>
    public bool TryBeginShared(
        ReadOnlySpan<byte> key, int valueLength, ItemState state, Lane lane, out PendingRecord record)
    {
        long size = SizeOf(key.Length, valueLength, ref state);
        bool isAllowed = TryAppend(key, valueLength, state, lane, out record);
        for (int count = 0; count < AttemptsMax && isAllowed && !record.IsHeld; count++)
        {
            if (!evictor.MakeRoom(lane, size)) break;
            isAllowed = TryAppend(key, valueLength, state, lane, out record);
        }
        return isAllowed;
    }

    /// <summary>A record in a dedicated segment; none when there is no memory.</summary>
    public PendingRecord BeginDedicated(ReadOnlySpan<byte> key, int valueLength)
    {
        RoomClaim room = default;
        PendingRecord record;
        while (TryBeginDedicated(key, valueLength, ref room, out record) == ReserveStatus.Unfinished)
        {
            // step by step
        }
        return record;
    }

    /// <summary>A record in a dedicated segment, or a step towards one.</summary>
    /// <returns>Reserved, NoMemory or Unfinished.</returns>
    public ReserveStatus TryBeginDedicated(
        ReadOnlySpan<byte> key, int valueLength, ref RoomClaim room, out PendingRecord record)
    {
        record = default;
        long size = ItemHeader.RecordSize(key.Length, valueLength, ItemState.AllFields);
        ReserveStatus status = evictor.TryTakeDedicated(size, ref room, out Segment? segment);
        if (segment is null) return status;
        ItemHeader* item = segment.Begin(key.Length, valueLength);
        key.CopyTo(new Span<byte>(ItemHeader.KeyStart(item), key.Length));
        record = new PendingRecord(segment, item);
        return status;
    }

    /// <summary>The record does not go into the index: its bytes are free, or dead.</summary>
    public void Release(ref PendingRecord record)
    {
        if (record.Segment is not { } segment) return;
        if (record.IsShared) Release(segment, record.Item);
        else _arena.PutBack(segment);
        _arena.UnmapSurplus();
        record = default;
    }

    private void Release(Segment segment, ItemHeader* item)
    {
        Lane lane = segment.Queue == SegmentQueue.Small ? smallLane : mainLane;
        segment.EndPending();
        if (!lane.TryShorten(item, ItemHeader.RecordSize(item), 0)) table.Kill(item);
    }

    // What is overwritten stays in its queue. An upload that is abandoned has cost the ghost table one entry.
    private SegmentQueue QueueOf(ReadOnlySpan<byte> key, ulong hash)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = HashIndex.Find(stripe, hash, key);
        SegmentQueue queue = slot == null ? SegmentQueue.Small : _arena.SegmentOf(Slot.ItemOf(*slot)).Queue;
        SpinGate.Exit(ref stripe->Lock);
        return slot == null && table.Ghosts.Take(hash) ? SegmentQueue.Main : queue;
    }
}
