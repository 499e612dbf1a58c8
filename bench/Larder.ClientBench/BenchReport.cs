using System.Globalization;

namespace Larder.ClientBench;

/// <summary>Makes Markdown of rows: medians of rounds, spreads, ratios within a round.</summary>
internal static class BenchReport
{
    private const int OperationsColumn = 3;
    private const int CpuColumn = 4;
    private const int ColumnCount = 9;
    private const string Blocking = "libmemcached, blocking";

    /// <summary>
    /// Rows of tabs: operation, bytes, who, operations a second, CPU microseconds; with Larder's client also bytes
    /// allocated and three percentiles. And rows that begin with "failure". Equal rows are of different rounds.
    /// </summary>
    public static IEnumerable<string> Of(string[] lines)
    {
        string[][] rows = [.. lines.Select(static line => line.Split('\t'))];
        List<string> report = [];
        ILookup<string, string[]> loads =
            rows.Where(static row => row[0] is "get" or "set").ToLookup(static row => $"{row[0]} {row[1]} B");
        report.AddRange(
        [
            "| work | who | operations/s | CPU for each, us | operations for a CPU second, to libmemcached blocking "
            + "| allocated for each, B | p50, p99, p99.9, us |",
            "|---|---|---|---|---|---|---|",
        ]);
        foreach (IGrouping<string, string[]> work in loads)
        {
            double[] blocking = Column(work.Where(static row => row[2] == Blocking), CpuColumn);
            foreach (IGrouping<string, string[]> who in work.GroupBy(static row => row[2]))
                report.Add($"| {work.Key} | {who.Key} | {Cells([.. who], blocking)} |");
        }
        AddFailures(report, rows);
        return report;
    }

    private static string Cells(string[][] rounds, double[] blocking)
    {
        double[] operations = Column(rounds, OperationsColumn);
        double[] cpu = Column(rounds, CpuColumn);
        double[] ratios = [.. blocking.Zip(cpu, static (theirs, ours) => theirs / ours)];
        string ratio = ratios.Length == 0 ? "" : $"{Median(ratios):F2} x ({ratios.Min():F2} to {ratios.Max():F2})";
        string more = " | ";
        if (rounds[0].Length == ColumnCount)
        {
            IEnumerable<string> percentiles =
                Enumerable.Range(6, 3).Select(column => Invariant($"{Median(Column(rounds, column)):F0}"));
            more = Invariant($"{Median(Column(rounds, 5)):F1} | {string.Join(", ", percentiles)}");
        }
        return Invariant($"{Median(operations):N0} ({operations.Min():N0} to {operations.Max():N0}) | ")
            + Invariant($"{Median(cpu):F2} ({cpu.Min():F2} to {cpu.Max():F2}) | {ratio} | {more}");
    }

    private static void AddFailures(List<string> report, string[][] rows)
    {
        string[][] failures = [.. rows.Where(static row => row[0] == "failure")];
        if (failures.Length == 0) return;
        report.AddRange(
        [
            "",
            "| signal to one of eight | reads of the other seven's keys | failed or missed | moved | longest, ms "
            + "| reads of its keys | failed | missed at the next owner | longest, ms | most deadlines of one caller |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]);
        foreach (string[] row in failures) report.Add($"| {string.Join(" | ", row[1..])} |");
    }

    private static double[] Column(IEnumerable<string[]> rows, int column) =>
        [.. rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture))];

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
