using System.Net;
using Larder.Bench;
using Larder.Bench.Pausing;
using Larder.Cache.Serving;
using Larder.Tests.Launching;

namespace Larder.Tests.Bench.Pausing;

/// <summary>Runs against servers in this process, and what goes wrong.</summary>
public sealed class PauseRunTests : IDisposable
{
    private const string Name = "larder bench pauses";

    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Phases_of_a_cache_and_a_control_stand_in_tables()
    {
        using CacheServer cache = Start();
        using FloorServer floor = StartFloor();
        string markdown = _folder.Combine("pauses.md");
        (int exitCode, string output, string messages) = Run(
            "-t", $"{cache.Endpoints[0]},name=cache", "-t", $"{floor.EndPoint},name=floor", "--rounds", "2",
            "--rate", "1000", "--keys", "5", "--duration", "200ms", "--warmup", "100ms", "--phases", "fill,limit,flush",
            "--markdown", markdown, "--title", "Two servers");
        Assert.Equal(0, exitCode);
        string[] lines = output.Split('\n');
        Assert.Equal(
            "1 000 requests a second of 5 keys each, at fixed times, for 0.2 s; keys and values of 10 bytes",
            lines[0]);
        Assert.Equal(
            ["cache", "floor", "cache", "floor", "cache", "floor"],
            [.. RowsOf(output).Select(row => row[0])]);
        Assert.All(RowsOf(output), row => Assert.Equal("200", row[1]));
        Assert.Equal(
            [
                "", "",
                "cache_memlimit 8: OK, cache_memlimit 16: OK", "cache_memlimit 32: ERROR, cache_memlimit 64: ERROR",
                "flush_all: OK", "flush_all: ERROR",
            ],
            [.. RowsOf(output).Select(row => row.Length > 14 ? row[14] : "")]);
        Assert.Contains(
            "cache: flushed, but not fresh: its index has grown already\n", messages, StringComparison.Ordinal);
        Assert.Equal(12, messages.Split('\n').Count(line => line.StartsWith("round ", StringComparison.Ordinal)));
        string[] written = File.ReadAllLines(markdown);
        Assert.Contains("## Two servers", written);
        Assert.Contains("### cache_memlimit by half, and up again", written);
    }

    [Fact]
    public void Expiring_and_growing_values_are_measured()
    {
        using CacheServer cache = Start();
        (int exitCode, string output, _) = Run(
            "-t", $"{cache.Endpoints[0]}", "--rounds", "1", "--rate", "1000", "--duration", "200ms", "--warmup", "0",
            "--phases", "eviction,expiry,sizes");
        Assert.Equal(0, exitCode);
        Assert.Equal(["200", "200", "200"], [.. RowsOf(output).Select(row => row[1])]);
        Assert.Equal(["0", "0", "0"], [.. RowsOf(output).Select(row => row[13])]);
    }

    [Fact]
    public void Servers_of_one_name_take_the_rounds_in_turn()
    {
        int first = 0;
        int second = 0;
        using var one = new AnsweringServer(line => Answer(line, ref first));
        using var two = new AnsweringServer(line => Answer(line, ref second));
        PauseResult result = Run(Options(one.EndPoint, two.EndPoint) with { Rounds = 3 });
        Assert.Equal(["server", "server", "server"], result.Rounds.Select(round => round.Name));
        Assert.Equal((200, 100), (first, second));
    }

    [Fact]
    public void Refused_stores_are_counted_and_shown()
    {
        int number = 0;
        using var server = new AnsweringServer(line => !line.StartsWith("set ", StringComparison.Ordinal) ? "ERROR\r\n"
            : ++number % 4 == 0 ? "SERVER_ERROR out of memory storing object\r\n" : "STORED\r\n");
        PauseRound round = Assert.Single(Run(Options(server.EndPoint)).Rounds);
        Assert.Equal((100, 25), (round.Waits.Requests, round.Refused));
        Assert.Equal(["refused: SERVER_ERROR out of memory storing object"], round.Remarks);
        Assert.True(round.Waits.Longest > 0, "answered before it was due");
    }

    /// <summary>The load's thread allocates a record of the waits, but nothing for a request.</summary>
    [Fact]
    public void Load_allocates_nothing_for_a_request()
    {
        using FloorServer server = StartFloor();
        PauseOptions options = Options(server.EndPoint) with { Rate = 20_000, Keys = 4 };
        using var load = new PauseLoad(server.EndPoint, options, new BurstWriter());
        load.Connect();
        BurstRun run = PauseScript.Of(PausePhase.Eviction, options, null, DateTimeOffset.UnixEpoch)!.Measured;
        load.Run(run); // buffers, and code that runs for the first time
        const int requests = 20_000;
        long before = Allocated(load);
        load.Run(run with { Parts = [run.Parts[0] with { Requests = requests }] });
        const long record = (requests * sizeof(long)) + (4096 * 2 * sizeof(long));
        Assert.InRange(Allocated(load) - before, 0, record + (requests * 4));
    }

    [Theory]
    [InlineData("-t nowhere:x", "target 'nowhere:x' is neither HOST:PORT nor unix:/path")]
    [InlineData("-t :11,idle=3", "idle connections make no difference to pauses")]
    [InlineData("--phases growth", "--phases: 'growth' is none of fill, eviction, expiry, limit, sizes, flush")]
    [InlineData("--phases ,", "--phases must name one at least")]
    [InlineData("--rounds 0", "--rounds must be at least 1")]
    [InlineData("--rate 0", "--rate must be 1 to 1000000")]
    [InlineData("--rate 2m", "--rate must be 1 to 1000000")]
    [InlineData("--keys 1001", "--keys must be 2 to 1000")]
    [InlineData("--connections 0", "--connections must be 1 to 1000")]
    [InlineData("--duration 61s", "--duration must be at most 1m")]
    [InlineData("--warmup 61s", "--warmup must be at most 1m")]
    [InlineData("--duration 1ms --rate 10", "--duration is too short for one request at that --rate")]
    [InlineData("--keys many", "--keys: 'many' is not a number, for example 1000, 100k or 1m")]
    public void Bad_option_of_pauses_gets_one_line_and_exit_code_1(string arguments, string message)
    {
        (int exitCode, string output, string messages) = Run(arguments.Split(' '));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"{Name}: {message}\n", messages);
    }

    [Fact]
    public void Absent_server_gets_one_line_that_says_what_to_do_and_exit_code_2()
    {
        (int exitCode, string output, string messages) = Run("-t", "127.0.0.1:1");
        Assert.Equal((BenchCommand.ExitBroken, ""), (exitCode, output));
        Assert.StartsWith($"{Name}: 127.0.0.1:1: ", messages, StringComparison.Ordinal);
        Assert.EndsWith(
            "; start a server there, or name another one with --target\n", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_answers_nothing_is_given_up()
    {
        using var server = new AnsweringServer(line => line == "stats" ? "ERROR\r\n" : "");
        PauseOptions options = Options(server.EndPoint) with { AnswerLimit = TimeSpan.FromMilliseconds(100) };
        AssertFails(options, "no answer for 0.1 seconds; it hangs, or is no memcached");
    }

    [Fact]
    public void Server_that_refuses_every_store_is_given_up()
    {
        using var server = new AnsweringServer(_ => "SERVER_ERROR out of memory storing object\r\n");
        AssertFails(
            Options(server.EndPoint),
            "stored nothing, its first answer was 'SERVER_ERROR out of memory storing object'; a target must accept "
                + "the classic protocol's set");
    }

    [Fact]
    public void Server_that_breaks_off_is_given_up()
    {
        using var server = new AnsweringServer(_ => null);
        AssertFails(Options(server.EndPoint), "closed a connection (Peer)");
    }

    [Fact]
    public void Server_that_breaks_off_before_measuring_begins_is_given_up()
    {
        using var server = new AnsweringServer(_ => null);
        using var load = new PauseLoad(server.EndPoint, Options(server.EndPoint), new BurstWriter());
        load.Connect();
        BurstRun run = PauseScript.Warmup(Options(server.EndPoint));
        Assert.Throws<BenchException>(() => load.Run(run));
        var error = Assert.Throws<BenchException>(() => load.Wait(s_deadline));
        Assert.Equal($"{server.EndPoint}: closed a connection (Peer)", error.Message);
    }

    [Fact]
    public void Server_that_speaks_another_protocol_is_given_up()
    {
        using var server = new AnsweringServer(line => line == "stats" ? "ERROR\r\n" : "VALUE key 0 x\r\n");
        AssertFails(Options(server.EndPoint), "sent what is no reply of the classic protocol");
    }

    /// <summary>More replies in one piece than there are requests in all.</summary>
    [Fact]
    public void Server_that_answers_more_than_it_was_asked_is_given_up()
    {
        string replies = string.Concat(Enumerable.Repeat("STORED\r\n", 1000));
        using var server = new AnsweringServer(_ => replies);
        AssertFails(Options(server.EndPoint), "sent a reply that nobody asked for");
    }

    [Fact]
    public void Server_that_breaks_off_at_an_order_is_given_up()
    {
        using var server = new AnsweringServer(line => line == "flush_all" ? null : "STORED\r\n");
        PauseOptions options = Options(server.EndPoint) with { Phases = [PausePhase.Flush] };
        AssertFails(options, "closed the connection of flush_all (Peer)");
    }

    [Fact]
    public void Server_with_a_large_memory_is_refused()
    {
        const string stats = "STAT curr_items 0\r\nSTAT bytes 0\r\nSTAT limit_maxbytes 2147483648\r\n"
            + "STAT evictions 0\r\nEND\r\n";
        using var server = new AnsweringServer(_ => stats);
        var error = Assert.Throws<BenchException>(() => Run(Options(server.EndPoint)));
        Assert.Equal("server: filling its 2048 MiB takes too long; start it with -m 1024 at most", error.Message);
    }

    [Fact]
    public void Help_of_pauses_shows_options_and_examples()
    {
        (int exitCode, string output, _) = Run("--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("bench pauses [options]", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    private static string Answer(string line, ref int stored)
    {
        if (!line.StartsWith("set ", StringComparison.Ordinal))
            return "ERROR\r\n";
        stored++;
        return "STORED\r\n";
    }

    private static void AssertFails(PauseOptions options, string message)
    {
        var error = Assert.Throws<BenchException>(() => Run(options));
        Assert.Equal($"{options.Targets[0].Address}: {message}", error.Message);
    }

    /// <summary>A hundred stores in a tenth of a second on one connection.</summary>
    private static PauseOptions Options(params EndPoint[] servers) => new()
    {
        Targets = [.. servers.Select(server => new BenchTarget($"{server}", "server", null))],
        Phases = [PausePhase.Fill],
        Rounds = 1,
        Rate = 1000,
        Keys = 1,
        Connections = 1,
        Duration = TimeSpan.FromMilliseconds(100),
        Warmup = TimeSpan.Zero,
    };

    private static PauseResult Run(PauseOptions options) => new PauseRunner(options, TextWriter.Null).Run();

    private static (int ExitCode, string Output, string Messages) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        int exitCode = BenchCommand.Run("larder bench", ["pauses", .. args], output, messages);
        return (exitCode, output.ToString(), messages.ToString());
    }

    /// <summary>The cells of all rows below a heading; two spaces and more are between cells.</summary>
    private static List<string[]> RowsOf(string output) =>
    [
        .. from line in output.Split('\n')
           where line.StartsWith("cache ", StringComparison.Ordinal)
               || line.StartsWith("floor ", StringComparison.Ordinal)
               || line.StartsWith("127.", StringComparison.Ordinal)
           select line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    ];

    private static long Allocated(PauseLoad load)
    {
        using var mail = new CallMail<long>(GC.GetAllocatedBytesForCurrentThread);
        load.FrontEnd.Post(mail);
        return mail.Wait(s_deadline);
    }

    private static CacheServer Start()
    {
        var options = new CacheServerOptions { Threads = 1, MemoryLimit = 16 << 20 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        return CacheServer.Start(options);
    }

    private static FloorServer StartFloor() => new(new FloorOptions(IPAddress.Loopback, 0, 10, 10, 1));
}
