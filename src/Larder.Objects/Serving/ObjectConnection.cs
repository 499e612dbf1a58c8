using System.Runtime.CompilerServices;
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

    private readonly ObjectEngine _engine;
    private readonly ListenerRole _role;
    private readonly GetDialogue _get;
    private readonly PutDialogue _put;

    // owner: the stepping thread
    private long _skipLeft;
    private int _scanned;      // bytes of a head in which it does not end

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

    /// <inheritdoc/>
    protected override bool IsMidRequest => Phase != ObjectPhase.Head;

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        var thread = Unsafe.As<ObjectThread>(turn.State!);
        consumed = 0;
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
        LeaveDevice();
        return state.Value;
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        base.OnClosed(turn, reason);
        _get.End();
        _put.End();
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

    /// <summary>The answer is queued: the next request is due, or the end.</summary>
    internal InputState? Answered()
    {
        Phase = _skipLeft > 0 ? ObjectPhase.Skip : ObjectPhase.Head;
        return KeepsAlive ? null : InputState.Close;
    }

    private InputState? ProcessHead(Turn turn, ObjectThread thread, ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        if (turn.RequestsLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
        {
            return InputState.Yield;
        }
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
        KeepsAlive = request.KeepAlive;
        _skipLeft = request.Method == HttpRequestMethod.Put ? 0 : Math.Max(request.ContentLength, 0);
        InputState? state = request.Error != HttpStatus.None
            ? Refuse(thread, request.Error, closes: true)
            : Serve(turn, thread, request);
        if (state != InputState.Park)
        {
            turn.RequestsLeft--;
            _scanned = 0;
            used = request.HeadLength;
        }
        return state;
    }

    private InputState? Serve(Turn turn, ObjectThread thread, scoped in HttpRequest request)
    {
        HttpPathError error = HttpPathReader.Read(
            request.Target, _engine.Options.Names, thread.PathScratch, out HttpPath path);
        if (error != HttpPathError.None)
        {
            return Refuse(thread, HttpPathReader.StatusOf(error), closes: error != HttpPathError.Forbidden);
        }
        bool isPut = request.Method == HttpRequestMethod.Put;
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
            HttpRequestMethod.Put => _put.Begin(turn, thread, request, path),
            HttpRequestMethod.Delete => Delete(turn, thread, path),
            HttpRequestMethod.Mkcol => Refuse(thread, HttpStatus.BadRequest), // trackers stop asking for folders then
            _ => _get.Begin(turn, thread, request, path),
        };
    }

    private InputState? Delete(Turn turn, ObjectThread thread, scoped in HttpPath path)
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
        SlotOutcome slot = EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        SysResult result = device.Remove(path.Rest);
        _engine.HotFiles.Forget(path.Text);
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
}
