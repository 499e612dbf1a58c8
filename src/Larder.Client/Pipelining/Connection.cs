using System.Net;
using System.Security.Authentication;
using System.Text;
using Larder.Client.Observing;
using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>
/// One socket, from before it is connected until after its end: requests of many callers go out together, replies come
/// back in their order. It is never connected again; its lane makes another one.
/// </summary>
/// <remarks>
/// <code>
///  callers: TryAppend    filling  == flusher, one at a time =>  sending => socket
///             | lock        ^ swap                                             |
///             +--------> InFlight, in the same order: reader takes, finishes ==+
/// </code>
/// The lock covers a request's bytes and its place in the line, nothing else. Who appends to a line that is empty sends
/// at once, on its own thread, so that a lonely caller waits for nobody. Else a work item is queued behind the work
/// that is there: what the continuations of one batch of replies ask for next leaves in one write. When that has become
/// long before the item's turn has come, the caller who made it so sends it. While the connection opens, operations
/// wait unwritten: those that end before then are never sent.
/// </remarks>
internal sealed class Connection : IThreadPoolWorkItem, IDisposable
{
    /// <summary>
    /// So many bytes leave before more is added: 1,000 callers with 10 KiB each filled 10 MiB, which was out of every
    /// cache when it was sent (docs/decisions/client-speed.md).
    /// </summary>
    private const int SendAtBytes = 128 * 1024;

    private readonly Lane _lane;
    private readonly Dialect _dialect;
    private readonly CancellationTokenSource _ending = new();
    private readonly ReceiveBuffer _input = new(); // owner: the reader
    private readonly InFlight _inFlight = new();
    private readonly Lock _gate = new();
    private readonly List<Operation> _waiting = []; // owner: _gate; not written yet, empty once open
    private ConnectionPhase _phase; // owner: _gate
    private SendQueue _filling = new(); // owner: _gate
    private SendQueue _sending = new(); // owner: the flusher
    private FlushState _flush; // owner: _gate
    private long _flushedThrough; // owner: _gate; operations before this number may have been sent
    private uint _opaque; // owner: _gate
    private Exception? _failure; // owner: _gate; the first
    private Stream? _stream; // owner: the reader; the flusher from open to broken
    private IPAddress? _address; // owner: the reader; read by any thread

    public Connection(Lane lane, Dialect dialect)
    {
        _lane = lane;
        _dialect = dialect;
    }

    /// <summary>Whether it has ended, so that the lane needs another one.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_gate) return _phase == ConnectionPhase.Broken;
        }
    }

    /// <summary>Whether anybody waits for a reply, or for the connection.</summary>
    public bool IsIdle
    {
        get
        {
            if (_inFlight.Count > 0) return false;
            lock (_gate) return _waiting.Count == 0;
        }
    }

    /// <summary>Where it leads; null before it is known, and for a UNIX socket.</summary>
    public IPAddress? Address => Volatile.Read(ref _address);

    /// <summary>Connects, and serves until the end. Never throws.</summary>
    public async Task RunAsync()
    {
        bool opened = false;
        try
        {
            (_stream, _address) = await _lane.Connector.OpenAsync(_ending.Token).ConfigureAwait(false);
            await LoginAsync(_lane.Connector).ConfigureAwait(false);
            opened = true;
            Open();
            await ReceiveAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Break(failure);
        }
        if (_stream is { } stream) await stream.DisposeAsync().ConfigureAwait(false);
        _lane.OnEnded(this, opened, _failure!);
        Drain();
        Dispose();
    }

    /// <summary>Gives back what it has; by itself at its end, or when it was never run.</summary>
    public void Dispose()
    {
        _input.Dispose();
        _ending.Dispose();
    }

    /// <summary>Takes an operation into the line. It may have ended when this returns.</summary>
    /// <param name="operation">Held by the caller; pending when it was taken.</param>
    public Submission TryAppend(Operation operation)
    {
        bool sendHere = false;
        bool sendLater = false;
        lock (_gate)
        {
            if (_phase == ConnectionPhase.Broken) return Submission.Broken;
            if (_inFlight.Count + _waiting.Count >= _lane.InFlightMax || _filling.Bytes > _lane.PendingBytesMax)
                return Submission.Full;
            operation.ServerName = _lane.ServerName;
            if (_phase == ConnectionPhase.Opening)
            {
                operation.IsWritten = false;
                _waiting.Add(operation);
                operation.Resume();
                return Submission.Taken;
            }
            bool alone = _inFlight.Count == 0;
            Write(operation);
            operation.Resume();
            sendHere = _flush == FlushState.None ? alone
                : _flush == FlushState.Queued && _filling.Bytes >= SendAtBytes;
            sendLater = !sendHere && _flush == FlushState.None;
            if (sendHere) _flush = FlushState.Running;
            if (sendLater) _flush = FlushState.Queued;
        }
        if (sendHere) _ = FlushAsync(onCaller: true);
        if (sendLater) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return Submission.Taken;
    }

    /// <summary>Ends those whose time is over. Any thread.</summary>
    /// <returns>How many of them blame the server.</returns>
    public int Expire(long now)
    {
        int expired = _inFlight.Expire(now);
        lock (_gate)
        {
            foreach (Operation operation in _waiting)
            {
                if (operation.TryExpire(now)) expired++;
            }
        }
        return expired;
    }

    /// <summary>Ends it. Whoever waits is told, or sent elsewhere, by <see cref="RunAsync"/>.</summary>
    public void Break(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            if (_phase == ConnectionPhase.Broken) return;
            _phase = ConnectionPhase.Broken;
        }
        Shut();
    }

    /// <summary>Ends it if nobody waits, so that nobody notices.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool TryEnd(Exception reason)
    {
        lock (_gate)
        {
            if (_phase != ConnectionPhase.Broken && (_inFlight.Count > 0 || _waiting.Count > 0)) return false;
            if (_phase == ConnectionPhase.Broken) return true;
            _failure ??= reason;
            _phase = ConnectionPhase.Broken;
        }
        Shut();
        return true;
    }

    /// <summary>Adds its state to what telemetry tells of the server.</summary>
    public void Count(ref PoolCounts counts)
    {
        lock (_gate)
        {
            counts.Pending += _waiting.Count;
            if (_phase != ConnectionPhase.Open) return;
        }
        if (_inFlight.Count > 0) counts.Used++;
        else counts.Idle++;
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            // A caller may have sent all meanwhile, or is about to: then he has queued this again, if it is needed.
            if (_flush != FlushState.Queued) return;
            _flush = FlushState.Running;
        }
        _ = FlushAsync(onCaller: false);
    }

    private void Shut()
    {
        _ending.Cancel();
        _stream?.Dispose();
    }

    /// <summary>Under the lock: the bytes, and the place in the line.</summary>
    private void Write(Operation operation)
    {
        operation.Opaque = _opaque++;
        operation.IsWritten = true;
        Span<byte> room = _filling.Reserve(_dialect.LengthMax(in operation.Request));
        _filling.Commit(_dialect.Write(in operation.Request, operation.Key, operation.Opaque, room));
        _inFlight.Add(operation);
    }

    /// <summary>Writes what has waited for the connection; who has ended meanwhile is let go.</summary>
    private void Open()
    {
        bool send;
        lock (_gate)
        {
            if (_phase == ConnectionPhase.Broken) throw new OperationCanceledException("ended while it was opened");
            _phase = ConnectionPhase.Open;
            foreach (Operation operation in _waiting)
            {
                if (operation.Hold())
                {
                    Write(operation);
                    operation.Resume();
                }
                else
                {
                    operation.LetGo();
                }
            }
            _waiting.Clear();
            send = !_filling.IsEmpty;
            if (send) _flush = FlushState.Running;
        }
        if (send) _ = FlushAsync(onCaller: false);
    }

    /// <summary>Sends until nothing is left. Never throws: a failure ends the connection.</summary>
    /// <param name="onCaller">On a caller's thread: what comes meanwhile is left to the pool.</param>
    private async Task FlushAsync(bool onCaller)
    {
        try
        {
            while (TakeFilled())
            {
                IReadOnlyList<ArraySegment<byte>> pieces = _sending.Pieces;
                for (int i = 0; i < pieces.Count; i++)
                    await _stream!.WriteAsync(pieces[i], CancellationToken.None).ConfigureAwait(false);
                if (!onCaller) continue;
                if (!TryLeave()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
        catch (Exception failure)
        {
            Break(failure);
        }
    }

    /// <summary>What was filled is sent next. Returns whether there is anything; else the flusher has left.</summary>
    private bool TakeFilled()
    {
        _sending.Clear();
        lock (_gate)
        {
            if (_filling.IsEmpty || _phase == ConnectionPhase.Broken)
            {
                _flush = FlushState.None;
                return false;
            }
            (_filling, _sending) = (_sending, _filling);
            _flushedThrough = _inFlight.Added;
            return true;
        }
    }

    /// <summary>The flusher leaves. False if more has come, for which it has to be queued.</summary>
    private bool TryLeave()
    {
        lock (_gate)
        {
            bool isDone = _filling.IsEmpty || _phase == ConnectionPhase.Broken;
            _flush = isDone ? FlushState.None : FlushState.Queued;
            return isDone;
        }
    }

    private async Task LoginAsync(Connector connector)
    {
        if (connector.LoginBytes is not { } login) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(connector.ConnectTimeout);
        await _stream!.WriteAsync(login, patience.Token).ConfigureAwait(false);
        while (true)
        {
            int received = await _stream.ReadAsync(_input.Room(0), patience.Token).ConfigureAwait(false);
            if (received == 0) throw new EndOfStreamException("the server closed the connection at login");
            _input.Received(received);
            if (TryReadLogin()) return;
        }
    }

    private bool TryReadLogin()
    {
        WireReply reply = default;
        _dialect.ReadLogin(_input.Filled, ref reply);
        if (reply.Progress == ReplyStatus.Incomplete) return false;
        if (reply.Progress == ReplyStatus.Malformed) throw Malformed("no reply to the login");
        if (reply.Status != CacheStatus.Done)
            throw new AuthenticationException($"login refused: {Encoding.UTF8.GetString(reply.Message)}");
        _input.Consume((int)reply.Length);
        return true;
    }

    private async Task ReceiveAsync()
    {
        long needed = 0;
        while (true)
        {
            int received = await _stream!.ReadAsync(_input.Room(needed), CancellationToken.None).ConfigureAwait(false);
            if (received == 0) throw new EndOfStreamException("the server closed the connection");
            _input.Received(received);
            needed = ReadReplies();
        }
    }

    /// <summary>Ends all operations whose replies are there.</summary>
    /// <returns>Bytes of the next reply, if its beginning tells; else 0.</returns>
    private long ReadReplies()
    {
        bool any = false;
        while (!_input.Filled.IsEmpty)
        {
            Operation operation = _inFlight.TryPeek() ?? throw Malformed("a reply that nobody asked for");
            WireReply reply = default;
            _dialect.Read(_input.Filled, in operation.Request, operation.Key, ref reply);
            if (reply.Progress == ReplyStatus.Incomplete)
            {
                if (reply.Length > _lane.ReplyBytesMax) throw Malformed("a reply longer than ReplyBytesMax");
                return reply.Length;
            }
            bool isStranger = reply.Opaque is { } opaque && opaque != operation.Opaque;
            if (reply.Progress == ReplyStatus.Malformed || isStranger)
                throw Malformed("not the reply to the request that is next");
            _inFlight.Remove();
            _input.Consume((int)reply.Length);
            if (!any) _lane.OnReply();
            any = true;
            _lane.OnValue(operation, reply.Value.Length);
            if (operation.Hold()) operation.Finish(in reply);
            operation.LetGo();
        }
        return 0;
    }

    /// <summary>Behind a reply that is wrong, no reply can be trusted: the connection ends.</summary>
    private InvalidDataException Malformed(string what)
    {
        ReadOnlySpan<byte> input = _input.Filled;
        ReadOnlySpan<byte> shown = input[..Math.Min(input.Length, 64)];
        return new InvalidDataException($"{what}: \"{Encoding.ASCII.GetString(shown)}\"");
    }

    /// <summary>Hands back whoever is left. The reader has ended, nothing is appended any more.</summary>
    private void Drain()
    {
        string message = _failure!.Message;
        while (_inFlight.TryPeek() is { } operation)
        {
            bool sent = _inFlight.Taken < _flushedThrough;
            _inFlight.Remove();
            Lane.OnLost(operation, sent, message);
        }
        foreach (Operation operation in _waiting) Lane.OnLost(operation, sent: false, message);
        _waiting.Clear();
    }
}
