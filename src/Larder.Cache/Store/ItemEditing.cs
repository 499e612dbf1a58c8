using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Changes of an item's metadata. Where the record has the fields they are written in their place; otherwise the item
/// moves to a record that has them, for which room is taken before the editor runs, since it runs once.
/// </summary>
internal sealed unsafe class ItemEditing(ItemTable table, Evictor evictor, Lane smallLane, Lane mainLane)
{
    /// <summary>See ItemWriter.</summary>
    private const int AttemptsMax = 64;

    private readonly SegmentArena _arena = table.Arena;

    /// <summary>Runs the editor on a key's item.</summary>
    public FindStatus Run<TEditor>(ReadOnlySpan<byte> key, ulong hash, ref TEditor editor, bool bump)
        where TEditor : struct, IItemEditor, allows ref struct
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        FindStatus status = FindStatus.Miss;
        for (int count = 0; count < AttemptsMax; count++)
        {
            long needed = 0;
            Lane lane = smallLane;
            uint now = table.Now;
            SpinGate.Enter(ref stripe->Lock);
            try
            {
                uint epoch = table.Epoch;
                ulong* slot = table.FindValid(stripe, hash, key, now, out status);
                if (slot != null) lane = LaneOf(*slot);
                // In the last attempt without room: fields that are missing are not set then.
                if (slot != null && !TryRun(stripe, slot, epoch, now, ref editor, bump, count == AttemptsMax - 1))
                    needed = RoomOf(Slot.ItemOf(*slot));
            }
            finally
            {
                SpinGate.Exit(ref stripe->Lock);
            }
            _arena.UnmapSurplus();
            evictor.Advance();
            if (needed == 0) break;
            if (!evictor.MakeRoom(lane, needed)) count = AttemptsMax - 2;
        }
        return status;
    }

    private bool TryRun<TEditor>(
        Stripe* stripe, ulong* slot, uint epoch, uint now, ref TEditor editor, bool bump, bool withoutRoom)
        where TEditor : struct, IItemEditor, allows ref struct
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        ItemHeader* room = null;
        ItemState fields = table.HasCas ? ItemState.AllFields : ItemState.HasExpiry | ItemState.HasFlags;
        if ((item->State & fields) != fields && !withoutRoom)
        {
            ItemState state = item->State | ItemState.AllFields;
            room = LaneOf(*slot).TryAppend(item->KeyLength, ItemHeader.StoredLength(item), state, epoch);
            if (room == null) return false;
        }
        var notes = new ItemNotes
        {
            IsEdited = true,
            State = item->State,
            Expiry = ItemHeader.Expiry(item),
            ClientFlags = ItemHeader.ClientFlags(item),
        };
        EditOutcome outcome = editor.Edit(new ItemEdit(*slot, table, ref notes));
        if (notes.AccessSeen) table.TrackAccess();
        if (outcome == EditOutcome.Delete)
        {
            if (room != null) GiveBack(LaneOf(*slot), room);
            table.Remove(stripe, slot);
            return true;
        }
        // Before the item may move: the token that was shown goes with it.
        if (notes.CasSeen) Interlocked.Or(ref *slot, Slot.CasSeen);
        Apply(stripe, slot, notes, room);
        if (bump) table.Bump(slot, now, notes, fetched: true);
        return true;
    }

    private void Apply(Stripe* stripe, ulong* slot, in ItemNotes notes, ItemHeader* room)
    {
        ItemHeader* item = Slot.ItemOf(*slot);
        ItemState wanted = ItemState.None;
        if (notes.Expiry != 0) wanted |= ItemState.HasExpiry;
        if (notes.ClientFlags != 0) wanted |= ItemState.HasFlags;
        if (notes.Cas != 0 && table.HasCas) wanted |= ItemState.HasCas;
        if ((wanted & ~item->State) != ItemState.None && room != null)
        {
            item = MoveTo(stripe, slot, room, wanted);
            room = null;
        }
        if (room != null) GiveBack(LaneOf(*slot), room);
        Change(stripe, item, notes);
    }

    // Writes the fields that the record has. Readers without a lock look again: see Stripe.
    private void Change(Stripe* stripe, ItemHeader* item, in ItemNotes notes)
    {
        table.Uncount(stripe, item);
        Stripe.BeginChange(stripe);
        item->State = notes.State & ~ItemState.AllFields | (item->State & ItemState.AllFields);
        if (item->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(item, notes.Expiry);
        if (item->Has(ItemState.HasFlags)) ItemHeader.SetClientFlags(item, notes.ClientFlags);
        if (item->Has(ItemState.HasCas) && notes.Cas != 0) ItemHeader.SetCas(item, notes.Cas);
        Stripe.EndChange(stripe);
        table.Count(stripe, item);
        _arena.SegmentOf(item).Notes.Note(ItemHeader.Expiry(item), ItemHeader.RecordSize(item));
    }

    // As lean as it can be when nothing was placed behind it, and with all fields otherwise.
    private ItemHeader* MoveTo(Stripe* stripe, ulong* slot, ItemHeader* room, ItemState wanted)
    {
        // Marked as large: readers wait for the lock, and one that is about to mark the slot looks again.
        ulong seen = Interlocked.Or(ref *slot, Slot.Large);
        ItemHeader* item = Slot.ItemOf(seen);
        ItemState state = table.StateOfCopy(seen) | wanted;
        int length = ItemHeader.StoredLength(item);
        long size = ItemHeader.RecordSize(item->KeyLength, length, state);
        if (!LaneOf(*slot).TryShorten(room, ItemHeader.RecordSize(room), size)) state |= ItemState.AllFields;
        ItemHeader.Begin(room, item->KeyLength, length, state);
        table.Copy(item, room);
        bool isDone = table.TryRelocate(stripe, slot, room, seen | Slot.Large, seen);
        Debug.Assert(isDone, "only readers with the lock mark a slot of a large item");
        return room;
    }

    private void GiveBack(Lane lane, ItemHeader* room)
    {
        if (!lane.TryShorten(room, ItemHeader.RecordSize(room), 0)) table.Kill(room);
    }

    // The item stays in its queue.
    private Lane LaneOf(ulong slot) =>
        _arena.SegmentOf(Slot.ItemOf(slot)).Queue == SegmentQueue.Small ? smallLane : mainLane;

    private static long RoomOf(ItemHeader* item) =>
        ItemHeader.RecordSize(item->KeyLength, ItemHeader.StoredLength(item), ItemState.AllFields);
}
