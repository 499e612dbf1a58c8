using System.Globalization;

namespace Larder.Bench;

/// <summary>A metric as bars: one group a target, one bar a round, a line at the median.</summary>
internal static class BarChart
{
    private const int Width = 860;
    private const int Left = 150;
    private const int Right = 740;
    private const int Top = 8;
    private const int BarHeight = 14;
    private const int GroupGap = 14;

    public static string Draw(BenchResult result, Metric metric)
    {
        IReadOnlyList<BenchTarget> targets = result.Options.Targets;
        double most = result.Rounds.Max(round => metric.Read(round) ?? 0);
        if (most == 0)
            most = 1;
        int groupHeight = (result.Options.Rounds * BarHeight) + GroupGap;
        int height = Top + (targets.Count * groupHeight);
        var chart = new SvgChart($"bars-{metric.Id}", metric.Title, Describe(result, metric), Width, height);

        for (int t = 0; t < targets.Count; t++)
        {
            double y = Top + (t * groupHeight);
            chart.Text(Left - 10, y + ((groupHeight - GroupGap) / 2.0) + 4, targets[t].Name, "end");
            foreach (RoundResult round in result.Of(t))
            {
                double value = metric.Read(round) ?? 0;
                double width = (Right - Left) * value / most;
                double barY = y + ((round.Round - 1) * BarHeight);
                string text = value.ToString($"N{metric.Digits}", CultureInfo.InvariantCulture);
                string title = $"{targets[t].Name}, round {round.Round}: {text} {metric.Title}";
                chart.Bar(Left, barY, width, BarHeight - 3, $"bar c{t % HtmlReport.Colours}", title);
                chart.Text(Left + width + 6, barY + BarHeight - 4, text, cssClass: "small");
            }

            if (result.SpreadOf(t, metric) is { } spread)
            {
                double x = Left + ((Right - Left) * spread.Median / most);
                chart.Line(x, y - 2, x, y + groupHeight - GroupGap + 2, "median");
            }
        }

        return chart.Finish();
    }

    private static string Describe(BenchResult result, Metric metric) => string.Join(
        ' ',
        result.Options.Targets.Select((target, t) =>
            $"{target.Name}: {ResultTable.Show(result.SpreadOf(t, metric), metric.Digits)}."));
}
