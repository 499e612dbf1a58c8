using System.Globalization;

namespace Larder.Bench;

/// <summary>
/// Reads from /proc what the processes of a server use. The time is that of the scheduler, in nanoseconds
/// (proc(5), /proc/PID/task/TID/schedstat, first number), since /proc/PID/stat counts in ticks of 10 ms.
/// </summary>
internal sealed class ServerProbe
{
    private readonly int[] _processIds;

    /// <param name="processIds">Processes of the server, at least one.</param>
    public ServerProbe(int[] processIds) => _processIds = processIds;

    /// <summary>The processes that are read.</summary>
    public IReadOnlyList<int> ProcessIds => _processIds;

    /// <summary>What they have used until now, or null when one of them is gone or may not be read.</summary>
    public ServerUsage? Read()
    {
        try
        {
            var threads = new Dictionary<int, long>();
            long resident = 0;
            long anonymous = 0;
            foreach (int process in _processIds)
            {
                ReadThreads(process, threads);
                (long all, long own) = ReadMemory(process);
                resident += all;
                anonymous += own;
            }

            return new ServerUsage(threads, resident, anonymous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void ReadThreads(int process, Dictionary<int, long> threads)
    {
        foreach (string task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            int thread = int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture);
            string path = Path.Combine(task, "schedstat");
            if (TryReadAll(path, out string text))
                threads[thread] = long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A thread may end between the listing and the reading: then it is left out.</summary>
    private static bool TryReadAll(string path, out string text)
    {
        try
        {
            text = File.ReadAllText(path);
        }
        catch (IOException)
        {
            text = "";
        }

        return text.Length > 0;
    }

    private static (long Resident, long Anonymous) ReadMemory(int process)
    {
        long resident = 0;
        long anonymous = 0;
        foreach (string line in File.ReadLines($"/proc/{process}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                resident = Kilobytes(line);
            else if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
                anonymous = Kilobytes(line);
        }

        return (resident, anonymous);
    }

    /// <summary><c>Name:      1234 kB</c> in bytes.</summary>
    private static long Kilobytes(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return long.Parse(words[^2].Split('\t')[^1], CultureInfo.InvariantCulture) * 1024;
    }
}
