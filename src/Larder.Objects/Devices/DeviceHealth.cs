using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>Counts what a device does and fails to do. Any thread.</summary>
public sealed class DeviceHealth
{
    private long _operations; // owner: interlocked
    private long _errors;     // owner: interlocked
    private long _totalNs;    // owner: interlocked
    private long _maxNs;      // owner: interlocked

    /// <summary>Operations that have ended.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>Those that failed by the device's fault.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Time spent in all of them, in nanoseconds.</summary>
    public long TotalNs => Interlocked.Read(ref _totalNs);

    /// <summary>The longest, in nanoseconds.</summary>
    public long MaxNs => Interlocked.Read(ref _maxNs);

    /// <summary>Whether an errno speaks of the device, rather than of the request.</summary>
    public static bool IsDeviceFault(Errno errno) => errno is Errno.InputOutput or Errno.NoSuchDevice
        or Errno.NoDevice or Errno.ReadOnlyFileSystem or Errno.Stale or Errno.TimedOut or Errno.Corrupted;

    /// <summary>Notes an operation that has ended.</summary>
    public void Note(SysResult result, long nanoseconds)
    {
        Interlocked.Increment(ref _operations);
        Interlocked.Add(ref _totalNs, nanoseconds);
        if (nanoseconds > Interlocked.Read(ref _maxNs))
        {
            Interlocked.Exchange(ref _maxNs, nanoseconds); // two at a time may lose the smaller of two records
        }
        if (result.IsError && IsDeviceFault(result.Errno))
        {
            Interlocked.Increment(ref _errors);
        }
    }
}
