using System.CommandLine;
using Larder.Bench.Simulating;

namespace Larder.Bench.Replaying;

/// <summary>The options of <c>larder bench replay</c>, and how they become <see cref="ReplayOptions"/>.</summary>
internal sealed class ReplayCommandLine
{
    /// <summary>Deeper pipelines than this gain nothing, and each request looks at all that are under way.</summary>
    private const int DepthMax = 1024;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The trace: little-endian 32-bit key numbers, one for each request.",
    };

    private readonly Option<string[]> _target = new("--target", "-t")
    {
        Description = "Server: HOST:PORT or unix:/path, then ,name=NAME ,pid=PID if wanted. Several are replayed one "
            + "after the other and compared with the first. [default: 127.0.0.1:11211]",
        HelpName = "ADDRESS",
    };

    private readonly BenchOption<int> _keySize = BenchCommandLine.Count(
        "--key-size", "Bytes of a key, at most 250.", "32");

    private readonly BenchOption<ByteRange> _valueSize = new(
        "--value-size", "Bytes of a value.", "N|MIN-MAX", OptionText.ReadSizes, "100");

    private readonly BenchOption<int> _connections = BenchCommandLine.Count(
        "--connections", "Connections; a key always uses the same one.", "4", "-c");

    private readonly BenchOption<int> _depth = BenchCommandLine.Count(
        "--depth", "Requests under way on each connection.", "16", "-d");

    private readonly BenchOption<int> _limit = BenchCommandLine.Count("--limit", "Most requests; 0 for all.", "0");

    private readonly Option<bool> _noFlush = new("--no-flush")
    {
        Description = "Keep what the servers hold; without it each gets a flush_all first.",
    };

    private readonly BenchOption<Algorithm[]> _simulate = new(
        "--simulate",
        "Beside each target the miss ratio of these algorithms with as many items as it held at the end.",
        "NAME[,NAME]|all",
        OptionText.ReadNames,
        "");

    private readonly Option<string?> _json = BenchCommandLine.File(
        "--json", "Write the results as JSON; - is standard output.");

    private readonly Option<string?> _markdown = BenchCommandLine.File(
        "--markdown", "Append the tables to a Markdown file.");

    private readonly Option<string?> _title = new("--title")
    {
        Description = "Heading in the Markdown file.",
        HelpName = "TEXT",
    };

    public ReplayCommandLine()
    {
        var replay = new Command(
            "replay", "Replays a trace of requests, each as: get; on a miss, set. Prints misses and what was held.");
        replay.Arguments.Add(_file);
        Option[] all =
        [
            _target, _keySize, _valueSize, _connections, _depth, _limit, _noFlush, _simulate, _json, _markdown, _title,
        ];
        foreach (Option option in all)
            replay.Options.Add(option);
        var bench = new Command("bench");
        bench.Subcommands.Add(replay);
        Root = new RootCommand { bench };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["bench", "replay", .. args]);

    /// <summary>What is to be done, or null and one line in <paramref name="error"/>.</summary>
    public ReplayOptions? Read(ParseResult result, string commandLine, out string error)
    {
        if (BenchCommandLine.ReadTargets(result.GetValue(_target), out error) is not { } targets)
            return null;
        int limit = _limit.In(result);
        var options = new ReplayOptions
        {
            TracePath = result.GetRequiredValue(_file),
            Targets = targets,
            KeySize = _keySize.In(result),
            ValueSize = _valueSize.In(result),
            Connections = _connections.In(result),
            Depth = _depth.In(result),
            Limit = limit == 0 ? int.MaxValue : limit,
            Flush = !result.GetValue(_noFlush),
            Simulate = _simulate.In(result),
            JsonPath = result.GetValue(_json),
            MarkdownPath = result.GetValue(_markdown),
            Title = result.GetValue(_title) ?? "larder bench replay",
            CommandLine = commandLine,
        };
        error = BenchCommandLine.FirstError(
            (targets.All(target => target.Idle is null), "idle connections make no difference to a replay"),
            (options.KeySize is >= 1 and <= KeySpace.KeyLengthMax, "--key-size must be 1 to 250"),
            (options.Connections is >= 1 and <= 10_000, "--connections must be 1 to 10000"),
            (options.Depth is >= 1 and <= DepthMax, $"--depth must be 1 to {DepthMax}"));
        return error.Length == 0 ? options : null;
    }
}
