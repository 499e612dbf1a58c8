using System.Diagnostics;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Protocol.Http;
using Larder.Protocol.Text;

namespace Larder.Objects.Serving;

/// <summary>PUT on a connection: whole objects and pieces, from the head to the answer.</summary>
internal sealed class PutDialogue(ObjectEngine engine, ObjectConnection connection)
{
    // owner: the stepping thread
    private readonly SyncWaiter _syncWaiter = new();
    private readonly Receiving _receiving = new();
    private bool _hasSynced;   // the sync that we were parked for has ended

    /// <summary>Refuses a request, or makes ready for its body.</summary>
    public InputState? Begin(
        Turn turn, ObjectThread thread, ReadOnlySpan<byte> head, scoped in HttpRequest request,
        scoped in HttpPath path)
    {
        if (!path.IsPutTarget)
        {
            return connection.Refuse(thread, HttpStatus.BadRequest, closes: true);
        }
        if (!request.IsChunked && request.ContentLength < 0)
        {
            return connection.Refuse(thread, HttpStatus.LengthRequired, closes: true);
        }
        if (path.Device < 0 || engine.Devices.Find(path.Device) is not { } device)
        {
            return connection.Refuse(thread, HttpStatus.NotFound, closes: true);
        }
        if (device.Writes != WriteVerdict.Accepted)
        {
            return connection.Refuse(thread, ErrnoStatus.OfRefusal(device.Writes), closes: true);
        }
        SlotOutcome slot = connection.EnterDevice(turn, device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park
                : connection.Refuse(thread, HttpStatus.ServiceUnavailable, closes: true);
        }
        if (Preconditions.AreIn(request) && !Preconditions.Hold(engine, thread, device, request, path))
        {
            return connection.Refuse(thread, HttpStatus.PreconditionFailed, closes: true);
        }
        SysResult result = BeginUpload(device, request, path, out IUpload? upload);
        if (result.IsError)
        {
            return connection.Refuse(thread, ErrnoStatus.OfWrite(result.Errno), closes: true);
        }
        if (request.ExpectsContinue)
        {
            connection.Output.Write(HttpResponseWriter.Continue);
        }
        _receiving.Begin(request, head, device, path.Text, upload!);
        connection.Phase = ObjectPhase.Body;
        return null;
    }

    /// <summary>Writes what has come of the body.</summary>
    public InputState? Receive(Turn turn, ObjectThread thread, ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        SlotOutcome slot = connection.EnterDevice(turn, _receiving.Device!);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park
                : Fail(thread, HttpStatus.ServiceUnavailable);
        }
        while (true)
        {
            ChunkedStatus status = _receiving.Next(input[used..], out int consumed, out ReadOnlySpan<byte> piece);
            used += consumed;
            thread.Counters.BytesIn += piece.Length;
            SysResult result = piece.IsEmpty ? SysResult.Ok(0) : _receiving.Upload!.Write(piece);
            if (result.IsError)
            {
                return Fail(thread, ErrnoStatus.OfWrite(result.Errno));
            }
            switch (status)
            {
                case ChunkedStatus.Incomplete:
                    connection.NotePeer();
                    return InputState.NeedMore;
                case ChunkedStatus.Failed:
                    return Fail(thread, _receiving.Error);
                case ChunkedStatus.Complete:
                    connection.Phase = ObjectPhase.Finish;
                    return null;
                default:
                    break;
            }
        }
    }

    /// <summary>Seals, syncs and publishes what was received, step by step, and answers.</summary>
    public InputState? Finish(Turn turn, ObjectThread thread)
    {
        Device device = _receiving.Device!;
        IUpload upload = _receiving.Upload!;
        while (_receiving.Step != FinishStep.Done)
        {
            if (SyncsInGroup(device) && !_hasSynced)
            {
                _hasSynced = true;
                connection.ParkForSync(device, _syncWaiter);
                return InputState.Park;
            }
            SlotOutcome slot = _receiving.Step == FinishStep.Publish
                ? connection.EnterName(turn, device, _receiving.Key) : SlotOutcome.Granted;
            slot = slot == SlotOutcome.Granted ? connection.EnterDevice(turn, device) : slot;
            if (slot != SlotOutcome.Granted)
            {
                return slot == SlotOutcome.Waiting ? InputState.Park
                    : Fail(thread, HttpStatus.ServiceUnavailable);
            }
            if (_receiving.Step == FinishStep.Seal && !_receiving.HasRightMd5())
            {
                return Fail(thread, HttpStatus.BadRequest, closes: false);
            }
            SysResult result = SysResult.Ok(0);
            if (_receiving.Step == FinishStep.Publish)
            {
                result = connection.LockName(device, _receiving.Key);
                if (!result.IsError && !StillHold(thread))
                {
                    return Fail(thread, HttpStatus.PreconditionFailed, closes: false);
                }
            }
            result = result.IsError ? result : TakeStep(device, upload);
            if (result.IsError && result.Errno == Errno.Exists && _receiving.WantsNothingThere)
            {
                return Fail(thread, HttpStatus.PreconditionFailed, closes: false);
            }
            if (result.IsError)
            {
                return Fail(thread, ErrnoStatus.OfWrite(result.Errno));
            }
            _hasSynced = false;
            _receiving.Step++;
        }
        thread.Counters.Puts++;
        End();
        ReplyWriter.WriteSimple(connection.Output, thread, HttpStatus.Created, connection.KeepsAlive);
        return connection.Answered();
    }

    /// <summary>The connection ends within a body: says so in the original's words.</summary>
    /// <param name="silentMs">Since the last bytes came.</param>
    /// <param name="reason">Why.</param>
    public void LogBroken(int silentMs, string reason)
    {
        connection.NotePeer();
        string path = Encoding.Latin1.GetString(_receiving.Key);
        Log.PutBroken(engine.Options.Logger, path, connection.Peer, _receiving.Upload!.Length, reason);
        Log.PutSilence(engine.Options.Logger, silentMs, connection.Peer, path);
    }

    /// <summary>The body comes too slowly: says so, to the client as well.</summary>
    /// <param name="thread">The caller's.</param>
    /// <param name="silentMs">Since the last bytes came.</param>
    /// <param name="reason">For the log.</param>
    public void TimeOut(ObjectThread thread, int silentMs, string reason)
    {
        LogBroken(silentMs, reason);
        Fail(thread, HttpStatus.RequestTimeout);
    }

    /// <summary>The connection is over, or the request: what is not published is taken back.</summary>
    public void End()
    {
        _receiving.End();
        connection.LeaveName(_receiving.Key);
        _hasSynced = false;
    }

    private SysResult BeginUpload(
        Device device, scoped in HttpRequest request, scoped in HttpPath path, out IUpload? upload)
    {
        SysResult result;
        if (request.HasContentRange)
        {
            result = PieceUpload.Begin(
                device,
                path.Rest,
                request.ContentRange.First,
                request.ContentLength,
                Receiving.BringsMd5(request),
                out PieceUpload? piece);
            upload = piece;
            return result;
        }
        bool withMd5 = engine.Options.AlwaysMd5 || Receiving.BringsMd5(request);
        result = Upload.Begin(device, path.Rest, request.ContentLength, withMd5, out Upload? whole);
        upload = whole;
        return result;
    }

    /// <summary>
    /// Whether what the request demands of the object is still so, now that the body is there; nobody else gives the
    /// name to another object before we do. For <c>If-None-Match: *</c> the file system decides as well, so that it is
    /// true against other processes, too.
    /// </summary>
    private bool StillHold(ObjectThread thread)
    {
        if (_receiving.ConditionalHead.Length == 0)
        {
            return true;
        }
        var request = default(HttpRequest);
        ParseStatus status = HttpRequestReader.Read(_receiving.ConditionalHead, 0, new HttpLimits(), ref request);
        HttpPathError error = HttpPathReader.Read(
            request.Target, engine.Options.Names, thread.PathScratch, out HttpPath path);
        Debug.Assert(status == ParseStatus.Complete && error == HttpPathError.None, "it was read before");
        return request.HasContentRange || Preconditions.Hold(engine, thread, _receiving.Device!, request, path);
    }

    private bool SyncsInGroup(Device device)
        => device.Group != null && _receiving.Step is FinishStep.SyncBytes or FinishStep.SyncName;

    private SysResult TakeStep(Device device, IUpload upload)
    {
        bool syncs = device.SyncPolicy != SyncPolicy.None;
        switch (_receiving.Step)
        {
            case FinishStep.Seal:
                return upload.Seal();
            case FinishStep.SyncBytes:
                return _hasSynced ? upload.Synced(_syncWaiter.Result) : syncs ? upload.Sync() : SysResult.Ok(0);
            case FinishStep.Publish:
                SysResult result = upload.Publish(replaces: !_receiving.WantsNothingThere);
                engine.HotFiles.Forget(_receiving.Key);
                connection.LeaveName(_receiving.Key);
                return result;
            case FinishStep.SyncName:
                return _hasSynced ? upload.Synced(_syncWaiter.Result) : syncs ? upload.SyncName() : SysResult.Ok(0);
            default:
                throw new UnreachableException($"nothing follows {_receiving.Step}");
        }
    }

    private InputState? Fail(ObjectThread thread, HttpStatus status, bool closes = true)
    {
        End();
        return connection.Refuse(thread, status, closes);
    }
}
