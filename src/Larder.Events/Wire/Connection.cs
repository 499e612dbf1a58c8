using System.Diagnostics;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Polling;
using static Larder.Events.Wire.ConnectionState;

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
public abstract unsafe class Connection : DrivenSocket
{
    /// <summary>Room that a receive into a half-filled buffer asks for: half a block.</summary>
    private const int ReceiveRoomMin = BufferPool.BlockBytes / 2;

    // owner: the stepping thread
    private ReadBuffer _input;
    private WriteQueue? _output;
    private int _idleSteps;
    private int _lastLookLeft; // bytes that stood in the socket when the end was met, and are still answered

    // owner: immutable once attached
    private IConnectionDriver? _driver;

    /// <summary>Where replies are written; valid only inside the callbacks of this class.</summary>
    public WriteQueue Output => _output!;

    /// <summary>True for clients: they are stepped as soon as they can write, not when bytes have come.</summary>
    protected internal virtual bool SpeaksFirst => false;

    /// <summary>
    /// Whether it may be ended when descriptors are short and it has been silent for
    /// <see cref="DriverOptions.PressureIdleMs"/>; any thread.
    /// </summary>
    protected internal virtual bool YieldsToPressure => true;

    /// <summary>True while a request is half received into the derived class's own state.</summary>
    protected virtual bool IsMidRequest => false;

    /// <summary>
    /// Where the next bytes belong, when the derived class knows it (a value's place in the store): they are received
    /// straight into it. Asked before a receive when all input was consumed; empty = the thread's buffer.
    /// </summary>
    protected virtual Span<byte> ReceiveTarget => default;

    /// <summary>Bytes of buffers that it holds right now, for tests; an idle one holds none.</summary>
    internal bool HoldsBuffers => _output != null || _input.HoldsMemory;

    /// <summary>
    /// Makes the connection end as if the peer had finished: what was received is answered, then it closes in a way
    /// that lets the peer read all of it. Any thread; without effect on one that is closed.
    /// </summary>
    public void Shutdown()
    {
        AskForEnd();
        Poke();
    }

    private protected override void Poke() => _driver?.Poke(this);

    /// <summary>First thing on the owner's thread; clients write their first requests here.</summary>
    protected virtual void OnOpened(Turn turn) { }

    /// <summary>
    /// Executes the requests in <paramref name="input"/> and appends the replies to <see cref="Output"/>.
    /// </summary>
    /// <param name="turn">The thread's; count <see cref="Turn.RequestsLeft"/> down and yield at 0, or when
    /// <see cref="WriteQueue.QueuedBytes"/> reaches <see cref="Turn.OutputHigh"/>.</param>
    /// <param name="input">Valid until return.</param>
    /// <param name="consumed">How many bytes were used; the rest is presented again, with more behind it.</param>
    protected abstract InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed);

    /// <summary>Bytes were received into <see cref="ReceiveTarget"/>.</summary>
    protected virtual void OnReceived(Turn turn, int count) { }

    /// <summary>What the step could execute is executed, and the kernel has taken what it can of the replies.</summary>
    protected virtual void OnAnswered(Turn turn) { }

    /// <summary>
    /// The connection is over; its descriptor is closed. Exactly once: on the owner's thread; or with a null turn after
    /// the owner has left, on the stopping thread or, when it was parked then, on the one that completes its ticket.
    /// </summary>
    protected virtual void OnClosed(Turn? turn, CloseReason reason) { }

    /// <summary>
    /// Parks the connection: nothing is read before the ticket is completed. Call it in <see cref="Process"/> and
    /// return <see cref="InputState.Park"/>.
    /// </summary>
    protected ParkTicket Park() => new(this, _park.Begin());

    internal void Attach(int fd, Transport transport, IConnectionDriver driver, long nowMs)
    {
        _socket = new SocketHandle(fd, transport);
        _driver = driver;
        _activity = new Activity(nowMs, transport.HandshakeTimeoutMs, AdmissionTimeoutMs);
        _activity.AllowIdling(MayIdle);
    }

    internal void Unpark(int generation)
    {
        ParkEnd end = _park.Complete(generation);
        if (end == ParkEnd.Resume)
        {
            _driver!.Resume(this);
        }
        else if (end == ParkEnd.Free)
        {
            Free(null, Driver.SpareBuffers());
        }
    }

    /// <summary>Gives the connection its turn.</summary>
    internal Next Step(Turn turn, Readiness readiness)
    {
        turn.BeginStep();
        AttentionGiven();
        _state |= IsTurnAsked() ? MoreToProcess : None;
        Remember(readiness);
        _progress = false;
        _output ??= turn.RentQueue();
        _output.Attach(turn.Buffers);
        Next next = Run(turn);
        return Finish(turn, next);
    }

    /// <summary>
    /// Sends what is queued now rather than at the end of the step; for <see cref="Process"/>, before
    /// <see cref="DrivenSocket.SendFile"/>, with whose bytes a small rest leaves.
    /// </summary>
    /// <returns>Whether nothing is queued any more; a failure is met at the end of the step.</returns>
    protected bool TryFlush(Turn turn)
        => _output!.IsEmpty || (Flush(turn, _output, ref _progress, isAhead: true) && _output.IsEmpty);

    /// <summary>Ends it: closes the descriptor, gives everything back, tells the derived class.</summary>
    internal void Close(Turn? turn, BufferPool pool)
    {
        if (CloseSocket())
        {
            Free(turn, pool);
        }
    }

    private void Free(Turn? turn, BufferPool pool)
    {
        if (_output != null)
        {
            _output.Attach(pool);
            _output.Discard();
            turn?.ReturnQueue(_output);
            _output = null;
        }
        _input.Free(pool);
        CancelTimer();
        _socket.Transport.Free();
        turn?.CountEnd(EndReason, Descriptor);
        OnClosed(turn, EndReason);
        _driver!.Closed(this);
    }

    private protected virtual Next Run(Turn turn)
    {
        if (_socket.Transport.IsHandshaking && WaitsForHandshake(turn))
        {
            return Next.Again;
        }
        if (!Is(Opened))
        {
            _state |= Opened;
            _progress = true;
            OnOpened(turn);
        }
        if (!FlushLeft(turn))
        {
            return Next.Close;
        }
        if (WantsToSend)
        {
            return Later();
        }
        if (Is(Lingering))
        {
            return Linger(turn);
        }
        if (Is(Closing))
        {
            return FinishClosing(turn);
        }
        if (Is(Parked) && !LeavePark())
        {
            return Next.Parked;
        }
        if (Is(Broken))
        {
            return Next.Close;
        }
        if (Is(BackPressured))
        {
            if (_output!.QueuedBytes > turn.Options.OutputLowBytes)
            {
                return Next.WaitWrite;
            }
            _state &= ~BackPressured;
        }
        if (turn.Stop.IsSet || IsEndAsked)
        {
            BeginEnding();
        }
        return Work(turn);
    }

    /// <summary>
    /// The last look: what stands in the socket now is still answered, but a peer that sends without end does not keep
    /// us from closing. Asked before the first receive of an ending connection, once.
    /// </summary>
    private void BeginEnding()
    {
        if (!Is(Ending))
        {
            _lastLookLeft = Sockets.UnreadBytes(Descriptor) + _socket.Transport.PendingBytes;
        }
        _state |= _lastLookLeft > 0 && !Is(PeerClosed) ? Ending | ReadReady : Ending;
    }

    /// <summary>Sends what is left over; false when the connection has failed.</summary>
    private bool FlushLeft(Turn turn)
        => _output!.IsEmpty || Flush(turn, _output, ref _progress) || IsBrokenWhileParked();

    /// <summary>A parked connection is freed only when its ticket is completed, even if it can send no more.</summary>
    private bool IsBrokenWhileParked()
    {
        if (!Is(Parked))
        {
            return false;
        }
        _state |= Broken;
        _output!.Discard();
        return true;
    }

    private Next Work(Turn turn)
    {
        InputState state = InputState.NeedMore;
        while (state == InputState.NeedMore)
        {
            if (Is(MoreToProcess))
            {
                state = ProcessUnread(turn);
            }
            else if (!Is(ReadReady) || (Is(Ending) && HasLooked(turn)))
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

    /// <summary>An ending connection reads no more: the last look is over and no request is to be completed.</summary>
    private bool HasLooked(Turn turn) => _lastLookLeft <= 0 && !IsCompletingRequest(turn);

    /// <summary>A graceful stop lets the request that is half received arrive, up to the deadline.</summary>
    private bool IsCompletingRequest(Turn turn)
        => turn.Stop.IsGraceful && !IsEndAsked && (_input.Length > 0 || IsMidRequest);

    /// <summary>Acts on what the last Process said, after one flush for all replies of the turn.</summary>
    private Next Settle(Turn turn, InputState state)
    {
        if (state == InputState.Abort)
        {
            MarkEnd(CloseReason.Protocol);
            return Next.Close;
        }
        if (state == InputState.Park)
        {
            _state |= Parked;
        }
        if (!FlushLeft(turn))
        {
            return Next.Close;
        }
        OnAnswered(turn);
        if (state == InputState.Close)
        {
            MarkEnd(CloseReason.Protocol);
            _state |= Closing;
        }
        if (state == InputState.Park || WantsToSend)
        {
            return Later();
        }
        if (state == InputState.Close)
        {
            return FinishClosing(turn);
        }
        // A full socket with requests left to execute: more replies would only pile up.
        if (_output!.QueuedBytes > turn.Options.OutputHighBytes || (state == InputState.Yield && !_output.IsEmpty))
        {
            turn.Counters.BackPressures++;
            _state |= BackPressured;
            return Next.WaitWrite;
        }
        if (state == InputState.Yield)
        {
            turn.Counters.Yields++;
            return Next.Again;
        }
        return state == InputState.Full ? Next.WaitWrite : AtRest(turn);
    }

    /// <summary>Nothing more is executed in this turn.</summary>
    private Next Later() => Is(Parked) ? Next.Parked : Next.Again;

    /// <summary>Everything that came was executed: end here, or wait for more.</summary>
    private Next AtRest(Turn turn)
    {
        if (!Is(PeerClosed | Ending) || (!Is(PeerClosed) && IsCompletingRequest(turn)))
        {
            return Next.WaitRead;
        }
        MarkEnd(Is(PeerClosed) ? CloseReason.Peer : CloseReason.Stopped);
        _state |= Closing;
        return FinishClosing(turn);
    }

    private Next FinishClosing(Turn turn)
    {
        if (!_output!.IsEmpty || !_socket.Transport.EndStream(Descriptor))
        {
            return Next.WaitWrite;
        }
        if (Is(PeerClosed))
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
        if (unread.IsError && Sockets.UnacknowledgedBytes(Descriptor) == 0)
        {
            return Next.Close;
        }
        _socket.Shutdown(Libc.SHUT_WR);
        _state |= Lingering | ReadReady;
        _activity.LingerUntil(turn.NowMs + turn.Options.LingerTimeoutMs);
        return Linger(turn);
    }

    /// <summary>Throws away what still comes until the peer closes too; the timer bounds it.</summary>
    private Next Linger(Turn turn)
    {
        if (!Is(ReadReady))
        {
            return Next.WaitRead;
        }
        while (turn.BytesLeft > 0)
        {
            SysResult result = ReceiveAway(turn);
            if (result.IsError && result.Errno == Errno.Again)
            {
                _state &= ~ReadReady;
                return Next.WaitRead;
            }
            if (result.IsError || result.Value == 0)
            {
                return Next.Close;
            }
        }
        return Next.Again;
    }

    /// <summary>A handshake computes for long, so that a thread does only so many between two waits.</summary>
    private bool WaitsForHandshake(Turn turn)
    {
        _state |= _socket.Transport.WantsWrite ? ReadReady : None;
        _progress = true; // waiting for our own turn is no fault of the peer's
        return Is(ReadReady) && !turn.TryHandshake();
    }

    private bool LeavePark()
    {
        if (!_park.TryLeave())
        {
            return false;
        }
        _state = (_state & ~Parked) | MoreToProcess;
        _progress = true;
        return true;
    }

    private InputState ProcessUnread(Turn turn)
    {
        int requestsLeft = turn.RequestsLeft;
        InputState state = Process(turn, _input.Unread, out int consumed);
        Debug.Assert((uint)consumed <= (uint)_input.Length, "consumed more than the input");
        _progress |= turn.RequestsLeft < requestsLeft; // a request that goes on in many turns moves no byte in most
        if (consumed > 0)
        {
            _progress = true;
            _input.Consume(consumed, turn.Buffers);
        }
        NoteState(state);
        return state;
    }

    private void NoteState(InputState state) => _state = (_state & ~(MoreToProcess | AwaitsSocket)) | state switch
    {
        InputState.Yield => MoreToProcess,
        InputState.Full => MoreToProcess | AwaitsSocket,
        _ => None,
    };

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
        SysResult result = _socket.Receive(&vector, 1, turn.Counters);
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

    /// <summary>
    /// Receives a value to where it belongs and, in the same call, what follows it to the thread's buffer.
    /// </summary>
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
            SysResult result = _socket.Receive(vectors, behind > 0 ? 2 : 1, turn.Counters);
            if (!Received(turn, result, inPlace + behind))
            {
                return false;
            }
            if (result.Value > 0)
            {
                int rest = Math.Max(result.Int - inPlace, 0);
                OnReceived(turn, result.Int - rest);
                state = rest > 0 || ReceiveTarget.IsEmpty ? ProcessFresh(turn, rest) : InputState.NeedMore;
            }
        }
        return true;
    }

    /// <summary>
    /// Executes what was received into the thread's buffer; what is left over moves to a buffer of its own.
    /// </summary>
    private InputState ProcessFresh(Turn turn, int length)
    {
        var input = new ReadOnlySpan<byte>(turn.ReceiveBuffer, length);
        InputState state = Process(turn, input, out int consumed);
        Debug.Assert((uint)consumed <= (uint)length, "consumed more than the input");
        if (consumed < length && !_input.TryAppend(input[consumed..], turn.Buffers))
        {
            MarkEnd(CloseReason.BufferLimit);
            return InputState.Abort;
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
        if (!_input.TryMakeRoom(ReceiveRoomMin, turn.Buffers))
        {
            MarkEnd(CloseReason.BufferLimit);
            return false;
        }
        Span<byte> room = _input.Room;
        fixed (byte* place = room)
        {
            var vector = new IoVector { Base = place, Length = (nuint)room.Length };
            SysResult result = _socket.Receive(&vector, 1, turn.Counters);
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

    /// <summary>Notes what a receive says about the socket; false when the connection has failed.</summary>
    private bool Received(Turn turn, SysResult result, int asked)
    {
        if (result.IsError)
        {
            _state &= ~ReadReady;
            if (result.Errno != Errno.Again)
            {
                return Failed(result.Errno);
            }
            bool endFollows = Is(HangUp) && _socket.Transport.EndMayFollow;
            _state |= NoteMoved(turn, ref _progress) || endFollows ? ReadReady : None;
            return true;
        }
        _progress = true;
        if (result.Value == 0)
        {
            _state = (_state & ~ReadReady) | PeerClosed;
            return true;
        }
        turn.BytesLeft -= result.Int;
        _lastLookLeft -= result.Int;
        if (result.Int < asked && !Is(HangUp) && !_socket.Transport.HasMore)
        {
            _state &= ~ReadReady; // a short read means drained: epoll(7), "edge-triggered"
        }
        return true;
    }

    /// <summary>
    /// Publishes what others look at, gives back what an idle connection does not hold, guards the loop.
    /// </summary>
    private Next Finish(Turn turn, Next next)
    {
        if (next == Next.Close)
        {
            return next;
        }
        if (_progress)
        {
            _activity.LastActiveMs = turn.NowMs;
            _idleSteps = 0;
        }
        else if (!Is(Parked | BackPressured | AwaitsSocket | Closing) && ++_idleSteps >= turn.Options.RunawayLimit)
        {
            MarkEnd(CloseReason.Runaway);
            return Next.Close;
        }
        bool queued = !_output!.IsEmpty;
        NoteTransport(queued || Is(AwaitsSocket), next == Next.Again, turn.NowMs);
        if (!queued)
        {
            turn.ReturnQueue(_output);
            _output = null;
        }
        ArmTimer(turn);
        return next;
    }
}
