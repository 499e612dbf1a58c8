using System.Net;
using System.Text.Json;
using Larder.Bench;
using Larder.Bench.Replaying;
using Larder.Bench.Simulating;
using Larder.Cache.Serving;
using Larder.Tests.Launching;

namespace Larder.Tests.Bench.Replaying;

/// <summary>Replays into caches in this process, and what goes wrong.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CacheServer _server = Start();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(4, 16)]
    [InlineData(20, 5)]
    public void Replay_where_all_fits_misses_each_key_once(int connections, int depth)
    {
        RequestTrace trace = RandomTrace(requests: 20_000, keys: 1000);
        TargetReplay replay = Replay(trace, Options() with { Connections = connections, Depth = depth });
        Assert.Equal(trace.Objects, replay.Counts.Misses);
        Assert.Equal(trace.Objects, replay.Counts.Stored);
        Assert.Equal(20_000, replay.Counts.Requests);
        Assert.Equal(20_000 - trace.Objects, replay.Counts.Hits);
        Assert.Equal((0, 0), (replay.Counts.Errors, replay.Counts.WrongValues));
        Assert.Equal(trace.Objects, replay.Store!.Value.Items);
        Assert.Equal(0, replay.Store.Value.Evictions);
        Assert.InRange(replay.Store.Value.Bytes, trace.Objects * 132L, replay.Store.Value.LimitBytes);
    }

    /// <summary>Nothing of one key overtakes: its second get would miss if its set were still to come.</summary>
    [Fact]
    public void Replay_of_one_key_misses_once()
    {
        TargetReplay replay = Replay(new RequestTrace(new uint[2000]), Options());
        Assert.Equal((1, 1999), (replay.Counts.Misses, replay.Counts.Hits));
    }

    [Fact]
    public void Replay_flushes_first_unless_told_not_to()
    {
        RequestTrace trace = RandomTrace(requests: 500, keys: 100);
        using var messages = new StringWriter();
        Assert.Equal(trace.Objects, Replay(trace, Options(), messages).Counts.Misses);
        Assert.Equal(trace.Objects, Replay(trace, Options(), messages).Counts.Misses);
        Assert.Equal(0, Replay(trace, Options() with { Flush = false }, messages).Counts.Misses);
        string[] lines = messages.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "cache: flushed, replaying 500 requests",
                "cache: flushed, replaying 500 requests",
                "cache: what it holds is kept, replaying 500 requests",
            ],
            lines);
    }

    [Fact]
    public void Values_that_another_replay_stored_are_wrong_ones()
    {
        var trace = new RequestTrace([0, 1, 2]);
        Replay(trace, Options());
        ReplayOptions longer = Options() with { Flush = false, ValueSize = new ByteRange(101, 101) };
        LoadCounts counts = Replay(trace, longer).Counts;
        Assert.Equal((3, 3), (counts.Hits, counts.WrongValues));
    }

    [Fact]
    public void Simulations_beside_a_target_have_as_many_items_as_it_held()
    {
        RequestTrace trace = RandomTrace(requests: 5000, keys: 300);
        TargetReplay replay = Replay(trace, Options() with { Simulate = [Algorithm.S3Fifo, Algorithm.Lru] });
        Assert.Equal([trace.Objects, trace.Objects], replay.SimulatedMisses);
    }

    [Fact]
    public void Sets_that_are_refused_are_errors_and_misses_and_fail_the_run()
    {
        string trace = TraceFile.Write(_folder, 0, 1, 0, 1);
        (int exitCode, string output, string messages) =
            Run(trace, "-t", $"{_server.Endpoints[0]},name=cache", "--value-size", "2000000");
        Assert.Equal(BenchCommand.ExitUnexpected, exitCode);
        Assert.Contains("1.0000", output, StringComparison.Ordinal);
        Assert.EndsWith(
            "larder bench replay: cache answered 4 errors, the first: SERVER_ERROR object too large for cache\n",
            messages,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Several_targets_are_compared_with_the_first()
    {
        using CacheServer other = Start();
        string json = _folder.Combine("result.json");
        string markdown = _folder.Combine("result.md");
        string trace = TraceFile.Write(_folder, 0, 1, 2, 0, 1, 2, 3, 3);
        (int exitCode, string output, string messages) = Run(
            trace, "-t", $"{_server.Endpoints[0]},name=one", "-t", $"{other.Endpoints[0]},name=two",
            "--simulate", "s3fifo", "--json", json, "--markdown", markdown, "--title", "Two caches");
        Assert.Equal(0, exitCode);
        Assert.Equal("one: flushed, replaying 8 requests\ntwo: flushed, replaying 8 requests\n", messages);
        string[] lines = output.Split('\n');
        Assert.Equal("trace.u32: 8 requests, 4 objects, keys of 32 and values of 100 bytes", lines[0]);
        Assert.Equal("target  requests  misses  miss ratio  to one  S3-FIFO at its items  to that", lines[2]);
        Assert.Equal("two            8       4      0.5000  1.0000                0.5000   1.0000", lines[4]);
        Assert.Contains("## Two caches", File.ReadAllLines(markdown));
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement second = document.RootElement.GetProperty("targets")[1];
        Assert.Equal("two", second.GetProperty("name").GetString());
        Assert.Equal(
            (4, 4, 0.5),
            (second.GetProperty("misses").GetInt64(), second.GetProperty("items").GetInt64(),
                second.GetProperty("miss_ratio").GetDouble()));
    }

    [Theory]
    [InlineData("-t nowhere:x", "target 'nowhere:x' is neither HOST:PORT nor unix:/path")]
    [InlineData("-t :11,idle=3", "idle connections make no difference to a replay")]
    [InlineData("--depth 1025", "--depth must be 1 to 1024")]
    [InlineData("--connections 0", "--connections must be 1 to 10000")]
    [InlineData("--key-size 0", "--key-size must be 1 to 250")]
    [InlineData("--simulate arc", "--simulate: 'arc' is none of s3fifo, lru, fifo, clock, slru")]
    [InlineData("--key-size 1", "--key-size is too short to number 17 keys")]
    public void Bad_option_of_a_replay_gets_one_line_and_exit_code_1(string arguments, string message)
    {
        string trace = TraceFile.Write(_folder, [.. Enumerable.Range(0, 17).Select(key => (uint)key)]);
        (int exitCode, string output, string messages) = Run([trace, .. arguments.Split(' ')]);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"larder bench replay: {message}\n", messages);
    }

    [Fact]
    public void Bad_trace_gets_one_line_and_exit_code_1()
    {
        string path = _folder.Combine("odd.u32");
        File.WriteAllBytes(path, new byte[6]);
        (int exitCode, string output, string messages) = Run(path);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"larder bench replay: {path}: 6 bytes are no whole number of 32-bit key numbers\n", messages);
    }

    [Fact]
    public void Replay_into_an_absent_server_gets_one_line_and_exit_code_2()
    {
        (int exitCode, string output, string messages) = Run(TraceFile.Write(_folder, 0), "-t", "127.0.0.1:1");
        Assert.Equal((BenchCommand.ExitBroken, ""), (exitCode, output));
        Assert.StartsWith("larder bench replay: 127.0.0.1:1: ", messages, StringComparison.Ordinal);
        Assert.Single(messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Server_that_breaks_off_gets_one_line_and_exit_code_2()
    {
        using var server = new ClosingServer();
        string trace = TraceFile.Write(_folder, 0, 1, 2, 3);
        (int exitCode, _, string messages) = Run(trace, "-t", $"{server.EndPoint}", "--no-flush");
        Assert.Equal(BenchCommand.ExitBroken, exitCode);
        Assert.EndsWith(
            $"larder bench replay: {server.EndPoint}: closed a connection (Peer)\n",
            messages,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Help_of_replay_shows_options_and_examples()
    {
        (int exitCode, string output, _) = Run("--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("bench replay <FILE> [options]", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    private ReplayOptions Options() => new()
    {
        TracePath = "memory.u32",
        Targets = [new BenchTarget($"{_server.Endpoints[0]}", "cache", null)],
    };

    private static TargetReplay Replay(RequestTrace trace, ReplayOptions options, TextWriter? messages = null) =>
        Assert.Single(new ReplayRunner(options, trace, messages ?? TextWriter.Null).Run().Targets);

    /// <summary>Half of the requests ask for five keys, so that gets of one key stand close together.</summary>
    private static RequestTrace RandomTrace(int requests, uint keys)
    {
        var random = new RandomSource(seed: 7);
        uint[] trace = new uint[requests];
        for (int i = 0; i < requests; i++)
        {
            ulong number = random.Next();
            trace[i] = (uint)(number >> 32) % ((number & 1) == 0 ? keys : 5);
        }

        return new RequestTrace(trace);
    }

    private static (int ExitCode, string Output, string Messages) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        int exitCode = BenchCommand.Run("larder bench", ["replay", .. args], output, messages);
        return (exitCode, output.ToString(), messages.ToString());
    }

    private static CacheServer Start()
    {
        var options = new CacheServerOptions { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        return CacheServer.Start(options);
    }
}
