using Larder.Client.Observing;
using Larder.Client.Pipelining;

namespace Larder.Client.Routing;

/// <summary>
/// Where each operation goes: first, and again when a connection was lost. The hash never changes because of a server's
/// health; see <see cref="FailoverPolicy"/> for what becomes of the keys of one that is down. When all look down none
/// of them is believed to be: the key's own server is tried.
/// </summary>
internal sealed class Router : IAsyncDisposable
{
    /// <summary>How often a server that goes is looked at.</summary>
    private static readonly TimeSpan s_retirementPause = TimeSpan.FromMilliseconds(20);

    private readonly CacheClientOptions _options;
    private readonly Deadlines _deadlines;
    private readonly SharedVerdicts? _verdicts;
    private readonly NameWatch? _names;
    private readonly Lock _updating = new();
    private readonly List<Task> _retirements = []; // owner: _updating
    private ServerSet _set; // owner: _updating; read without it
    private Server[] _retiring = []; // owner: _updating; read without it, exchanged as a whole

    public Router(CacheClientOptions options)
    {
        _options = options;
        Dialect = Dialect.Of(options.Protocol);
        _deadlines = new Deadlines(options.Clock, this);
        _set = new ServerSet([.. options.Servers.Select(MakeServer)], options.Placement);
        ClientTelemetry.Gauges.Add(this);
        if (options.NameRefreshPeriod != Timeout.InfiniteTimeSpan)
            _names = new NameWatch(this, options.NameRefreshPeriod, options.Clock);
        if (options.ServerListPath is { } path) _verdicts = new SharedVerdicts(path, this, options);
    }

    public Dialect Dialect { get; }

    public ServerSet Set => Volatile.Read(ref _set);

    /// <summary>Starts an operation whose request and key are complete.</summary>
    public void Start(Operation operation, TimeSpan? timeout, CancellationToken token)
    {
        TimeSpan patience = timeout ?? _options.RequestTimeout;
        operation.Begin(this, _deadlines.After(patience), patience >= _options.RequestTimeout, token);
        Send(operation);
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
        if (MaySend(operation) && (!sent || MayRepeat(in operation.Request)))
        {
            Send(operation);
            return;
        }
        bool mayBeDone = sent && !operation.Request.IsRead;
        End(operation, mayBeDone ? CacheStatus.Ambiguous : CacheStatus.ServerDown, message);
    }

    /// <summary>Ends what takes too long, on all servers.</summary>
    /// <returns>Whether anybody still waits.</returns>
    public bool Expire(long now) => Expire(Set.Servers, now) | Expire(Volatile.Read(ref _retiring), now);

    /// <summary>
    /// Exchanges the list. Servers that stay keep their connections; those that go are left when their last reply has
    /// come, or its time is over.
    /// </summary>
    public void Update(IReadOnlyList<ServerAddress> addresses)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses.Count, ServerSet.ServerCountMax, nameof(addresses));
        _ = ServerSet.Place(addresses, _options.Placement); // throws before anything is changed
        lock (_updating)
        {
            Dictionary<string, Server> old = _set.Servers.ToDictionary(static server => server.Name);
            var servers = new Server[addresses.Count];
            for (int i = 0; i < servers.Length; i++)
            {
                bool stays = old.Remove(addresses[i].ToString(), out Server? server);
                if (stays) server!.Address = addresses[i];
                servers[i] = stays ? server! : MakeServer(addresses[i]);
            }
            Volatile.Write(ref _set, new ServerSet(servers, _options.Placement));
            Volatile.Write(ref _retiring, [.. _retiring, .. old.Values]);
            _retirements.RemoveAll(static task => task.IsCompleted);
            foreach (Server server in old.Values) _retirements.Add(Task.Run(() => RetireAsync(server)));
        }
    }

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        ClientTelemetry.Gauges.Remove(this);
        if (_names is not null) await _names.DisposeAsync().ConfigureAwait(false);
        if (_verdicts is not null) await _verdicts.DisposeAsync().ConfigureAwait(false);
        Task[] retirements;
        lock (_updating) retirements = [.. _retirements];
        foreach (Server server in Set.Servers) await server.DisposeAsync().ConfigureAwait(false);
        foreach (Server server in Volatile.Read(ref _retiring)) await server.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(retirements).ConfigureAwait(false);
        await _deadlines.DisposeAsync().ConfigureAwait(false);
    }

    private static bool Expire(Server[] servers, long now)
    {
        bool any = false;
        foreach (Server server in servers)
        {
            server.Expire(now);
            any |= !server.IsIdle;
        }
        return any;
    }

    private static void End(Operation operation, CacheStatus status, string? message)
    {
        operation.Finish(status, message);
        operation.LetGo();
    }

    /// <summary>
    /// The cap on what is written elsewhere than its own server has it: the own one comes back without it.
    /// </summary>
    private void Cap(ref WireRequest request)
    {
        int secondsMax = (int)Math.Min(int.MaxValue, Math.Ceiling(_options.FailoverExpiryMax.TotalSeconds));
        request.Exptime = CacheExpiry.Cap(request.Exptime, secondsMax, _options.Clock);
        if (request.Has(RequestTraits.Vivify))
            request.VivifyExptime = CacheExpiry.Cap(request.VivifyExptime, secondsMax, _options.Clock);
    }

    private Server MakeServer(ServerAddress address) => new(address, this, _options, Dialect);

    private void Ask(Server server, Operation operation, CancellationToken token)
    {
        operation.IsBound = true;
        TimeSpan patience = _options.ConnectTimeout + _options.RequestTimeout;
        operation.Begin(this, _deadlines.After(patience), isPatient: true, token);
        Submission answer = server.Submit(operation);
        if (answer != Submission.Taken) Refuse(operation, answer, server);
        _deadlines.Watch();
    }

    /// <summary>Every server once, and a connection that had ended unnoticed.</summary>
    private bool MaySend(Operation operation) =>
        !operation.IsBound && operation.Attempts <= Set.Servers.Length + 1;

    private bool MayRepeat(in WireRequest request) => _options.Resubmit switch
    {
        ResubmitRule.Reads => request.IsRead,
        ResubmitRule.Idempotent => request.IsIdempotent,
        _ => false,
    };

    private void Send(Operation operation)
    {
        while (true)
        {
            ServerSet set = Set;
            Server owner = set.Find(operation.Key);
            Server server = owner;
            if (owner.IsDown && set.FindLive(operation.Key) is { } live)
            {
                if (_options.Failover != FailoverPolicy.NextOwner)
                {
                    operation.ServerName = owner.Name;
                    bool looksMissed = _options.Failover == FailoverPolicy.Miss && operation.Request.IsRead;
                    End(operation, looksMissed ? CacheStatus.Miss : CacheStatus.ServerDown, owner.Reason);
                    return;
                }
                server = live;
                Cap(ref operation.Request);
            }
            operation.Attempts++;
            Submission answer = server.Submit(operation);
            if (answer == Submission.Taken) return;
            if (answer == Submission.Broken && MaySend(operation)) continue;
            Refuse(operation, answer, server);
            return;
        }
    }

    /// <summary>Nobody takes it.</summary>
    private static void Refuse(Operation operation, Submission answer, Server server)
    {
        operation.ServerName = server.Name;
        bool isFull = answer == Submission.Full;
        End(operation, isFull ? CacheStatus.Busy : CacheStatus.ServerDown, isFull ? null : server.Reason);
    }

    private async Task RetireAsync(Server server)
    {
        long started = _options.Clock.GetTimestamp();
        while (!server.IsIdle && _options.Clock.GetElapsedTime(started) < _options.RequestTimeout)
            await Task.Delay(s_retirementPause, _options.Clock).ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        lock (_updating) Volatile.Write(ref _retiring, [.. _retiring.Where(each => each != server)]);
    }
}
