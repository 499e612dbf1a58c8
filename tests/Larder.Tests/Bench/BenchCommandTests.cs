using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("--depth 0", "--depth must be 1 to 65536")]
    [InlineData("--depth x", "--depth: 'x' is not a number, for example 1000, 100k or 1m")]
    [InlineData("--connections 0", "--connections must be 1 to 100000")]
    [InlineData("--threads 3 --connections 2", "--threads must be 1 to --connections")]
    [InlineData("--keys 0", "--keys must be at least 1")]
    [InlineData("--keys 3g", "--keys: '3g' is not a number, for example 1000, 100k or 1m")]
    [InlineData("--keys 9000m", "--keys: '9000m' is not a number, for example 1000, 100k or 1m")]
    [InlineData("--key-size 251", "--key-size must be 1 to 250")]
    [InlineData("--key-size 4 --keys 100k", "--key-size is too short to number so many --keys")]
    [InlineData("--value-size 9-3", "--value-size: '9-3' is neither a size in bytes nor MIN-MAX")]
    [InlineData("--value-size -1", "--value-size: '-1' is neither a size in bytes nor MIN-MAX")]
    [InlineData(
        "--dist zipf:0", "--dist: 'zipf:0' is neither uniform nor zipf:EXPONENT with an exponent above 0, at most 5")]
    [InlineData("--mix 90", "--mix: '90' is not GET:SET, for example 90:10")]
    [InlineData("--mix 0:0", "--mix: '0:0' is not GET:SET, for example 90:10")]
    [InlineData("--protocol text", "--protocol: 'text' is none of classic, meta, binary, http")]
    [InlineData("--protocol http --multiget 2", "--protocol http has no --multiget")]
    [InlineData("--protocol http --idle 2", "--protocol http has no --idle")]
    [InlineData("--protocol http --path dev1/", "--path must be 1 to 128 visible characters, a slash first")]
    [InlineData("--path /x/", "--path needs --protocol http")]
    [InlineData("--style both", "--style: 'both' is none of burst, window")]
    [InlineData("--duration 0", "--duration must be more than 0")]
    [InlineData("--duration 3h", "--duration: '3h' is not a time such as 500ms, 3s or 1m, at most a day")]
    [InlineData("--rounds 0", "--rounds must be at least 1")]
    [InlineData("--fill --no-fill", "--fill and --no-fill contradict each other")]
    [InlineData("--pin a", "--pin: 'a' is not a list of processor numbers such as 1 or 1,3")]
    [InlineData("--target a:b", "target 'a:b' is neither HOST:PORT nor unix:/path")]
    [InlineData("--target unix:", "target 'unix:' is neither HOST:PORT nor unix:/path")]
    [InlineData("--target h:1,pid=x", "target 'h:1,pid=x': 'pid=x' is none of name=NAME, pid=PID, idle=N")]
    [InlineData("--floor --port 70000", "--port must be at most 65535")]
    [InlineData("--floor --listen here", "--listen: 'here' is not an IP address")]
    public void Bad_option_gets_one_line_and_exit_code_1(string arguments, string message)
    {
        (int exitCode, string output, string messages) = Run(arguments.Split(' '));
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Equal($"larder bench: {message}\n", messages);
    }

    [Theory]
    [InlineData("--frobnicate")]
    [InlineData("--depth")]
    [InlineData("stray")]
    [InlineData("--depth 1 --depth 2")]
    public void Unknown_or_incomplete_option_gets_one_line_and_exit_code_1(string arguments)
    {
        (int exitCode, string output, string messages) = Run(arguments.Split(' '));
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.StartsWith("larder bench: ", messages, StringComparison.Ordinal);
        Assert.Equal(messages.Length - 1, messages.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void Help_shows_options_with_defaults_and_examples()
    {
        (int exitCode, string output, _) = Run("--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("bench [options]", output, StringComparison.Ordinal);
        Assert.Contains("[default: 90:10]", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_become_what_they_say()
    {
        BenchOptions options = Read(
            "-t 127.0.0.1:11,name=a,pid=7,idle=3 --target unix:/x --protocol meta -c 7 -d 3 --style window "
            + "--multiget 9 --keys 2k --key-size 20 --value-size 10-20 --dist zipf:1.1 --mix 3:1 --rate 5k "
            + "--duration 1m --warmup 250ms --rounds 4 --threads 2 --idle 1000 --no-fill --expect-hits --seed 9 "
            + "--pin 0,1");
        BenchTarget[] targets = [new("127.0.0.1:11", "a", 7, 3), new("unix:/x", "unix:/x", null)];
        Assert.Equal(targets, options.Targets);
        Assert.Equal(WireProtocol.Meta, options.Protocol);
        Assert.Equal(
            (7, 3, PipelineStyle.Window, 9), (options.Connections, options.Depth, options.Style, options.Multiget));
        Assert.Equal((2000u, 20, new ByteRange(10, 20)), (options.Keys, options.KeySize, options.ValueSize));
        Assert.Equal(new KeyDistribution(1.1), options.Distribution);
        Assert.Equal((0.75, 5000), (options.GetShare, options.Rate));
        Assert.Equal((60, 0.25), (options.Duration.TotalSeconds, options.Warmup.TotalSeconds));
        Assert.Equal((4, 2, 1000), (options.Rounds, options.Threads, options.Idle));
        Assert.False(options.Fill);
        Assert.True(options.ExpectHits);
        Assert.Equal(VerifyMode.Sample, options.Verify);
        Assert.Equal(9ul, options.Seed);
        Assert.Equal([0, 1], options.Cores);
    }

    [Fact]
    public void Http_has_a_path_and_shorter_keys()
    {
        BenchOptions options = Read("--protocol http");
        Assert.Equal((WireProtocol.Http, "/dev1/", 24), (options.Protocol, options.Path, options.KeySize));
        options = Read("--protocol http --path /a/b- --key-size 8");
        Assert.Equal(("/a/b-", 8), (options.Path, options.KeySize));
    }

    /// <summary>The defaults stand twice, in the options' help and in the record: they must be the same.</summary>
    [Fact]
    public void Defaults_are_those_of_the_record()
    {
        BenchOptions options = Read("");
        Assert.Equal("127.0.0.1:11211", options.Targets[0].Address);
        var expected = new BenchOptions { Targets = options.Targets, Cores = options.Cores };
        Assert.Equal(expected, options with { CommandLine = "" });
    }

    [Theory]
    [InlineData("localhost:1234", "127.0.0.1:1234")]
    [InlineData(":1234", "127.0.0.1:1234")]
    [InlineData("127.0.0.9", "127.0.0.9:11211")]
    [InlineData("[::1]:1234", "[::1]:1234")]
    [InlineData("[::1]", "[::1]:11211")]
    [InlineData("unix:/tmp/x", "/tmp/x")]
    public void Target_resolves_to_its_address(string text, string expected)
    {
        BenchTarget? target = BenchTarget.Parse(text, out string error);
        Assert.Equal("", error);
        Assert.Equal(expected, target!.Resolve().ToString());
    }

    [Fact]
    public void Absent_server_gets_one_line_and_exit_code_2()
    {
        (int exitCode, _, string messages) = Run("--target", "127.0.0.1:1", "--keys", "10");
        Assert.Equal(BenchCommand.ExitBroken, exitCode);
        Assert.EndsWith(
            "larder bench: 127.0.0.1:1: cannot connect to 127.0.0.1:1: nobody listens there (connection refused)\n",
            messages,
            StringComparison.Ordinal);
    }

    private static BenchOptions Read(string arguments)
    {
        var commandLine = new BenchCommandLine();
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        BenchOptions? options = commandLine.ReadRun(commandLine.Parse(words), "larder bench", out string error);
        Assert.Equal("", error);
        return options!;
    }

    private static (int ExitCode, string Output, string Messages) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        int exitCode = BenchCommand.Run("larder bench", args, output, messages);
        return (exitCode, output.ToString(), messages.ToString());
    }
}
