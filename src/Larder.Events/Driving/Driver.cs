using Larder.Events.Buffers;
using Larder.Events.Native;
using Larder.Events.Polling;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>What both drivers share: the table of connections, the stop signal, and who is told of an end.</summary>
public abstract class Driver : IConnectionDriver
{
    private Action<Connection>? _connectionClosed; // owner: set before the start, immutable then
    private volatile bool _hasLeft;    // owner: the stopping thread

    private protected Driver(DriverOptions options, StopSignal stop, ClosePulse closes)
    {
        Options = options;
        Stop = stop;
        Closes = closes;
    }

    /// <summary>Connections now; any thread.</summary>
    public int ConnectionCount => Table.Count;

    /// <summary>Times that somebody has gone through all connections; any thread.</summary>
    internal long ConnectionWalks => Table.Walks;

    /// <summary>Timers that the ticks of its wheel have looked at; any thread.</summary>
    internal abstract long TimersSeen { get; }

    /// <summary>True while threads run that step connections.</summary>
    internal abstract bool IsDriven { get; }

    private protected DriverOptions Options { get; }

    private protected StopSignal Stop { get; }

    private protected ClosePulse Closes { get; }

    private protected ConnectionTable Table { get; } = new();

    /// <summary>Calls <paramref name="visit"/> for the connections of this moment, on the caller's thread.</summary>
    public void ForEachConnection(Action<Connection> visit)
    {
        foreach (Connection connection in Table.Snapshot())
        {
            visit(connection);
        }
    }

    internal void WhenConnectionCloses(Action<Connection> action) => _connectionClosed = action;

    /// <summary>
    /// Gives a connected, non-blocking socket to this driver; any thread. From now on the driver owns it; one that has
    /// stopped closes it at once.
    /// </summary>
    internal void Add(Connection connection, int fd, Transport transport)
    {
        long nowMs = Environment.TickCount64;
        connection.Attach(fd, transport, this, nowMs);
        Table.Add(connection);
        connection.ArmFirstTimer(WheelFor(connection), Options, nowMs);
        SysResult result = Watch(connection);
        if (result.IsError)
        {
            Log.RegistrationFailed(Options.Logger, result.Errno);
            CloseUndriven(connection);
        }
        else if (_hasLeft)
        {
            CloseUndriven(connection); // or JoinAndCut does: it looks at the table after setting the flag
        }
        else if (Stop.IsSet)
        {
            Poke(connection);
        }
    }

    void IConnectionDriver.Resume(Connection connection) => Resume(connection);

    void IConnectionDriver.Poke(Connection connection) => Poke(connection);

    void IConnectionDriver.Closed(Connection connection)
    {
        _connectionClosed?.Invoke(connection);
        Closes.Pulse();
    }

    /// <summary>A pool for what is freed outside the driver's threads: keeps nothing.</summary>
    internal static BufferPool SpareBuffers() => new(0, new ThreadGuard());

    /// <summary>Gives every connection a turn, in which it meets the stop signal.</summary>
    internal abstract void PokeAll();

    /// <summary>Shuts every socket down: its thread meets the end and closes it.</summary>
    internal void EndAll()
    {
        foreach (Connection connection in Table.Snapshot())
        {
            connection.End(CloseReason.Stopped);
        }
    }

    /// <summary>Asks the driver's threads to leave.</summary>
    internal abstract void Leave();

    /// <summary>
    /// Waits until the driver's threads have left, however long a worker's request takes: what a thread still works
    /// with cannot be freed. What connections are there then are parked ones; they are cut off.
    /// </summary>
    internal void JoinAndCut()
    {
        Join();
        _hasLeft = true;
        foreach (Connection connection in Table.Snapshot())
        {
            if (connection.TryAbandon())
            {
                Table.Remove(connection);
            }
            else
            {
                CloseUndriven(connection);
            }
        }
    }

    private protected abstract void Join();

    private protected abstract TimerWheel WheelFor(Connection connection);

    private protected abstract SysResult Watch(Connection connection);

    private protected abstract void Unwatch(Connection connection);

    private protected abstract void Resume(Connection connection);

    private protected abstract void Poke(Connection connection);

    /// <summary>Ends a connection on the thread that owns it.</summary>
    private protected void CloseOwned(Connection connection, Turn turn)
    {
        Table.Remove(connection);
        LeavePoller(connection);
        connection.Close(turn, turn.Buffers);
    }

    private void CloseUndriven(Connection connection)
    {
        if (Table.Remove(connection))
        {
            LeavePoller(connection);
            connection.Close(null, SpareBuffers());
        }
    }

    /// <summary>
    /// A closed descriptor leaves a poller only when it was the last one of its socket (epoll(7), "Questions").
    /// </summary>
    private void LeavePoller(Connection connection)
    {
        if (connection.SharesSocket)
        {
            Unwatch(connection);
        }
    }
}
