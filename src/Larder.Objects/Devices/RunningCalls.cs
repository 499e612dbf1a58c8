using System.Diagnostics;

namespace Larder.Objects.Devices;

/// <summary>
/// Operations on a device that have begun and not ended: how one that hangs is seen while it hangs. Any thread.
/// </summary>
/// <remarks>
/// A cell for each, found from the thread's number, so that threads rarely meet: a compare-and-swap and a write for
/// each operation. When all are taken the operation is not watched; those that are tell enough.
/// </remarks>
internal sealed class RunningCalls
{
    /// <summary>More than a device has slots, in all but odd configurations; a power of two.</summary>
    private const int Cells = 64;

    private readonly long[] _begun = new long[Cells]; // owner: interlocked; ticks, 0 = free, lowest bit = a patient one

    /// <summary>Whether it takes long on a good disk as well: it waits for much to be written, or for others.</summary>
    public static bool IsPatient(DeviceOperation operation)
        => operation is DeviceOperation.Sync or DeviceOperation.IdleRead;

    /// <summary>Notes that an operation begins now.</summary>
    public DeviceCall Begin(DeviceOperation operation)
    {
        long now = Stopwatch.GetTimestamp();
        long mark = IsPatient(operation) ? now | 1 : now & ~1L;
        int first = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Cells; i++)
        {
            int cell = (first + i) & (Cells - 1);
            if (Volatile.Read(ref _begun[cell]) == 0 && Interlocked.CompareExchange(ref _begun[cell], mark, 0) == 0)
            {
                return new DeviceCall(operation, now, cell);
            }
        }
        return new DeviceCall(operation, now, -1);
    }

    /// <summary>Notes that it has ended.</summary>
    public void End(in DeviceCall call)
    {
        if (call.Cell >= 0)
        {
            Volatile.Write(ref _begun[call.Cell], 0);
        }
    }

    /// <summary>Nanoseconds for which the oldest operation has been running; 0 for none.</summary>
    /// <param name="isPatient">Whether those are looked at that may take long, or all others.</param>
    public long OldestNs(bool isPatient)
    {
        long oldest = long.MaxValue;
        foreach (ref long cell in _begun.AsSpan())
        {
            long begun = Volatile.Read(ref cell);
            if (begun != 0 && ((begun & 1) != 0) == isPatient)
            {
                oldest = Math.Min(oldest, begun);
            }
        }
        return oldest == long.MaxValue ? 0
            : Math.Max((long)Stopwatch.GetElapsedTime(oldest).TotalNanoseconds, 0);
    }
}
