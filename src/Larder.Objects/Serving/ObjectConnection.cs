using System.Diagnostics;
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
internal sealed class ObjectConnection(ObjectEngine engine, ListenerRole role) : Connection
{
    /// <summary>
    /// Bodies up to this size are read into memory and sent with their head in one call; larger ones go by sendfile.
    /// </summary>
    public const int CopiedBodyMax = 32 * 1024 - 1024;

    /// <summary>Bytes of a body nobody wants that are read for the sake of the next request; beyond: refused.</summary>
    private const long SkippedBodyMax = 256 * 1024;

    // owner: the stepping thread
    private readonly DeviceWaiter _waiter = new();
    private readonly SyncWaiter _syncWaiter = new();
    private readonly Sending _sending = new();
    private readonly Receiving _receiving = new();
    private ObjectPhase _phase;
    private Device? _held;     // whose slot we have, or wait for
    private bool _hasSlot;
    private bool _hasSynced;   // the sync that we were parked for has ended
    private bool _keepAlive;
    private long _skipLeft;
    private int _scanned;      // bytes of a head in which it does not end

    /// <inheritdoc/>
    protected override bool IsMidRequest => _phase != ObjectPhase.Head;

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
            state = _phase switch
            {
                ObjectPhase.Head => ProcessHead(turn, thread, rest, out used),
                ObjectPhase.Body => ProcessBody(turn, thread, rest, out used),
                ObjectPhase.Finish => ProcessFinish(turn, thread),
                ObjectPhase.Send => ProcessSend(turn, thread),
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
        LeaveDevice();
        if (_waiter.Outcome == SlotOutcome.Granted)
        {
            _held!.Queue.Leave();
        }
        _sending.End();
        _receiving.End();
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
        _keepAlive = request.KeepAlive;
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
            request.Target, engine.Options.Names, thread.PathScratch, out HttpPath path);
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
        if (role == ListenerRole.HttpGet && !isRead)
        {
            return Refuse(thread, HttpStatus.MethodNotAllowed, closes: isPut);
        }
        if (TemporaryNames.IsOne(path.Rest))
        {
            return Refuse(thread, HttpStatus.Forbidden, closes: isPut);
        }
        return request.Method switch
        {
            HttpRequestMethod.Put => Put(turn, thread, request, path),
            HttpRequestMethod.Delete => Delete(turn, thread, path),
            HttpRequestMethod.Mkcol => Refuse(thread, HttpStatus.BadRequest), // trackers stop asking for folders then
            _ => Get(turn, thread, request, path),
        };
    }

    private InputState? Get(Turn turn, ObjectThread thread, scoped in HttpRequest request, scoped in HttpPath path)
    {
        if (path.IsRoot)
        {
            return AnswerRoot(thread, request);
        }
        if (engine.Devices.Find(path.Device) is not { } device)
        {
            return Refuse(thread, HttpStatus.NotFound);
        }
        SlotOutcome slot = EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        SysResult result = engine.HotFiles.Open(device, path.Text, path.Rest, out HotFile? file);
        if (result.IsError)
        {
            return Refuse(thread, ErrnoStatus.OfRead(result.Errno));
        }
        thread.Counters.Gets++;
        _sending.Begin(device, file!);
        InputState? state = AnswerObject(thread, request, file!);
        if (_phase != ObjectPhase.Send)
        {
            _sending.End();
        }
        return state;
    }

    private InputState? AnswerObject(ObjectThread thread, scoped in HttpRequest request, HotFile file)
    {
        var head = new HttpObjectHead
        {
            Status = HttpStatus.Ok,
            KeepAlive = _keepAlive,
            Date = thread.Date(),
            LastModified = file.Texts.LastModified,
            Size = file.Status.Size,
            ETag = file.Texts.ETag,
            Digest = file.Texts.Digest,
        };
        HttpCondition condition = HttpConditions.Evaluate(
            request, exists: true, head.ETag, file.Status.ModifiedSeconds, thread.Seconds);
        if (condition == HttpCondition.Failed)
        {
            return Refuse(thread, HttpStatus.PreconditionFailed);
        }
        if (condition == HttpCondition.NotModified)
        {
            head.Status = HttpStatus.NotModified;
            _sending.SendNothing();
        }
        else if (!request.Range.IsEmpty && condition != HttpCondition.ProceedWhole)
        {
            HttpRangeOutcome outcome = _sending.Choose(request.Range, ref head);
            if (outcome == HttpRangeOutcome.NotSatisfiable)
            {
                return AnswerNotSatisfiable(thread, file.Status.Size);
            }
            if (outcome is HttpRangeOutcome.Malformed or HttpRangeOutcome.TooLarge)
            {
                return Refuse(thread, HttpRanges.StatusOf(outcome), closes: true);
            }
        }
        if (request.Method == HttpRequestMethod.Head)
        {
            _sending.SendNothing();
        }
        if (_sending.IsSmall(CopiedBodyMax))
        {
            return AnswerSmall(thread, head, file);
        }
        AppendHead(head);
        _phase = ObjectPhase.Send;
        return null;
    }

    /// <summary>Head and body in one piece; the body is read before the head is certain.</summary>
    private InputState? AnswerSmall(ObjectThread thread, scoped in HttpObjectHead head, HotFile file)
    {
        int length = (int)_sending.Left;
        ReadOnlySpan<byte> body = default;
        if (length > 0 && file.Content != null)
        {
            body = file.Content.AsSpan((int)_sending.Offset, length);
        }
        else if (length > 0)
        {
            Span<byte> scratch = thread.BodyScratch.AsSpan(0, length);
            SysResult result = _sending.Device!.Read(file.File, scratch, _sending.Offset);
            if (result.IsError || result.Value < length)
            {
                return Refuse(thread, HttpStatus.InternalServerError);
            }
            body = scratch;
        }
        AppendHead(head);
        Output.Write(body);
        thread.Counters.BytesOut += length;
        return Answered();
    }

    private InputState? ProcessSend(Turn turn, ObjectThread thread)
    {
        Device device = _sending.Device!;
        SlotOutcome slot = EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : InputState.Abort;
        }
        while (!_sending.IsDone)
        {
            _sending.WritePartHead(Output);
            if (!TryFlush(turn) || turn.BytesLeft <= 0)
            {
                return InputState.Yield;
            }
            long begun = Stopwatch.GetTimestamp();
            nint slice = (nint)Math.Min(_sending.Left, turn.BytesLeft);
            SysResult result = device.FailsToRead(out SysResult fault) ? fault
                : SendFile(turn, _sending.File!.File, _sending.Offset, slice);
            device.NoteRead(begun, result);
            if (result.IsError && result.Errno == Errno.Again)
            {
                return InputState.Full;
            }
            if (result.IsError || result.Value == 0)
            {
                return InputState.Abort; // the head has promised more than the file has, or the disk gives
            }
            thread.Counters.BytesOut += result.Value;
            _sending.Sent(result.Value, Output);
        }
        _sending.End();
        return Answered();
    }

    private InputState? Put(Turn turn, ObjectThread thread, scoped in HttpRequest request, scoped in HttpPath path)
    {
        if (!path.IsPutTarget)
        {
            return Refuse(thread, HttpStatus.BadRequest, closes: true);
        }
        if (!request.IsChunked && request.ContentLength < 0)
        {
            return Refuse(thread, HttpStatus.LengthRequired, closes: true);
        }
        if (path.Device < 0 || engine.Devices.Find(path.Device) is not { } device)
        {
            return Refuse(thread, HttpStatus.NotFound, closes: true);
        }
        if (!device.Accepts(Math.Max(request.ContentLength, 0)))
        {
            return Refuse(thread, HttpStatus.InsufficientStorage, closes: true);
        }
        SlotOutcome slot = EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park
                : Refuse(thread, HttpStatus.ServiceUnavailable, closes: true);
        }
        SysResult result = BeginUpload(device, request, path, out IUpload? upload);
        if (result.IsError)
        {
            return Refuse(thread, ErrnoStatus.OfWrite(result.Errno), closes: true);
        }
        if (request.ExpectsContinue)
        {
            Output.Write(HttpResponseWriter.Continue);
        }
        _receiving.Begin(request, device, path.Text, upload!);
        _phase = ObjectPhase.Body;
        return null;
    }

    private SysResult BeginUpload(
        Device device, scoped in HttpRequest request, scoped in HttpPath path, out IUpload? upload)
    {
        SysResult result;
        if (request.HasContentRange)
        {
            result = PieceUpload.Begin(
                device, path.Rest, request.ContentRange.First, Receiving.BringsMd5(request), out PieceUpload? piece);
            upload = piece;
            return result;
        }
        bool withMd5 = engine.Options.AlwaysMd5 || Receiving.BringsMd5(request);
        result = Upload.Begin(device, path.Rest, request.ContentLength, withMd5, out Upload? whole);
        upload = whole;
        return result;
    }

    private InputState? ProcessBody(Turn turn, ObjectThread thread, ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        SlotOutcome slot = EnterDevice(turn, _receiving.Device!);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park
                : FailPut(thread, HttpStatus.ServiceUnavailable);
        }
        while (true)
        {
            ChunkedStatus status = _receiving.Next(input[used..], out int consumed, out ReadOnlySpan<byte> piece);
            used += consumed;
            thread.Counters.BytesIn += piece.Length;
            SysResult result = piece.IsEmpty ? SysResult.Ok(0) : _receiving.Upload!.Write(piece);
            if (result.IsError)
            {
                return FailPut(thread, ErrnoStatus.OfWrite(result.Errno));
            }
            switch (status)
            {
                case ChunkedStatus.Incomplete:
                    return InputState.NeedMore;
                case ChunkedStatus.Failed:
                    return FailPut(thread, _receiving.Error);
                case ChunkedStatus.Complete:
                    _phase = ObjectPhase.Finish;
                    return null;
                default:
                    break;
            }
        }
    }

    private InputState? ProcessFinish(Turn turn, ObjectThread thread)
    {
        Device device = _receiving.Device!;
        IUpload upload = _receiving.Upload!;
        while (_receiving.Step != FinishStep.Done)
        {
            if (SyncsInGroup(device) && !_hasSynced)
            {
                LeaveDevice();
                _hasSynced = true;
                device.Group!.Wait(_syncWaiter, Park());
                return InputState.Park;
            }
            SlotOutcome slot = EnterDevice(turn, device);
            if (slot != SlotOutcome.Granted)
            {
                return slot == SlotOutcome.Waiting ? InputState.Park
                    : FailPut(thread, HttpStatus.ServiceUnavailable);
            }
            if (_receiving.Step == FinishStep.Seal && !_receiving.HasRightMd5())
            {
                return FailPut(thread, HttpStatus.BadRequest, closes: false);
            }
            SysResult result = Finish(device, upload);
            if (result.IsError)
            {
                return FailPut(thread, ErrnoStatus.OfWrite(result.Errno));
            }
            _hasSynced = false;
            _receiving.Step++;
        }
        thread.Counters.Puts++;
        EndPut();
        AppendSimple(thread, HttpStatus.Created, _keepAlive);
        return Answered();
    }

    private bool SyncsInGroup(Device device)
        => device.Group != null && _receiving.Step is FinishStep.SyncBytes or FinishStep.SyncName;

    private SysResult Finish(Device device, IUpload upload)
    {
        bool syncs = device.SyncPolicy != SyncPolicy.None;
        switch (_receiving.Step)
        {
            case FinishStep.Seal:
                return upload.Seal();
            case FinishStep.SyncBytes:
                return _hasSynced ? _syncWaiter.Result : syncs ? upload.Sync() : SysResult.Ok(0);
            case FinishStep.Publish:
                SysResult result = upload.Publish();
                engine.HotFiles.Forget(_receiving.Key);
                return result;
            case FinishStep.SyncName:
                return _hasSynced ? _syncWaiter.Result : syncs ? upload.SyncName() : SysResult.Ok(0);
            default:
                throw new UnreachableException($"nothing follows {_receiving.Step}");
        }
    }

    private InputState? Delete(Turn turn, ObjectThread thread, scoped in HttpPath path)
    {
        if (path.IsRoot || path.Rest.IsEmpty)
        {
            return Refuse(thread, HttpStatus.Forbidden);
        }
        if (engine.Devices.Find(path.Device) is not { } device)
        {
            return Refuse(thread, HttpStatus.NotFound);
        }
        if (device.IsReadOnly)
        {
            return Refuse(thread, HttpStatus.Forbidden);
        }
        SlotOutcome slot = EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        SysResult result = device.Remove(path.Rest);
        engine.HotFiles.Forget(path.Text);
        if (result.IsError)
        {
            return Refuse(thread, ErrnoStatus.OfRemove(result.Errno));
        }
        thread.Counters.Deletes++;
        AppendSimple(thread, HttpStatus.NoContent, _keepAlive);
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
        _phase = ObjectPhase.Head;
        return null;
    }

    /// <summary>The root is what monitors ask for: an empty object as old as time.</summary>
    private InputState? AnswerRoot(ObjectThread thread, scoped in HttpRequest request)
    {
        if (!request.Range.IsEmpty)
        {
            return AnswerNotSatisfiable(thread, 0);
        }
        Span<byte> epoch = stackalloc byte[HttpDate.Length];
        HttpDate.Write(epoch, 0);
        AppendHead(new HttpObjectHead
        {
            Status = HttpStatus.Ok,
            KeepAlive = _keepAlive,
            Date = thread.Date(),
            LastModified = epoch,
        });
        return Answered();
    }

    private InputState? AnswerNotSatisfiable(ObjectThread thread, long size)
    {
        thread.Counters.Errors++;
        Span<byte> span = Output.GetSpan(HttpResponseWriter.RangeNotSatisfiableLengthMax);
        Output.Advance(HttpResponseWriter.WriteRangeNotSatisfiable(span, size, thread.Date(), _keepAlive));
        return Answered();
    }

    private InputState? FailPut(ObjectThread thread, HttpStatus status, bool closes = true)
    {
        EndPut();
        return Refuse(thread, status, closes);
    }

    private void EndPut()
    {
        _receiving.End();
        _hasSynced = false;
    }

    private InputState? Refuse(ObjectThread thread, HttpStatus status, bool closes = false)
    {
        thread.Counters.Errors++;
        _keepAlive &= !closes;
        AppendSimple(thread, status, _keepAlive);
        return Answered();
    }

    private InputState? Answered()
    {
        _phase = _skipLeft > 0 ? ObjectPhase.Skip : ObjectPhase.Head;
        return _keepAlive ? null : InputState.Close;
    }

    private void AppendHead(scoped in HttpObjectHead head)
    {
        Span<byte> span = Output.GetSpan(HttpResponseWriter.ObjectHeadLengthMax);
        Output.Advance(HttpResponseWriter.WriteObjectHead(span, head));
    }

    private void AppendSimple(ObjectThread thread, HttpStatus status, bool keepAlive)
    {
        Span<byte> span = Output.GetSpan(HttpResponseWriter.SimpleLengthMax);
        Output.Advance(HttpResponseWriter.WriteSimple(span, status, thread.Date(), keepAlive));
    }

    /// <summary>
    /// Takes a slot of a device, or parks until there is one: the same phase is run again then, and finds it granted,
    /// or is told why not.
    /// </summary>
    private SlotOutcome EnterDevice(Turn turn, Device device)
    {
        if (_hasSlot && _held == device)
        {
            return SlotOutcome.Granted;
        }
        LeaveDevice();
        SlotOutcome outcome = _waiter.Outcome;
        _waiter.Reset();
        if (_held == device && outcome != SlotOutcome.None)
        {
            _hasSlot = outcome == SlotOutcome.Granted;
            return outcome;
        }
        if (outcome == SlotOutcome.Granted)
        {
            _held!.Queue.Leave(); // it was exchanged for another while we waited
        }
        _held = device;
        _hasSlot = device.Queue.TryEnter();
        if (_hasSlot)
        {
            return SlotOutcome.Granted;
        }
        device.Queue.Wait(_waiter, Park(), turn.NowMs);
        return SlotOutcome.Waiting;
    }

    private void LeaveDevice()
    {
        if (_hasSlot)
        {
            _hasSlot = false;
            _held!.Queue.Leave();
        }
    }
}
