using Larder.Events.Native;
using Larder.Events.Polling;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>What both drivers share: the table of connections, the stop signal, the count and who is told of an end.</summary>
public abstract class Driver : IConnectionDriver
{
    private Action? _connectionClosed; // owner: set before the start, immutable then

    private protected Driver(DriverOptions options, StopSignal stop)
    {
        Options = options;
        Stop = stop;
    }

    /// <summary>Connections now; any thread.</summary>
    public int ConnectionCount => Table.Count;

    private protected DriverOptions Options { get; }

    private protected StopSignal Stop { get; }

    private protected ConnectionTable Table { get; } = new();

    /// <summary>Calls <paramref name="visit"/> for the connections of this moment, on the caller's thread.</summary>
    public void ForEachConnection(Action<Connection> visit)
    {
        foreach (Connection connection in Table.Snapshot())
        {
            visit(connection);
        }
    }

    internal void WhenConnectionCloses(Action action) => _connectionClosed = action;

    /// <summary>Gives a connected, non-blocking socket to this driver; any thread. From now on the driver owns it.</summary>
    internal void Add(Connection connection, int fd)
    {
        long nowMs = Environment.TickCount64;
        connection.Attach(fd, PlainTransport.Instance, this, nowMs);
        Table.Add(connection);
        connection.ArmIdleTimer(WheelFor(connection), Options, nowMs);
        SysResult result = Watch(connection);
        if (result.IsError)
        {
            Log.RegistrationFailed(Options.Logger, result.Errno);
            Table.Remove(connection);
            connection.Close(null, SpareBuffers());
        }
    }

    void IConnectionDriver.Resume(Connection connection) => Resume(connection);

    void IConnectionDriver.Closed(Connection connection) => _connectionClosed?.Invoke();

    private protected abstract TimerWheel WheelFor(Connection connection);

    private protected abstract SysResult Watch(Connection connection);

    private protected abstract void Resume(Connection connection);

    /// <summary>A pool for what is freed outside the driver's threads: keeps nothing.</summary>
    private protected static Buffers.BufferPool SpareBuffers() => new(0, new ThreadGuard());

    /// <summary>Ends a connection on the thread that owns it.</summary>
    private protected void CloseOwned(Connection connection, Turn turn)
    {
        Table.Remove(connection);
        connection.Close(turn, turn.Buffers);
    }

    /// <summary>After the driver's threads have left: whatever is still there is cut off.</summary>
    /// <returns>How many there were.</returns>
    private protected int CutRest()
    {
        List<Connection> rest = Table.Snapshot();
        foreach (Connection connection in rest)
        {
            Table.Remove(connection);
            if (connection.IsParkedNow)
            {
                connection.Abandon();
            }
            else
            {
                connection.Close(null, SpareBuffers());
            }
        }
        return rest.Count;
    }
}
