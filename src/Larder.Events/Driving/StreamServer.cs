using System.Diagnostics;
using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// Listeners, acceptor threads and one driver, started and stopped together: what the cache server, the floor server
/// and every other server of the house stand on.
/// </summary>
/// <remarks>
/// <code>
///   listener --accept4--> acceptor --Add--> the front end with the fewest connections
///                                    or --> the one-shot queue, whose workers take turns
/// </code>
/// Stopping goes in the order in which connections come: acceptors leave, what stands in the listen queue is taken
/// (unless another process shares it), then connections end, then the driver's threads leave.
/// </remarks>
public sealed class StreamServer : IAcceptTarget, IDisposable
{
    /// <summary>How long a fast stop waits for peers to take their last replies.</summary>
    private const int FastDeadlineMs = 2_000;

    /// <summary>Going through all connections is not done more often, however long descriptors are short.</summary>
    private const int PressurePeriodMs = 1_000;

    /// <summary>Who waits for a close is woken by each; this bounds the wait all the same.</summary>
    private const int CloseLookMs = 1_000;

    private readonly DriverOptions _options;
    private readonly IConnectionFactory _factory;
    private readonly StopSignal _stop = new();
    private readonly FrontEnd[] _frontEnds = [];
    private readonly OneShotQueue? _queue;
    private readonly int _dealtTo; // front ends that get connections
    private readonly Driver[] _drivers;
    private readonly List<Listener> _listeners = []; // owner: the starting thread
    private readonly List<Acceptor> _acceptors = []; // owner: the starting thread
    private readonly ClosePulse _closes = new();
    private readonly Lock _stopping = new();         // held by the one who stops, so that others wait for the end
    private int _current;                            // owner: interlocked
    private int _datagramSockets;                    // owner: interlocked
    private uint _next;                              // owner: interlocked
    private long _pressureDueMs;                     // owner: interlocked
    private volatile bool _isStopping;               // owner: any thread sets it
    private volatile bool _isDraining;               // owner: any thread sets it
    private bool _hasStoppedAccepting;               // owner: _stopping
    private bool _isStopped;                         // owner: _stopping

    /// <summary>Makes a server that does not run yet.</summary>
    public StreamServer(DriverOptions options, IConnectionFactory factory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _options = options;
        _factory = factory;
        if (options.Driver == DriverKind.Queue)
        {
            _queue = new OneShotQueue(options, _stop, _closes);
            _drivers = [_queue];
        }
        else
        {
            _frontEnds = new FrontEnd[options.Threads];
            _dealtTo = Math.Min(options.Threads, options.Places);
            for (int i = 0; i < _frontEnds.Length; i++)
            {
                _frontEnds[i] = new FrontEnd(i, options, _stop, _closes);
            }
            _drivers = [.. _frontEnds];
        }
        foreach (Driver driver in _drivers)
        {
            driver.WhenConnectionCloses(Closed);
        }
    }

    /// <summary>The listeners, in the order in which they were added.</summary>
    public IReadOnlyList<Listener> Listeners => _listeners;

    /// <summary>Connections served at a time.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>
    /// Sent to a client beyond <see cref="MaxConnections"/> before it is closed; empty = it waits, in the listen queue
    /// or (one for each acceptor) accepted but not served.
    /// </summary>
    public ReadOnlyMemory<byte> RejectMessage { get; init; }

    /// <summary>Connections now.</summary>
    public int CurrentConnections => Volatile.Read(ref _current);

    /// <summary>
    /// Threads that receive datagrams, once for each address; not part of <see cref="CurrentConnections"/>.
    /// </summary>
    public int DatagramSockets => Volatile.Read(ref _datagramSockets);

    /// <summary>Times that somebody has gone through all connections of a thread, or of the queue.</summary>
    public long ConnectionWalks => _drivers.Sum(driver => driver.ConnectionWalks);

    /// <summary>Timers of connections that were looked at, whether they were due or not.</summary>
    public long TimersSeen => _drivers.Sum(driver => driver.TimersSeen);

    /// <summary>True while new connections are accepted.</summary>
    public bool IsAccepting => !_isStopping && !_isDraining && HasRoom;

    /// <summary>What the acceptors have done.</summary>
    public ServerCounters Counters { get; } = new();

    /// <summary>
    /// The threads' turns, with their counters and states; those of workers that have left are included.
    /// </summary>
    public IReadOnlyList<Turn> Turns
        => _queue != null ? _queue.Workers.Turns : Array.ConvertAll(_frontEnds, frontEnd => frontEnd.Turn);

    /// <summary>Threads of the driver; under the queue it may be set while running (1 or more).</summary>
    /// <exception cref="InvalidOperationException">Set on a server with front ends, whose number is fixed.</exception>
    public int WorkerCount
    {
        get => _queue?.Workers.Count ?? _frontEnds.Length;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            if (_queue == null)
            {
                throw new InvalidOperationException("the number of front ends cannot change while they run");
            }
            _queue.Workers.Count = value;
        }
    }

    /// <summary>Workers that have not left yet, or front ends.</summary>
    public int RunningWorkers => _queue?.Workers.Running ?? _frontEnds.Length;

    internal IReadOnlyList<FrontEnd> FrontEnds => _frontEnds;

    /// <summary>Those that get connections.</summary>
    internal ReadOnlySpan<FrontEnd> ServingFrontEnds => _frontEnds.AsSpan(0, _dealtTo);

    /// <summary>Makes the system call by which acceptors get their connections; tests put every errno here.</summary>
    internal Func<Listener, SysResult> AcceptCall { get; init; } = Acceptor.Accept;

    /// <summary>Gives each thread its descriptor of a UDP socket; tests put every errno here.</summary>
    internal Func<int, SysResult> DuplicateCall { get; init; } = Sockets.Duplicate;

    private bool HasRoom => CurrentConnections < MaxConnections;

    /// <summary>Binds a listener; before <see cref="Start"/>.</summary>
    /// <exception cref="ListenException">It cannot listen there.</exception>
    public Listener Listen(ListenAddress address, ListenOptions options, object? tag = null)
    {
        var listener = Listener.Bind(address, options, tag);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Adds a listener that exists already; the server owns it from now on.</summary>
    public void Listen(Listener listener) => _listeners.Add(listener);

    /// <summary>Starts the driver's threads, then the acceptors.</summary>
    /// <exception cref="ListenException">No descriptor is left for a UDP socket.</exception>
    public void Start()
    {
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            frontEnd.Start();
        }
        if (_queue != null)
        {
            _queue.Workers.Count = _options.Threads;
        }
        foreach (Listener listener in _listeners)
        {
            if (listener.TakesDatagrams)
            {
                foreach (Driver driver in _drivers)
                {
                    ReceiveDatagrams(listener, driver);
                }
                continue;
            }
            for (int i = 0; i < listener.Options.AcceptThreads; i++)
            {
                var name = $"{_options.ThreadNamePrefix}-accept-{_acceptors.Count}";
                var acceptor = new Acceptor(listener, this, AcceptCall, _options.Logger, name);
                _acceptors.Add(acceptor);
                acceptor.Start();
            }
        }
    }

    /// <summary>Each driver has a descriptor of its own, which its connection closes.</summary>
    private void ReceiveDatagrams(Listener listener, Driver driver)
    {
        SysResult duplicate = DuplicateCall(listener.Descriptor);
        if (duplicate.IsError)
        {
            throw new ListenException(listener.Name, "fcntl", duplicate.Errno);
        }
        Interlocked.Increment(ref _datagramSockets);
        driver.Add(_factory.Create(listener), duplicate.Int, PlainTransport.Instance);
    }

    private void Closed(Connection connection)
        => Interlocked.Decrement(ref connection.SharesSocket ? ref _datagramSockets : ref _current);

    /// <summary>Accepts nothing any more; the connections that are there are served as before.</summary>
    public void StopAccepting()
    {
        _isDraining = true;
        lock (_stopping)
        {
            StopAcceptors();
        }
    }

    /// <summary>
    /// Accepts nothing any more and serves the connections that are there, until none is left,
    /// <paramref name="timeoutMs"/> milliseconds have passed, or <see cref="Stop"/> ends them.
    /// </summary>
    /// <returns>Whether no connection is left.</returns>
    public bool Drain(int timeoutMs)
    {
        StopAccepting();
        long endMs = Environment.TickCount64 + timeoutMs;
        while (CurrentConnections > 0 && Environment.TickCount64 < endMs)
        {
            long leftMs = Math.Max(1, endMs - Environment.TickCount64);
            _closes.Wait(leftMs, () => CurrentConnections == 0);
        }
        return CurrentConnections == 0;
    }

    /// <summary>
    /// Stops: nothing is accepted any more, connections end as <paramref name="mode"/> says. Returns when all threads
    /// have left: shortly after <paramref name="deadlineMs"/> milliseconds at the latest, unless a worker's request
    /// takes longer. A call during another makes that one faster, never slower, and waits for it; later calls do
    /// nothing.
    /// </summary>
    public void Stop(StopMode mode, int deadlineMs = FastDeadlineMs)
    {
        bool isSecond = _isStopping;
        _isStopping = true;
        long endMs = Environment.TickCount64 + deadlineMs;
        if (isSecond)
        {
            _stop.Set(mode, endMs);
            foreach (Driver driver in _drivers)
            {
                driver.PokeAll();
            }
            _closes.PulseAlways();
        }
        lock (_stopping)
        {
            if (_isStopped)
            {
                return;
            }
            StopAcceptors();
            _stop.Set(mode, endMs);
            int cut = StopSequence.Run(_drivers, _stop, _closes);
            if (cut > 0)
            {
                Log.StopCutConnections(_options.Logger, cut);
            }
            _isStopped = true;
        }
    }

    /// <summary>Calls <paramref name="visit"/> for the connections of this moment, on the caller's thread.</summary>
    public void ForEachConnection(Action<Connection> visit)
    {
        _queue?.ForEachConnection(visit);
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            frontEnd.ForEachConnection(visit);
        }
    }

    /// <summary>
    /// Ends connections that have been silent for <see cref="DriverOptions.PressureIdleMs"/>, at most once a second;
    /// for who has met a lack of descriptors. Any thread.
    /// </summary>
    public void ExpireIdle()
    {
        long nowMs = Environment.TickCount64;
        long dueMs = Interlocked.Read(ref _pressureDueMs);
        bool isFirst = nowMs >= dueMs
            && Interlocked.CompareExchange(ref _pressureDueMs, nowMs + PressurePeriodMs, dueMs) == dueMs;
        if (_options.PressureIdleMs == 0 || !isFirst)
        {
            return;
        }
        int expired = 0;
        ForEachConnection(connection =>
        {
            if (nowMs - connection.LastActiveMs > _options.PressureIdleMs
                && connection.YieldsToPressure && !connection.SharesSocket && !connection.IsBeingServed)
            {
                connection.Shutdown();
                expired++;
            }
        });
        if (expired > 0)
        {
            Log.IdleExpired(_options.Logger, expired, _options.PressureIdleMs / 1000);
        }
    }

    /// <summary>Sets the acceptors' counters to 0 (`stats reset`).</summary>
    public void ResetCounters() => Counters.Reset();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop(StopMode.Fast);
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            frontEnd.Dispose();
        }
        _queue?.Dispose();
    }

    bool IAcceptTarget.TryTake(Listener listener, int fd, bool isLast)
    {
        if (Interlocked.Increment(ref _current) > MaxConnections && !isLast)
        {
            if (RejectMessage.IsEmpty)
            {
                Interlocked.Decrement(ref _current);
                return false;
            }
            Reject(fd);
            return true;
        }
        if (listener.Tls?.TryBeginHandshake() == false)
        {
            SysResult.Of(Libc.close(fd));
            Interlocked.Decrement(ref _current);
            return true;
        }
        Counters.CountAccepted();
        Transport transport = listener.Tls == null
            ? PlainTransport.Instance : new TlsTransport(listener.Tls, listener.TlsVerify);
        Connection connection = _factory.Create(listener);
        if (_queue != null)
        {
            _queue.Add(connection, fd, transport);
        }
        else
        {
            EmptiestFrontEnd().Add(connection, fd, transport);
        }
        return true;
    }

    void IAcceptTarget.WaitForRoom(Func<bool> isStopped)
    {
        if (HasRoom || !RejectMessage.IsEmpty)
        {
            return;
        }
        long started = Stopwatch.GetTimestamp();
        Counters.CountRoomWait();
        while (!HasRoom && !isStopped())
        {
            _closes.Wait(CloseLookMs, () => HasRoom || isStopped());
        }
        Counters.AddRoomWait((long)Stopwatch.GetElapsedTime(started).TotalMicroseconds);
    }

    void IAcceptTarget.WaitForClose(int timeoutMs, Func<bool> isStopped) => _closes.Wait(timeoutMs, isStopped);

    void IAcceptTarget.WakeWaitingAcceptors() => _closes.PulseAlways();

    void IAcceptTarget.MakeRoom() => ExpireIdle();

    void IAcceptTarget.AcceptPaused() => Counters.CountAcceptPause();

    private unsafe void Reject(int fd)
    {
        Counters.CountRejected();
        fixed (byte* message = RejectMessage.Span)
        {
            // An empty socket takes it whole; a peer that has gone already does not want it.
            SysResult.Of(Libc.send(fd, message, (nuint)RejectMessage.Length, Libc.MSG_NOSIGNAL));
        }
        SysResult.Of(Libc.close(fd));
        Interlocked.Decrement(ref _current);
    }

    /// <summary>
    /// The front end with the fewest connections; among equals they take turns. One for each core: more of them would
    /// share its time, and each wait would find fewer connections ready.
    /// </summary>
    private FrontEnd EmptiestFrontEnd()
    {
        uint start = Interlocked.Increment(ref _next);
        FrontEnd best = _frontEnds[start % (uint)_dealtTo];
        for (uint i = 1; i < _dealtTo; i++)
        {
            FrontEnd other = _frontEnds[(start + i) % (uint)_dealtTo];
            if (other.ConnectionCount < best.ConnectionCount)
            {
                best = other;
            }
        }
        return best;
    }

    /// <summary>Returns when no thread takes datagrams any more, unless one hangs.</summary>
    private void StopDatagrams()
    {
        ForEachConnection(static connection =>
        {
            if (connection.SharesSocket)
            {
                connection.Shutdown();
            }
        });
        long endMs = Environment.TickCount64 + CloseLookMs;
        while (DatagramSockets > 0 && Environment.TickCount64 < endMs)
        {
            _closes.Wait(CloseLookMs, () => DatagramSockets == 0);
        }
    }

    private void StopAcceptors()
    {
        if (_hasStoppedAccepting)
        {
            return;
        }
        _hasStoppedAccepting = true;
        foreach (Acceptor acceptor in _acceptors)
        {
            acceptor.RequestStop();
        }
        foreach (Acceptor acceptor in _acceptors)
        {
            acceptor.Stop();
            acceptor.Dispose();
        }
        StopDatagrams();
        foreach (Listener listener in _listeners)
        {
            if (!listener.IsShared && !listener.TakesDatagrams)
            {
                Acceptor.DrainQueue(listener, this);
            }
            listener.Dispose();
        }
    }
}
