using System.Text;
using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;
using Larder.Objects.Scrubbing;
using Larder.Objects.Usage;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>GET and HEAD on a connection: an object, its head, a piece or pieces of it.</summary>
internal sealed class GetDialogue(ObjectEngine engine, ObjectConnection connection)
{
    /// <summary>
    /// Bodies up to this size are read into memory and sent with their head in one call; larger ones go by sendfile.
    /// </summary>
    public const int CopiedBodyMax = 32 * 1024 - 1024;

    // owner: the stepping thread
    private readonly Sending _sending = new();
    private readonly ReadCheck _check = new();

    /// <summary>Answers a request: at once, or with its head, to be gone on with by <see cref="Send"/>.</summary>
    public InputState? Begin(
        Turn turn, ObjectThread thread, scoped in HttpRequest request, scoped in HttpPath path)
    {
        if (path.IsRoot)
        {
            return AnswerRoot(thread, request);
        }
        if (engine.Devices.Find(path.Device) is not { } device)
        {
            return connection.Refuse(thread, HttpStatus.NotFound);
        }
        if (device.Number != Device.RootNumber && path.Rest.SequenceEqual(UsageFileDuty.Name))
        {
            return AnswerUsage(thread, request, device);
        }
        SlotOutcome slot = connection.EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park
                : connection.Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        SysResult result = engine.HotFiles.Open(device, path.Text, path.Rest, out HotFile? file);
        if (result.IsError)
        {
            return connection.Refuse(thread, ErrnoStatus.OfRead(result.Errno));
        }
        if (engine.Options.VerifyReads && IsToBeChecked(request, file!))
        {
            result = Check(turn, thread, device, path.Rest, file!);
            if (result.IsError)
            {
                file!.Release();
                return result.Errno == Errno.Again ? InputState.Yield
                    : connection.Refuse(thread, HttpStatus.InternalServerError);
            }
        }
        return BeginSending(thread, request, device, path.Text, file!);
    }

    /// <summary>Sends what follows the head, until the turn is spent or the socket is full.</summary>
    public InputState? Send(Turn turn, ObjectThread thread)
    {
        Device device = _sending.Device!;
        SlotOutcome slot = connection.EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : InputState.Abort;
        }
        while (!_sending.IsDone)
        {
            _sending.WritePartHead(connection.Output);
            if (!connection.TrySendQueued(turn) || turn.BytesLeft <= 0)
            {
                return InputState.Yield;
            }
            nint slice = (nint)Math.Min(_sending.Left, turn.BytesLeft);
            DeviceCall call = device.BeginRead(out SysResult fault);
            SysResult result = fault.IsError ? fault
                : connection.SendFrom(turn, _sending.File!.File!, _sending.Offset, slice);
            device.EndRead(call, result);
            if (result.IsError && result.Errno == Errno.Again)
            {
                return InputState.Full;
            }
            if (result.IsError || result.Value == 0)
            {
                return Cut(result);
            }
            thread.Counters.BytesOut += result.Value;
            _sending.Sent(result.Value, connection.Output);
        }
        _sending.End();
        return connection.Answered();
    }

    /// <summary>The connection is over.</summary>
    public void End() => _sending.Abandon();

    private InputState? BeginSending(
        ObjectThread thread, scoped in HttpRequest request, Device device, scoped ReadOnlySpan<byte> path, HotFile file)
    {
        thread.Counters.Gets++;
        _sending.Begin(device, file);
        InputState? state = AnswerObject(thread, request, file);
        if (connection.Phase != ObjectPhase.Send)
        {
            _sending.End();
        }
        else
        {
            _sending.Note(path);
        }
        return state;
    }

    /// <summary>The head has promised more than the file has, or the disk gives.</summary>
    private InputState? Cut(SysResult result)
    {
        long size = _sending.File!.Status.Size;
        string path = Encoding.Latin1.GetString(_sending.Path);
        if (!result.IsError)
        {
            Log.FileShrank(engine.Options.Logger, path, _sending.Offset, size);
        }
        else if (DeviceHealth.IsDeviceFault(result.Errno)) // the others are the client's end
        {
            Log.FileUnreadable(engine.Options.Logger, path, _sending.Offset, size, result.Errno);
        }
        return InputState.Abort;
    }

    /// <summary>Range is for GET only, and is ignored elsewhere (RFC 9110, section 14.2).</summary>
    private static bool HasRange(scoped in HttpRequest request)
        => !request.Range.IsEmpty && request.Method == HttpRequestMethod.Get;

    /// <summary>Only whole objects with digests are compared; pieces would cost as much as all of it.</summary>
    private static bool IsToBeChecked(scoped in HttpRequest request, HotFile file)
        => request.Method == HttpRequestMethod.Get && request.Range.IsEmpty && file.Digest != null && !file.IsVerified;

    private SysResult Check(Turn turn, ObjectThread thread, Device device, ReadOnlySpan<byte> path, HotFile file)
    {
        SysResult result;
        if (file.Content != null)
        {
            file.IsVerified = Crc32C.Of(file.Content) == file.Digest!.Crc32C;
            result = file.IsVerified ? SysResult.Ok(0) : SysResult.Fail(Errno.Corrupted);
        }
        else
        {
            result = _check.Step(device, file, thread.BodyScratch, turn);
        }
        if (result.IsError && result.Errno == Errno.Corrupted)
        {
            device.Suspect(path);
            ScrubLog.DamageFound(engine.Options.Logger, device.Name, PathText.Escape(path));
        }
        return result;
    }

    private InputState? AnswerObject(ObjectThread thread, scoped in HttpRequest request, HotFile file)
    {
        var head = new HttpObjectHead
        {
            Status = HttpStatus.Ok,
            KeepAlive = connection.KeepsAlive,
            Date = thread.Date(),
            LastModified = file.Texts.LastModified,
            Size = file.Status.Size,
            ETag = file.Texts.ETag,
            Digest = file.Texts.DigestFor(request.WantDigest),
            ContentMd5 = file.Texts.ContentMd5,
        };
        HttpCondition condition = HttpConditions.Evaluate(
            request, exists: true, head.ETag, file.Status.ModifiedSeconds, thread.Seconds);
        if (condition == HttpCondition.Failed)
        {
            return connection.Refuse(thread, HttpStatus.PreconditionFailed);
        }
        if (condition == HttpCondition.NotModified)
        {
            head.Status = HttpStatus.NotModified;
            _sending.SendNothing();
        }
        else if (HasRange(request) && condition != HttpCondition.ProceedWhole)
        {
            HttpRangeOutcome outcome = _sending.Choose(request.Range, ref head);
            if (outcome == HttpRangeOutcome.NotSatisfiable)
            {
                return connection.AnswerNotSatisfiable(thread, file.Status.Size);
            }
            if (outcome is HttpRangeOutcome.Malformed or HttpRangeOutcome.TooLarge)
            {
                return connection.Refuse(thread, HttpRanges.StatusOf(outcome), closes: true);
            }
        }
        if (request.Method == HttpRequestMethod.Head)
        {
            _sending.SendNothing();
        }
        if (file.Content != null)
        {
            return AnswerFromMemory(thread, head, file.Content);
        }
        if (_sending.IsSmall(CopiedBodyMax))
        {
            return AnswerSmall(thread, head, file.File!);
        }
        ReplyWriter.WriteObjectHead(connection.Output, head);
        connection.Phase = ObjectPhase.Send;
        return null;
    }

    /// <summary>
    /// The usage of a device comes from memory, so that a disk that hangs is told from a host that does.
    /// </summary>
    private InputState? AnswerUsage(ObjectThread thread, scoped in HttpRequest request, Device device)
    {
        if (device.Usage.Text(device.Path, device.Writes, device.Health.Trouble) is not { } text)
        {
            return connection.Refuse(thread, HttpStatus.ServiceUnavailable);
        }
        long nowNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var status = new FileStatus(FileKind.Regular, text.Length, 0, 0, nowNs, nowNs, 0, 1);
        return BeginSending(thread, request, device, default, new HotFile(null, status, null, text));
    }

    /// <summary>Head and all pieces; of a small file, so that they are small too.</summary>
    private InputState? AnswerFromMemory(ObjectThread thread, scoped in HttpObjectHead head, byte[] content)
    {
        ReplyWriter.WriteObjectHead(connection.Output, head);
        while (!_sending.IsDone)
        {
            _sending.WritePartHead(connection.Output);
            int length = (int)_sending.Left;
            connection.Output.Write(content.AsSpan((int)_sending.Offset, length));
            thread.Counters.BytesOut += length;
            _sending.Sent(length, connection.Output);
        }
        return connection.Answered();
    }

    /// <summary>Head and body in one piece; the body is read before the head is certain.</summary>
    private InputState? AnswerSmall(ObjectThread thread, scoped in HttpObjectHead head, OpenedFile file)
    {
        int length = (int)_sending.Left;
        ReadOnlySpan<byte> body = default;
        if (length > 0)
        {
            Span<byte> scratch = thread.BodyScratch.AsSpan(0, length);
            SysResult result = _sending.Device!.Read(file, scratch, _sending.Offset);
            if (result.IsError || result.Value < length)
            {
                return connection.Refuse(thread, HttpStatus.InternalServerError);
            }
            body = scratch;
        }
        ReplyWriter.WriteObjectHead(connection.Output, head);
        connection.Output.Write(body);
        thread.Counters.BytesOut += length;
        return connection.Answered();
    }

    /// <summary>The root is what monitors ask for: an empty object as old as time.</summary>
    private InputState? AnswerRoot(ObjectThread thread, scoped in HttpRequest request)
    {
        if (HasRange(request))
        {
            return connection.AnswerNotSatisfiable(thread, 0);
        }
        Span<byte> epoch = stackalloc byte[HttpDate.Length];
        HttpDate.Write(epoch, 0);
        ReplyWriter.WriteObjectHead(connection.Output, new HttpObjectHead
        {
            Status = HttpStatus.Ok,
            KeepAlive = connection.KeepsAlive,
            Date = thread.Date(),
            LastModified = epoch,
        });
        return connection.Answered();
    }
}
