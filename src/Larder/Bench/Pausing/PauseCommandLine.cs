using System.CommandLine;

namespace Larder.Bench.Pausing;

/// <summary>The options of <c>larder bench pauses</c>, and how they become <see cref="PauseOptions"/>.</summary>
internal sealed class PauseCommandLine
{
    private const int RateMax = 1_000_000;
    private const int KeysMax = 1000;
    private const int ConnectionsMax = 1000;

    /// <summary>Longest time of a phase: each request's wait is kept.</summary>
    private static readonly TimeSpan s_durationMax = TimeSpan.FromMinutes(1);

    private readonly Option<string[]> _target = new("--target", "-t")
    {
        Description = "Server: HOST:PORT or unix:/path, then ,name=NAME if wanted. It loses what it holds. Several are "
            + "measured in turn; those of one name take the rounds in turn, so that each round may have a fresh one. "
            + "[default: 127.0.0.1:11211]",
        HelpName = "ADDRESS",
    };

    private readonly BenchOption<PausePhase[]> _phases = new(
        "--phases",
        "What keeps the store busy meanwhile: an empty server that is filled, a full one that evicts, all expiring at "
            + "once, cache_memlimit by half and back, other sizes of values, flush_all.",
        "PHASE[,PHASE]|all",
        OptionText.ReadNames,
        "all");

    private readonly BenchOption<int> _rounds = BenchCommandLine.Count(
        "--rounds", "How often each phase is measured.", "3");

    private readonly BenchOption<int> _rate = BenchCommandLine.Count(
        "--rate", "Requests a second, at fixed times. A pause of the server shows in each that came meanwhile.", "10k");

    private readonly BenchOption<int> _keys = BenchCommandLine.Count(
        "--keys", "Keys of a request: half are asked for by one get, half are stored.", "16");

    private readonly BenchOption<int> _connections = BenchCommandLine.Count(
        "--connections", "Connections that the requests go over in turn.", "4", "-c");

    private readonly BenchOption<TimeSpan> _duration = BenchCommandLine.Time(
        "--duration", "Measured time of a phase.", "5s");

    private readonly BenchOption<TimeSpan> _warmup = BenchCommandLine.Time(
        "--warmup", "Time under load before the first phase of each server.", "3s");

    private readonly Option<string?> _markdown = BenchCommandLine.File(
        "--markdown", "Append the tables to a Markdown file.");

    private readonly Option<string?> _title = new("--title")
    {
        Description = "Heading in the Markdown file.",
        HelpName = "TEXT",
    };

    public PauseCommandLine()
    {
        var pauses = new Command(
            "pauses",
            "Measures how long clients wait while a server's store is busy: the longest waits, and how many pauses of "
                + "more than a millisecond there were.");
        Option[] all =
        [
            _target, _phases, _rounds, _rate, _keys, _connections, _duration, _warmup, _markdown, _title,
        ];
        foreach (Option option in all)
            pauses.Options.Add(option);
        var bench = new Command("bench");
        bench.Subcommands.Add(pauses);
        Root = new RootCommand { bench };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["bench", "pauses", .. args]);

    /// <summary>What is to be done, or null and one line in <paramref name="error"/>.</summary>
    public PauseOptions? Read(ParseResult result, string commandLine, out string error)
    {
        if (BenchCommandLine.ReadTargets(result.GetValue(_target), out error) is not { } targets)
            return null;
        var options = new PauseOptions
        {
            Targets = targets,
            Phases = _phases.In(result),
            Rounds = _rounds.In(result),
            Rate = _rate.In(result),
            Keys = _keys.In(result),
            Connections = _connections.In(result),
            Duration = _duration.In(result),
            Warmup = _warmup.In(result),
            MarkdownPath = result.GetValue(_markdown),
            Title = result.GetValue(_title) ?? "larder bench pauses",
            CommandLine = commandLine,
        };
        error = BenchCommandLine.FirstError(
            (targets.All(target => target.Idle is null), "idle connections make no difference to pauses"),
            (options.Phases.Count > 0, "--phases must name one at least"),
            (options.Rounds >= 1, "--rounds must be at least 1"),
            (options.Rate is >= 1 and <= RateMax, $"--rate must be 1 to {RateMax}"),
            (options.Keys is >= 2 and <= KeysMax, $"--keys must be 2 to {KeysMax}"),
            (options.Connections is >= 1 and <= ConnectionsMax, $"--connections must be 1 to {ConnectionsMax}"),
            (options.Duration <= s_durationMax, "--duration must be at most 1m"),
            (options.Warmup <= s_durationMax, "--warmup must be at most 1m"),
            (options.Requests >= 1, "--duration is too short for one request at that --rate"));
        return error.Length == 0 ? options : null;
    }
}
