namespace Larder.Cache.Store;

/// <summary>
/// Empties segments in which half or more is dead, in the background: what lives moves to the lane of its queue, and
/// the segment is free for anything. A byte is copied only where another one has died since, so that all the copying is
/// at most as much as has died; and not where most of the rest expires soon. Works within free memory: when there is
/// none, the evictor compacts with its spares.
/// </summary>
internal sealed unsafe class Compactor(
    ItemTable table, Evictor evictor, TimedLanes timedLanes, Lane smallLane, Lane mainLane)
{
    /// <summary>The part of the used bytes (1/2) that may live at most.</summary>
    private const int LiveShare = 2;

    /// <summary>Seconds in which the rest of a segment may expire by itself instead of being copied.</summary>
    private const uint SoonSeconds = 8;

    /// <summary>Segments that are looked at for the next one.</summary>
    private const int LookedMax = 256;

    private readonly SegmentArena _arena = table.Arena;     // owner: immutable; all else: Expiry's gate
    private Segment? _segment;      // that is being emptied
    private long _sequence;         // its sequence when that began
    private int _offset;            // where it goes on
    private uint _fullAt;           // second in which there was no free memory
    private long _copiedBytes;      // everybody reads
    private long _segments;         // everybody reads

    /// <summary>Bytes that were copied since the start.</summary>
    public long CopiedBytes => Volatile.Read(ref _copiedBytes);

    /// <summary>Segments that were emptied since the start.</summary>
    public long Segments => Volatile.Read(ref _segments);

    /// <summary>Looks at about <paramref name="budget"/> items. Under the gate of <see cref="Expiry"/>.</summary>
    /// <returns>True when there is more to do now.</returns>
    public bool Step(uint now, int budget)
    {
        int left = budget;
        while (left > 0 && _fullAt != now && (_segment is not null || TryChoose(now)))
        {
            // A front end that needs memory waits for this gate: Move ends when there is one.
            if (!evictor.TryHold()) return true;
            Lane? full = null;
            left = _arena.TryClaim(_segment!, _sequence) ? Move(now, left, out full) : Forget(left);
            evictor.LetGo();
            if (full is not null) Extend(full, now);
        }
        return left <= 0;
    }

    private int Forget(int left)
    {
        _segment = null;
        return left;
    }

    private bool TryChoose(uint now)
    {
        for (int looks = Math.Min(_arena.Order.SparseCount, LookedMax); looks > 0; looks--)
        {
            if (_arena.NextSparse() is not { } segment) break;
            // A record that is pending cannot move, and none begins in a sealed segment.
            if (segment.State != SegmentState.Sealed || segment.HasPending) continue;
            long sequence = segment.Sequence;
            long live = segment.LiveBytes;
            if (live > (segment.End - Segment.HeaderSize) / LiveShare) continue;
            if (segment.Notes.BytesDue(now + SoonSeconds) >= Math.Max(live / 2, 1)) continue;
            (_segment, _sequence, _offset) = (segment, sequence, Segment.HeaderSize);
            return true;
        }
        return false;
    }

    // The segment is claimed only here: nobody sees a claimed one while he may have the evictor's gate. Returns what is
    // left of the budget.
    private int Move(uint now, int budget, out Lane? full)
    {
        full = null;
        Segment segment = _segment!;
        int left = budget;
        int end = segment.End;
        while (_offset < end && left > 0 && full is null)
        {
            if (evictor.IsWanted)
            {
                left = 0;
                break;
            }
            var item = (ItemHeader*)(segment.Base + _offset);
            int size = (int)ItemHeader.RecordSize(item);
            left--;
            if (!item->Has(ItemState.Dead))
            {
                left -= size / Evictor.CopiedBytesOfItem;
                if (!TryTreat(item, segment.Queue, now, out full)) break;
            }
            _offset += size;
        }
        if (_offset >= end)
        {
            _segment = null;
            Volatile.Write(ref _segments, _segments + 1);
            evictor.CountPass();
        }
        _arena.Seal(segment);
        return left;
    }

    // False when the item's lane is full. A record that is not in the index is dead, or is being written and stays.
    private bool TryTreat(ItemHeader* item, SegmentQueue queue, uint now, out Lane? full)
    {
        full = null;
        ulong hash = table.Index.HashOf(item);
        Stripe* stripe = table.Index.StripeOf(hash);
        SpinGate.Enter(ref stripe->Lock);
        uint epoch = table.Epoch;
        ulong* slot = HashIndex.FindItem(stripe, hash, item);
        FindStatus status = slot == null ? FindStatus.Miss : table.StatusOf(item, now);
        if (status is FindStatus.Expired or FindStatus.Flushed)
        {
            table.Reclaim(stripe, slot, status, byCrawler: true);
        }
        else if (status == FindStatus.Hit)
        {
            long size = ItemHeader.RecordSize(item);
            Lane lane = LaneOf(item, queue, now);
            if (evictor.TryMove(stripe, slot, lane, evict: false, queue, epoch))
                Volatile.Write(ref _copiedBytes, _copiedBytes + size);
            else
                full = lane;
        }
        SpinGate.Exit(ref stripe->Lock);
        return full is null;
    }

    private Lane LaneOf(ItemHeader* item, SegmentQueue queue, uint now)
    {
        if (queue == SegmentQueue.Main) return mainLane;
        return timedLanes.OpenFor(ItemHeader.Expiry(item), now) ?? smallLane;
    }

    // Without locks, since it may map.
    private void Extend(Lane lane, uint now)
    {
        if (_arena.TryTake() is { } fresh) lane.Install(fresh, _arena.SharedSizeMax, now, table.Epoch);
        else (_fullAt, _segment) = (now, null);
    }
}
