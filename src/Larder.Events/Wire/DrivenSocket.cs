using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Polling;
using static Larder.Events.Wire.ConnectionState;

namespace Larder.Events.Wire;

/// <summary>
/// The part of a <see cref="Connection"/> that others than its own thread may touch: names, times, the end, the claim
/// of a worker, the parking.
/// </summary>
public abstract class DrivenSocket
{
    // owner: each guards itself; see there. Not readonly: they are mutable structs.
    private protected SocketHandle _socket = new(-1, PlainTransport.Instance);
    private protected ParkState _park;
    private protected Activity _activity;

    // owner: the stepping thread
    private protected ConnectionState _state;
    private protected bool _progress; // in this step

    private ConnectionTimer? _timer;       // owner: the stepping thread, or whoever adds the connection, before
    private long _lastTurnOfMs;            // owner: the timer; the time that was over when a last turn was asked for
    private long _lastTurnUntilMs;         // owner: the timer
    private volatile CloseReason _endReason;
    private Errno _endErrno;               // owner: the stepping thread
    private volatile bool _turnAsked;      // owner: any thread sets it, cleared by the stepping thread
    private volatile bool _endAsked;       // owner: any thread sets it
    private volatile bool _needsAttention; // owner: set by whoever pokes, cleared by the stepping thread
    private long _attentionAskedMs;        // owner: whoever pokes first
    private int _claimed;                  // owner: interlocked; the queue's workers
    private int _stepCount;                // owner: the stepping thread; read by a worker that has let go

    private protected DrivenSocket()
    {
    }

    /// <summary>The socket's descriptor, for information; it may be closed at any time.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Monotonic milliseconds of the last step that made progress; any thread.</summary>
    public long LastActiveMs => _activity.LastActiveMs;

    /// <summary>True while replies wait for the socket; any thread.</summary>
    public bool HasPendingOutput => _activity.HasPendingOutput;

    /// <summary>The peer's address as memcached writes it; empty when it is gone. Any thread.</summary>
    public string PeerName => _socket.Ask(static fd => SocketAddressBytes.Format(Sockets.PeerEndPoint(fd)));

    /// <summary>Our address of this connection as memcached writes it; empty when it is gone. Any thread.</summary>
    public string LocalName => _socket.Ask(static fd => SocketAddressBytes.Format(Sockets.LocalEndPoint(fd)));

    /// <summary>
    /// Milliseconds from its beginning in which it must be admitted (<see cref="Admit"/>), else it is closed; 0 = any
    /// number. Asked once, before its first turn.
    /// </summary>
    protected internal virtual int AdmissionTimeoutMs => 0;

    /// <summary>
    /// It may be silent for longer than <see cref="DriverOptions.IdleTimeoutMs"/>; asked before its first turn and
    /// after each.
    /// </summary>
    protected internal virtual bool MayIdle => false;

    /// <summary>
    /// Milliseconds that it has for a last turn when a time of <see cref="ExpectBy"/> has passed, so that it can answer
    /// before it closes; 0 = it is closed at once. Any thread.
    /// </summary>
    protected internal virtual int LastTurnMs => 0;

    /// <summary>The peer may stay, for good; inside the callbacks only.</summary>
    protected void Admit() => _activity.Admitted();

    /// <summary>Asks for a turn in which requests are executed though nothing has come; any thread.</summary>
    public void RequestTurn()
    {
        _turnAsked = true;
        Poke();
    }

    /// <summary>What the socket failed with, None when it did not; the stepping thread.</summary>
    protected Errno EndErrno => _endErrno;

    /// <summary>
    /// Milliseconds since the peer's last bytes came, by the kernel's account (tcp(7), TCP_INFO); -1 when it does not
    /// tell. For <see cref="OnClosing"/>.
    /// </summary>
    protected int SilentMs => Sockets.SilentMs(Descriptor);

    internal ulong Key { get; set; }            // owner: the table
    internal Interest Registered { get; set; }  // owner: the stepping thread
    internal bool InRing { get; set; }          // owner: the front end
    internal ResumeMail? Resumption { get; set; } // owner: whoever completes the ticket

    internal bool IsClosed => _socket.IsClosed;

    /// <summary>
    /// The last flush ended with its share while the socket may take more: no event will tell, so that even a parked
    /// connection gets its next turn from the driver. The stepping thread.
    /// </summary>
    internal bool WantsToSend { get; private set; }

    /// <summary>Other connections or processes use the same socket.</summary>
    internal virtual bool SharesSocket => false;

    /// <summary>Somebody wants a step although nothing has come.</summary>
    internal bool NeedsAttention => _needsAttention;

    private protected bool IsEndAsked => _endAsked;

    private protected CloseReason EndReason => _endReason == CloseReason.None ? CloseReason.Peer : _endReason;

    /// <summary>What a level-triggered or one-shot driver has to watch for after a step.</summary>
    internal Interest WantedInterest
    {
        get
        {
            Interest interest = _activity.HasPendingOutput ? Interest.Write : Interest.None;
            const ConnectionState Deaf = BackPressured | AwaitsSocket | Parked | PeerClosed;
            bool reads = (_state & Deaf) == 0 && ((_state & Closing) == 0 || (_state & Lingering) != 0);
            return reads ? interest | Interest.Read : interest;
        }
    }

    /// <summary>Remembers readiness of a connection whose turn will come anyway.</summary>
    internal void Remember(Readiness readiness)
    {
        _state |= (readiness & Readiness.Readable) != 0 ? ReadReady : None;
        _state |= (readiness & Readiness.HangUp) != 0 ? HangUp : None;
    }

    /// <summary>Lets the next step call Process even when nothing was received.</summary>
    internal void WantTurn() => _state |= MoreToProcess;

    /// <summary>
    /// Starts the timeouts of a connection that may never be stepped; before the driver watches it.
    /// </summary>
    internal void ArmFirstTimer(TimerWheel wheel, DriverOptions options, long nowMs)
    {
        long dueMs = _activity.DueMs(options, isParked: false, out _);
        if (dueMs != long.MaxValue && !SharesSocket)
        {
            _timer = new ConnectionTimer(this, wheel, options);
            _timer.FireBy(dueMs, nowMs);
        }
    }

    /// <summary>
    /// Takes the connection for one step; false when another worker has it. Only a poke can make two events of one
    /// connection; the worker that lets go looks for it after arming (<see cref="NeedsAttention"/>).
    /// </summary>
    internal bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>A worker serves it now, or it waits for something of ours: silence is not its peer's then. Any thread.
    /// </summary>
    internal bool IsBeingServed => Volatile.Read(ref _claimed) != 0 || _park.IsParked;

    /// <summary>The step is over; before the connection is armed again. A closed one is never let go.</summary>
    internal virtual void Release() => Volatile.Write(ref _claimed, 0);

    /// <summary>
    /// Steps until now: who has let go sees by it that another worker had the connection since. Wraps around.
    /// </summary>
    internal int StepCount => Volatile.Read(ref _stepCount);

    /// <summary>Asks for a step; before whatever brings it about.</summary>
    internal void AskForAttention(long nowMs)
    {
        if (!_needsAttention)
        {
            Volatile.Write(ref _attentionAskedMs, nowMs);
        }
        _needsAttention = true; // also when it is: the step that is about to clear it may have looked already
    }

    /// <summary>For how long a step has been asked for in vain; 0 when none is wanted.</summary>
    internal long WaitsForAttentionMs(long nowMs)
        => _needsAttention ? nowMs - Volatile.Read(ref _attentionAskedMs) : 0;

    /// <summary>Keeps the descriptor open for a call on it, until <see cref="LeaveDescriptor"/>; any thread.</summary>
    internal bool TryEnterDescriptor() => _socket.TryEnter();

    internal void LeaveDescriptor() => _socket.Leave();

    /// <summary>The last word of a step that answered <see cref="Next.Parked"/>; false: it goes on already.</summary>
    internal bool ConfirmPark() => _park.Confirm();

    /// <summary>The answer has come to where the connection is stepped; the next step goes on.</summary>
    internal void ArriveFromPark() => _park.Arrive();

    /// <summary>
    /// The end of a stop that could wait no longer: when the connection is parked the peer is cut off and the ticket
    /// frees the rest. False when it is not parked.
    /// </summary>
    internal bool TryAbandon()
    {
        MarkEnd(CloseReason.Stopped);
        if (!_park.TryAbandon())
        {
            return false;
        }
        _socket.Close();
        return true;
    }

    /// <summary>
    /// Ends a connection whose time is up; any thread. Its own thread meets the end at the next event.
    /// </summary>
    internal virtual void End(CloseReason reason)
    {
        MarkEnd(reason);
        _socket.Shutdown(Libc.SHUT_RDWR);
    }

    /// <summary>
    /// The timer has fired; under the queue on any worker, so only what is published for others is read.
    /// </summary>
    /// <returns>When to look again; long.MaxValue = never.</returns>
    internal long TimeIsUp(DriverOptions options, long nowMs)
    {
        if (IsClosed)
        {
            return long.MaxValue;
        }
        long dueMs = _activity.DueMs(options, _park.IsParked, out CloseReason reason);
        if (nowMs < dueMs)
        {
            return dueMs;
        }
        if (reason == CloseReason.TooSlow && GivesLastTurn(dueMs, nowMs))
        {
            return _lastTurnUntilMs;
        }
        End(reason);
        return long.MaxValue;
    }

    /// <summary>Asks for the last turn once, and waits for it since our own threads may have been late.</summary>
    private bool GivesLastTurn(long dueMs, long nowMs)
    {
        if (_lastTurnOfMs == dueMs || LastTurnMs == 0)
        {
            return nowMs < _lastTurnUntilMs;
        }
        _lastTurnOfMs = dueMs;
        _lastTurnUntilMs = nowMs + LastTurnMs;
        RequestTurn();
        return true;
    }

    private protected bool Is(ConnectionState flags) => (_state & flags) != 0;

    private protected void MarkEnd(CloseReason reason)
    {
        if (_endReason == CloseReason.None)
        {
            _endReason = reason;
        }
    }

    /// <summary>
    /// The descriptor is about to be closed; names can still be asked for. Once, on the thread that closes it.
    /// </summary>
    protected virtual void OnClosing(CloseReason reason) { }

    private protected bool CloseSocket()
    {
        if (!IsClosed)
        {
            OnClosing(EndReason);
        }
        return _socket.Close();
    }

    /// <summary>Somebody has asked for a turn since the last look.</summary>
    private protected bool IsTurnAsked()
    {
        if (!_turnAsked)
        {
            return false;
        }
        _turnAsked = false; // before the turn: who asks later gets another
        return true;
    }

    private protected abstract void Poke();

    /// <summary>The socket failed; always false, for the caller to hand on.</summary>
    private protected bool Failed(Errno errno)
    {
        _endErrno = errno;
        MarkEnd(errno is Errno.ConnectionReset or Errno.BrokenPipe or Errno.TimedOut
            ? CloseReason.Peer : CloseReason.Error);
        return false;
    }

    /// <summary>
    /// Bytes moved that brought the reader nothing: handshakes and parts of records. They are progress, and the turn
    /// pays for them.
    /// </summary>
    /// <returns>True when there may be more that no event will tell of.</returns>
    private protected bool NoteMoved(Turn turn, ref bool progress)
    {
        Transport transport = _socket.Transport;
        progress |= transport.Moved > 0;
        turn.BytesLeft -= transport.Moved;
        return transport.HasMore;
    }

    /// <summary>Sends what the socket takes, or this turn's share of it; false when the socket failed.</summary>
    private protected bool Flush(Turn turn, WriteQueue output, ref bool progress, bool isAhead = false)
    {
        SysResult result = _socket.Flush(output, turn.Counters, isAhead);
        WantsToSend = !result.IsError && !output.IsEmpty && result.Value >= _socket.Transport.SendBytesMax;
        turn.Counters.Yields += WantsToSend ? 1 : 0;
        if (result.IsError)
        {
            return Failed(result.Errno);
        }
        if (result.Value > 0)
        {
            progress = true;
            _activity.Sent(turn.NowMs);
        }
        return true;
    }

    /// <summary>Publishes, at the end of a step, what the socket waits for.</summary>
    private protected void NoteTransport(bool queued, bool wantsTurn, long nowMs)
    {
        Transport transport = _socket.Transport;
        if (_activity.AwaitsHandshake && !transport.IsHandshaking)
        {
            _activity.HandshakeDone();
        }
        _activity.PublishOutput(transport.WantsWrite || (queued && !transport.SendWantsRead), wantsTurn, nowMs);
    }

    /// <summary>Receives what is thrown away.</summary>
    private protected unsafe SysResult ReceiveAway(Turn turn)
    {
        var vector = new IoVector { Base = turn.ReceiveBuffer, Length = (nuint)turn.Options.ReceiveBufferBytes };
        SysResult result = _socket.Receive(&vector, 1, turn.Counters);
        turn.BytesLeft -= result.IsError ? 0 : result.Int;
        return result;
    }

    /// <summary>
    /// Sends bytes of a file past the queue, which must be empty (<see cref="Connection.TryFlush"/>); for
    /// <see cref="Connection.Process"/>. They count against the turn's bytes.
    /// </summary>
    /// <returns>How many were sent, 0 = the file ends before; EAGAIN: return <see cref="InputState.Full"/>.</returns>
    protected SysResult SendFile(Turn turn, OpenedFile file, long offset, nint count)
    {
        SysResult result = _socket.SendFile(file, offset, count, turn.Counters);
        if (!result.IsError && result.Value > 0)
        {
            _progress = true;
            _activity.Sent(turn.NowMs);
            turn.BytesLeft -= (int)Math.Min(result.Value, turn.BytesLeft);
        }
        return result;
    }

    /// <summary>
    /// Closes the connection (<see cref="CloseReason.TooSlow"/>) unless another call comes before that time; while it
    /// is parked its peer is not to blame, and it does not count. For <see cref="Connection.Process"/>.
    /// </summary>
    /// <param name="dueMs">Monotonic milliseconds (<see cref="Environment.TickCount64"/>); 0 = no such time.</param>
    protected void ExpectBy(long dueMs) => _activity.PaceUntil(dueMs);

    /// <summary>The connection ends in this turn because its peer was too slow; for its last turn.</summary>
    protected void EndAsTooSlow() => MarkEnd(CloseReason.TooSlow);

    private protected void AskForEnd() => _endAsked = true;

    private protected void AttentionGiven()
    {
        _stepCount++;
        if (_needsAttention)
        {
            _needsAttention = false;
        }
    }

    /// <summary>Sees to it that the timer fires in time for what was published; the stepping thread.</summary>
    private protected void ArmTimer(Turn turn)
    {
        if (turn.Options.IdleTimeoutMs > 0)
        {
            _activity.AllowIdling(MayIdle);
        }
        if ((!_activity.HasPendingOutput && !_activity.Lingers && !_activity.AwaitsHandshake
            && !_activity.AwaitsAdmission && !_activity.AwaitsPace && turn.Options.IdleTimeoutMs == 0) || SharesSocket)
        {
            return;
        }
        if (turn.FrontEnd == null)
        {
            Interlocked.MemoryBarrier(); // pairs with ConnectionTimer.OnExpired on another worker
        }
        long dueMs = _activity.DueMs(turn.Options, _park.IsParked, out _);
        if (dueMs != long.MaxValue)
        {
            _timer ??= new ConnectionTimer(this, turn.Timers, turn.Options);
            _timer.FireBy(dueMs, turn.NowMs);
        }
    }

    private protected void CancelTimer() => _timer?.Cancel();
}
