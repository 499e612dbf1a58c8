using Larder.Events.Driving;

namespace Larder.Events.Wire;

/// <summary>
/// A connection's one timer: stuck receiver, linger and idle timeout share it. Made when first needed.
/// </summary>
internal sealed class ConnectionTimer(DrivenSocket connection, TimerWheel wheel, DriverOptions options) : TimerEntry
{
    private readonly Lock _lock = new(); // taken before the wheel's
    private long _dueMs = long.MaxValue; // owner: _lock for writing; long.MaxValue = not scheduled

    /// <summary>Sees to it that the timer fires at <paramref name="dueMs"/> at the latest; any thread.</summary>
    public void FireBy(long dueMs, long nowMs)
    {
        if (Volatile.Read(ref _dueMs) <= dueMs)
        {
            return;
        }
        lock (_lock)
        {
            if (dueMs < _dueMs)
            {
                _dueMs = dueMs;
                wheel.Schedule(this, nowMs, Math.Max(dueMs - nowMs, 0));
            }
        }
    }

    /// <summary>The connection is over.</summary>
    public void Cancel() => wheel.Cancel(this);

    /// <inheritdoc/>
    protected internal override void OnExpired(long nowMs)
    {
        lock (_lock)
        {
            _dueMs = long.MaxValue;
        }
        Interlocked.MemoryBarrier(); // pairs with Connection.ArmTimer: we see its reason, or it sees us not scheduled
        long dueMs = connection.TimeIsUp(options, nowMs);
        if (dueMs != long.MaxValue)
        {
            FireBy(dueMs, nowMs);
        }
    }
}
