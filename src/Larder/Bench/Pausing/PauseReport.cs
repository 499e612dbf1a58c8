namespace Larder.Bench.Pausing;

/// <summary>The results, a table for each phase: as rows of text, and as Markdown.</summary>
internal static class PauseReport
{
    private const double NsPerUs = 1000;

    private static readonly (string Title, Func<PauseRound, double> Read)[] s_columns =
    [
        ("requests", round => round.Waits.Requests),
        ("p99 us", round => round.Waits.P99 / NsPerUs),
        ("p99.9 us", round => round.Waits.P999 / NsPerUs),
        ("p99.99 us", round => round.Waits.P9999 / NsPerUs),
        ("longest us", round => round.Waits.Longest / NsPerUs),
        ("above 1 ms", round => round.Waits.Above),
        ("pauses", round => round.Waits.Pauses),
        ("own gaps", round => round.Waits.Gaps),
        ("in gaps", round => round.Waits.InGaps),
        ("stolen here ms", round => round.StolenHere),
        ("elsewhere ms", round => round.StolenElsewhere),
        ("server CPU %", round => round.ServerBusy * 100 ?? double.NaN),
        ("refused", round => round.Refused),
    ];

    /// <summary>Writes the tables with aligned columns.</summary>
    public static void WriteText(PauseResult result, TextWriter output)
    {
        output.WriteLine(Describe(result.Options));
        foreach (PausePhase phase in result.Options.Phases)
        {
            output.WriteLine($"\n{TitleOf(phase)}");
            TextTable.WriteText(Table(result, phase), output);
        }
    }

    /// <summary>Writes a section of a Markdown file.</summary>
    public static void WriteMarkdown(PauseResult result, TextWriter output)
    {
        ResultTable.WriteHeading(result.Options.Title, result.Options.CommandLine, result.Environment, output);
        output.WriteLine($"{Describe(result.Options)}.");
        foreach (PausePhase phase in result.Options.Phases)
        {
            output.WriteLine($"\n### {TitleOf(phase)}");
            TextTable.WriteMarkdown(Table(result, phase), output);
        }
    }

    /// <summary>What happens in a phase.</summary>
    private static string TitleOf(PausePhase phase) => phase switch
    {
        PausePhase.Fill => "New keys into an empty server",
        PausePhase.Eviction => "New keys into a full one, and gets",
        PausePhase.Expiry => "All expires at once",
        PausePhase.Limit => "cache_memlimit by half, and up again",
        PausePhase.Sizes => "Values of 4,000 bytes, and tiny ones again",
        _ => "flush_all",
    };

    private static string Describe(PauseOptions options) =>
        $"{TextTable.Number(options.Rate, 0)} requests a second of {options.Keys} keys each, at fixed times, for "
        + $"{options.Duration.TotalSeconds} s; keys and values of {BurstWriter.KeySize} bytes";

    private static List<string[]> Table(PauseResult result, PausePhase phase)
    {
        List<string[]> table = [["target", .. s_columns.Select(column => column.Title), "answers"]];
        foreach (IGrouping<string, PauseRound> rounds in result.Rounds
            .Where(round => round.Phase == phase).GroupBy(round => round.Name))
        {
            table.Add(
            [
                rounds.Key,
                .. s_columns.Select(column => ResultTable.Show(Spread.Of(rounds.Select(column.Read)), 0)),
                string.Join(", ", rounds.SelectMany(round => round.Remarks).Distinct()),
            ]);
        }

        return table;
    }
}
