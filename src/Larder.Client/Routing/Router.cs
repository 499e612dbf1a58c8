using System.Diagnostics;
using Larder.Client.Pipelining;

namespace Larder.Client.Routing;

/// <summary>Where each operation goes: first, and again when a connection was lost.</summary>
internal sealed class Router : IAsyncDisposable
{
    private readonly CacheClientOptions _options;
    private readonly Deadlines _deadlines;
    private ServerSet _set;

    public Router(CacheClientOptions options)
    {
        _options = options;
        Dialect = Dialect.Of(options.Protocol);
        _deadlines = new Deadlines(options.Clock, this);
        _set = new ServerSet([.. options.Servers.Select(MakeServer)]);
    }

    public Dialect Dialect { get; }

    public ServerSet Set => Volatile.Read(ref _set);

    /// <summary>Starts an operation whose request and key are complete.</summary>
    public void Start(Operation operation, TimeSpan? timeout, CancellationToken token)
    {
        TimeSpan patience = timeout ?? _options.RequestTimeout;
        operation.Begin(this, _deadlines.After(patience), patience >= _options.RequestTimeout, token);
        Send(operation, isHeld: false);
        _deadlines.Watch();
    }

    /// <summary>Asks one server, whatever is thought of it, by an operation without a key.</summary>
    public ValueTask<CacheResult> AskAsync(Server server, Operation operation, CancellationToken token)
    {
        var result = new ValueTask<CacheResult>(operation, operation.Version);
        Ask(server, operation, token);
        return result;
    }

    /// <summary>The same, for its value.</summary>
    public ValueTask<CacheValue> AskForValueAsync(Server server, Operation operation, CancellationToken token)
    {
        var result = new ValueTask<CacheValue>(operation, operation.Version);
        Ask(server, operation, token);
        return result;
    }

    /// <summary>A connection has ended with an operation in it.</summary>
    /// <param name="operation">The operation; the connection lets go of it.</param>
    /// <param name="sent">Whether it may have been sent.</param>
    /// <param name="message">Why the connection ended.</param>
    public void Recover(Operation operation, bool sent, string message)
    {
        if (!operation.Hold())
        {
            operation.LetGo();
            return;
        }
        if (operation.Attempts <= Set.Servers.Length + 1 && (!sent || MayRepeat(in operation.Request)))
        {
            Send(operation, isHeld: true);
            return;
        }
        bool mayBeDone = sent && !operation.Request.IsRead;
        operation.Finish(mayBeDone ? CacheStatus.Ambiguous : CacheStatus.ServerDown, message);
        operation.LetGo();
    }

    /// <summary>Ends what takes too long, on all servers.</summary>
    /// <returns>Whether anybody still waits.</returns>
    public bool Expire(long now)
    {
        bool any = false;
        foreach (Server server in Set.Servers)
        {
            server.Expire(now);
            any |= !server.IsIdle;
        }
        return any;
    }

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Server server in Set.Servers) await server.DisposeAsync().ConfigureAwait(false);
        await _deadlines.DisposeAsync().ConfigureAwait(false);
    }

    private void Ask(Server server, Operation operation, CancellationToken token)
    {
        operation.Attempts = int.MaxValue; // it belongs to this server: it is not sent to another one
        TimeSpan patience = _options.ConnectTimeout + _options.RequestTimeout;
        operation.Begin(this, _deadlines.After(patience), isPatient: true, token);
        Submission answer = server.Submit(operation);
        if (answer != Submission.Taken) Refuse(operation, isHeld: false, answer, server);
        _deadlines.Watch();
    }

    private Server MakeServer(ServerAddress address) => new(address, this, _options, Dialect);

    private bool MayRepeat(in WireRequest request) => _options.Resubmit switch
    {
        ResubmitRule.Reads => request.IsRead,
        ResubmitRule.Idempotent => request.IsIdempotent,
        _ => false,
    };

    private void Send(Operation operation, bool isHeld)
    {
        Server server = Set.Servers[0];
        operation.Attempts++;
        Submission answer = server.Submit(operation);
        if (answer != Submission.Taken) Refuse(operation, isHeld, answer, server);
    }

    /// <summary>Nobody takes it.</summary>
    private static void Refuse(Operation operation, bool isHeld, Submission answer, Server server)
    {
        Debug.Assert(answer != Submission.Taken);
        operation.ServerName = server.Name;
        if (isHeld || operation.Hold())
        {
            if (answer == Submission.Full) operation.Finish(CacheStatus.Busy, null);
            else operation.Finish(CacheStatus.ServerDown, server.Reason);
        }
        operation.LetGo();
    }
}
