namespace Larder.Cache.Store;

/// <summary>
/// Where records are appended: one segment at a time, and a gate for the few instructions that place a record. A store
/// has two lanes: new items, and those that the evictor keeps. Lock order: stripe, lane, arena.
/// </summary>
internal sealed unsafe class Lane(SegmentArena arena)
{
    private int _gate;
    private Segment? _active;       // owner: _gate

    /// <summary>
    /// Places a record whose bytes the caller then writes; null when the segment has no room (see
    /// <see cref="Install"/>). Under the stripe lock of the item, which is held until the item is in the index: that is
    /// how an evictor that meets a record without an item knows that it is dead.
    /// </summary>
    public ItemHeader* TryAppend(int keyLength, int valueLength, uint hashLow, uint expiry)
    {
        SpinGate.Enter(ref _gate);
        Segment? active = _active;
        ItemHeader* item = active is null ? null : active.Append(keyLength, valueLength, hashLow, expiry);
        SpinGate.Exit(ref _gate);
        return item;
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
        SpinGate.Enter(ref _gate);
        Segment? full = _active;
        bool hasRoom = full is not null && full.End + recordSize <= arena.SegmentBytes;
        if (!hasRoom)
        {
            arena.Activate(fresh, now, epoch);
            _active = fresh;
        }
        SpinGate.Exit(ref _gate);
        if (hasRoom) arena.PutBack(fresh);
        else if (full is not null) arena.Seal(full);
    }
}
