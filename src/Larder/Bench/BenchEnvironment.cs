using System.Globalization;
using System.Runtime.InteropServices;

namespace Larder.Bench;

/// <summary>The machine and the runtime that the generator ran on.</summary>
/// <param name="Processor">Name of the processor, as /proc/cpuinfo has it.</param>
/// <param name="Cores">Processors of the machine.</param>
/// <param name="MemoryMiB">Memory of the machine.</param>
/// <param name="Kernel">Kernel and its release.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Time">When the run began, UTC.</param>
internal sealed record BenchEnvironment(
    string Processor, int Cores, long MemoryMiB, string Kernel, string Runtime, DateTimeOffset Time)
{
    /// <summary>When the run began, to the minute.</summary>
    public string Day => Time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Reads this machine's.</summary>
    public static BenchEnvironment Read(TimeProvider clock)
    {
        string[] models = [.. ValuesOf("/proc/cpuinfo", "model name")];
        string memory = ValuesOf("/proc/meminfo", "MemTotal").FirstOrDefault() ?? "0 kB";
        return new BenchEnvironment(
            models.Length > 0 ? models[0] : RuntimeInformation.OSArchitecture.ToString(),
            models.Length > 0 ? models.Length : Environment.ProcessorCount,
            long.TryParse(memory.Split(' ')[0], out long kilobytes) ? kilobytes / 1024 : 0,
            $"Linux {Environment.OSVersion.Version}",
            RuntimeInformation.FrameworkDescription,
            clock.GetUtcNow());
    }

    private static IEnumerable<string> ValuesOf(string path, string name) =>
        from line in File.Exists(path) ? File.ReadLines(path) : []
        where line.StartsWith(name, StringComparison.Ordinal)
        select line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
}
