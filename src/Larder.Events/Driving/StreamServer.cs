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

    /// <summary>How long connections that were told to end at the deadline have to do so.</summary>
    private const int EndMs = 200;

    private readonly DriverOptions _options;
    private readonly IConnectionFactory _factory;
    private readonly StopSignal _stop = new();
    private readonly FrontEnd[] _frontEnds = [];
    private readonly OneShotQueue? _queue;
    private readonly WorkerPool? _workers;
    private readonly List<Listener> _listeners = []; // owner: the starting thread
    private readonly List<Acceptor> _acceptors = []; // owner: the starting thread
    private readonly object _closes = new();         // a monitor: pulsed when a connection closes
    private int _current;                            // owner: interlocked
    private int _waiting;                            // owner: _closes; threads in Monitor.Wait
    private uint _next;                              // owner: interlocked
    private int _stopped;                            // owner: interlocked

    /// <summary>Makes a server that does not run yet.</summary>
    public StreamServer(DriverOptions options, IConnectionFactory factory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _options = options;
        _factory = factory;
        if (options.Driver == DriverKind.Queue)
        {
            _queue = new OneShotQueue(options, _stop);
            _queue.WhenConnectionCloses(ConnectionClosed);
            _workers = new WorkerPool(_queue, options, _stop);
            return;
        }
        _frontEnds = new FrontEnd[options.Threads];
        for (int i = 0; i < _frontEnds.Length; i++)
        {
            _frontEnds[i] = new FrontEnd(i, options, _stop);
            _frontEnds[i].WhenConnectionCloses(ConnectionClosed);
        }
    }

    /// <summary>The listeners, in the order in which they were added.</summary>
    public IReadOnlyList<Listener> Listeners => _listeners;

    /// <summary>Connections at a time.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>
    /// Sent to a client beyond <see cref="MaxConnections"/> before it is closed; empty = it waits in the listen queue.
    /// </summary>
    public ReadOnlyMemory<byte> RejectMessage { get; init; }

    /// <summary>Connections now.</summary>
    public int CurrentConnections => Volatile.Read(ref _current);

    /// <summary>True while new connections are accepted.</summary>
    public bool IsAccepting => Volatile.Read(ref _stopped) == 0 && HasRoom;

    /// <summary>What the acceptors have done.</summary>
    public ServerCounters Counters { get; } = new();

    /// <summary>The threads' turns, with their counters and states; those of workers that have left are included.</summary>
    public IReadOnlyList<Turn> Turns
        => _workers != null ? _workers.Turns : Array.ConvertAll(_frontEnds, frontEnd => frontEnd.Turn);

    /// <summary>Threads of the driver; under the queue it may be set while running (1 or more).</summary>
    /// <exception cref="InvalidOperationException">Set on a server with front ends, whose number is fixed.</exception>
    public int WorkerCount
    {
        get => _workers?.Count ?? _frontEnds.Length;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            if (_workers == null)
            {
                throw new InvalidOperationException("the number of front ends cannot change while they run");
            }
            _workers.Count = value;
        }
    }

    /// <summary>Workers that have not left yet, or front ends.</summary>
    public int RunningWorkers => _workers?.Running ?? _frontEnds.Length;

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
    public void Start()
    {
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            frontEnd.Start();
        }
        if (_workers != null)
        {
            _workers.Count = _options.Threads;
        }
        foreach (Listener listener in _listeners)
        {
            for (int i = 0; i < listener.Options.AcceptThreads; i++)
            {
                var name = $"{_options.ThreadNamePrefix}-accept-{_acceptors.Count}";
                var acceptor = new Acceptor(listener, this, _options.Logger, name);
                _acceptors.Add(acceptor);
                acceptor.Start();
            }
        }
    }

    /// <summary>
    /// Stops: nothing is accepted any more, connections end as <paramref name="mode"/> says. Returns when all threads
    /// have left, shortly after <paramref name="deadlineMs"/> milliseconds at the latest. A second call does nothing.
    /// </summary>
    public void Stop(StopMode mode, int deadlineMs = FastDeadlineMs)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }
        long endMs = Environment.TickCount64 + deadlineMs;
        StopAccepting();
        int left = (int)Math.Max(endMs - Environment.TickCount64, 0);
        int cut = _queue != null ? StopQueue(mode, endMs) : StopFrontEnds(mode, left);
        if (cut > 0)
        {
            Log.StopCutConnections(_options.Logger, cut);
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

    void IAcceptTarget.Accepted(Listener listener, int fd)
    {
        if (Interlocked.Increment(ref _current) > MaxConnections && !RejectMessage.IsEmpty)
        {
            Reject(fd);
            return;
        }
        Counters.CountAccepted();
        Connection connection = _factory.Create(listener);
        if (_queue != null)
        {
            _queue.Add(connection, fd);
        }
        else
        {
            EmptiestFrontEnd().Add(connection, fd);
        }
    }

    bool IAcceptTarget.WaitForRoom(int timeoutMs)
    {
        if (HasRoom || !RejectMessage.IsEmpty)
        {
            return true;
        }
        long started = Stopwatch.GetTimestamp();
        Counters.CountRoomWait();
        WaitForClose(timeoutMs, () => HasRoom);
        Counters.AddRoomWait((long)Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        return HasRoom;
    }

    void IAcceptTarget.WaitForClose(int timeoutMs) => WaitForClose(timeoutMs, static () => false);

    void IAcceptTarget.WakeWaitingAcceptors() => PulseWaiters();

    void IAcceptTarget.AcceptPaused() => Counters.CountAcceptPause();

    private unsafe void Reject(int fd)
    {
        Counters.CountRejected();
        fixed (byte* message = RejectMessage.Span)
        {
            SysResult.Of(Libc.send(fd, message, (nuint)RejectMessage.Length, Libc.MSG_NOSIGNAL));
        }
        SysResult.Of(Libc.close(fd));
        Interlocked.Decrement(ref _current);
    }

    /// <summary>The front end with the fewest connections; among equals they take turns.</summary>
    private FrontEnd EmptiestFrontEnd()
    {
        uint start = Interlocked.Increment(ref _next);
        FrontEnd best = _frontEnds[start % (uint)_frontEnds.Length];
        for (uint i = 1; i < _frontEnds.Length; i++)
        {
            FrontEnd other = _frontEnds[(start + i) % (uint)_frontEnds.Length];
            if (other.ConnectionCount < best.ConnectionCount)
            {
                best = other;
            }
        }
        return best;
    }

    private void ConnectionClosed()
    {
        Interlocked.Decrement(ref _current);
        if (Volatile.Read(ref _waiting) > 0)
        {
            PulseWaiters();
        }
    }

    private void PulseWaiters()
    {
        lock (_closes)
        {
            Monitor.PulseAll(_closes);
        }
    }

    private void WaitForClose(int timeoutMs, Func<bool> isEnough)
    {
        lock (_closes)
        {
            // Counted before the look: a connection that closes after it finds us waiting.
            Interlocked.Increment(ref _waiting);
            if (!isEnough())
            {
                Monitor.Wait(_closes, timeoutMs);
            }
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void StopAccepting()
    {
        foreach (Acceptor acceptor in _acceptors)
        {
            acceptor.Stop();
            acceptor.Dispose();
        }
        foreach (Listener listener in _listeners)
        {
            if (!listener.IsShared)
            {
                Acceptor.DrainQueue(listener, this);
            }
            listener.Dispose();
        }
    }

    private int StopFrontEnds(StopMode mode, int deadlineMs)
    {
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            frontEnd.BeginStop(mode, deadlineMs);
        }
        int cut = 0;
        foreach (FrontEnd frontEnd in _frontEnds)
        {
            cut += frontEnd.Join();
        }
        return cut;
    }

    private int StopQueue(StopMode mode, long endMs)
    {
        _queue!.BeginStop(mode);
        WaitUntilEmpty(endMs);
        if (_queue.ConnectionCount > 0)
        {
            _queue.EndAll();
            WaitUntilEmpty(Environment.TickCount64 + EndMs);
        }
        _workers!.StopAndJoin(EndMs);
        return _queue.Cut();
    }

    private void WaitUntilEmpty(long endMs)
    {
        while (_queue!.ConnectionCount > 0)
        {
            long leftMs = endMs - Environment.TickCount64;
            if (leftMs <= 0)
            {
                return;
            }
            WaitForClose((int)leftMs, () => _queue.ConnectionCount == 0);
        }
    }
}
