using System.Net;
using Larder.Bench;

namespace Larder.Tests.Bench;

/// <summary>Whole runs against the floor server in this process; short ones: it is the counts that matter.</summary>
public sealed class BenchRunnerTests : IDisposable
{
    private readonly FloorServer _server = new(new FloorOptions(IPAddress.Loopback, 0, 32, 100, 1));

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(1, PipelineStyle.Burst, WireProtocol.Classic)]
    [InlineData(16, PipelineStyle.Burst, WireProtocol.Classic)]
    [InlineData(16, PipelineStyle.Window, WireProtocol.Classic)]
    [InlineData(5, PipelineStyle.Burst, WireProtocol.Meta)]
    [InlineData(5, PipelineStyle.Window, WireProtocol.Meta)]
    [InlineData(5, PipelineStyle.Burst, WireProtocol.Binary)]
    internal void Every_request_is_answered_and_counted(int depth, PipelineStyle style, WireProtocol protocol)
    {
        BenchOptions options = Options() with { Depth = depth, Style = style, Protocol = protocol, GetShare = 0.5 };
        RoundResult round = RunOne(options);
        LoadCounts counts = round.Counts;
        Assert.True(counts.Requests > 100, $"only {counts.Requests} requests");
        Assert.Equal(counts.Requests, counts.Hits + counts.Stored);
        Assert.Equal((0, 0, 0), (counts.Misses, counts.Errors, counts.WrongValues));
        Assert.InRange((double)counts.Stored / counts.Requests, 0.3, 0.7);
        Assert.InRange(round.Latency.Count, 1, counts.Requests + (8L * depth * 2));
        Assert.True(round.Latency.ValueAt(0.5) > 0);
    }

    [Theory]
    [InlineData(WireProtocol.Classic)]
    [InlineData(WireProtocol.Meta)]
    [InlineData(WireProtocol.Binary)]
    internal void Multiget_counts_every_key(WireProtocol protocol)
    {
        LoadCounts counts = RunOne(Options() with { Multiget = 20, GetShare = 1, Protocol = protocol }).Counts;
        Assert.True(counts.Requests > 10, $"only {counts.Requests} requests");
        Assert.InRange(counts.Hits, counts.Requests * 20, (counts.Requests + 8) * 20);
        Assert.Equal((0, 0), (counts.Misses, counts.Errors));
    }

    [Fact]
    public void Values_of_many_sizes_are_stored_whole()
    {
        LoadCounts counts = RunOne(Options() with { GetShare = 0, ValueSize = new ByteRange(0, 200_000) }).Counts;
        Assert.True(counts.Stored > 10, $"only {counts.Stored} stored");
        Assert.Equal(0, counts.Errors);
    }

    [Fact]
    public void Wrong_values_are_noticed()
    {
        LoadCounts counts = RunOne(Options() with { GetShare = 1, Verify = VerifyMode.All }).Counts;
        Assert.InRange(counts.WrongValues, counts.Hits - 8, counts.Hits);
        Assert.True(counts.WrongValues > 0);
    }

    [Fact]
    public void Open_loop_sends_at_its_rate()
    {
        BenchOptions options = Options() with { Rate = 2000, Duration = TimeSpan.FromSeconds(1), Depth = 4 };
        RoundResult round = RunOne(options);
        Assert.InRange(round.Throughput, 1700, 2300); // 2000 with a Poisson deviation of 45
        Assert.Equal(0, round.Counts.Errors);
    }

    [Fact]
    public void Several_threads_share_the_connections()
    {
        LoadCounts counts = RunOne(Options() with { Threads = 3, Connections = 7, Idle = 5 }).Counts;
        Assert.Equal(counts.Requests, counts.Hits + counts.Stored);
        Assert.True(counts.Requests > 100, $"only {counts.Requests} requests");
    }

    [Fact]
    public void Targets_are_measured_in_turn()
    {
        using var other = new FloorServer(new FloorOptions(IPAddress.Loopback, 0, 32, 100, 1));
        BenchOptions options = Options() with
        {
            Targets = [Target(_server, "a"), Target(other, "b")],
            Rounds = 3,
            Duration = TimeSpan.FromMilliseconds(50),
        };
        var progress = new RecordedProgress();
        BenchResult result = new BenchRunner(options, progress).Run();
        (int, int)[] expected = [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3)];
        Assert.Equal(expected, result.Rounds.Select(round => (round.Target, round.Round)));
        Assert.Equal(expected, progress.Rounds.Select(round => (round.Target, round.Round)));
        Assert.Equal(["filling 0", "filling 1"], progress.Phases.Take(2));
    }

    [Fact]
    public void Server_in_this_process_is_found_and_measured()
    {
        RoundResult round = RunOne(Options());
        Assert.True(round.ServerCpuNs > 0);
        Assert.True(round.ServerResidentBytes > 1_000_000);
        Assert.True(round.GeneratorCpuNs > 0);
        Assert.Null(round.ServerHeap);
    }

    private BenchOptions Options() => new()
    {
        Targets = [Target(_server, "floor")],
        Connections = 8,
        Keys = 500,
        Rounds = 1,
        Warmup = TimeSpan.Zero,
        Duration = TimeSpan.FromMilliseconds(300),
    };

    private static BenchTarget Target(FloorServer server, string name) => new($"{server.EndPoint}", name, null);

    private static RoundResult RunOne(BenchOptions options) =>
        Assert.Single(new BenchRunner(options, new RecordedProgress()).Run().Rounds);
}
