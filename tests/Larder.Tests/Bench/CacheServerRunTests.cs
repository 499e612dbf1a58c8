using System.Net;
using Larder.Bench;
using Larder.Cache.Serving;

namespace Larder.Tests.Bench;

/// <summary>Runs against a cache in this process: what was stored comes back, what is missing is counted.</summary>
public sealed class CacheServerRunTests : IDisposable
{
    private readonly CacheServer _server = Start();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(WireProtocol.Classic, 1)]
    [InlineData(WireProtocol.Classic, 10)]
    [InlineData(WireProtocol.Meta, 1)]
    [InlineData(WireProtocol.Meta, 10)]
    [InlineData(WireProtocol.Binary, 1)]
    [InlineData(WireProtocol.Binary, 10)]
    internal void Every_value_is_the_one_that_was_stored(WireProtocol protocol, int multiget)
    {
        LoadCounts counts = RunOne(Options() with
        {
            Protocol = protocol,
            Multiget = multiget,
            ValueSize = new ByteRange(0, 3000),
            Verify = VerifyMode.All,
        });
        Assert.True(counts.Hits > 100, $"only {counts.Hits} hits");
        Assert.True(counts.Stored > 100, $"only {counts.Stored} stored");
        Assert.Equal((0, 0, 0), (counts.Misses, counts.Errors, counts.WrongValues));
    }

    [Theory]
    [InlineData(WireProtocol.Classic, 1)]
    [InlineData(WireProtocol.Classic, 10)]
    [InlineData(WireProtocol.Meta, 1)]
    [InlineData(WireProtocol.Meta, 10)]
    [InlineData(WireProtocol.Binary, 1)]
    [InlineData(WireProtocol.Binary, 10)]
    internal void Keys_that_are_not_there_are_misses(WireProtocol protocol, int multiget)
    {
        BenchOptions options = Options() with { Protocol = protocol, Multiget = multiget, GetShare = 1 };
        RunOne(options with { Keys = 250 }); // stores half of the keys
        LoadCounts counts = RunOne(options with { Fill = false });
        Assert.InRange((double)counts.Misses / (counts.Hits + counts.Misses), 0.4, 0.6);
        Assert.Equal(0, counts.Errors);
    }

    [Fact]
    public void Server_of_our_own_tells_its_collections_and_allocations()
    {
        RoundResult round = Run(Options());
        Assert.InRange(round.ServerHeap!.Value.Collections, 0, 100);
        Assert.InRange(round.ServerAllocatedBytes!.Value, 1.0 / round.Counts.Requests, 1e6);
    }

    [Fact]
    public void Values_of_another_run_are_wrong_ones()
    {
        RunOne(Options() with { ValueSize = new ByteRange(50, 50) });
        BenchOptions options = Options() with { Fill = false, GetShare = 1, Verify = VerifyMode.Sample };
        LoadCounts counts = RunOne(options with { ValueSize = new ByteRange(51, 51) });
        Assert.InRange(counts.WrongValues, counts.Hits / 70, (counts.Hits / 58) + 8);
        Assert.True(counts.WrongValues > 0);
    }

    [Theory]
    [InlineData("--verify all", 0)]
    [InlineData("--expect-hits", 0)]
    [InlineData("--expect-hits --no-fill", BenchCommand.ExitUnexpected)]
    [InlineData("--no-fill", 0)]
    public void Missing_keys_fail_the_run_only_when_hits_are_expected(string arguments, int expected)
    {
        string fixedArguments = $"-t {_server.Endpoints[0]} --mix 1:0 --keys 100 --rounds 1 --duration 50ms --warmup 0";
        using var output = new StringWriter();
        using var messages = new StringWriter();
        string[] args = $"{fixedArguments} {arguments}".Split(' ');
        Assert.Equal(expected, BenchCommand.Run("larder bench", args, output, messages));
        Assert.Contains("requests/s", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(expected != 0, messages.ToString().Contains("--expect-hits", StringComparison.Ordinal));
    }

    [Fact]
    public void Results_name_the_command_line_that_measures_the_same_again()
    {
        string path = Path.GetTempFileName();
        string[] args =
        [
            "-t", $"{_server.Endpoints[0]},name=it's 1", "--markdown", path, "--title", "A title", "--rounds", "1",
            "--duration", "10ms", "--warmup", "0", "--keys", "10",
        ];
        using var output = new StringWriter();
        Assert.Equal(0, BenchCommand.Run("larder bench", args, output, output));
        string[] lines = File.ReadAllLines(path);
        File.Delete(path);
        Assert.Contains("## A title", lines);
        Assert.Contains(
            $@"larder bench -t '{_server.Endpoints[0]},name=it'\''s 1' --rounds 1 --duration 10ms --warmup 0 --keys 10",
            lines);
    }

    private BenchOptions Options() => new()
    {
        Targets = [new BenchTarget($"{_server.Endpoints[0]}", "cache", null)],
        Connections = 4,
        Depth = 3,
        Keys = 500,
        GetShare = 0.5,
        Rounds = 1,
        Warmup = TimeSpan.Zero,
        Duration = TimeSpan.FromMilliseconds(300),
    };

    private static CacheServer Start()
    {
        var options = new CacheServerOptions { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        return CacheServer.Start(options);
    }

    private static LoadCounts RunOne(BenchOptions options) => Run(options).Counts;

    private static RoundResult Run(BenchOptions options) =>
        Assert.Single(new BenchRunner(options, new RecordedProgress()).Run().Rounds);
}
