using System.Globalization;
using Spectre.Console;

namespace Larder.Bench;

/// <summary>Progress as a table that is redrawn in place: a row for each target, with what it does.</summary>
internal sealed class LiveProgress : IBenchProgress
{
    private static readonly string[] s_columns =
        ["target", "now", "round", "requests/s", "p50 µs", "p99 µs", "CPU µs/req"];

    private const int PhaseColumn = 1;
    private const int RoundColumn = 2;
    private const int ThroughputColumn = 3;
    private const int CpuColumn = 6;

    private readonly BenchOptions _options;
    private readonly Table _table;
    private readonly LiveDisplayContext _display;

    private LiveProgress(BenchOptions options, Table table, LiveDisplayContext display)
    {
        _options = options;
        _table = table;
        _display = display;
    }

    /// <summary>Runs the work with a live table on the terminal behind <paramref name="output"/>.</summary>
    public static T Run<T>(BenchOptions options, TextWriter output, Func<IBenchProgress, T> work)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) };
        IAnsiConsole console = AnsiConsole.Create(settings);
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string title in s_columns)
            table.AddColumn(title);
        foreach (BenchTarget target in options.Targets)
            table.AddRow(Markup.Escape(target.Name), "waiting", "", "", "", "", "");
        return console.Live(table).Start(display => work(new LiveProgress(options, table, display)));
    }

    public void Show(int target, string phase, double share, double perSecond)
    {
        Set(target, PhaseColumn, string.Create(CultureInfo.InvariantCulture, $"{phase} {share:P0}"));
        if (perSecond > 0)
            Set(target, ThroughputColumn, Number(perSecond, 0));
        _display.Refresh();
    }

    public void Finished(RoundResult round)
    {
        bool last = round.Round == _options.Rounds;
        Set(round.Target, PhaseColumn, last ? "done" : "waiting");
        Set(round.Target, RoundColumn, $"{round.Round}/{_options.Rounds}");
        Set(round.Target, ThroughputColumn, Number(round.Throughput, 0));
        Set(round.Target, ThroughputColumn + 1, Number(round.Latency.ValueAt(0.5) / 1000.0, 0));
        Set(round.Target, ThroughputColumn + 2, Number(round.Latency.ValueAt(0.99) / 1000.0, 0));
        Set(round.Target, CpuColumn, round.ServerCpuUs is double us ? Number(us, 3) : "-");
        _display.Refresh();
    }

    private void Set(int row, int column, string text) => _table.UpdateCell(row, column, new Text(text));

    private static string Number(double value, int digits) =>
        value.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
