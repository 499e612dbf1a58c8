using System.Globalization;
using Larder.Events.Driving;

namespace Larder.Bench;

/// <summary>
/// Latency against percentile, both logarithmic: x is how rare a latency is (1 - p), so that the tail, where servers
/// differ, has as much room as the rest.
/// </summary>
internal static class PercentileChart
{
    private const int Width = 860;
    private const int Height = 420;
    private const int Left = 70;
    private const int Right = 840;
    private const int Top = 20;
    private const int Bottom = 370;

    /// <summary>Points of a curve in a tenfold step of rarity.</summary>
    private const int PointsPerDecade = 20;

    public static string Draw(BenchResult result)
    {
        LatencyHistogram[] histograms =
            [.. Enumerable.Range(0, result.Options.Targets.Count).Select(result.LatencyOf)];
        double decades = Math.Max(1, Math.Ceiling(Math.Log10(Math.Max(10, histograms.Max(h => h.Count)))));
        double least = Math.Floor(Math.Log10(Math.Max(1, histograms.Min(h => h.ValueAt(0.01)))));
        double most = Math.Ceiling(Math.Log10(Math.Max(10, histograms.Max(h => h.Max))));
        most = Math.Max(most, least + 1);

        double X(double rarity) => Left + ((Right - Left) * rarity / decades);
        double Y(double ns) =>
            Bottom - ((Bottom - Top) * (Math.Log10(Math.Max(1, ns)) - least) / (most - least));

        var chart = new SvgChart("percentiles", "Latency by percentile", Describe(result, histograms), Width, Height);
        for (int rarity = 0; rarity <= decades; rarity++)
        {
            chart.Line(X(rarity), Top, X(rarity), Bottom, "grid");
            chart.Text(X(rarity), Bottom + 20, PercentOf(rarity), rarity == decades ? "end" : "middle");
        }

        for (double decade = least; decade <= most; decade++)
        {
            chart.Line(Left, Y(Math.Pow(10, decade)), Right, Y(Math.Pow(10, decade)), "grid");
            chart.Text(Left - 8, Y(Math.Pow(10, decade)) + 4, ShowTime(Math.Pow(10, decade)), "end");
        }

        chart.Text((Left + Right) / 2.0, Height - 8, "share of requests that took at most so long", "middle");
        for (int t = 0; t < histograms.Length; t++)
        {
            LatencyHistogram histogram = histograms[t];
            double rarest = Math.Log10(Math.Max(1, histogram.Count));
            IEnumerable<double> steps = Enumerable.Range(0, (int)(rarest * PointsPerDecade) + 1)
                .Select(step => (double)step / PointsPerDecade);
            chart.Curve(
                steps.Select(rarity => (X(rarity), Y(histogram.ValueAt(1 - Math.Pow(10, -rarity))))),
                $"curve c{t % HtmlReport.Colours}",
                result.Options.Targets[t].Name);
        }

        return chart.Finish();
    }

    /// <summary>0, 90, 99, 99.9 ... for 0, 1, 2, 3 ... nines.</summary>
    private static string PercentOf(int nines)
    {
        double percent = nines == 0 ? 0 : 100 - Math.Pow(10, 2 - nines);
        return string.Create(CultureInfo.InvariantCulture, $"{percent:0.########} %");
    }

    private static string ShowTime(double ns) => ns switch
    {
        < 1e3 => FormattableString.Invariant($"{ns:0} ns"),
        < 1e6 => FormattableString.Invariant($"{ns / 1e3:0} µs"),
        < 1e9 => FormattableString.Invariant($"{ns / 1e6:0} ms"),
        _ => FormattableString.Invariant($"{ns / 1e9:0} s"),
    };

    private static string Describe(BenchResult result, LatencyHistogram[] histograms)
    {
        IEnumerable<string> each = histograms.Select((h, t) =>
            $"{result.Options.Targets[t].Name}: half of the requests within {ShowTime(h.ValueAt(0.5))}, "
            + $"99 % within {ShowTime(h.ValueAt(0.99))}, 99.9 % within {ShowTime(h.ValueAt(0.999))}, "
            + $"all within {ShowTime(h.Max)}.");
        return string.Join(' ', each);
    }
}
