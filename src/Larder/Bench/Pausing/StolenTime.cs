using System.Globalization;

namespace Larder.Bench.Pausing;

/// <summary>
/// What the host of a virtual machine took from its processors: the eighth number of a processor's line in /proc/stat,
/// in ticks of 10 ms (proc(5)).
/// </summary>
/// <param name="Milliseconds">By processor, since the machine's start.</param>
internal readonly record struct StolenTime(IReadOnlyList<long> Milliseconds)
{
    private const int StealField = 8;

    private const int MillisecondsPerTick = 10;

    /// <summary>Until now.</summary>
    public static StolenTime Read() => Parse(File.ReadLines("/proc/stat"));

    /// <summary>Reads the lines of /proc/stat.</summary>
    public static StolenTime Parse(IEnumerable<string> lines) => new(
    [
        .. from line in lines
           where line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3])
           select line.Split(' ') into words
           select long.Parse(words[StealField], CultureInfo.InvariantCulture) * MillisecondsPerTick,
    ]);

    /// <summary>Milliseconds since an earlier reading: of one processor, and of all the others together.</summary>
    public (long Own, long Others) Since(StolenTime earlier, int processor)
    {
        (long own, long others) = (0, 0);
        for (int i = 0; i < Milliseconds.Count; i++)
        {
            long stolen = Milliseconds[i] - earlier.Milliseconds[i];
            own += i == processor ? stolen : 0;
            others += i == processor ? 0 : stolen;
        }

        return (own, others);
    }
}
