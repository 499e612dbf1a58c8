using System.CommandLine;
using System.Net;
using Larder.Events.Tls;

namespace Larder.Bench;

/// <summary>
/// The options of <c>larder bench</c>: what they are called, what they accept, and how they become
/// <see cref="BenchOptions"/> or <see cref="FloorOptions"/>.
/// </summary>
internal sealed class BenchCommandLine
{
    private const string Any = "127.0.0.1:11211";
    private const string HttpPath = "/dev1/";

    /// <summary>Behind <see cref="HttpPath"/> they are names that an object store has by default: 37 bytes.</summary>
    private const int HttpKeySize = 24;

    private readonly Option<string[]> _target = new("--target", "-t")
    {
        Description = "Server to measure: HOST:PORT or unix:/path, then ,name=NAME ,pid=PID ,idle=N if wanted. "
            + $"Several are measured in turn (A B A B ...) and compared with the first. [default: {Any}]",
        HelpName = "ADDRESS",
    };

    private readonly BenchOption<WireProtocol> _protocol = new(
        "--protocol",
        "Protocol of the requests; http is that of an object store, gets and sets are GET and PUT.",
        "classic|meta|binary|http",
        OptionText.ReadName,
        "classic");

    private readonly Option<string?> _path = new("--path")
    {
        Description = $"With --protocol http: what stands before the keys in a path. [default: {HttpPath}]",
        HelpName = "PATH",
    };

    private readonly BenchOption<int> _connections = Count("--connections", "Active connections.", "50", "-c");
    private readonly BenchOption<int> _depth = Count("--depth", "Requests under way on each connection.", "1", "-d");

    private readonly BenchOption<PipelineStyle> _style = new(
        "--style",
        "How a pipeline is refilled: burst waits for all its replies, window sends a request for each reply.",
        "burst|window",
        OptionText.ReadName,
        "burst");

    private readonly BenchOption<int> _multiget = Count("--multiget", "Keys of each get.", "1");
    private readonly BenchOption<int> _keys = Count("--keys", "Number of different keys.", "100k");
    private readonly BenchOption<int> _keySize = Count(
        "--key-size", "Bytes of a key, at most 250; 24 with http.", "32");


    private readonly BenchOption<ByteRange> _valueSize = new(
        "--value-size", "Bytes of a value.", "N|MIN-MAX", OptionText.ReadSizes, "100");

    private readonly BenchOption<KeyDistribution> _distribution = new(
        "--dist", "Which keys are wanted.", "uniform|zipf:EXPONENT", OptionText.ReadDistribution, "uniform");

    private readonly BenchOption<double> _mix = new(
        "--mix", "Weights of gets and sets.", "GET:SET", OptionText.ReadMix, "90:10");

    private readonly BenchOption<int> _rate = Count(
        "--rate",
        "Open loop: so many requests a second, scheduled in advance; latency counts from the scheduled time, so that "
            + "a stall of the server is not hidden. 0 is a closed loop.",
        "0");

    private readonly BenchOption<TimeSpan> _duration = Time("--duration", "Measured time of a round.", "3s");

    private readonly BenchOption<TimeSpan> _warmup = Time(
        "--warmup", "Time under load before each measurement; at least 3s in the first round, unless 0.", "500ms");

    private readonly BenchOption<int> _rounds = Count("--rounds", "How often each target is measured.", "3");

    private readonly BenchOption<int> _threads = Count(
        "--threads", "Load threads (with --floor: the server's).", "1");

    private readonly BenchOption<int> _idle = Count(
        "--idle", "Connections beside the active ones that say nothing.", "0");

    private readonly Option<bool> _tls = new("--tls") { Description = "Speak TLS." };
    private readonly Option<string?> _authority = File(
        "--ca", "With --tls: the server's certificate must come from these authorities (PEM); any will do else.");

    private readonly Option<string?> _certificate = File("--cert", "With --tls: our certificate (PEM).");
    private readonly Option<string?> _key = File("--key", "With --tls: its private key (PEM).");

    private readonly Option<bool> _resume = new("--tls-resume")
    {
        Description = "With --tls: new connections take up the session of an earlier one.",
    };

    private readonly BenchOption<int> _reconnect = Count(
        "--reconnect",
        "Open a new connection after so many requests: with 1 a request costs a connection, with --tls a handshake.",
        "0");

    private readonly Option<bool> _fill = new("--fill") { Description = "Store all keys first (the default)." };

    private readonly Option<bool> _noFill = new("--no-fill") { Description = "Store nothing before the first round." };

    private readonly Option<bool> _expectHits = new("--expect-hits")
    {
        Description = "A miss or a wrong value fails the run (exit code 3); without --verify a sample is verified.",
    };

    private readonly BenchOption<VerifyMode> _verify = new(
        "--verify",
        "Values to compare with what was stored; a sample is 1 of 64.",
        "none|sample|all",
        OptionText.ReadName,
        "none");

    private readonly BenchOption<int> _seed = Count("--seed", "Start of the random choices.", "1");

    private readonly BenchOption<int[]> _pin = new(
        "--pin",
        "Processors of the load threads; taskset pins the whole program.",
        "CORE[,CORE]",
        OptionText.ReadCores,
        "");

    private readonly Option<string?> _json = File("--json", "Write the results as JSON; - is standard output.");
    private readonly Option<string?> _report = File("--report", "Write one HTML file with diagrams.");
    private readonly Option<string?> _markdown = File("--markdown", "Append the table to a Markdown file.");

    private readonly Option<string?> _title = new("--title")
    {
        Description = "Heading in the reports.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _floor = new("--floor")
    {
        Description = "Serve instead of measuring: answer every request with a fixed reply, which is the smallest work "
            + "that the kernel leaves to any server.",
    };

    private readonly BenchOption<IPAddress> _listen = new(
        "--listen", "With --floor: address to listen on.", "ADDRESS", OptionText.ReadAddress, "127.0.0.1");

    private readonly BenchOption<int> _port = Count("--port", "With --floor: TCP port, 0 for any.", "11311", "-p");
    private readonly BenchOption<int> _reply = Count("--reply", "With --floor: bytes of every value.", "100");

    public BenchCommandLine()
    {
        Option[] all =
        [
            _target, _protocol, _path, _connections, _depth, _style, _multiget, _keys, _keySize, _valueSize,
            _distribution,
            _mix, _rate, _duration, _warmup, _rounds, _threads, _idle, _tls, _authority, _certificate, _key,
            _resume, _reconnect, _fill, _noFill, _expectHits, _verify, _seed,
            _pin, _json, _report, _markdown, _title, _floor, _listen, _port, _reply,
        ];
        var bench = new Command(
            "bench",
            "Measures memcached-compatible servers: throughput, latency, and the server's CPU time for each request.");
        foreach (Option option in all)
            bench.Options.Add(option);
        Root = new RootCommand { bench };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["bench", .. args]);

    /// <summary>Whether the floor server is wanted instead of a run.</summary>
    public bool IsFloor(ParseResult result) => result.GetValue(_floor);

    /// <summary>What the floor server is started with, or null and one line in <paramref name="error"/>.</summary>
    public FloorOptions? ReadFloor(ParseResult result, out string error)
    {
        var options = new FloorOptions(
            _listen.In(result), _port.In(result), _keySize.In(result), _reply.In(result), _threads.In(result));
        error = FirstError(
            (options.Port <= IPEndPoint.MaxPort, "--port must be at most 65535"),
            (options.Threads is >= 1 and <= 1024, "--threads must be 1 to 1024"),
            (options.KeySize is >= 1 and <= KeySpace.KeyLengthMax, "--key-size must be 1 to 250"));
        return error.Length == 0 ? options : null;
    }

    /// <summary>What a run does, or null and one line in <paramref name="error"/>.</summary>
    /// <param name="result">What was parsed, without errors.</param>
    /// <param name="commandLine">The command line as typed, for the reports.</param>
    /// <param name="error">Why there is no run; empty else.</param>
    public BenchOptions? ReadRun(ParseResult result, string commandLine, out string error)
    {
        BenchTarget[]? targets = ReadTargets(result.GetValue(_target), out error);
        if (targets is null)
            return null;
        WireProtocol protocol = _protocol.In(result);
        bool isHttp = protocol == WireProtocol.Http;
        bool expectHits = result.GetValue(_expectHits);
        bool sampleUnasked = expectHits && result.GetResult(_verify) is null;
        var options = new BenchOptions
        {
            Targets = targets,
            Protocol = protocol,
            Path = result.GetValue(_path) ?? HttpPath,
            Connections = _connections.In(result),
            Depth = _depth.In(result),
            Style = _style.In(result),
            Multiget = _multiget.In(result),
            Keys = (uint)_keys.In(result),
            KeySize = isHttp && result.GetResult(_keySize) is null ? HttpKeySize : _keySize.In(result),
            ValueSize = _valueSize.In(result),
            Distribution = _distribution.In(result),
            GetShare = _mix.In(result),
            Rate = _rate.In(result),
            Duration = _duration.In(result),
            Warmup = _warmup.In(result),
            Rounds = _rounds.In(result),
            Threads = _threads.In(result),
            Idle = _idle.In(result),
            Tls = ReadTls(result),
            Reconnect = _reconnect.In(result),
            Fill = !result.GetValue(_noFill),
            ExpectHits = expectHits,
            Verify = sampleUnasked ? VerifyMode.Sample : _verify.In(result),
            Seed = (ulong)_seed.In(result),
            Cores = _pin.In(result),
            JsonPath = result.GetValue(_json),
            ReportPath = result.GetValue(_report),
            MarkdownPath = result.GetValue(_markdown),
            Title = result.GetValue(_title) ?? "larder bench",
            CommandLine = commandLine,
        };
        error = Check(options);
        if (!isHttp && result.GetValue(_path) is not null)
            error = "--path needs --protocol http";
        if (options.Tls is null && (result.GetValue(_resume) || result.GetValue(_authority) is not null
            || result.GetValue(_certificate) is not null || result.GetValue(_key) is not null))
            error = "--ca, --cert, --key and --tls-resume need --tls";
        if (result.GetValue(_fill) && result.GetValue(_noFill))
            error = "--fill and --no-fill contradict each other";
        return error.Length == 0 ? options : null;
    }

    private TlsClientOptions? ReadTls(ParseResult result) => !result.GetValue(_tls)
        ? null
        : new TlsClientOptions
        {
            AuthorityFile = result.GetValue(_authority),
            CertificateFile = result.GetValue(_certificate),
            KeyFile = result.GetValue(_key),
            Resumes = result.GetValue(_resume),
        };

    private static string Check(BenchOptions options) => FirstError(
        (options.Reconnect == 0 || options.Rate == 0, "--reconnect needs a closed loop, without --rate"),
        (options.Connections is >= 1 and <= 100_000, "--connections must be 1 to 100000"),
        (options.Depth is >= 1 and <= 65_536, "--depth must be 1 to 65536"),
        (options.Multiget is >= 1 and <= 10_000, "--multiget must be 1 to 10000"),
        (options.Protocol != WireProtocol.Http || options.Multiget == 1, "--protocol http has no --multiget"),
        (options.Protocol != WireProtocol.Http || options.Idle == 0, "--protocol http has no --idle"),
        (IsPath(options.Path), "--path must be 1 to 128 visible characters, a slash first"),
        (options.Rounds >= 1, "--rounds must be at least 1"),
        (options.Idle <= 1_000_000, "--idle must be at most 1000000"),
        (options.Threads >= 1 && options.Threads <= options.Connections, "--threads must be 1 to --connections"),
        (options.Keys >= 1, "--keys must be at least 1"),
        (options.KeySize is >= 1 and <= KeySpace.KeyLengthMax, "--key-size must be 1 to 250"),
        (KeySpace.Fits(options.Keys, options.KeySize), "--key-size is too short to number so many --keys"),
        (options.Duration > TimeSpan.Zero, "--duration must be more than 0"));

    private static bool IsPath(string path) => path.Length is >= 1 and <= RequestEncoder.PathLengthMax
        && path[0] == '/' && path.All(static each => each is > ' ' and <= '~');

    /// <summary>Targets as typed, this machine's port 11211 if none; null and one line for a bad one.</summary>
    public static BenchTarget[]? ReadTargets(string[]? texts, out string error)
    {
        error = "";
        if (texts is null || texts.Length == 0)
            texts = [Any];
        var targets = new BenchTarget[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            BenchTarget? target = BenchTarget.Parse(texts[i], out error);
            if (target is null)
                return null;
            targets[i] = target;
        }

        return targets;
    }

    /// <summary>The first error whose condition does not hold; empty when all do.</summary>
    public static string FirstError(params ReadOnlySpan<(bool Good, string Error)> checks)
    {
        foreach ((bool good, string error) in checks)
        {
            if (!good)
                return error;
        }

        return "";
    }

    /// <summary>An option that is a number of things.</summary>
    public static BenchOption<int> Count(string name, string description, string fallback, params string[] aliases)
    {
        var option = new BenchOption<int>(name, description, "N", OptionText.ReadCount, fallback);
        foreach (string alias in aliases)
            option.Aliases.Add(alias);
        return option;
    }

    /// <summary>An option that is a time.</summary>
    public static BenchOption<TimeSpan> Time(string name, string description, string fallback) =>
        new(name, description, "TIME", OptionText.ReadTime, fallback);

    /// <summary>An option that names a file.</summary>
    public static Option<string?> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
