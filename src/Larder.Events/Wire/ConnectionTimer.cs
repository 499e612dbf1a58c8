using Larder.Events.Driving;

namespace Larder.Events.Wire;

/// <summary>A connection's one timer: stuck receiver, linger and idle timeout share it. Made when first needed.</summary>
internal sealed class ConnectionTimer(Connection connection, TimerWheel wheel, DriverOptions options) : TimerEntry
{
    /// <inheritdoc/>
    protected internal override void OnExpired(long nowMs) => connection.OnTimer(wheel, options, nowMs);
}
