using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Protocol.Http;
using Larder.Protocol.Text;

namespace Larder.Objects.Serving;

/// <summary>
/// A client of the object store over HTTP/1. Requests are answered in order, one at a time; disks are worked on inline,
/// with a slot of the device, by the worker that steps the connection.
/// </summary>
/// <remarks>
/// <code>
///   Head --GET--> small: answer in the queue --> Head
///        |        large: head in the queue, then Send, slice by slice ------------------> Head
///        +-PUT--> Body, piece by piece --> Finish (seal, sync, publish) -----------------> Head
///        +-other, with a body --> Skip --------------------------------------------------> Head
///   no slot of the device: Parked, then the same phase again with the slot
/// </code>
/// A request that has to wait for a slot is not consumed: it is read again when the slot is there, so that nothing of
/// it has to be kept. Each phase answers null to go on with the next, or the state in which the step ends.
/// </remarks>
internal sealed class ObjectConnection : DeviceConnection
{
    /// <summary>Bytes of a body nobody wants that are read for the sake of the next request; beyond: refused.</summary>
    private const long SkippedBodyMax = 256 * 1024;

    /// <summary>For the answer to a client that was too slow: time enough for a worker to be free.</summary>
    private const int TimeoutAnswerMs = 1_000;

    private readonly ObjectEngine _engine;
    private readonly ListenerRole _role;
    private readonly GetDialogue _get;
    private readonly PutDialogue _put;
    private readonly HeldSlot _nameSlot = new(); // owner: the stepping thread
    private Device? _lockedName;                 // owner: the stepping thread; whose lock we have

    // owner: the stepping thread
    private Pace _pace;
    private ObjectPhase _paced;   // what the pace is of
    private bool _hasHeadBegun;   // and not ended
    private long _skipLeft;
    private int _scanned;         // bytes of a head in which it does not end

    public ObjectConnection(ObjectEngine engine, ListenerRole role)
    {
        _engine = engine;
        _role = role;
        _get = new GetDialogue(engine, this);
        _put = new PutDialogue(engine, this);
    }

    /// <summary>What comes next; the dialogues set it. The stepping thread.</summary>
    internal ObjectPhase Phase { get; set; }

    /// <summary>Whether the connection stays after the answer to the present request. The stepping thread.</summary>
    internal bool KeepsAlive { get; private set; }

    /// <summary>The client's address and port, as far as <see cref="NotePeer"/> has noted them.</summary>
    internal string Peer { get; private set; } = "";

    /// <inheritdoc/>
    protected override int LastTurnMs => TimeoutAnswerMs;

    /// <inheritdoc/>
    protected override bool IsMidRequest => Phase != ObjectPhase.Head;

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        var thread = Unsafe.As<ObjectThread>(turn.State!);
        consumed = 0;
        int budget = turn.BytesLeft;
        if (_pace.DueMs != 0)
        {
            ExpectBy(0); // as long as we work it is not the client who is waited for
        }
        InputState? state = null;
        while (state == null)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            int used = 0;
            state = Phase switch
            {
                ObjectPhase.Head => ProcessHead(turn, thread, rest, out used),
                ObjectPhase.Body => _put.Receive(turn, thread, rest, out used),
                ObjectPhase.Finish => _put.Finish(turn, thread),
                ObjectPhase.Send => _get.Send(turn, thread),
                _ => ProcessSkip(rest, out used),
            };
            consumed += used;
        }
        if (!IsInTime(state.Value, consumed + budget - turn.BytesLeft))
        {
            state = EndSlow(thread);
        }
        LeaveDevice();
        return state.Value;
    }

    /// <inheritdoc/>
    protected override void OnClosing(CloseReason reason)
    {
        if (Phase == ObjectPhase.Body && reason != CloseReason.Stopped)
        {
            _put.LogBroken(SilentMs, EndErrno != Errno.None ? TextOf(EndErrno)
                : reason == CloseReason.Peer ? "premature EOF" : TextOf(Errno.TimedOut));
        }
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        base.OnClosed(turn, reason);
        _get.End();
        _put.End();
        _nameSlot.Close();
    }

    /// <summary>
    /// As <see cref="DeviceConnection.EnterDevice"/>, before it: from now on until <see cref="LeaveName"/> nobody else
    /// gives the name to another object.
    /// </summary>
    internal SlotOutcome EnterName(Turn turn, Device device, ReadOnlySpan<byte> path)
        => Enter(turn, _nameSlot, device.Names.Of(path));

    /// <summary>
    /// The same against other processes, as the last thing before conditions are looked at; <see cref="LeaveName"/>
    /// must follow in the same turn.
    /// </summary>
    internal SysResult LockName(Device device, ReadOnlySpan<byte> path)
    {
        if (device.Locks == null)
        {
            return SysResult.Ok(0);
        }
        SysResult result = device.Locks.Enter(path);
        _lockedName = result.IsError ? null : device;
        return result;
    }

    /// <summary>The object has the name, or never will.</summary>
    internal void LeaveName(ReadOnlySpan<byte> path)
    {
        _lockedName?.Locks!.Leave(path);
        _lockedName = null;
        _nameSlot.Leave();
    }

    /// <summary>Answers that no range of an object of this size was asked for.</summary>
    internal InputState? AnswerNotSatisfiable(ObjectThread thread, long size)
    {
        thread.Counters.Errors++;
        ReplyWriter.WriteNotSatisfiable(Output, thread, size, KeepsAlive);
        return Answered();
    }

    /// <summary>Answers with a status.</summary>
    internal InputState? Refuse(ObjectThread thread, HttpStatus status, bool closes = false)
    {
        thread.Counters.Errors++;
        KeepsAlive &= !closes;
        ReplyWriter.WriteSimple(Output, thread, status, KeepsAlive);
        return Answered();
    }

    /// <summary>Notes who the client is, for the day when it is gone and cannot be asked.</summary>
    internal void NotePeer()
    {
        if (Peer.Length == 0)
        {
            string name = PeerName;
            Peer = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }
    }

    /// <summary>The answer is queued: the next request is due, or the end.</summary>
    internal InputState? Answered()
    {
        Phase = _skipLeft > 0 ? ObjectPhase.Skip : ObjectPhase.Head;
        _pace.Reset();
        return KeepsAlive ? null : InputState.Close;
    }

    private InputState? ProcessHead(Turn turn, ObjectThread thread, ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        if (turn.RequestsLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
        {
            return InputState.Yield;
        }
        _hasHeadBegun = !input.IsEmpty;
        if (input.IsEmpty)
        {
            return InputState.NeedMore;
        }
        var request = default(HttpRequest);
        if (HttpRequestReader.Read(input, _scanned, new HttpLimits(), ref request) == ParseStatus.Incomplete)
        {
            _scanned = request.ScannedLength;
            return InputState.NeedMore;
        }
        _hasHeadBegun = false;
        KeepsAlive = request.KeepAlive;
        _skipLeft = request.Method == HttpRequestMethod.Put ? 0 : Math.Max(request.ContentLength, 0);
        InputState? state = request.Error != HttpStatus.None
            ? Refuse(thread, request.Error, closes: true)
            : Serve(turn, thread, input[..request.HeadLength], request);
        if (state is not (InputState.Park or InputState.Yield)) // else it is read again
        {
            turn.RequestsLeft--;
            _scanned = 0;
            used = request.HeadLength;
        }
        return state;
    }

    private InputState? Serve(
        Turn turn, ObjectThread thread, ReadOnlySpan<byte> head, scoped in HttpRequest request)
    {
        bool isPut = request.Method == HttpRequestMethod.Put;
        if (!isPut && request.ExpectsContinue)
        {
            KeepsAlive = false; // whether its body will come is the client's choice (RFC 9110, section 10.1.1)
        }
        HttpPathError error = HttpPathReader.Read(
            request.Target, _engine.Options.Names, thread.PathScratch, out HttpPath path);
        if (error != HttpPathError.None)
        {
            return Refuse(thread, HttpPathReader.StatusOf(error), closes: isPut || error != HttpPathError.Forbidden);
        }
        if (!isPut && (request.IsChunked || _skipLeft > SkippedBodyMax))
        {
            return Refuse(thread, HttpStatus.BadRequest, closes: true);
        }
        bool isRead = request.Method is HttpRequestMethod.Get or HttpRequestMethod.Head;
        if (_role == ListenerRole.HttpGet && !isRead)
        {
            return Refuse(thread, HttpStatus.MethodNotAllowed, closes: isPut);
        }
        if (TemporaryNames.IsOne(path.Rest))
        {
            return Refuse(thread, HttpStatus.Forbidden, closes: isPut);
        }
        return request.Method switch
        {
            HttpRequestMethod.Put => _put.Begin(turn, thread, head, request, path),
            HttpRequestMethod.Delete => Delete(turn, thread, request, path),
            HttpRequestMethod.Mkcol => Refuse(thread, HttpStatus.BadRequest), // trackers stop asking for folders then
            _ => _get.Begin(turn, thread, request, path),
        };
    }

    private InputState? Delete(
        Turn turn, ObjectThread thread, scoped in HttpRequest request, scoped in HttpPath path)
    {
        if (path.IsRoot || path.Rest.IsEmpty)
        {
            return Refuse(thread, HttpStatus.Forbidden);
        }
        if (_engine.Devices.Find(path.Device) is not { } device)
        {
            return Refuse(thread, HttpStatus.NotFound);
        }
        if (device.Writes != WriteVerdict.Accepted)
        {
            return Refuse(thread, ErrnoStatus.OfRefusal(device.Writes));
        }
        SlotOutcome slot = EnterName(turn, device, path.Text);
        slot = slot == SlotOutcome.Granted ? EnterDevice(turn, device) : slot;
        if (slot == SlotOutcome.Waiting)
        {
            return InputState.Park;
        }
        if (slot != SlotOutcome.Granted)
        {
            LeaveName(path.Text);
            return Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        SysResult result = LockName(device, path.Text);
        if (result.IsError)
        {
            LeaveName(path.Text);
            return Refuse(thread, ErrnoStatus.OfRemove(result.Errno));
        }
        if (Preconditions.AreIn(request) && !Preconditions.Hold(_engine, thread, device, request, path))
        {
            LeaveName(path.Text);
            return Refuse(thread, HttpStatus.PreconditionFailed);
        }
        result = device.Remove(path.Rest);
        _engine.HotFiles.Forget(path.Text);
        LeaveName(path.Text);
        if (result.IsError)
        {
            return Refuse(thread, ErrnoStatus.OfRemove(result.Errno));
        }
        thread.Counters.Deletes++;
        ReplyWriter.WriteSimple(Output, thread, HttpStatus.NoContent, KeepsAlive);
        return Answered();
    }

    private InputState? ProcessSkip(ReadOnlySpan<byte> input, out int used)
    {
        used = (int)Math.Min(_skipLeft, input.Length);
        _skipLeft -= used;
        if (_skipLeft > 0)
        {
            return InputState.NeedMore;
        }
        Phase = ObjectPhase.Head;
        return null;
    }

    /// <summary>Sees to it that a client that is waited for goes on in time; false when its time is over.</summary>
    /// <param name="state">What the turn ends with.</param>
    /// <param name="moved">Bytes that the client has sent or taken in it.</param>
    private bool IsInTime(InputState state, long moved)
    {
        bool waits = state is InputState.NeedMore or InputState.Full && (Phase != ObjectPhase.Head || _hasHeadBegun);
        if (!waits || Phase != _paced)
        {
            _pace.Reset();
            _paced = Phase;
        }
        if (!waits)
        {
            return true;
        }
        bool isHead = Phase == ObjectPhase.Head;
        _pace.Moved(isHead ? 0 : moved);
        long nowMs = Environment.TickCount64; // the turn's clock may be old: the disk was waited for
        _pace.Wait(nowMs, isHead ? _engine.HeadTimeoutMs : _engine.PacePeriodMs, _engine.Options.PaceBytesMin);
        ExpectBy(_pace.DueMs);
        return nowMs < _pace.DueMs;
    }

    /// <summary>
    /// The client's time is over. It gets an answer as long as none has begun (RFC 9110, section 15.5.9).
    /// </summary>
    private InputState EndSlow(ObjectThread thread)
    {
        ExpectBy(0);
        EndAsTooSlow();
        switch (Phase)
        {
            case ObjectPhase.Head:
                Refuse(thread, HttpStatus.RequestTimeout, closes: true);
                return InputState.Close;
            case ObjectPhase.Body:
                _put.TimeOut(thread, SilentMs, TextOf(Errno.TimedOut));
                return InputState.Close;
            default:
                return InputState.Abort;
        }
    }

    private static string TextOf(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);
}
