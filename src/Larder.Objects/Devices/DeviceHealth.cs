using System.Diagnostics;
using Larder.Events.Driving;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// Counts what a device does and fails to do, and takes it out of service when that is too bad: it is read then, but
/// nothing is stored or removed until it has shown that it works.
/// </summary>
/// <remarks>
/// <code>
///   in service --errors, lost, hanging, slow--> out of service --probes succeed in a row--> in service
///               Judge, every second                             ProbeEnded, by the device's own loop
/// </code>
/// Operations are noted by any thread; <see cref="Judge"/> is called by one thread, which never waits for the device.
/// </remarks>
public sealed class DeviceHealth
{
    private const long NsPerMs = 1_000_000;

    private readonly DeviceOptions _options;
    private readonly RunningCalls _running = new();
    private readonly LikelyWaits _waits = new();
    private readonly Lock _lock = new();     // of the verdict
    private long _operations;                // owner: interlocked
    private long _errors;                    // owner: interlocked
    private long _totalNs;                   // owner: interlocked
    private long _maxNs;                     // owner: interlocked
    private long _patientCount;              // owner: interlocked
    private long _patientNs;                 // owner: interlocked
    private volatile bool _isLost;           // owner: any thread sets it, the verdict clears it
    private volatile DeviceTrouble _trouble; // owner: _lock
    private int _probesLeft;                 // owner: _lock
    private long _troubles;                  // owner: _lock
    private readonly Queue<Reading> _readings = new(); // owner: _lock; the first is what is compared with

    /// <param name="options">The limits.</param>
    public DeviceHealth(DeviceOptions options) => _options = options;

    /// <summary>Operations that have ended.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>Those that failed by the device's fault.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Time spent in all of them, in nanoseconds.</summary>
    public long TotalNs => Interlocked.Read(ref _totalNs);

    /// <summary>The longest, in nanoseconds.</summary>
    public long MaxNs => Interlocked.Read(ref _maxNs);

    /// <summary>Why it is out of service; None while it is in service.</summary>
    public DeviceTrouble Trouble => _trouble;

    /// <summary>Whether changes are taken.</summary>
    public bool IsInService => _trouble == DeviceTrouble.None;

    /// <summary>How often it was taken out of service.</summary>
    public long Troubles
    {
        get
        {
            lock (_lock)
            {
                return _troubles;
            }
        }
    }

    /// <summary>
    /// Whether an operation may be begun that nobody waits for: no other has been running for longer than a slow disk
    /// takes.
    /// </summary>
    public bool IsResponsive => _running.OldestNs(isPatient: false) < _options.SlowMs * NsPerMs;

    /// <summary>How long the oldest operation has been running, in nanoseconds; 0 for none.</summary>
    public long RunningNs => Math.Max(_running.OldestNs(isPatient: false), _running.OldestNs(isPatient: true));

    /// <summary>Whether an errno speaks of the device, rather than of the request.</summary>
    public static bool IsDeviceFault(Errno errno) => errno is Errno.InputOutput or Errno.NoSuchDevice
        or Errno.NoDevice or Errno.ReadOnlyFileSystem or Errno.Stale or Errno.TimedOut or Errno.Corrupted;

    /// <summary>Notes that an operation begins.</summary>
    public DeviceCall Begin(DeviceOperation operation)
    {
        if (_waits.Expects(operation))
        {
            LongCall.Begins();
        }
        return _running.Begin(operation);
    }

    /// <summary>Notes that it has ended.</summary>
    public void End(in DeviceCall call, SysResult result)
    {
        _running.End(call);
        long ns = (long)Stopwatch.GetElapsedTime(call.Begun).TotalNanoseconds;
        _waits.Note(call.Operation, ns, result.IsError ? 0 : result.Value);
        if (RunningCalls.IsPatient(call.Operation))
        {
            Interlocked.Increment(ref _patientCount);
            Interlocked.Add(ref _patientNs, ns);
        }
        Interlocked.Increment(ref _operations);
        Interlocked.Add(ref _totalNs, ns);
        if (ns > Interlocked.Read(ref _maxNs))
        {
            Interlocked.Exchange(ref _maxNs, ns); // two at a time may lose the smaller of two records
        }
        if (result.IsError && IsDeviceFault(result.Errno) && !IsOfSpecialFile(call.Operation, result.Errno))
        {
            Interlocked.Increment(ref _errors);
            if (result.Errno is Errno.ReadOnlyFileSystem or Errno.NoDevice or Errno.NoSuchDevice or Errno.Corrupted)
            {
                _isLost = true;
            }
        }
    }

    /// <summary>Looks whether it has to go out of service; once a second or so, by one thread.</summary>
    /// <param name="nowMs">Monotonic milliseconds.</param>
    /// <returns>The trouble that has just begun; None when nothing has changed.</returns>
    public DeviceTrouble Judge(long nowMs)
    {
        lock (_lock)
        {
            if (_readings.Count == 0)
            {
                _readings.Enqueue(new Reading(nowMs, 0, 0, 0));
            }
            while (_readings.Count > 1 && nowMs - _readings.Peek().AtMs > _options.WindowMs)
            {
                _readings.Dequeue();
            }
            Reading now = Read(nowMs);
            DeviceTrouble trouble = TroubleOf(_readings.Peek(), now);
            _readings.Enqueue(now);
            if (!IsInService || trouble == DeviceTrouble.None)
            {
                return DeviceTrouble.None;
            }
            _troubles++;
            _probesLeft = _options.ProbesNeeded;
            _trouble = trouble;
            return trouble;
        }
    }

    /// <summary>Notes how a probe ended; the device's own loop.</summary>
    /// <param name="hasSucceeded">Whether what was written was read again.</param>
    /// <param name="nowMs">Monotonic milliseconds, as in <see cref="Judge"/>.</param>
    /// <returns>True when it is back in service by this.</returns>
    public bool ProbeEnded(bool hasSucceeded, long nowMs)
    {
        lock (_lock)
        {
            if (IsInService)
            {
                return false;
            }
            _probesLeft = hasSucceeded ? _probesLeft - 1 : _options.ProbesNeeded;
            if (_probesLeft > 0)
            {
                return false;
            }
            // What was counted until now is forgiven.
            _isLost = false;
            _readings.Clear();
            _readings.Enqueue(Read(nowMs));
            _trouble = DeviceTrouble.None;
            return true;
        }
    }

    /// <summary>What opening a socket or a device node answers says nothing of the disk (open(2), ENXIO).</summary>
    private static bool IsOfSpecialFile(DeviceOperation operation, Errno errno)
        => operation is DeviceOperation.Open or DeviceOperation.Create
            && errno is Errno.NoSuchDevice or Errno.NoDevice;

    private Reading Read(long nowMs) => new(
        nowMs, Errors, Operations - Interlocked.Read(ref _patientCount), TotalNs - Interlocked.Read(ref _patientNs));

    private DeviceTrouble TroubleOf(in Reading then, in Reading now)
    {
        if (_isLost)
        {
            return DeviceTrouble.Lost;
        }
        if (now.Errors - then.Errors >= _options.ErrorsMax)
        {
            return DeviceTrouble.Errors;
        }
        if (_running.OldestNs(isPatient: false) > _options.HangMs * NsPerMs
            || _running.OldestNs(isPatient: true) > _options.SyncHangMs * NsPerMs)
        {
            return DeviceTrouble.Hanging;
        }
        long operations = now.Operations - then.Operations;
        return operations >= _options.SlowOperationsMin && (now.Ns - then.Ns) / operations > _options.SlowMs * NsPerMs
            ? DeviceTrouble.Slow
            : DeviceTrouble.None;
    }

    /// <summary>The counters at a time; patient operations and their time are left out.</summary>
    private readonly record struct Reading(long AtMs, long Errors, long Operations, long Ns);
}
