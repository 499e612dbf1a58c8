namespace Larder.Events.Driving;

/// <summary>
/// A hashed timing wheel (Varghese and Lauck, SOSP 1987, scheme 6): scheduling, cancelling and each tick cost the
/// same whatever the number of timers. For coarse times: a timer fires up to one tick late, never early.
/// </summary>
/// <remarks>
/// Thread-safe: a front end has a wheel of its own (its lock is never contended), the workers of a queue share one.
/// Non-goal: precision below <see cref="TickMs"/>.
/// </remarks>
public sealed class TimerWheel
{
    /// <summary>
    /// Milliseconds of a tick: timeouts here are seconds, so a tenth is fine enough and wakes nobody often.
    /// </summary>
    public const int TickMs = 100;

    /// <summary>
    /// Slots: a power of two, 51.2 s a round; a timer that is further away lies in its slot for several.
    /// </summary>
    private const int Slots = 512;

    private readonly Lock _lock = new();
    private const int Expired = Slots; // one more list: what has come due and was not run yet

    private readonly TimerEntry?[] _slots = new TimerEntry?[Slots + 1]; // owner: _lock
    private long _tick;                                             // owner: _lock; the last tick that was run
    private int _count;                                             // owner: _lock for writing
    private long _seen;                                             // owner: _lock for writing

    private readonly Action? _firstScheduled;

    /// <summary>A wheel whose time begins at <paramref name="nowMs"/>.</summary>
    /// <param name="nowMs">Monotonic milliseconds.</param>
    /// <param name="firstScheduled">Told, on the scheduling thread, that an empty wheel has got a timer: whoever
    /// advances it may have to wait less long now.</param>
    public TimerWheel(long nowMs, Action? firstScheduled = null)
    {
        _tick = nowMs / TickMs;
        _firstScheduled = firstScheduled;
    }

    /// <summary>Timers that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Timers that ticks have looked at so far, whether they were due or not.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>
    /// Schedules (or moves) a timer to <paramref name="delayMs"/> milliseconds after <paramref name="nowMs"/>.
    /// </summary>
    public void Schedule(TimerEntry entry, long nowMs, long delayMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayMs);
        bool first;
        lock (_lock)
        {
            first = _count == 0;
            if (entry.IsScheduled)
            {
                Unlink(entry);
            }
            long due = Math.Max((nowMs + delayMs + TickMs - 1) / TickMs, _tick + 1);
            Link(entry, due, (int)(due & (Slots - 1)));
        }
        if (first)
        {
            _firstScheduled?.Invoke();
        }
    }

    /// <summary>Takes a timer out; without effect when it is not in.</summary>
    public void Cancel(TimerEntry entry)
    {
        lock (_lock)
        {
            if (entry.IsScheduled)
            {
                Unlink(entry);
            }
        }
    }

    /// <summary>Milliseconds until the wheel wants to be advanced again; -1 when no timer waits.</summary>
    public long MillisecondsToNextTick(long nowMs)
        => Volatile.Read(ref _count) == 0 ? -1 : Math.Max(TickMs - (nowMs % TickMs), 1);

    /// <summary>
    /// Runs what has come due. Cheap when no tick has passed. A timer that is cancelled or moved by the callback of
    /// another, or by another thread, before its own has begun is not run.
    /// </summary>
    public void Advance(long nowMs)
    {
        long target = nowMs / TickMs;
        if (target <= Volatile.Read(ref _tick))
        {
            return;
        }
        lock (_lock)
        {
            CollectDue(target);
        }
        while (TakeExpired() is { } entry)
        {
            entry.OnExpired(nowMs);
        }
    }

    private void CollectDue(long target)
    {
        long first = Math.Max(_tick + 1, target - Slots + 1); // after a long pause each slot is looked at once
        Volatile.Write(ref _tick, Math.Max(target, _tick));
        for (long tick = first; tick <= target; tick++)
        {
            TimerEntry? entry = _slots[tick & (Slots - 1)];
            while (entry != null)
            {
                TimerEntry? next = entry.NextEntry;
                _seen++;
                if (entry.DueTick <= target)
                {
                    Unlink(entry);
                    Link(entry, entry.DueTick, Expired);
                }
                entry = next;
            }
        }
    }

    private TimerEntry? TakeExpired()
    {
        lock (_lock)
        {
            TimerEntry? entry = _slots[Expired];
            if (entry != null)
            {
                Unlink(entry);
            }
            return entry;
        }
    }

    private void Link(TimerEntry entry, long dueTick, int slot)
    {
        TimerEntry? head = _slots[slot];
        entry.DueTick = dueTick;
        entry.Slot = slot;
        entry.IsScheduled = true;
        entry.Previous = null;
        entry.NextEntry = head;
        if (head != null)
        {
            head.Previous = entry;
        }
        _slots[slot] = entry;
        _count++;
    }

    private void Unlink(TimerEntry entry)
    {
        if (entry.Previous != null)
        {
            entry.Previous.NextEntry = entry.NextEntry;
        }
        else
        {
            _slots[entry.Slot] = entry.NextEntry;
        }
        if (entry.NextEntry != null)
        {
            entry.NextEntry.Previous = entry.Previous;
        }
        entry.Previous = null;
        entry.NextEntry = null;
        entry.IsScheduled = false;
        _count--;
    }
}
