using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;
using Larder.Objects.Load;
using Larder.Objects.Scrubbing;
using Larder.Objects.Serving;
using Larder.Protocol.Http;
using Larder.Protocol.Mogile;
using Larder.Protocol.Text;

namespace Larder.Objects.SideChannel;

/// <summary>
/// A tracker on the side-channel: sizes, digests, the disks' load. Lines are answered in order, one at a time, byte for
/// byte as cmogstored does (docs/protocol/mogile.md), and what an operator asks of the scrubber.
/// </summary>
/// <remarks>
/// <code>
///   Line --MD5, SHA-1--> [fsck: its file system's turn] --> Digest, slice by slice --> Line
///    |---size and others--------------------------------------------------------------> Line
///    |---watch--> Watch: the latest report at each turn       ---shutdown--> End
/// </code>
/// A line that has to wait for a slot is not consumed, and is read again when the slot is there. A slice ends the turn,
/// and the slot of the device is given back; the turn of a file system is kept until the digest is there.
/// </remarks>
internal sealed class SideChannelConnection(ObjectEngine engine) : DeviceConnection, IDisposable
{
    /// <summary>
    /// Bytes read for digests in one turn: about what others wait for on a fast disk as well (cmogstored: 8 MB).
    /// </summary>
    public const int SliceBytes = 1024 * 1024;

    // owner: the stepping thread
    private readonly HeldSlot _fsckSlot = new();
    private SidePhase _phase;
    private int _scanned;         // bytes of a line in which it does not end
    private long _sliceLeft;      // of this turn
    private DigestJob? _job;
    private SideCommand _command; // of the job
    private byte[] _path = [];    // of the job, as sent
    private long _reportsSeen;

    /// <summary>A tracker that watches says nothing for long, and is not to be sent away for it.</summary>
    protected override bool YieldsToPressure => false;

    /// <inheritdoc/>
    protected override bool IsMidRequest => _phase == SidePhase.Digest;

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        var thread = Unsafe.As<ObjectThread>(turn.State!);
        consumed = 0;
        _sliceLeft = SliceBytes;
        InputState? state = null;
        while (state == null)
        {
            int used = 0;
            switch (_phase)
            {
                case SidePhase.Line:
                    state = ProcessLine(turn, thread, input[consumed..], out used);
                    break;
                case SidePhase.Digest:
                    state = ProcessDigest(turn, thread);
                    break;
                default:
                    used = input.Length - consumed;
                    state = ProcessReport();
                    break;
            }
            consumed += used;
        }
        LeaveDevice();
        return state.Value;
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        base.OnClosed(turn, reason);
        EndJob();
        _fsckSlot.Close();
        engine.Load.Remove(this);
    }

    /// <summary>Ends a digest on its way; <see cref="OnClosed"/> does so for every connection.</summary>
    void IDisposable.Dispose() => EndJob();

    private InputState? ProcessLine(Turn turn, ObjectThread thread, ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        if (turn.RequestsLeft <= 0 || _sliceLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
        {
            return InputState.Yield;
        }
        var request = default(SideRequest);
        ParseStatus status = SideRequestReader.Read(
            input, _scanned, engine.Options.Names, thread.PathScratch, ref request);
        if (status == ParseStatus.Incomplete)
        {
            _scanned = request.ScannedLength;
            return InputState.NeedMore;
        }
        if (status == ParseStatus.Close)
        {
            SideLog.LineTooLong(engine.Options.Logger, PeerName);
            return InputState.Close;
        }
        InputState? state = Serve(turn, request);
        if (state != InputState.Park)
        {
            turn.RequestsLeft--;
            _scanned = 0;
            used = request.LineLength;
        }
        return state;
    }

    private InputState? Serve(Turn turn, scoped in SideRequest request)
    {
        switch (request.Command)
        {
            case SideCommand.Blank:
                Output.Write(SideReplyWriter.Blank);
                break;
            case SideCommand.Size:
                return AnswerSize(turn, request);
            case SideCommand.Md5 or SideCommand.Sha1:
                return BeginDigest(turn, request);
            case SideCommand.Watch:
                BeginWatch();
                break;
            case SideCommand.AioThreads:
                SetThreads(request.ThreadCount);
                break;
            case SideCommand.Shutdown:
                SideLog.StopAsked(engine.Options.Logger, PeerName);
                _phase = SidePhase.End;
                engine.Options.ShutdownAsked();
                break;
            case SideCommand.Scrub:
                return AnswerScrub(turn, request);
            case SideCommand.UriInvalid:
                Output.Write(SideReplyWriter.UriInvalid);
                break;
            default:
                Span<byte> span = Output.GetSpan(request.Word.Length + SideReplyWriter.Overhead);
                Output.Advance(SideReplyWriter.WriteUnknown(span, request.Word));
                break;
        }
        return null;
    }

    private InputState? AnswerSize(Turn turn, scoped in SideRequest request)
    {
        long size = -1;
        if (DeviceOf(request.File) is { } device)
        {
            SlotOutcome slot = EnterDevice(turn, device);
            if (slot != SlotOutcome.Granted)
            {
                return slot == SlotOutcome.Waiting ? InputState.Park : InputState.Close;
            }
            SysResult result = Open(device, request.File.Rest, out OpenedFile? file, out FileStatus status);
            using (file)
            {
                if (result.IsError && !IsMissing(result.Errno))
                {
                    return InputState.Close; // there is no word for it, and -1 would be a lie
                }
                size = result.IsError ? -1 : status.Size;
            }
        }
        Span<byte> span = Output.GetSpan(request.Path.Length + SideReplyWriter.Overhead);
        Output.Advance(SideReplyWriter.WriteSize(span, request.Path, size));
        return null;
    }

    private InputState? AnswerScrub(Turn turn, scoped in SideRequest request)
    {
        Device? device = engine.Devices.Find(request.Device);
        if (engine.Options.Scrub == null || device == null)
        {
            Output.Write(engine.Options.Scrub == null ? ScrubAnswers.Off : ScrubAnswers.NoDevice);
            return null;
        }
        if (request.Scrub == SideScrub.Status)
        {
            Output.Write(ScrubAnswers.Status(engine.Scrub, request.Device));
            return null;
        }
        bool isReport = request.Scrub == SideScrub.Report;
        Device place = isReport ? device : engine.Devices.Find(Device.RootNumber)!;
        SlotOutcome slot = EnterDevice(turn, place);
        if (slot == SlotOutcome.Waiting)
        {
            return InputState.Park;
        }
        if (slot != SlotOutcome.Granted)
        {
            Output.Write(ScrubAnswers.Busy);
        }
        else if (isReport)
        {
            Output.Write(ScrubAnswers.Report(device));
        }
        else
        {
            SideLog.ScrubAsked(engine.Options.Logger, PeerName, request.Scrub, device.Name);
            SysResult result = engine.Scrub.Mark(place, request.Device, request.Scrub == SideScrub.Pause);
            Output.Write(result.IsError ? ScrubAnswers.Failed(result.Errno) : ScrubAnswers.Done);
        }
        return null;
    }

    private InputState? BeginDigest(Turn turn, scoped in SideRequest request)
    {
        if (DeviceOf(request.File) is not { } device)
        {
            return AnswerDigest(request.Command, request.Path, default);
        }
        SlotOutcome slot = request.IsFsck
            ? Enter(turn, _fsckSlot, engine.FsckQueues.Of(device)) : SlotOutcome.Granted;
        slot = slot == SlotOutcome.Granted ? EnterDevice(turn, device) : slot;
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : AnswerReadError(request.Path, 0);
        }
        SysResult result = Open(device, request.File.Rest, out OpenedFile? file, out FileStatus status);
        if (result.IsError)
        {
            return IsMissing(result.Errno)
                ? AnswerDigest(request.Command, request.Path, default) : AnswerReadError(request.Path, 0);
        }
        bool isMd5 = request.Command == SideCommand.Md5;
        StoredDigest? stored = FileDigests.Load(device, file!, status);
        if (isMd5 && !request.IsFsck && stored?.Md5 != null)
        {
            file!.Dispose();
            return AnswerDigest(request.Command, request.Path, stored.Md5);
        }
        HashAlgorithmName algorithm = isMd5 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA1;
        _job = new DigestJob(device, file!, status, stored, algorithm, request.IsFsck);
        _command = request.Command;
        _path = request.Path.ToArray();
        _phase = SidePhase.Digest;
        return null;
    }

    private InputState? ProcessDigest(Turn turn, ObjectThread thread)
    {
        DigestJob job = _job!;
        SlotOutcome slot = EnterDevice(turn, job.Device);
        if (slot != SlotOutcome.Granted)
        {
            return slot == SlotOutcome.Waiting ? InputState.Park : AnswerReadError(_path, job.Offset);
        }
        // What is to stop waits for this digest: it is as urgent as others then.
        bool isLow = job.IsFsck && !engine.IsStopping;
        using (isLow ? IoPriority.Lower() : default)
        {
            SysResult result = job.Read(thread.DigestScratch, ref _sliceLeft);
            if (result.IsError)
            {
                return AnswerReadError(_path, job.Offset);
            }
        }
        if (!job.IsDone)
        {
            return InputState.Yield;
        }
        byte[] digest = job.Finish(out bool isDamaged);
        if (isDamaged)
        {
            SideLog.Damaged(engine.Options.Logger, Encoding.ASCII.GetString(_path));
        }
        return AnswerDigest(_command, _path, digest);
    }

    private void BeginWatch()
    {
        _phase = SidePhase.Watch;
        _reportsSeen = engine.Load.Latest?.Number ?? 0;
        engine.Load.Add(this);
        engine.WriteUsage();
    }

    /// <summary>A report that came while an earlier one still waits to be sent is left out.</summary>
    private InputState ProcessReport()
    {
        LoadReport? report = engine.Load.Latest;
        if (_phase == SidePhase.Watch && report?.Number > _reportsSeen && Output.QueuedBytes == 0)
        {
            _reportsSeen = report.Number;
            Output.Write(report.Text.Span);
        }
        return InputState.NeedMore;
    }

    private void SetThreads(int count)
    {
        if (count > 0)
        {
            SideLog.Threads(engine.Options.Logger, PeerName, count);
            engine.SetWorkers(count);
        }
        Output.Write(SideReplyWriter.Blank);
    }

    private InputState? AnswerDigest(SideCommand command, ReadOnlySpan<byte> path, ReadOnlySpan<byte> digest)
    {
        Span<byte> span = Output.GetSpan(path.Length + SideReplyWriter.Overhead);
        Output.Advance(SideReplyWriter.WriteDigest(span, path, command, digest));
        EndJob();
        return null;
    }

    private InputState? AnswerReadError(ReadOnlySpan<byte> path, long offset)
    {
        Span<byte> span = Output.GetSpan(path.Length + SideReplyWriter.Overhead);
        Output.Advance(SideReplyWriter.WriteReadError(span, path, offset));
        EndJob();
        return null;
    }

    private void EndJob()
    {
        _fsckSlot.Leave();
        _job?.Dispose();
        _job = null;
        _path = [];
        _phase = SidePhase.Line;
    }

    /// <summary>The device of a path; null for one that there is not, also for names that are no objects'.</summary>
    private Device? DeviceOf(scoped in HttpPath path)
        => TemporaryNames.IsOne(path.Rest) ? null : engine.Devices.Find(path.Device);

    private static SysResult Open(Device device, ReadOnlySpan<byte> path, out OpenedFile? file, out FileStatus status)
    {
        status = default;
        SysResult result = device.OpenFile(path, out file);
        if (!result.IsError)
        {
            result = device.Status(file!, out status);
            if (result.IsError)
            {
                file!.Dispose();
                file = null;
            }
        }
        return result;
    }

    /// <summary>
    /// Whether an errno says that there is no such file for us. Others say that nobody knows: a tracker that was told
    /// that a file is missing would give up its copy.
    /// </summary>
    private static bool IsMissing(Errno errno) => errno is Errno.NoEntry or Errno.NotFolder or Errno.Access
        or Errno.NotPermitted or Errno.CrossDevice or Errno.TooManySymbolicLinks or Errno.NameTooLong;
}
