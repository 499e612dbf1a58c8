using System.CommandLine;
using System.Globalization;

namespace Larder.Bench.Simulating;

/// <summary>The options of <c>larder bench simulate</c>, and how they become <see cref="SimulateOptions"/>.</summary>
internal sealed class SimulateCommandLine
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The trace: little-endian 32-bit key numbers, one for each request.",
    };

    private readonly BenchOption<Algorithm[]> _algorithm = new(
        "--algorithm",
        "Eviction algorithms, separated by commas: s3fifo, lru, fifo, clock, slru.",
        "NAME[,NAME]|all",
        OptionText.ReadNames,
        "all");

    private readonly BenchOption<int[]> _items = new(
        "--items", "Sizes of the cache in objects.", "N[,N]", ReadItems, "");

    private readonly BenchOption<double[]> _percent = new(
        "--percent", "Sizes in percent of the trace's different keys.", "P[,P]", ReadPercent, "1,5,10,20");

    private readonly BenchOption<int> _limit = BenchCommandLine.Count("--limit", "Most requests; 0 for all.", "0");
    private readonly Option<string?> _json = BenchCommandLine.File(
        "--json", "Write the results as JSON; - is standard output.");

    private readonly Option<string?> _markdown = BenchCommandLine.File(
        "--markdown", "Append the table to a Markdown file.");

    private readonly Option<string?> _title = new("--title")
    {
        Description = "Heading in the Markdown file.",
        HelpName = "TEXT",
    };

    public SimulateCommandLine()
    {
        var simulate = new Command(
            "simulate", "Counts the misses of eviction algorithms on a trace of requests: exact, objects of one size.");
        simulate.Arguments.Add(_file);
        foreach (Option option in (Option[])[_algorithm, _items, _percent, _limit, _json, _markdown, _title])
            simulate.Options.Add(option);
        var bench = new Command("bench");
        bench.Subcommands.Add(simulate);
        Root = new RootCommand { bench };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["bench", "simulate", .. args]);

    /// <summary>What is to be done, or null and one line in <paramref name="error"/>.</summary>
    public SimulateOptions? Read(ParseResult result, string commandLine, out string error)
    {
        bool both = result.GetResult(_items) is not null && result.GetResult(_percent) is not null;
        int limit = _limit.In(result);
        var options = new SimulateOptions(
            result.GetRequiredValue(_file),
            _algorithm.In(result),
            _items.In(result),
            _percent.In(result),
            limit == 0 ? int.MaxValue : limit,
            result.GetValue(_json),
            result.GetValue(_markdown),
            result.GetValue(_title) ?? "larder bench simulate",
            commandLine);
        error = BenchCommandLine.FirstError(
            (options.Algorithms.Count > 0, "--algorithm: none is named"),
            (!both, "--items and --percent contradict each other"));
        return error.Length == 0 ? options : null;
    }

    private static bool ReadItems(string text, out int[] value, out string error)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        value = new int[parts.Length];
        error = "";
        for (int i = 0; i < parts.Length && error.Length == 0; i++)
        {
            if (OptionText.ReadCount(parts[i], out value[i], out error) && value[i] == 0)
                error = "a cache of 0 objects cannot be simulated";
        }

        return error.Length == 0;
    }

    private static bool ReadPercent(string text, out double[] value, out string error)
    {
        value = Array.ConvertAll(
            text.Split(','),
            part => double.TryParse(
                part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
                ? percent
                : 0);
        error = value.All(percent => percent is > 0 and <= 100)
            ? ""
            : $"'{text}' is not a list of percentages above 0, at most 100";
        return error.Length == 0;
    }
}
