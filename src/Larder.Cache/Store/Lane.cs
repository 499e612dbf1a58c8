using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Where records are appended: one segment at a time, and a gate for the few instructions that place a record. All
/// items of a segment are of one flush epoch. Lock order: stripe, lane, arena.
/// </summary>
internal sealed unsafe class Lane(SegmentArena arena, SegmentQueue queue)
{
    private int _gate;
    private Segment? _active;       // owner: _gate

    /// <summary>
    /// Places a record whose bytes the caller then writes; null when the segment has no room or is of another epoch
    /// (see <see cref="Install"/>). Under the stripe lock of the item. The record counts as live from here on: that is
    /// what keeps its segment until the item is in the index.
    /// </summary>
    public ItemHeader* TryAppend(int keyLength, int valueLength, ItemState state, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        Segment? active = _active;
        bool isOpen = active is not null && active.Header->Epoch == epoch;
        int before = isOpen ? active!.End : 0;
        ItemHeader* item = isOpen ? active!.Append(keyLength, valueLength, state) : null;
        if (item != null) arena.Appended.Note(before, active!.End);
        SpinGate.Exit(ref _gate);
        return item;
    }

    /// <summary>Places a record whose value comes later; it stays pending until its owner ends that.</summary>
    /// <param name="keyLength">Bytes of the key.</param>
    /// <param name="valueLength">Bytes of the value.</param>
    /// <param name="state">The fields that it has.</param>
    /// <param name="epoch">The flush epoch.</param>
    /// <param name="record">The record, without key and value; none when there is no room.</param>
    /// <returns>False when the segment may not have pending records, since too many others have some.</returns>
    public bool TryAppendPending(
        int keyLength, int valueLength, ItemState state, uint epoch, out PendingRecord record)
    {
        record = default;
        SpinGate.Enter(ref _gate);
        Segment? active = _active;
        bool isOpen = active is not null && active.Header->Epoch == epoch;
        bool isAllowed = active is { HasPending: true } || arena.HasPendingShare;
        ItemHeader* item = isOpen && isAllowed ? active!.Append(keyLength, valueLength, state) : null;
        if (item != null)
        {
            active!.BeginPending();
            record = new PendingRecord(active, item);
        }
        SpinGate.Exit(ref _gate);
        return isAllowed;
    }

    /// <summary>
    /// A record that was just placed needs fewer bytes, or none. Under the same stripe lock; lengths and state of a
    /// record that stays are written again by the caller.
    /// </summary>
    /// <returns>False when another record was placed behind it.</returns>
    public bool TryShorten(ItemHeader* item, long size, long needed)
    {
        SpinGate.Enter(ref _gate);
        bool isLast = _active is not null && _active.TryShorten(item, size, needed);
        SpinGate.Exit(ref _gate);
        return isLast;
    }

    /// <summary>There is room for a record of this epoch.</summary>
    public bool HasRoom(long recordSize, uint epoch)
    {
        SpinGate.Enter(ref _gate);
        bool hasRoom = Fits(recordSize, epoch);
        SpinGate.Exit(ref _gate);
        return hasRoom;
    }

    /// <summary>Bytes left in the segment.</summary>
    public long Room
    {
        get
        {
            SpinGate.Enter(ref _gate);
            long room = _active is null ? 0 : arena.SegmentBytes - _active.End;
            SpinGate.Exit(ref _gate);
            return room;
        }
    }

    /// <summary>Goes on in a fresh segment, unless somebody else was faster; then that one goes back.</summary>
    public void Install(Segment fresh, long recordSize, uint now, uint epoch)
    {
        Debug.Assert(recordSize <= arena.SegmentBytes - Segment.HeaderSize, "a fresh segment has room");
        SpinGate.Enter(ref _gate);
        Segment? full = _active;
        bool hasRoom = Fits(recordSize, epoch);
        if (!hasRoom)
        {
            arena.Activate(fresh, queue, now, epoch);
            _active = fresh;
        }
        SpinGate.Exit(ref _gate);
        if (hasRoom) arena.PutBack(fresh);
        else if (full is not null) arena.Seal(full);
    }

    /// <summary>Gives up a segment that was begun so many seconds ago.</summary>
    /// <param name="now">The clock's second.</param>
    /// <param name="age">Seconds.</param>
    /// <param name="filled">Bytes that it had been filled to.</param>
    /// <returns>True when the lane has no segment now.</returns>
    public bool TryClose(uint now, uint age, out long filled)
    {
        SpinGate.Enter(ref _gate);
        Segment? given = _active is not null && now - _active.BegunAt >= age ? _active : null;
        filled = given is null ? 0 : given.End;
        if (given is not null) _active = null;
        bool isClosed = _active is null;
        SpinGate.Exit(ref _gate);
        if (given is not null) arena.Seal(given);
        return isClosed;
    }

    private bool Fits(long recordSize, uint epoch) =>
        _active is not null && _active.Header->Epoch == epoch && _active.End + recordSize <= arena.SegmentBytes;
}
