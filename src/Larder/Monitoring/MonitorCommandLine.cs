using System.CommandLine;
using Larder.Bench;

namespace Larder.Monitoring;

/// <summary>The arguments of <c>larder monitor</c>.</summary>
internal sealed class MonitorCommandLine
{
    private static readonly TimeSpan s_intervalMin = TimeSpan.FromMilliseconds(10);

    private readonly Argument<string[]> _servers = new("SERVER")
    {
        Description = "[NAME=]HOST[:PORT[:WEIGHT]], the path of a UNIX socket, or several of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _list = new("--list")
    {
        Description = "The shared list, best on a file system in memory, as /run/larder/servers.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly BenchOption<TimeSpan> _interval = new(
        "--interval", "Between two probes of a server, give or take a quarter.", "TIME", OptionText.ReadTime, "1s");

    private readonly BenchOption<TimeSpan> _timeout = new(
        "--timeout", "How long a probe may take.", "TIME", OptionText.ReadTime, "500ms");

    private readonly BenchOption<int> _down = BenchCommandLine.Count(
        "--down", "Failures in a row after which a server is down.", "3");

    private readonly BenchOption<int> _up = BenchCommandLine.Count(
        "--up", "Answers in a row after which it is up again.", "2");

    private readonly BenchOption<ProbeQuestion> _probe = new(
        "--probe", "What to ask: version or mn.", "NAME", OptionText.ReadName, "version");

    public MonitorCommandLine()
    {
        var monitor = new Command("monitor", "Watches servers, and publishes who is up in a list that clients share.")
        {
            _list, _interval, _timeout, _down, _up, _probe, _servers,
        };
        Root = new RootCommand { monitor };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["monitor", .. args]);

    /// <summary>What was asked for, or null and one line in <paramref name="error"/>.</summary>
    public MonitorOptions? Read(ParseResult result, out string error)
    {
        List<MonitoredServer> servers = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string text in result.GetRequiredValue(_servers))
        {
            if (!MonitoredServer.TryParse(text, out MonitoredServer? server, out error))
                return null;
            if (!seen.Add(server!.Address.ToString()))
            {
                error = $"{server.Address} is there twice";
                return null;
            }
            servers.Add(server);
        }
        var options = new MonitorOptions(
            result.GetRequiredValue(_list),
            servers,
            _interval.In(result),
            _timeout.In(result),
            _down.In(result),
            _up.In(result),
            _probe.In(result));
        error = options switch
        {
            { Path: "" } => "--list wants a file",
            _ when options.Interval < s_intervalMin => "--interval must be at least 10ms",
            _ when options.Timeout <= TimeSpan.Zero => "--timeout must be more than 0",
            { DownAfter: < 1 } => "--down must be at least 1",
            { UpAfter: < 1 } => "--up must be at least 1",
            _ => "",
        };
        return error.Length == 0 ? options : null;
    }
}
