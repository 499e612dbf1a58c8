using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// What the calling thread has used so far, so that a pause of its own making is told from one that others made: the
/// scheduler, an interrupt, the machine under this machine (getrusage(2) with RUSAGE_THREAD, clock_gettime(2)).
/// </summary>
/// <param name="CpuNanoseconds">Processor time, in the program and in the kernel.</param>
/// <param name="Faults">Page faults that were served without a disk.</param>
/// <param name="Preemptions">Times that the scheduler took the processor away.</param>
public readonly partial record struct ThreadUsage(long CpuNanoseconds, long Faults, long Preemptions)
{
    private const int ClockThreadCpuTime = 3;
    private const int RusageThread = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The calling thread's; two system calls, about half a microsecond.</summary>
    public static ThreadUsage Now()
    {
        int result = clock_gettime(ClockThreadCpuTime, out TimeSpec time) | getrusage(RusageThread, out Usage usage);
        Debug.Assert(result == 0, "both calls know every thread");
        return new ThreadUsage(
            time.Seconds * NanosecondsPerSecond + time.Nanoseconds, usage.Faults, usage.Preemptions);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [LibraryImport("libc")]
    private static partial int getrusage(int who, out Usage usage);

    /// <summary>struct rusage; what is not used is left out.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private readonly struct Usage
    {
        [FieldOffset(64)] public readonly long Faults;
        [FieldOffset(136)] public readonly long Preemptions;
    }
}
