using System.Globalization;

namespace Larder.Conformance.Targets;

/// <summary>What Linux tells about a running process, read from /proc; any thread.</summary>
public static class ProcessProbe
{
    /// <summary>Ticks per second of /proc/PID/stat: USER_HZ, 100 on every architecture that Debian supports.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>The number of open descriptors.</summary>
    public static int DescriptorCount(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    /// <summary>Resident memory in bytes (VmRSS).</summary>
    public static long ResidentBytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status")
            .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
    }

    /// <summary>Processor time used so far, user and system (proc(5), fields 14 and 15 of stat).</summary>
    public static TimeSpan ProcessorTime(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long ticks = Number(fields[11]) + Number(fields[12]);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>The soft limit of open descriptors of this process (RLIMIT_NOFILE).</summary>
    public static int OwnDescriptorLimit()
    {
        string line = File.ReadLines("/proc/self/limits")
            .First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" ? int.MaxValue : (int)Number(soft);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
