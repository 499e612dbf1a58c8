using System.Globalization;

namespace Larder.Bench;

/// <summary>Progress as plain lines, one for each finished round: for logs and pipes.</summary>
internal sealed class LineProgress(BenchOptions options, TextWriter output) : IBenchProgress
{
    private static readonly Metric[] s_shown =
        [Metric.Throughput, Metric.ServerCpu, Metric.P50, Metric.P99, Metric.P999];

    public void Show(int target, string phase, double share, double perSecond)
    {
        if (share == 0 && perSecond == 0 && phase == BenchRunner.FillPhase)
            output.WriteLine($"{options.Targets[target].Name}: storing {options.Keys} keys");
    }

    public void Finished(RoundResult round)
    {
        string[] parts =
        [
            .. from metric in s_shown
               let value = metric.Read(round)
               where value is not null
               select $"{metric.Title} {value.Value.ToString($"F{metric.Digits}", CultureInfo.InvariantCulture)}",
        ];
        output.WriteLine(
            $"round {round.Round}/{options.Rounds} {options.Targets[round.Target].Name}: {string.Join(", ", parts)}");
    }
}
