using System.Net;
using Larder.Client.Observing;
using Larder.Client.Routing;

namespace Larder.Client.Pipelining;

/// <summary>A place for one connection to a server: the one that is there, or the next.</summary>
internal sealed class Lane
{
    private readonly Server _server;
    private readonly Dialect _dialect;
    private readonly CacheClientOptions _options;
    private readonly Lock _gate = new();
    private Connection? _current; // owner: _gate; read without it
    private Connection? _leaving; // owner: _gate; read without it; takes nothing new
    private bool _isClosed; // owner: _gate

    public Lane(Server server, Connector connector, Dialect dialect, CacheClientOptions options)
    {
        _server = server;
        Connector = connector;
        _dialect = dialect;
        _options = options;
    }

    public Connector Connector { get; }

    public string ServerName => _server.Name;

    public int InFlightMax => _options.InFlightMax;

    public long PendingBytesMax => _options.PendingBytesMax;

    public long ReplyBytesMax => _options.ReplyBytesMax;

    /// <summary>Whether nobody waits here.</summary>
    public bool IsIdle =>
        (Volatile.Read(ref _current)?.IsIdle ?? true) && (Volatile.Read(ref _leaving)?.IsIdle ?? true);

    /// <summary>Hands an operation to the connection, and makes one if there is none.</summary>
    public Submission Submit(Operation operation)
    {
        if (Volatile.Read(ref _current) is { } current)
        {
            Submission answer = current.TryAppend(operation);
            if (answer != Submission.Broken) return answer;
        }
        return SubmitToNew(operation);
    }

    /// <summary>Ends those whose time is over.</summary>
    public int Expire(long now) =>
        (Volatile.Read(ref _current)?.Expire(now) ?? 0) + (Volatile.Read(ref _leaving)?.Expire(now) ?? 0);

    /// <summary>Ends the connection; the next operation makes another one.</summary>
    public void Break(Exception reason)
    {
        Volatile.Read(ref _current)?.Break(reason);
        Volatile.Read(ref _leaving)?.Break(reason);
    }

    /// <summary>Leaves a connection to an address that is none of these: the next operation makes another.</summary>
    /// <returns>The connection, for the caller to end when nobody waits on it; null if there is none.</returns>
    public Connection? Leave(IPAddress[] addresses, Exception reason)
    {
        Connection? earlier;
        Connection leaving;
        lock (_gate)
        {
            if (_current is not { Address: { } address } current || addresses.Contains(address)) return null;
            (earlier, leaving) = (_leaving, current);
            Volatile.Write(ref _leaving, leaving);
            Volatile.Write(ref _current, null);
        }
        earlier?.Break(reason);
        return leaving;
    }

    /// <summary>Ends the connection for good.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
        Break(new ObjectDisposedException(nameof(CacheClient)));
    }

    /// <summary>A connection has ended, before what was in it is handed back.</summary>
    public void OnEnded(Connection connection, bool opened, Exception failure)
    {
        lock (_gate)
        {
            if (_current == connection) _current = null;
            if (_leaving == connection) _leaving = null;
        }
        _server.OnEnded(opened, failure);
    }

    /// <summary>Adds its connection to what telemetry tells of the server.</summary>
    public void Count(ref PoolCounts counts)
    {
        counts.Max++;
        Volatile.Read(ref _current)?.Count(ref counts);
        Volatile.Read(ref _leaving)?.Count(ref counts);
    }

    public void OnReply() => _server.OnReply();

    public void OnValue(Operation operation, int valueLength) => _server.OnValue(operation, valueLength);

    public static void OnLost(Operation operation, bool sent, string message) =>
        operation.Router.Recover(operation, sent, message);

    private Submission SubmitToNew(Operation operation)
    {
        Connection made;
        lock (_gate)
        {
            if (_current is { IsBroken: false } current) return current.TryAppend(operation);
            if (_isClosed || !_server.MayConnect()) return Submission.Broken;
            made = new Connection(this, _dialect);
            _current = made;
        }
        Submission answer = made.TryAppend(operation);
        // On the pool: the caller's context and stack are none of a connection's business.
        _server.Track(Task.Run(made.RunAsync));
        return answer;
    }
}
