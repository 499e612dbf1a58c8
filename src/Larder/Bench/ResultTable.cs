namespace Larder.Bench;

/// <summary>The results as rows of text: for the terminal, and as Markdown.</summary>
internal static class ResultTable
{
    /// <summary>Writes the tables with aligned columns.</summary>
    public static void WriteText(BenchResult result, TextWriter output)
    {
        foreach (List<string[]> table in Tables(result))
            TextTable.WriteText(table, output);
    }

    /// <summary>Writes a section of a Markdown file: heading, command line, machine, tables.</summary>
    public static void WriteMarkdown(BenchResult result, TextWriter output)
    {
        WriteHeading(result.Options.Title, result.Options.CommandLine, result.Environment, output);
        foreach (List<string[]> table in Tables(result))
            TextTable.WriteMarkdown(table, output);
    }

    /// <summary>Writes what stands above the tables of a Markdown section: title, command line, machine.</summary>
    public static void WriteHeading(string title, string commandLine, BenchEnvironment machine, TextWriter output)
    {
        output.WriteLine($"\n## {title}\n");
        output.WriteLine($"```sh\n{commandLine}\n```\n");
        string[] where = [machine.Processor, $"{machine.Cores} cores", machine.Kernel, machine.Runtime, machine.Day];
        output.WriteLine($"{string.Join(", ", where)}.");
    }

    /// <summary>A value with its spread over the rounds: <c>12.3 (11.9..12.8)</c>.</summary>
    public static string Show(Spread? spread, int digits)
    {
        if (spread is not { } known)
            return "-";
        string median = TextTable.Number(known.Median, digits);
        return known.Min == known.Max
            ? median
            : $"{median} ({TextTable.Number(known.Min, digits)}..{TextTable.Number(known.Max, digits)})";
    }

    /// <summary>The tables of a result, each with its heading as the first row.</summary>
    public static IEnumerable<List<string[]>> Tables(BenchResult result)
    {
        yield return MeasuredTable(result);
        yield return CountTable(result);
        if (result.Options.Targets.Count > 1)
            yield return RatioTable(result);
    }

    /// <summary>Medians over the rounds, some with their ends; columns that nobody knows are left out.</summary>
    private static List<string[]> MeasuredTable(BenchResult result)
    {
        IReadOnlyList<BenchTarget> targets = result.Options.Targets;
        Metric[] known = [.. Metric.Shown.Where(metric => result.Rounds.Any(round => metric.Read(round) is not null))];
        List<string[]> table = [["target", .. known.Select(metric => metric.Title)]];
        for (int t = 0; t < targets.Count; t++)
            table.Add([targets[t].Name, .. known.Select(metric => Cell(result.SpreadOf(t, metric), metric))]);
        return table;
    }

    private static string Cell(Spread? spread, Metric metric) =>
        metric.ShowsEnds || spread is not { } known
            ? Show(spread, metric.Digits)
            : TextTable.Number(known.Median, metric.Digits);

    private static List<string[]> CountTable(BenchResult result)
    {
        List<string[]> table = [["target", "requests", "hits", "misses", "stored", "errors", "wrong values"]];
        for (int t = 0; t < result.Options.Targets.Count; t++)
        {
            LoadCounts sum = result.Of(t).Aggregate(default(LoadCounts), (total, round) => total + round.Counts);
            long[] counts = [sum.Requests, sum.Hits, sum.Misses, sum.Stored, sum.Errors, sum.WrongValues];
            table.Add([result.Options.Targets[t].Name, .. counts.Select(count => TextTable.Number(count, 0))]);
        }

        return table;
    }

    private static List<string[]> RatioTable(BenchResult result)
    {
        IReadOnlyList<BenchTarget> targets = result.Options.Targets;
        List<string[]> table = [[$"ratio to {targets[0].Name}", .. Metric.Compared.Select(metric => metric.Title)]];
        for (int t = 1; t < targets.Count; t++)
            table.Add([targets[t].Name, .. Metric.Compared.Select(metric => Show(result.RatioOf(t, metric), 3))]);
        return table;
    }
}
