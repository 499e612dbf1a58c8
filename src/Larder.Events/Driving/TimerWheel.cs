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
    /// <summary>Milliseconds of a tick: timeouts here are seconds, so a tenth is fine enough and wakes nobody often.</summary>
    public const int TickMs = 100;

    /// <summary>Slots: a power of two, 51.2 s a round; a timer that is further away lies in its slot for several.</summary>
    private const int Slots = 512;

    private readonly Lock _lock = new();
    private readonly TimerEntry?[] _slots = new TimerEntry?[Slots]; // owner: _lock
    private long _tick;                                             // owner: _lock; the last tick that was run
    private int _count;                                             // owner: _lock for writing

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

    /// <summary>Schedules (or moves) a timer to <paramref name="delayMs"/> milliseconds after <paramref name="nowMs"/>.</summary>
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
            long due = (nowMs + delayMs + TickMs - 1) / TickMs;
            Link(entry, Math.Max(due, _tick + 1));
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

    /// <summary>Runs what has come due. Cheap when no tick has passed.</summary>
    public void Advance(long nowMs)
    {
        long target = nowMs / TickMs;
        if (target <= Volatile.Read(ref _tick))
        {
            return;
        }
        TimerEntry? due;
        lock (_lock)
        {
            due = TakeDue(target);
        }
        while (due != null)
        {
            TimerEntry entry = due;
            due = entry.NextEntry;
            entry.NextEntry = null;
            entry.OnExpired(nowMs);
        }
    }

    private TimerEntry? TakeDue(long target)
    {
        TimerEntry? due = null;
        long first = Math.Max(_tick + 1, target - Slots + 1); // after a long pause each slot is looked at once
        _tick = target;
        for (long tick = first; tick <= target; tick++)
        {
            TimerEntry? entry = _slots[tick & (Slots - 1)];
            while (entry != null)
            {
                TimerEntry? next = entry.NextEntry;
                if (entry.DueTick <= target)
                {
                    Unlink(entry);
                    entry.NextEntry = due;
                    due = entry;
                }
                entry = next;
            }
        }
        return due;
    }

    private void Link(TimerEntry entry, long dueTick)
    {
        ref TimerEntry? slot = ref _slots[dueTick & (Slots - 1)];
        entry.DueTick = dueTick;
        entry.IsScheduled = true;
        entry.Previous = null;
        entry.NextEntry = slot;
        if (slot != null)
        {
            slot.Previous = entry;
        }
        slot = entry;
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
            _slots[entry.DueTick & (Slots - 1)] = entry.NextEntry;
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
