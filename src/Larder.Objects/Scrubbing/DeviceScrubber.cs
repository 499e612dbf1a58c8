using System.Globalization;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Scrubbing;

/// <summary>
/// Reads all files of a device again and again, slowly, and compares their bytes with the digests that were stored with
/// them. What is damaged is moved to <c>lost+damaged/</c> and reported, so that it is not served any more and the
/// tracker makes another copy.
/// </summary>
/// <remarks>
/// <code>
///   waiting --interval--> walk: next file --open, statx, digest--> read, slice by slice --> compare --> walk ...
///             no digest, or not of these bytes: left alone              changed meanwhile: left alone
///             differs: read again from the disk; differs again: damaged
/// </code>
/// Files that are suspected, since a GET found them damaged, come first. An error of the disk is reported and the file
/// left where it is: moving it mends nothing. One thread; <see cref="Status"/> by any.
/// </remarks>
internal sealed class DeviceScrubber : IDisposable
{
    /// <summary>Read at a time: small against a turn of the disk's other duties.</summary>
    private const int SliceBytes = 256 * 1024;

    /// <summary>What a file costs besides its bytes: about as much as reading so many.</summary>
    private const int FileCostBytes = 16 * 1024;

    private const int StepsInOnePiece = 1_000;
    private const int WalkPauseMs = 20;
    private const int IdleMs = 1_000;
    private const int SaveMs = 60_000;
    private const int WatchMs = 10_000;
    private const long QuietNs = 3_600_000_000_000;
    private const long NsPerSecond = 1_000_000_000;

    private readonly Device _device;
    private readonly ScrubOptions _options;
    private readonly ILogger _logger;
    private readonly ScrubPace _pace;
    private readonly byte[] _slice = new byte[SliceBytes];
    private readonly Lock _lock = new();
    private ScrubStatus _status;      // owner: _lock
    private ScrubProgress? _progress; // owner: the device's thread, as all below
    private FolderWalk? _walk;
    private ScrubFile? _file;
    private long _savedMs;
    private bool _isDirty;

    public DeviceScrubber(Device device, ScrubOptions options, ILogger logger)
    {
        _device = device;
        _options = options;
        _logger = logger;
        _pace = new ScrubPace(options.BytesPerSecond);
        _status = new ScrubStatus(device.Name, false, 0, "", 0, 0, 0, 0);
        device.CloseWith(this);
    }

    /// <summary>How far it has come.</summary>
    public ScrubStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
    }

    /// <summary>Does a piece of work.</summary>
    /// <param name="isPaused">Nothing is read; what was done is kept.</param>
    /// <param name="nowMs">Monotonic milliseconds.</param>
    /// <param name="nowUnix">Seconds since 1970.</param>
    /// <returns>Milliseconds until the next.</returns>
    public int Step(bool isPaused, long nowMs, long nowUnix)
    {
        if (!_device.Health.IsInService)
        {
            return IdleMs; // it has to recover, not to work
        }
        _progress = _options.OnlyWatches ? ScrubProgress.Load(_device) : _progress ?? ScrubProgress.Load(_device);
        int waitMs = _options.OnlyWatches ? WatchMs : isPaused ? IdleMs : Work(nowMs, nowUnix);
        if (_isDirty && (isPaused || nowMs - _savedMs >= SaveMs || _progress.Position == null))
        {
            Save(nowMs);
        }
        lock (_lock)
        {
            _status = new ScrubStatus(
                _device.Name,
                _progress.Position != null,
                _progress.BegunUnix,
                _progress.Position == null ? "" : PathText.Escape(_progress.Position),
                _progress.Files,
                _progress.Bytes,
                _progress.Damaged,
                _progress.Unreadable);
        }
        return waitMs;
    }

    /// <summary>Lets go of what is open; when nobody works on the device any more.</summary>
    public void Dispose() => End();

    private static string Time(long unix)
        => DateTimeOffset.FromUnixTimeSeconds(unix).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private int Work(long nowMs, long nowUnix)
    {
        if (_file != null)
        {
            return Read(nowMs, nowUnix);
        }
        if (_device.TryTakeSuspect(out byte[]? suspect))
        {
            Open(suspect, nowUnix);
            return 0;
        }
        if (_progress!.Position == null)
        {
            if (nowUnix - _progress.BegunUnix < (long)_options.Interval.TotalSeconds)
            {
                return IdleMs;
            }
            _progress.Begin(nowUnix);
            _isDirty = true;
            _savedMs = nowMs;
        }
        _walk ??= new FolderWalk(_device, _progress.Position);
        return Walk(nowMs, nowUnix);
    }

    private int Walk(long nowMs, long nowUnix)
    {
        for (int i = 0; i < StepsInOnePiece; i++)
        {
            switch (_walk!.Step(out byte[] path))
            {
                case WalkStep.File when !TemporaryNames.IsOne(path):
                    _progress!.Position = path;
                    _isDirty = true;
                    Open(path, nowUnix);
                    return _pace.Wait(FileCostBytes, nowMs);
                case WalkStep.End:
                    _progress!.Unreadable += _walk.Failures;
                    _progress.Position = null;
                    _walk = null;
                    _isDirty = true;
                    ScrubLog.Scrubbed(_logger, _device.Name, _progress.Files, _progress.Bytes, _progress.Damaged,
                        _progress.Unreadable);
                    return IdleMs;
                default:
                    break;
            }
        }
        return WalkPauseMs;
    }

    /// <summary>Opens a file if there is something to compare.</summary>
    private void Open(byte[] path, long nowUnix)
    {
        SysResult result = _device.OpenFile(path, out OpenedFile? file);
        if (result.IsError)
        {
            NoteUnreadable(path, result, 0, nowUnix);
            return;
        }
        result = _device.Status(file!, out FileStatus status);
        StoredDigest? digest = result.IsError ? null : FileDigests.Load(_device, file!, status);
        bool isQuiet = (nowUnix * NsPerSecond) - status.ModifiedNs > QuietNs;
        if (result.IsError || status.Kind != FileKind.Regular || (digest == null && !(_options.AddsDigests && isQuiet)))
        {
            file!.Dispose();
            return;
        }
        file!.WillNotReadAgain(0, 0); // what the disk has, not what memory has
        file.WillReadInOrder();
        _file = new ScrubFile(path, file, status, digest);
    }

    private int Read(long nowMs, long nowUnix)
    {
        ScrubFile file = _file!;
        SysResult result = _device.ReadIdly(file.File, _slice, file.Offset);
        if (result.IsError)
        {
            NoteUnreadable(file.Path, result, file.Offset, nowUnix);
            End();
            return _pace.Wait(FileCostBytes, nowMs);
        }
        file.Append(_slice.AsSpan(0, result.Int));
        _progress!.Bytes += result.Int;
        if (result.Int < SliceBytes)
        {
            Compare(file, nowUnix);
        }
        return _pace.Wait(result.Int, nowMs);
    }

    private void Compare(ScrubFile file, long nowUnix)
    {
        bool isSame = !_device.Status(file.File, out FileStatus now).IsError && now.IsSameAs(file.Status);
        bool isGood = file.Digest == null || file.Digest.Crc32C == file.Found;
        if (isSame && !isGood && !file.IsSecondLook)
        {
            file.LookAgain();
            return;
        }
        if (isSame)
        {
            _progress!.Files++;
            _isDirty = true;
        }
        if (isSame && !isGood)
        {
            NoteDamaged(file, nowUnix);
        }
        else if (isSame && file.Digest == null)
        {
            AddDigest(file);
        }
        End();
    }

    private void AddDigest(ScrubFile file)
    {
        Span<byte> value = stackalloc byte[StoredDigest.TextLengthMax];
        int length = new StoredDigest(file.Status.Size, file.Status.ModifiedNs, file.Found, null).Write(value);
        SysResult result = _device.SetAttribute(file.File, StoredDigest.Name, value[..length]);
        if (result.IsError && result.Errno != Errno.NotSupported)
        {
            ScrubLog.NotNoted(_logger, _device.Name, PathText.Escape(file.Path), result.Errno);
        }
    }

    private void NoteDamaged(ScrubFile file, long nowUnix)
    {
        string path = PathText.Escape(file.Path);
        SysResult result = DamagedFiles.Move(_device, file.Path, file.Status.Inode, nowUnix, out string newName);
        if (result.IsError && result.Errno is Errno.Again or Errno.NoEntry)
        {
            return; // replaced or removed meanwhile: what is there now is another file
        }
        _progress!.Damaged++;
        string where = result.IsError ? $"not moved: {result.Errno}" : $"moved to {newName}";
        Report($"{Time(nowUnix)} {path} damaged, {file.Status.Size} bytes, crc32c expected {file.Digest!.Crc32C:x8}, "
            + $"found {file.Found:x8}, {where}");
        ScrubLog.Damaged(_logger, _device.Name, path, where);
    }

    private void NoteUnreadable(byte[] path, SysResult result, long offset, long nowUnix)
    {
        if (!DeviceHealth.IsDeviceFault(result.Errno))
        {
            return; // gone, or not ours to read: no word about the disk
        }
        _progress!.Unreadable++;
        _isDirty = true;
        Report(string.Create(CultureInfo.InvariantCulture,
            $"{Time(nowUnix)} {PathText.Escape(path)} unreadable at {offset}: {result.Errno}"));
    }

    private void Report(string line)
    {
        SysResult result = DamagedFiles.Report(_device, line);
        if (result.IsError)
        {
            ScrubLog.NotNoted(_logger, _device.Name, line, result.Errno);
        }
    }

    private void End()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Save(long nowMs)
    {
        _isDirty = false;
        _savedMs = nowMs;
        SysResult result = _progress!.Save(_device);
        if (result.IsError)
        {
            ScrubLog.NotNoted(_logger, _device.Name, "progress", result.Errno);
        }
    }
}
