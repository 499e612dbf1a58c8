namespace Larder.Cache.Store;

/// <summary>
/// Takes expired and flushed items back without anybody asking for them, and then compacts what they leave behind. Each
/// segment knows when its bytes expire (<see cref="ExpiryNotes"/>) and which flushes it has seen, so that a step passes
/// over most segments by their earliest seconds, side by side (<see cref="SegmentTable.FindDue"/>). It walks those in
/// which
/// <list type="bullet">
/// <item>an eighth of the live bytes is due, or a flush: such walks cost in proportion to what expires;</item>
/// <item>anything is due, the most first: so many records a second, whatever there is.</item>
/// </list>
/// Walks are cut into steps and go on where they stopped. Before the walks for a flush or a deleted prefix, each
/// stripe's lock is taken once: items come into the index with an epoch that was read under it, so that none of an
/// older epoch comes afterwards, and a segment that was walked through has nothing to hide and counts as one of the new
/// epoch.
/// </summary>
internal sealed unsafe class Expiry(ItemTable table, TimedLanes lanes, Compactor compactor)
{
    /// <summary>The part of a segment's live bytes (1/8) that is worth a walk.</summary>
    private const int DueShare = 8;

    /// <summary>Seconds between two walks of one segment: what expires in between goes together.</summary>
    private const uint Interval = 2;

    /// <summary>
    /// Records that are walked over in a second for less than an eighth: about a millisecond of one processor.
    /// </summary>
    private const int SpareRecords = 32_768;

    /// <summary>
    /// Segments that are looked at for the next walk, of those in which something may be due or all during a flush.
    /// Each costs as much as a record: some lines that are cold.
    /// </summary>
    private const int LooksMax = 256;

    private readonly long[] _checked = new long[SizeClasses.Count + 1];     // owner: _gate
    private int _gate;
    private int _at;                // owner: _gate; segment that is looked at next
    private Segment? _walked;       // owner: _gate; segment whose walk is under way
    private bool _isSpare;          // owner: _gate; that walk is one of the second kind
    private long _sequence;         // owner: _gate; the segment's sequence when it began
    private int _offset;            // owner: _gate; where it goes on
    private uint _epoch;            // owner: _gate; epoch that it is for
    private uint _fenced;           // owner: _gate; nobody puts items of older epochs into the index any more
    private uint _fenceEpoch;       // owner: _gate; epoch that will be so when all stripes are passed
    private int _fenceAt;           // owner: _gate; stripe that is passed next
    private uint _begunAt;          // owner: _gate; second when it began
    private uint _second;           // owner: _gate; second that _spare is for
    private int _spare;             // owner: _gate; records of the second kind that are left
    private long _looks;            // owner: _gate writes, everybody reads
    private long _records;          // owner: _gate writes, everybody reads
    private long _segments;         // owner: _gate writes, everybody reads
    private long _bytes;            // owner: _gate writes, everybody reads

    /// <summary>Records that were walked over since the start.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Segments that were looked at since the start.</summary>
    public long Looks => Volatile.Read(ref _looks);

    /// <summary>Walks that came to an end since the start.</summary>
    public long Segments => Volatile.Read(ref _segments);

    /// <summary>Bytes of the items that were taken back since the start.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes of items whose time is over, at most; of some of the segments, where there are many.</summary>
    public static long BytesDue(SegmentArena arena, uint now)
    {
        long due = 0;
        int at = arena.FindDue(0, now);
        for (int looks = 0; at >= 0 && looks < LooksMax; looks++, at = arena.FindDue(at + 1, now))
        {
            Segment segment = arena.Segments[at]!;
            if (segment.State is SegmentState.Sealed or SegmentState.Active)
                due += Math.Min(segment.Notes.BytesDue(now), segment.LiveBytes);
        }
        return due;
    }

    /// <summary>Looks at about <paramref name="budget"/> items. One thread at a time, others return at once.</summary>
    /// <returns>True when more is due.</returns>
    public bool Step(int budget)
    {
        if (!SpinGate.TryEnter(ref _gate)) return false;
        uint now = table.Now;
        lanes.Tidy(now);
        if (now != _second) (_second, _spare) = (now, SpareRecords);
        int left = Fence(budget);
        while (left > 0 && (_walked is not null || TryBegin(now, ref left))) left = Walk(now, left);
        bool isMore = left <= 0 || compactor.Step(now, left);
        Report();
        SpinGate.Exit(ref _gate);
        return isMore;
    }

    // Passes the stripes' locks for a new epoch. Returns what is left of the budget.
    private int Fence(int budget)
    {
        if (_fenceAt == 0)
        {
            _fenceEpoch = table.Epoch;
            if (_fenceEpoch == _fenced) return budget;
        }
        int end = Math.Min(_fenceAt + budget, table.Index.StripeCount);
        int passed = end - _fenceAt;
        for (; _fenceAt < end; _fenceAt++)
        {
            Stripe* stripe = table.Index.StripeAt(_fenceAt);
            SpinGate.Enter(ref stripe->Lock);
            SpinGate.Exit(ref stripe->Lock);
        }
        if (_fenceAt == table.Index.StripeCount) (_fenced, _fenceAt) = (_fenceEpoch, 0);
        return budget - passed;
    }

    // The next walk: the first segment that is worth one, or else the one with the most due bytes of those that were
    // looked at.
    private bool TryBegin(uint now, ref int left)
    {
        // Flushed items have no time: until none of them is left, each segment is looked at.
        bool isFlushed = table.Arena.OldestEpoch != _fenced;
        Segment? most = null;
        long mostDue = 0;
        int looks = 0;
        int start = _at;
        bool isBehindEnd = false;
        bool isBegun = false;
        while (looks < LooksMax && !isBegun)
        {
            int next = Next(now, isFlushed);
            if (next < 0 && !isBehindEnd)
            {
                (isBehindEnd, _at) = (true, 0);
                next = Next(now, isFlushed);
            }
            if (next < 0 || (isBehindEnd && next >= start)) break;
            looks++;
            Segment segment = table.Arena.Segments[next]!;
            long due = BytesDue(segment, now);
            isBegun = due > 0 && due >= segment.LiveBytes / DueShare && TryBegin(segment, now, isSpare: false);
            _at = isBegun ? next : next + 1;
            if (!isBegun && due > mostDue) (most, mostDue) = (segment, due);
        }
        Volatile.Write(ref _looks, _looks + looks);
        if (!isBegun && most is not null && _spare > 0)
        {
            _spare -= looks;
            isBegun = TryBegin(most, now, isSpare: true);
        }
        // The look at the one that is walked is a part of its walk.
        if (isBegun) left -= looks - 1;
        return isBegun;
    }

    private int Next(uint now, bool isFlushed)
    {
        if (!isFlushed) return table.Arena.FindDue(_at, now);
        ReadOnlySpan<Segment?> segments = table.Arena.Segments;
        return _at < segments.Length && segments[_at] is not null ? _at : -1;
    }

    private long BytesDue(Segment segment, uint now)
    {
        if (segment.State is not (SegmentState.Sealed or SegmentState.Active)) return 0;
        if ((int)(_fenced - segment.SweptEpoch) > 0) return long.MaxValue;
        return now - segment.SweptAt < Interval ? 0 : segment.Notes.BytesDue(now);
    }

    private bool TryBegin(Segment segment, uint now, bool isSpare)
    {
        long sequence = segment.Sequence;
        if (!table.Arena.TryPin(segment, sequence)) return false;
        _walked = segment;
        _sequence = sequence;
        _isSpare = isSpare;
        _offset = Segment.HeaderSize;
        _epoch = _fenced;
        _begunAt = now;
        segment.Notes.Clear(now);
        segment.Unpin();
        return true;
    }

    // Returns what is left of the budget.
    private int Walk(uint now, int budget)
    {
        Segment segment = _walked!;
        if (!table.Arena.TryPin(segment, _sequence))
        {
            _walked = null;
            // The evictor has it and may leave items behind: what the walk had not reached is due again.
            segment.Notes.Note(StoreClock.Past, segment.Length == 0 ? 0 : (long)segment.Length);
            return budget;
        }
        int left = budget;
        int end = segment.BeginWalk();
        while (_offset < end && left > 0)
        {
            var item = (ItemHeader*)(segment.Base + _offset);
            // Read before the item may be removed; lengths never change.
            _offset += (int)ItemHeader.RecordSize(item);
            left--;
            if (!item->Has(ItemState.Dead)) Check(segment, item, now);
        }
        Volatile.Write(ref _records, _records + (budget - left));
        if (_isSpare) _spare -= budget - left;
        if (_offset >= end)
        {
            segment.SweptEpoch = _epoch;
            table.Arena.RaiseEpoch(segment, _sequence, _epoch);
            segment.SweptAt = _begunAt;
            Volatile.Write(ref _segments, _segments + 1);
            _walked = null;
        }
        segment.Unpin();
        return left;
    }

    // The look without a lock may be wrong only for an item that changes just now; the second look is not.
    private void Check(Segment segment, ItemHeader* item, uint now)
    {
        _checked[table.ClassOf(item)]++;
        if (table.StatusOf(item, now) == FindStatus.Hit)
        {
            segment.Notes.Note(ItemHeader.Expiry(item), ItemHeader.RecordSize(item));
            return;
        }
        ulong hash = table.Index.HashOf(item);
        Stripe* stripe = table.Index.StripeOf(hash);
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = HashIndex.FindItem(stripe, hash, item);
        FindStatus status = slot == null ? FindStatus.Miss : table.StatusOf(item, now);
        if (status is FindStatus.Expired or FindStatus.Flushed)
        {
            Volatile.Write(ref _bytes, _bytes + ItemHeader.RecordSize(item));
            table.Reclaim(stripe, slot, status, byCrawler: true);
        }
        else if (status == FindStatus.Hit)
        {
            segment.Notes.Note(ItemHeader.Expiry(item), ItemHeader.RecordSize(item));
        }
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
