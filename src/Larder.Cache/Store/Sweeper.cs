namespace Larder.Cache.Store;

/// <summary>
/// Takes expired and flushed items back without anybody asking for them. Each segment knows when an item in it may
/// expire next and which flushes it has seen, so that a step passes over most segments by a look at their numbers, and
/// walks those where something is due; the walk is cut into steps and goes on where it stopped.
/// </summary>
internal sealed unsafe class Sweeper(ItemTable table)
{
    /// <summary>
    /// Seconds between two walks of one segment: short TTLs beside long ones must not cost a walk a second.
    /// </summary>
    private const uint Interval = 3;

    private readonly long[] _checked = new long[SizeClasses.Count + 1];     // owner: _gate
    private int _gate;
    private int _at;                // owner: _gate; segment that is looked at next
    private Segment? _walked;       // owner: _gate; segment whose walk is under way
    private long _sequence;         // owner: _gate; its sequence then
    private int _offset;            // owner: _gate; where that walk goes on
    private uint _epoch;            // owner: _gate; epoch when that walk began
    private uint _begunAt;          // owner: _gate; second when that walk began

    /// <summary>Looks at about <paramref name="budget"/> items. One thread at a time, others return at once.</summary>
    /// <returns>True when more is due.</returns>
    public bool Step(int budget)
    {
        if (!SpinGate.TryEnter(ref _gate)) return false;
        int left = budget;
        ReadOnlySpan<Segment?> segments = table.Arena.Segments;
        uint now = table.Now;
        for (int looked = 0; looked < segments.Length && left > 0; looked++)
        {
            if (_at >= segments.Length || segments[_at] is null) _at = 0;
            if (segments[_at] is not { } segment) break;
            if (IsDue(segment, now)) left = Sweep(segment, now, left);
            if (left > 0) _at++;
        }
        Report();
        SpinGate.Exit(ref _gate);
        table.Arena.UnmapSurplus();
        return left <= 0;
    }

    private bool IsDue(Segment segment, uint now)
    {
        if (segment.State is not (SegmentState.Sealed or SegmentState.Active)) return false;
        if (_walked == segment || segment.SweptEpoch != table.Epoch) return true;
        return segment.SweepAt <= now && now - segment.SweptAt >= Interval;
    }

    // Returns what is left of the budget; 0 or less when the walk is to go on here.
    private int Sweep(Segment segment, uint now, int budget)
    {
        long sequence = segment.Sequence;
        if (!table.Arena.TryPin(segment, sequence)) return budget;
        if (_walked != segment || _sequence != sequence)
        {
            // A walk that the evictor interrupted has lost the notes of what it had not reached: it is due again.
            _walked?.NoteExpiry(StoreClock.Past);
            _walked = segment;
            _sequence = sequence;
            _offset = Segment.HeaderSize;
            _epoch = table.Epoch;
            _begunAt = now;
            segment.BeginSweep();
        }
        int end = segment.BeginWalk();
        while (_offset < end && budget > 0)
        {
            var item = (ItemHeader*)(segment.Base + _offset);
            // Read before the item may be removed; lengths never change.
            _offset += (int)ItemHeader.RecordSize(item);
            budget--;
            if (!item->Has(ItemState.Dead)) Check(segment, item, now);
        }
        if (_offset >= end)
        {
            segment.SweptEpoch = _epoch;
            segment.SweptAt = _begunAt;
            _walked = null;
            budget = Math.Max(budget, 1);
        }
        segment.Unpin();
        return budget;
    }

    // The look without a lock may be wrong only for an item that changes just now; the second look is not.
    private void Check(Segment segment, ItemHeader* item, uint now)
    {
        _checked[table.ClassOf(item)]++;
        if (table.StatusOf(item, now) == FindStatus.Hit)
        {
            segment.NoteExpiry(ItemHeader.Expiry(item));
            return;
        }
        ulong hash = table.Index.HashOf(item);
        Stripe* stripe = table.Index.StripeOf(hash);
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = HashIndex.FindItem(stripe, hash, item);
        FindStatus status = slot == null ? FindStatus.Miss : table.StatusOf(item, now);
        if (status is FindStatus.Expired or FindStatus.Flushed) table.Reclaim(stripe, slot, status, byCrawler: true);
        else if (status == FindStatus.Hit) segment.NoteExpiry(ItemHeader.Expiry(item));
        SpinGate.Exit(ref stripe->Lock);
    }

    private void Report()
    {
        for (int index = 1; index < _checked.Length; index++)
        {
            if (_checked[index] == 0) continue;
            Interlocked.Add(ref table.Counters.CellOf(0, index)->CrawlerItemsChecked, _checked[index]);
            _checked[index] = 0;
        }
    }
}
