using System.Diagnostics;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Polling;

namespace Larder.Events.Wire;

/// <summary>
/// One client (or server, seen from a client): bytes in, requests executed, replies out. The same step runs under
/// both drivers; a protocol derives from it and executes what stands in the input.
/// </summary>
/// <remarks>
/// <code>
///   Step: flush what is left -> [closing? linger] -> [parked? back-pressured? remember and wait]
///         -> receive -> Process -> ... until drained or the turn is spent -> one flush -> Next
/// </code>
/// Everything is owned by the thread that runs the step: the front end for life, or the worker that holds the one-shot
/// event. Only <see cref="Shutdown"/>, <see cref="ParkTicket.Complete"/>, the names and the timer come from elsewhere.
/// An edge that comes while nobody reads (parked, back-pressured) is remembered in ReadReady.
/// Non-goal: waiting. A step never blocks on the socket.
/// </remarks>
public abstract unsafe class Connection
{
    /// <summary>Room that a receive into a half-filled buffer asks for: half a block.</summary>
    private const int ReceiveRoomMin = BufferPool.BlockBytes / 2;

    [Flags]
    private enum State
    {
        None = 0,
        Opened = 1 << 0,
        ReadReady = 1 << 1,     // the socket may hold bytes
        HangUp = 1 << 2,        // read until it answers 0
        PeerClosed = 1 << 3,    // it has answered 0
        MoreToProcess = 1 << 4, // the unread input may hold whole requests
        BackPressured = 1 << 5,
        Parked = 1 << 6,
        Closing = 1 << 7,       // close once the output is sent
        Lingering = 1 << 8,     // our side is closed, the peer still reads
    }

    private const int NotParked = 0;
    private const int Parking = 1;
    private const int ParkConfirmed = 2;
    private const int ParkCompleted = 3;

    // owner: the stepping thread
    private State _state;
    private ReadBuffer _input;
    private WriteQueue? _output;
    private int _idleSteps;
    private bool _progress;
    private ConnectionTimer? _timer;
    private int _parkGeneration;

    // owner: immutable once attached
    private int _fd = -1;
    private Transport _transport = PlainTransport.Instance;
    private IConnectionDriver? _driver;

    // owner: interlocked or written by one and read by others
    private DescriptorGate _gate;
    private int _parkState;
    private long _lastActiveMs;
    private long _lastSentMs;
    private long _lingerUntilMs;
    private volatile bool _outputPending;
    private volatile bool _lingers;
    private volatile bool _timerArmed;
    private volatile bool _midRequest;
    private volatile CloseReason _endReason;

    /// <summary>Where replies are written; valid only inside the callbacks of this class.</summary>
    public WriteQueue Output => _output!;

    /// <summary>The socket's descriptor, for information; it may be closed at any time.</summary>
    public int Descriptor => _fd;

    /// <summary>Monotonic milliseconds of the last step that made progress; any thread.</summary>
    public long LastActiveMs => Volatile.Read(ref _lastActiveMs);

    /// <summary>True while replies wait for the socket; any thread.</summary>
    public bool HasPendingOutput => _outputPending;

    /// <summary>The peer's address as memcached writes it; empty when it is gone. Any thread.</summary>
    public string PeerName => WithDescriptor(static fd => SocketAddressBytes.Format(Sockets.PeerEndPoint(fd)));

    /// <summary>Our address of this connection as memcached writes it; empty when it is gone. Any thread.</summary>
    public string LocalName => WithDescriptor(static fd => SocketAddressBytes.Format(Sockets.LocalEndPoint(fd)));

    /// <summary>True for clients: they are stepped as soon as they can write, not when bytes have come.</summary>
    protected internal virtual bool SpeaksFirst => false;

    /// <summary>True while a request is half received into the derived class's own state.</summary>
    protected virtual bool IsMidRequest => false;

    /// <summary>
    /// Where the next bytes belong, when the derived class knows it (a value's place in the store): they are received
    /// straight into it. Asked before a receive when all input was consumed; empty = the thread's buffer.
    /// </summary>
    protected virtual Span<byte> ReceiveTarget => default;

    internal ulong Key { get; set; }            // owner: the table
    internal Interest Registered { get; set; }  // owner: the stepping thread
    internal bool InRing { get; set; }          // owner: the front end
    internal ResumeMail? Resumption { get; set; }

    internal bool IsClosed => _gate.IsClosed;

    internal bool IsMidRequestNow => _midRequest;

    internal bool IsParkedNow => Volatile.Read(ref _parkState) != NotParked;

    /// <summary>What a level-triggered or one-shot driver has to watch for after a step.</summary>
    internal Interest WantedInterest
    {
        get
        {
            Interest interest = _outputPending ? Interest.Write : Interest.None;
            const State Deaf = State.BackPressured | State.Parked | State.PeerClosed;
            bool reads = (_state & Deaf) == 0 && ((_state & State.Closing) == 0 || (_state & State.Lingering) != 0);
            return reads ? interest | Interest.Read : interest;
        }
    }

    /// <summary>
    /// Makes the connection end as if the peer had closed it: what was received is answered, then it closes.
    /// Any thread; without effect on one that is closed.
    /// </summary>
    public void Shutdown()
    {
        MarkEnd(CloseReason.Stopped);
        ShutdownSocket(Libc.SHUT_RD);
    }

    /// <summary>First thing on the owner's thread; clients write their first requests here.</summary>
    protected virtual void OnOpened(Turn turn)
    {
    }

    /// <summary>
    /// Executes the requests in <paramref name="input"/> and appends the replies to <see cref="Output"/>.
    /// </summary>
    /// <param name="turn">The thread's; count <see cref="Turn.RequestsLeft"/> down and yield at 0, or when
    /// <see cref="WriteQueue.QueuedBytes"/> reaches <see cref="Turn.OutputHigh"/>.</param>
    /// <param name="input">Valid until return.</param>
    /// <param name="consumed">How many bytes were used; the rest is presented again, with more behind it.</param>
    protected abstract InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed);

    /// <summary>Bytes were received into <see cref="ReceiveTarget"/>.</summary>
    protected virtual void OnReceived(Turn turn, int count)
    {
    }

    /// <summary>
    /// The connection is over; its descriptor is closed. Exactly once, on the owner's thread, or with a null turn on
    /// the stopping thread after the owner has left.
    /// </summary>
    protected virtual void OnClosed(Turn? turn, CloseReason reason)
    {
    }

    /// <summary>
    /// Parks the connection: nothing is read before the ticket is completed. Call it in <see cref="Process"/> and
    /// return <see cref="InputState.Park"/>.
    /// </summary>
    protected ParkTicket Park()
    {
        _parkGeneration++;
        Volatile.Write(ref _parkState, Parking);
        return new ParkTicket(this, _parkGeneration);
    }

    internal void Attach(int fd, Transport transport, IConnectionDriver driver, long nowMs)
    {
        _fd = fd;
        _transport = transport;
        _driver = driver;
        _lastActiveMs = nowMs;
        _lastSentMs = nowMs;
    }

    /// <summary>Starts the idle timeout of a connection that may never be stepped; before the driver watches it.</summary>
    internal void ArmIdleTimer(TimerWheel wheel, DriverOptions options, long nowMs)
    {
        if (options.IdleTimeoutMs > 0)
        {
            _timerArmed = true;
            _timer = new ConnectionTimer(this, wheel, options);
            wheel.Schedule(_timer, nowMs, options.IdleTimeoutMs);
        }
    }

    /// <summary>The end of a stop that could wait no longer: the peer is cut off, the memory stays with its job.</summary>
    internal void Abandon() => _gate.Close(_fd);

    internal void Unpark(int generation)
    {
        Debug.Assert(generation == _parkGeneration, "a ticket was completed twice");
        // Pairs with ConfirmPark: whoever comes second sees the other and makes the connection go on.
        if (Interlocked.Exchange(ref _parkState, ParkCompleted) == ParkConfirmed)
        {
            _driver!.Resume(this);
        }
    }

    /// <summary>Remembers readiness of a connection whose turn will come anyway.</summary>
    internal void Remember(Readiness readiness)
    {
        if ((readiness & Readiness.Readable) != 0)
        {
            _state |= State.ReadReady;
        }
        if ((readiness & Readiness.HangUp) != 0)
        {
            _state |= State.HangUp;
        }
    }

    /// <summary>Lets the next step call Process even when nothing was received.</summary>
    internal void WantTurn() => _state |= State.MoreToProcess;

    /// <summary>Gives the connection its turn. After <see cref="Next.Parked"/> it may belong to another thread already.</summary>
    internal Next Step(Turn turn, Readiness readiness)
    {
        turn.BeginStep();
        Remember(readiness);
        _progress = false;
        _output ??= turn.RentQueue();
        _output.Attach(turn.Buffers);
        Next next = Run(turn);
        return Finish(turn, next);
    }

    /// <summary>Ends it: closes the descriptor, gives everything back, tells the derived class.</summary>
    internal void Close(Turn? turn, BufferPool pool)
    {
        if (!_gate.Close(_fd))
        {
            return;
        }
        if (_output != null)
        {
            _output.Attach(pool);
            _output.Discard();
            _output = null;
        }
        _input.Free(pool);
        if (_timer != null)
        {
            _timerArmed = false;
            turn?.Timers.Cancel(_timer);
        }
        CountEnd(turn);
        OnClosed(turn, _endReason == CloseReason.None ? CloseReason.Peer : _endReason);
        _driver!.Closed(this);
    }

    /// <summary>The timer has fired; under the queue on any worker, so only what is marked for others is read.</summary>
    internal void OnTimer(TimerWheel wheel, DriverOptions options, long nowMs)
    {
        _timerArmed = false;
        Interlocked.MemoryBarrier(); // pairs with ArmTimer: either we see its reason, or it sees us disarmed
        long dueMs = long.MaxValue;
        if (_outputPending)
        {
            dueMs = Volatile.Read(ref _lastSentMs) + options.StuckReceiverTimeoutMs;
            if (nowMs >= dueMs)
            {
                End(CloseReason.StuckReceiver);
                return;
            }
        }
        if (_lingers)
        {
            dueMs = Math.Min(dueMs, Volatile.Read(ref _lingerUntilMs));
            if (nowMs >= dueMs)
            {
                End(CloseReason.Protocol);
                return;
            }
        }
        if (options.IdleTimeoutMs > 0 && Volatile.Read(ref _parkState) == NotParked)
        {
            long idleDueMs = Volatile.Read(ref _lastActiveMs) + options.IdleTimeoutMs;
            if (nowMs >= idleDueMs)
            {
                End(CloseReason.IdleTimeout);
                return;
            }
            dueMs = Math.Min(dueMs, idleDueMs);
        }
        if (dueMs != long.MaxValue && !_gate.IsClosed)
        {
            _timerArmed = true;
            wheel.Schedule(_timer!, nowMs, dueMs - nowMs);
        }
    }

    /// <summary>Ends a connection whose time is up; any thread. Its own thread meets the end at the next event.</summary>
    internal void End(CloseReason reason)
    {
        MarkEnd(reason);
        ShutdownSocket(Libc.SHUT_RDWR);
    }

    private void MarkEnd(CloseReason reason)
    {
        if (_endReason == CloseReason.None)
        {
            _endReason = reason;
        }
    }

    private void ShutdownSocket(int how)
    {
        if (_gate.TryEnter())
        {
            SysResult.Of(Libc.shutdown(_fd, how)); // ENOTCONN: the peer was faster
            _gate.Leave(_fd);
        }
    }

    private string WithDescriptor(Func<int, string> ask)
    {
        if (!_gate.TryEnter())
        {
            return "";
        }
        string answer = ask(_fd);
        _gate.Leave(_fd);
        return answer;
    }

    private bool Is(State flags) => (_state & flags) != 0;

    private Next Run(Turn turn)
    {
        if (!Is(State.Opened))
        {
            _state |= State.Opened;
            _progress = true;
            OnOpened(turn);
        }
        if (!_output!.IsEmpty && !Flush(turn))
        {
            return Next.Close;
        }
        if (Is(State.Lingering))
        {
            return Linger(turn);
        }
        if (Is(State.Closing))
        {
            return FinishClosing(turn);
        }
        if (Is(State.Parked) && !LeavePark())
        {
            return Next.Parked;
        }
        if (Is(State.BackPressured))
        {
            if (_output.QueuedBytes > turn.Options.OutputLowBytes)
            {
                return Next.WaitWrite;
            }
            _state &= ~State.BackPressured;
        }
        if (turn.Stop.IsSet && !Is(State.PeerClosed))
        {
            _state |= State.ReadReady; // a last look: what has arrived is answered
        }
        return Work(turn);
    }

    private Next Work(Turn turn)
    {
        InputState state = InputState.NeedMore;
        while (state == InputState.NeedMore)
        {
            if (Is(State.MoreToProcess))
            {
                state = ProcessUnread(turn);
            }
            else if (!Is(State.ReadReady))
            {
                break;
            }
            else if (turn.BytesLeft <= 0)
            {
                state = InputState.Yield;
            }
            else if (!ReceiveAndProcess(turn, out state))
            {
                return Next.Close;
            }
        }
        return Settle(turn, state);
    }

    /// <summary>Acts on what the last Process said, after one flush for all replies of the turn.</summary>
    private Next Settle(Turn turn, InputState state)
    {
        if (state == InputState.Abort)
        {
            MarkEnd(CloseReason.Protocol);
            return Next.Close;
        }
        if (!_output!.IsEmpty && !Flush(turn))
        {
            return Next.Close;
        }
        if (state == InputState.Park)
        {
            _state |= State.Parked;
            return Next.Parked;
        }
        if (state == InputState.Close)
        {
            MarkEnd(CloseReason.Protocol);
            _state |= State.Closing;
            return FinishClosing(turn);
        }
        // A full socket with requests left to execute: more replies would only pile up.
        if (_output.QueuedBytes > turn.Options.OutputHighBytes || (state == InputState.Yield && !_output.IsEmpty))
        {
            turn.Counters.BackPressures++;
            _state |= State.BackPressured;
            return Next.WaitWrite;
        }
        if (state == InputState.Yield)
        {
            turn.Counters.Yields++;
            return Next.Again;
        }
        return AtRest(turn);
    }

    /// <summary>Everything that came was executed: end here, or wait for more.</summary>
    private Next AtRest(Turn turn)
    {
        bool ends = Is(State.PeerClosed);
        if (turn.Stop.IsSet && (!turn.Stop.IsGraceful || !IsInsideRequest()))
        {
            MarkEnd(CloseReason.Stopped);
            ends = true;
        }
        if (ends)
        {
            _state |= State.Closing;
            return FinishClosing(turn);
        }
        return Next.WaitRead;
    }

    private bool IsInsideRequest() => _input.Length > 0 || IsMidRequest;

    private Next FinishClosing(Turn turn)
    {
        if (!_output!.IsEmpty)
        {
            return Next.WaitWrite;
        }
        if (Is(State.PeerClosed))
        {
            return Next.Close;
        }
        // close(2) with unread input, or before the peer has the last replies, may reset the connection and take
        // replies away from it (RFC 9293 3.6.1, RFC 2525 2.17).
        SysResult unread = ReceiveAway(turn);
        if (unread.IsError ? unread.Errno != Errno.Again : unread.Value == 0)
        {
            return Next.Close;
        }
        if (unread.IsError && Sockets.UnacknowledgedBytes(_fd) == 0)
        {
            return Next.Close;
        }
        ShutdownSocket(Libc.SHUT_WR);
        _state |= State.Lingering | State.ReadReady;
        Volatile.Write(ref _lingerUntilMs, turn.NowMs + turn.Options.LingerTimeoutMs);
        _lingers = true;
        return Linger(turn);
    }

    /// <summary>Throws away what still comes until the peer closes too; the timer bounds it.</summary>
    private Next Linger(Turn turn)
    {
        if (!Is(State.ReadReady))
        {
            return Next.WaitRead;
        }
        while (turn.BytesLeft > 0)
        {
            SysResult result = ReceiveAway(turn);
            if (result.IsError && result.Errno == Errno.Again)
            {
                _state &= ~State.ReadReady;
                return Next.WaitRead;
            }
            if (result.IsError || result.Value == 0)
            {
                return Next.Close;
            }
        }
        return Next.Again;
    }

    private SysResult ReceiveAway(Turn turn)
    {
        var vector = new IoVector { Base = turn.ReceiveBuffer, Length = (nuint)turn.Options.ReceiveBufferBytes };
        SysResult result = Receive(turn, &vector, 1);
        if (!result.IsError)
        {
            turn.BytesLeft -= result.Int;
            _progress = true;
        }
        return result;
    }

    private bool LeavePark()
    {
        if (Volatile.Read(ref _parkState) != ParkCompleted)
        {
            return false;
        }
        Volatile.Write(ref _parkState, NotParked);
        _state = (_state & ~State.Parked) | State.MoreToProcess;
        _progress = true;
        return true;
    }

    private InputState ProcessUnread(Turn turn)
    {
        InputState state = Process(turn, _input.Unread, out int consumed);
        Debug.Assert((uint)consumed <= (uint)_input.Length, "consumed more than the input");
        if (consumed > 0)
        {
            _progress = true;
            _input.Consume(consumed, turn.Buffers);
        }
        NoteState(state);
        return state;
    }

    private void NoteState(InputState state)
    {
        if (state == InputState.Yield)
        {
            _state |= State.MoreToProcess;
        }
        else
        {
            _state &= ~State.MoreToProcess;
        }
    }

    /// <summary>One receive and what follows from it; false when the connection has failed.</summary>
    private bool ReceiveAndProcess(Turn turn, out InputState state)
    {
        if (_input.Length > 0)
        {
            return ReceiveBehind(turn, out state);
        }
        Span<byte> target = ReceiveTarget;
        return target.IsEmpty ? ReceiveFresh(turn, out state) : ReceiveInPlace(turn, target, out state);
    }

    private bool ReceiveFresh(Turn turn, out InputState state)
    {
        state = InputState.NeedMore;
        int asked = turn.Options.ReceiveBufferBytes;
        var vector = new IoVector { Base = turn.ReceiveBuffer, Length = (nuint)asked };
        SysResult result = Receive(turn, &vector, 1);
        if (!Received(turn, result, asked))
        {
            return false;
        }
        if (result.Value > 0)
        {
            state = ProcessFresh(turn, result.Int);
        }
        return true;
    }

    /// <summary>Receives a value to where it belongs and, in the same call, what follows it to the thread's buffer.</summary>
    private bool ReceiveInPlace(Turn turn, Span<byte> target, out InputState state)
    {
        state = InputState.NeedMore;
        int inPlace = Math.Min(target.Length, turn.Options.BytesPerTurn);
        int behind = inPlace == target.Length ? turn.Options.ReceiveBufferBytes : 0;
        IoVector* vectors = stackalloc IoVector[2];
        fixed (byte* place = target)
        {
            vectors[0] = new IoVector { Base = place, Length = (nuint)inPlace };
            vectors[1] = new IoVector { Base = turn.ReceiveBuffer, Length = (nuint)behind };
            SysResult result = Receive(turn, vectors, behind > 0 ? 2 : 1);
            if (!Received(turn, result, inPlace + behind))
            {
                return false;
            }
            if (result.Value > 0)
            {
                OnReceived(turn, Math.Min(result.Int, inPlace));
                state = AfterInPlace(turn, result.Int - inPlace);
            }
        }
        return true;
    }

    private InputState AfterInPlace(Turn turn, int rest)
        => rest > 0 || ReceiveTarget.IsEmpty ? ProcessFresh(turn, Math.Max(rest, 0)) : InputState.NeedMore;

    /// <summary>Executes what was received into the thread's buffer; what is left over moves to a buffer of its own.</summary>
    private InputState ProcessFresh(Turn turn, int length)
    {
        var input = new ReadOnlySpan<byte>(turn.ReceiveBuffer, length);
        InputState state = Process(turn, input, out int consumed);
        Debug.Assert((uint)consumed <= (uint)length, "consumed more than the input");
        if (consumed < length)
        {
            _input.Append(input[consumed..], turn.Buffers);
        }
        NoteState(state);
        return state;
    }

    private bool ReceiveBehind(Turn turn, out InputState state)
    {
        state = InputState.NeedMore;
        if (_input.Length >= turn.Options.InputMaxBytes)
        {
            MarkEnd(CloseReason.InputOverflow);
            return false;
        }
        _input.MakeRoom(ReceiveRoomMin, turn.Buffers);
        Span<byte> room = _input.Room;
        fixed (byte* place = room)
        {
            var vector = new IoVector { Base = place, Length = (nuint)room.Length };
            SysResult result = Receive(turn, &vector, 1);
            if (!Received(turn, result, room.Length))
            {
                return false;
            }
            if (result.IsError || result.Value == 0)
            {
                return true;
            }
            _input.Received(result.Int);
        }
        state = ProcessUnread(turn);
        return true;
    }

    private SysResult Receive(Turn turn, IoVector* vectors, int count)
    {
        SysResult result;
        do
        {
            turn.Counters.Receives++;
            result = _transport.Receive(_fd, vectors, count);
        }
        while (result.IsError && result.Errno == Errno.Interrupted);
        if (!result.IsError)
        {
            turn.Counters.BytesRead += result.Value;
        }
        return result;
    }

    /// <summary>Notes what a receive says about the socket; false when the connection has failed.</summary>
    private bool Received(Turn turn, SysResult result, int asked)
    {
        if (result.IsError)
        {
            _state &= ~State.ReadReady;
            if (result.Errno == Errno.Again)
            {
                return true;
            }
            MarkEnd(result.Errno is Errno.ConnectionReset or Errno.BrokenPipe or Errno.TimedOut
                ? CloseReason.Peer : CloseReason.Error);
            return false;
        }
        _progress = true;
        if (result.Value == 0)
        {
            _state = (_state & ~State.ReadReady) | State.PeerClosed;
            return true;
        }
        turn.BytesLeft -= result.Int;
        if (result.Int < asked && !Is(State.HangUp))
        {
            _state &= ~State.ReadReady; // a short read means drained: epoll(7), "edge-triggered"
        }
        return true;
    }

    private bool Flush(Turn turn)
    {
        SysResult result = _output!.Flush(_transport, _fd, turn.Counters);
        if (result.IsError)
        {
            MarkEnd(result.Errno is Errno.ConnectionReset or Errno.BrokenPipe or Errno.TimedOut
                ? CloseReason.Peer : CloseReason.Error);
            return false;
        }
        if (result.Value > 0)
        {
            _progress = true;
            Volatile.Write(ref _lastSentMs, turn.NowMs);
        }
        return true;
    }

    /// <summary>Publishes what others look at, gives back what an idle connection does not hold, guards the loop.</summary>
    private Next Finish(Turn turn, Next next)
    {
        if (next == Next.Close)
        {
            return next;
        }
        if (_progress)
        {
            Volatile.Write(ref _lastActiveMs, turn.NowMs);
            _idleSteps = 0;
        }
        else if (!Is(State.Parked | State.BackPressured | State.Closing) && ++_idleSteps >= turn.Options.RunawayLimit)
        {
            MarkEnd(CloseReason.Runaway);
            return Next.Close;
        }
        bool pending = !_output!.IsEmpty;
        if (pending && !_outputPending)
        {
            Volatile.Write(ref _lastSentMs, turn.NowMs);
        }
        _outputPending = pending;
        _midRequest = IsInsideRequest();
        if (!pending)
        {
            turn.ReturnQueue(_output);
            _output = null;
        }
        ArmTimer(turn, pending);
        if (next == Next.WaitRead && MissedStop(turn))
        {
            return Next.Again;
        }
        return next == Next.Parked ? ConfirmPark() : next;
    }

    /// <summary>
    /// Whoever stops the server sets the signal and then looks for connections inside a request; we have published
    /// that and look at the signal now. One of the two sees the other.
    /// </summary>
    private bool MissedStop(Turn turn)
    {
        if (_midRequest || Is(State.Closing))
        {
            return false;
        }
        Interlocked.MemoryBarrier();
        return turn.Stop.IsSet;
    }

    private Next ConfirmPark()
    {
        // The last touch of this step: once confirmed, another thread may have the connection.
        int seen = Interlocked.CompareExchange(ref _parkState, ParkConfirmed, Parking);
        return seen == ParkCompleted ? Next.Again : Next.Parked;
    }

    private void ArmTimer(Turn turn, bool pending)
    {
        if (!pending && !_lingers && turn.Options.IdleTimeoutMs == 0)
        {
            return;
        }
        Interlocked.MemoryBarrier(); // pairs with OnTimer
        if (_timerArmed)
        {
            return;
        }
        _timerArmed = true;
        _timer ??= new ConnectionTimer(this, turn.Timers, turn.Options);
        int delayMs = pending ? turn.Options.StuckReceiverTimeoutMs
            : _lingers ? turn.Options.LingerTimeoutMs : turn.Options.IdleTimeoutMs;
        turn.Timers.Schedule(_timer, turn.NowMs, delayMs);
    }

    private void CountEnd(Turn? turn)
    {
        if (turn == null)
        {
            return;
        }
        DriverCounters counters = turn.Counters;
        switch (_endReason)
        {
            case CloseReason.Runaway:
                counters.Runaways++;
                Log.RunawayConnection(turn.Options.Logger, _fd, turn.Options.RunawayLimit);
                break;
            case CloseReason.StuckReceiver:
                counters.StuckReceivers++;
                break;
            case CloseReason.IdleTimeout:
                counters.IdleKicks++;
                break;
            case CloseReason.InputOverflow:
                counters.InputOverflows++;
                break;
            default:
                break;
        }
    }
}
