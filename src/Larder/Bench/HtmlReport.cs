using System.Globalization;
using System.Net;
using System.Text;

namespace Larder.Bench;

/// <summary>
/// The results as one HTML file without scripts and without anything loaded from elsewhere: tables, latency by
/// percentile, and bars for each round. It follows the reader's choice of dark or light.
/// </summary>
internal static class HtmlReport
{
    /// <summary>Number of colours for targets; more targets take them in turn.</summary>
    public const int Colours = 6;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2128; --paper: #ffffff; --grid: #d7dce2; --dim: #59636e; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e9ee; --paper: #14171c; --grid: #333a44; --dim: #9aa4b1; }
          .c0 { --c: #6cb6ff; } .c1 { --c: #f69d50; } .c2 { --c: #6bc46d; } .c3 { --c: #dcbdfb; }
          .c4 { --c: #f47067; } .c5 { --c: #76e3ea; }
        }
        @media (prefers-color-scheme: light) {
          .c0 { --c: #0a5cad; } .c1 { --c: #b35900; } .c2 { --c: #1a7f37; } .c3 { --c: #7a3fbf; }
          .c4 { --c: #c0282d; } .c5 { --c: #0b7285; }
        }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
               max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        pre { background: color-mix(in srgb, var(--ink) 7%, transparent); padding: .7rem; white-space: pre-wrap; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--grid); text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        td { vertical-align: top; } td small { color: var(--dim); display: block; }
        svg { width: 100%; height: auto; }
        .grid { stroke: var(--grid); } .median { stroke: var(--ink); stroke-width: 1.5; }
        .label { fill: var(--ink); font-size: 13px; } .small { fill: var(--dim); font-size: 11px; }
        .curve { fill: none; stroke: var(--c); stroke-width: 2; } .bar { fill: var(--c); }
        .key { display: inline-block; width: .8em; height: .8em; background: var(--c); margin-right: .4em; }
        .legend span { margin-right: 1.2em; } dt { color: var(--dim); } dd { margin: 0 0 .4rem 0; }
        """;

    public static void Write(BenchResult result, TextWriter output)
    {
        string title = WebUtility.HtmlEncode(result.Options.Title);
        output.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            <pre>{WebUtility.HtmlEncode(result.Options.CommandLine)}</pre>

            """);
        foreach (IReadOnlyList<string[]> table in ResultTable.Tables(result))
            output.Write(Table(table));
        output.Write($"<h2>Latency by percentile</h2>\n{Legend(result)}{PercentileChart.Draw(result)}");
        foreach (Metric metric in (ReadOnlySpan<Metric>)[Metric.Throughput, Metric.ServerCpu])
        {
            if (result.Rounds.Any(round => metric.Read(round) is not null))
                output.Write($"<h2>{metric.Title}, every round</h2>\n{BarChart.Draw(result, metric)}");
        }

        output.Write(Environment(result.Environment));
        output.Write("</body>\n</html>\n");
    }

    private static string Table(IReadOnlyList<string[]> rows)
    {
        var html = new StringBuilder("<div class=\"wide\"><table>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            string cell = i == 0 ? "th" : "td";
            html.Append("<tr>");
            foreach (string text in rows[i])
                html.Append(CultureInfo.InvariantCulture, $"<{cell}>{Cell(text)}</{cell}>");
            html.Append("</tr>\n");
        }

        return html.Append("</table></div>\n").ToString();
    }

    /// <summary>A median with its ends below it, so that the table fits a page.</summary>
    private static string Cell(string text)
    {
        int ends = text.EndsWith(')') ? text.LastIndexOf('(') : -1;
        return ends <= 0 || !char.IsAsciiDigit(text[0])
            ? WebUtility.HtmlEncode(text)
            : $"{text[..ends].TrimEnd()}<small>{text[(ends + 1)..^1]}</small>";
    }

    private static string Legend(BenchResult result)
    {
        IEnumerable<string> keys = result.Options.Targets.Select((target, t) =>
            $"<span><i class=\"key c{t % Colours}\"></i>{WebUtility.HtmlEncode(target.Name)}</span>");
        return $"<p class=\"legend\">{string.Concat(keys)}</p>\n";
    }

    private static string Environment(BenchEnvironment machine) => string.Create(CultureInfo.InvariantCulture, $"""
        <h2>Machine</h2>
        <dl>
        <dt>Processor</dt><dd>{WebUtility.HtmlEncode(machine.Processor)}</dd>
        <dt>Size</dt><dd>{machine.Cores} cores, {machine.MemoryMiB} MiB</dd>
        <dt>Kernel</dt><dd>{WebUtility.HtmlEncode(machine.Kernel)}</dd>
        <dt>Runtime</dt><dd>{WebUtility.HtmlEncode(machine.Runtime)}</dd>
        <dt>Time</dt><dd>{machine.Day}</dd>
        </dl>

        """);
}
