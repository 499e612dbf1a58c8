using System.Diagnostics;
using Larder.Client.Observing;
using Larder.Client.Pipelining;

namespace Larder.Client.Routing;

/// <summary>
/// One server: its connections, and whether it is down. It is when a connection cannot be made, or after several
/// timeouts with no reply between them; then one probe after the other is sent, with growing pauses, until anything is
/// replied. Callers do not try it meanwhile, so that nobody storms a server that comes back.
/// </summary>
internal sealed class Server : IAsyncDisposable
{
    /// <summary>When every server is down, each is tried by callers, too, but not more often than this.</summary>
    private static readonly TimeSpan s_despairPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a connection that is left is looked at.</summary>
    private static readonly TimeSpan s_leavingPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Probes come early or late by up to a quarter, so that clients which lost a server together part.
    /// </summary>
    private const double Jitter = 0.25;

    private readonly CacheClientOptions _options;
    private readonly Router _router;
    private readonly Connector _connector;
    private readonly Lane[] _lanes; // the last one is for long values
    private readonly LargeKeys _largeKeys = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _tasks = []; // owner: _gate
    private bool _isDown; // owner: _gate; read without it
    private bool _isDownByList; // owner: SharedVerdicts; read by any thread
    private int _timeoutsInRow; // owner: interlocked
    private long _lastConnect; // owner: interlocked
    private Task? _disposal; // owner: _gate
    private string? _reason; // owner: _gate; read without it

    public Server(ServerAddress address, Router router, CacheClientOptions options, Dialect dialect)
    {
        Address = address;
        Tags = new ServerTags(address);
        _router = router;
        _options = options;
        _connector = new Connector(address, options, dialect);
        _lanes = new Lane[options.ConnectionsPerServer + 1];
        for (int i = 0; i < _lanes.Length; i++) _lanes[i] = new Lane(this, _connector, dialect, options);
        _lastConnect = options.Clock.GetTimestamp() - options.Clock.TimestampFrequency;
    }

    /// <summary>Where it is. Only its weight and its name for hashing ever change.</summary>
    public ServerAddress Address { get; set; }

    public string Name => Tags.Name;

    /// <summary>What telemetry calls it.</summary>
    public ServerTags Tags { get; }

    /// <summary>Whether it is marked as down, by this client or by a shared list.</summary>
    public bool IsDown => LooksDown || IsDownByList;

    /// <summary>Whether a monitor says so.</summary>
    public bool IsDownByList
    {
        get => Volatile.Read(ref _isDownByList);
        set => Volatile.Write(ref _isDownByList, value);
    }

    /// <summary>Why it is down, for messages.</summary>
    public string? Reason =>
        Volatile.Read(ref _reason) ?? (IsDownByList ? "the shared list says that it is down" : null);

    /// <summary>Whether nobody waits for it.</summary>
    public bool IsIdle => Array.TrueForAll(_lanes, static lane => lane.IsIdle);

    /// <summary>Whether this client's own requests say so.</summary>
    private bool LooksDown => Volatile.Read(ref _isDown);

    /// <summary>Hands an operation to the connection that suits it.</summary>
    public Submission Submit(Operation operation) => LaneOf(operation).Submit(operation);

    /// <summary>Ends operations whose time is over, and judges the server by them.</summary>
    public void Expire(long now)
    {
        int expired = 0;
        foreach (Lane lane in _lanes) expired += lane.Expire(now);
        if (expired == 0 || Interlocked.Add(ref _timeoutsInRow, expired) < _options.TimeoutsUntilDown) return;
        var silent = new TimeoutException($"no reply to {_timeoutsInRow} requests in a row");
        MarkDown(silent.Message);
        foreach (Lane lane in _lanes) lane.Break(silent);
    }

    /// <summary>Whether a connection may be made now for a caller.</summary>
    public bool MayConnect()
    {
        long now = _options.Clock.GetTimestamp();
        long last = Interlocked.Read(ref _lastConnect);
        if (IsDown && _options.Clock.GetElapsedTime(last, now) < s_despairPause) return false;
        return Interlocked.CompareExchange(ref _lastConnect, now, last) == last || !IsDown;
    }

    /// <summary>Something was replied: it lives.</summary>
    public void OnReply()
    {
        if (Volatile.Read(ref _timeoutsInRow) != 0) Volatile.Write(ref _timeoutsInRow, 0);
        if (!LooksDown) return;
        lock (_gate)
        {
            _isDown = false;
            _reason = null;
        }
    }

    /// <summary>
    /// A connection has ended. That it could not be made marks the server; that it was closed does not.
    /// </summary>
    public void OnEnded(bool opened, Exception failure)
    {
        if (!opened && !_closing.IsCancellationRequested) MarkDown(failure.Message);
    }

    /// <summary>Learns which keys have long values.</summary>
    public void OnValue(Operation operation, int valueLength)
    {
        if (operation.Request.Kind == RequestKind.Get)
            _largeKeys.Note(operation.Key, valueLength > _options.LargeValueBytes);
    }

    /// <summary>
    /// Looks its name up. Connections to an address that it does not have any more are left: what waits on them is
    /// waited for, what comes goes to the new address. Never throws.
    /// </summary>
    public async Task FollowNameAsync()
    {
        await _connector.RefreshAddressesAsync().ConfigureAwait(false);
        if (_connector.Addresses is not { } addresses) return;
        var moved = new IOException("the server's name has another address now");
        foreach (Lane lane in _lanes)
        {
            if (lane.Leave(addresses, moved) is { } leaving) Track(EndAsync(leaving, moved));
        }
    }

    /// <summary>Adds its state to what telemetry tells of it.</summary>
    public void Count(ref PoolCounts counts)
    {
        if (IsDown) counts.Down++;
        else counts.Up++;
        foreach (Lane lane in _lanes) lane.Count(ref counts);
    }

    /// <summary>Remembers a task until it has ended, for <see cref="DisposeAsync"/>.</summary>
    public void Track(Task task)
    {
        lock (_gate)
        {
            _tasks.RemoveAll(static each => each.IsCompleted);
            _tasks.Add(task);
        }
    }

    /// <summary>Ends all connections, and waits until they have ended. Any number of times.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate) return new ValueTask(_disposal ??= Task.Run(CloseAsync, CancellationToken.None));
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (Lane lane in _lanes) lane.Close();
        while (true)
        {
            Task[] left;
            lock (_gate) left = [.. _tasks.Where(static each => !each.IsCompleted)];
            if (left.Length == 0) break;
            await Task.WhenAll(left).ConfigureAwait(false);
        }
        _closing.Dispose();
    }

    /// <summary>Ends a connection as soon as nobody waits on it, and at last when nobody could.</summary>
    private async Task EndAsync(Connection leaving, Exception reason)
    {
        long started = _options.Clock.GetTimestamp();
        while (!leaving.TryEnd(reason))
        {
            if (_options.Clock.GetElapsedTime(started) > _options.RequestTimeout)
            {
                leaving.Break(reason);
                return;
            }
            await Task.Delay(s_leavingPause, _options.Clock, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Lane LaneOf(Operation operation)
    {
        ref WireRequest request = ref operation.Request;
        bool isLarge = request.Kind == RequestKind.Get
            ? _largeKeys.Contains(operation.Key)
            : request.Value.Length > _options.LargeValueBytes;
        if (isLarge) return _lanes[^1];
        if (_lanes.Length == 2) return _lanes[0];
        HashCode hash = default;
        hash.AddBytes(operation.Key);
        return _lanes[(uint)hash.ToHashCode() % (uint)(_lanes.Length - 1)];
    }

    private void MarkDown(string reason)
    {
        lock (_gate)
        {
            _reason = reason;
            if (_isDown || _closing.IsCancellationRequested) return;
            _isDown = true;
            _timeoutsInRow = 0;
        }
        Track(Task.Run(ProbeAsync, CancellationToken.None));
    }

    /// <summary>Asks until it replies. <see cref="OnReply"/> marks it as up again, whoever was replied to.</summary>
    private async Task ProbeAsync()
    {
        TimeSpan pause = _options.ProbeDelayMin;
        try
        {
            while (LooksDown)
            {
                TimeSpan jittered = pause * (1 - Jitter + (Random.Shared.NextDouble() * 2 * Jitter));
                await Task.Delay(jittered, _options.Clock, _closing.Token).ConfigureAwait(false);
                if (!LooksDown) return;
                Operation probe = Operation.Take();
                probe.Request.Kind = RequestKind.Ping;
                CacheResult result = await _router.AskAsync(this, probe, _closing.Token).ConfigureAwait(false);
                Debug.Assert(result.Status != CacheStatus.Hit, "a ping hits nothing");
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, _options.ProbeDelayMax.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            Debug.Assert(_closing.IsCancellationRequested, "nobody else cancels");
        }
    }
}
