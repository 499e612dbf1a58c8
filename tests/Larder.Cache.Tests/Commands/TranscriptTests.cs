using System.Globalization;
using System.Text.RegularExpressions;
using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Cache.Tests.Authentication;
using Larder.Protocol.Binary;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: -vv shows what memcached shows of requests and answers, and nobody waits for whoever reads it.
/// Method: servers whose output a test collects or holds back; Debian's memcached is asked the same.
/// </summary>
public sealed partial class TranscriptTests
{
    /// <summary>What is asked in one piece, and how many lines are answered.</summary>
    private static readonly (string Request, int Lines)[] s_requests =
    [
        ("get foo\r\n", 1),
        ("set foo 0 0 3\r\nabc\r\n", 1),
        ("set foo 0 0 3 noreply\r\nabc\r\n", 0),
        ("delete gone noreply\r\n", 0),
        ("get foo gone foo\r\n", 5),
        ("gets foo\r\n", 3),
        ("gat 0 foo\r\n", 3),
        ("foo\r\n", 1),
        ("set a 0 0 -1\r\n", 1),
        ("set a 0 0 3\r\nabcXX", 1),
        ("add n 0 0 1\r\n1\r\n", 1),
        ("incr n 1\r\n", 1),
        ("incr foo 1\r\n", 1),
        ("touch n 3\r\n", 1),
        ("append gone 0 0 1\r\n1\r\n", 1),
        ("delete n\r\n", 1),
        ("flush_all\r\n", 1),
        ("mn\r\n", 1),
        ("me gone\r\n", 1),
        ("get a b\r\nget c\r\nget d\r\n", 3),
        ("verbosity 2\r\n", 1),
        ("set big 0 0 2000000\r\n" + new string('x', 2_000_000) + "\r\n", 1),
    ];

    [Fact]
    public void Text_requests_are_shown_as_memcached_shows_them()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), $"{OracleServer.Path} is not installed");
        var said = new Said();
        using (var oracle = new OracleServer(said.Line, "-vv"))
        {
            Talk(oracle.Client);
            said.Await("connection closed.");
        }
        var shown = new Said();
        using (AdministrationBench bench = Start(2, shown.Take))
        {
            using AskingClient client = bench.Connect();
            Talk(client);
            shown.Await("connection closed.");
        }
        Assert.Equal(Conversation(said.Text), Conversation(shown.Text));
    }

    [Fact]
    public void Frames_are_shown_as_memcached_shows_them()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), $"{OracleServer.Path} is not installed");
        var said = new Said();
        using (var oracle = new OracleServer(said.Line, "-vv"))
        {
            using var client = new BinaryClient(oracle.EndPoint);
            Talk(client);
            said.Await("connection closed.");
        }
        var shown = new Said();
        using (AdministrationBench bench = Start(2, shown.Take))
        {
            using var client = new BinaryClient(bench.Server.Endpoints[0]);
            Talk(client);
            shown.Await("connection closed.");
        }
        Assert.Equal(Conversation(said.Text), Conversation(shown.Text));
    }

    [Fact]
    public void Lookups_are_shown_at_the_third_level()
    {
        var shown = new Said();
        using AdministrationBench bench = Start(3, shown.Take);
        bench.Put("a", "1");
        Assert.Equal("END", bench.Ask("get gone"));
        Assert.Equal("DELETED", bench.Ask("delete a"));
        shown.Await("DELETED");
        Assert.Equal(
            ["<N set a 0 0 1", "> NOT FOUND a", ">N STORED", "<N get gone", "> NOT FOUND gone", ">N END",
                "<N delete a", "> FOUND KEY a", ">N DELETED"],
            Conversation(shown.Text));
    }

    [Fact]
    public void Values_that_come_in_pieces_are_shown_once()
    {
        var shown = new Said();
        using AdministrationBench bench = Start(2, shown.Take);
        bench.Send("set short 0 0 4\r\nab");
        bench.Send("cd\r\nset long 0 0 20000\r\n" + new string('x', 9_000));
        Assert.Equal("STORED", bench.ReadLine());
        bench.Send(new string('x', 11_000) + "\r\n");
        Assert.Equal("STORED", bench.ReadLine());
        Assert.Equal("MN", bench.Ask("mn"));
        shown.Await("MN");
        Assert.Equal(
            ["<N set short 0 0 4", ">N STORED", "<N set long 0 0 20000", ">N STORED", "<N mn", ">N MN"],
            Conversation(shown.Text));
    }

    [Fact]
    public void Control_characters_do_not_reach_the_terminal()
    {
        var shown = new Said();
        using AdministrationBench bench = Start(2, shown.Take);
        Assert.Equal("END", bench.Ask("get a\x1b[2Jb\x7f"));
        shown.Await("END");
        Assert.Equal(["<N get a.[2Jb.", ">N END"], Conversation(shown.Text));
    }

    [Fact]
    public void Tokens_are_not_shown()
    {
        using var files = new UserFiles();
        var shown = new Said();
        using AdministrationBench bench = Start(2, shown.Take, options =>
            options.Tokens = TokenFile.Load(files.Write("tokens", "user:secret\n")));
        Assert.Equal("STORED", bench.Ask("set a 0 0 11\r\nuser secret"));
        Assert.Equal("MN", bench.Ask("mn"));
        shown.Await("MN");
        Assert.Equal(["<N mn", ">N MN"], Conversation(shown.Text));
    }

    [Fact]
    public void Verbosity_turns_it_on_and_off()
    {
        var shown = new Said();
        using AdministrationBench bench = Start(0, shown.Take);
        Assert.Equal("END", bench.Ask("get before"));
        Assert.Equal("OK", bench.Ask("verbosity 2"));
        Assert.Equal("END", bench.Ask("get shown"));
        Assert.Equal("OK", bench.Ask("verbosity 1"));
        Assert.Equal("END", bench.Ask("get between"));
        Assert.Equal("OK", bench.Ask("verbosity 3"));
        Assert.Equal("END", bench.Ask("get again"));
        shown.Await("get again\n", " END\n");
        Assert.Equal(["<N get shown", ">N END", "<N verbosity 1", ">N OK", "<N get again", ">N END"],
            Conversation(shown.Text));
    }

    /// <summary>
    /// Aim: an output that takes nothing holds nobody up, and what it misses is counted to the line.
    /// Method: the output waits while more is asked than rings hold; then lines and counts are added up.
    /// </summary>
    [Fact]
    public void Output_that_takes_nothing_holds_nobody_up_and_is_told_what_it_missed()
    {
        var shown = new Said();
        var gate = new TaskCompletionSource();
        using AdministrationBench bench = Start(2, text =>
        {
            gate.Task.Wait();
            shown.Take(text);
        });
        string many = string.Concat(Enumerable.Repeat($"get {new string('k', 200)}\r\n", 100));
        int asked = 0;
        for (; asked < 10_000; asked += 100)
        {
            bench.Send(many);
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal("END", bench.ReadLine());
            }
        }
        gate.SetResult();
        // It is seen as soon as there is room again; then what was missed before is told in front of the next line.
        for (string before = ""; !shown.Text.Contains(" MN\n", StringComparison.Ordinal); asked++)
        {
            Assert.Equal("MN", bench.Ask("mn"));
            before = shown.AwaitMore(before);
        }
        Assert.Equal("OK", bench.Ask("verbosity 2"));
        asked++;
        shown.Await(" OK\n");
        string text = shown.Text;
        long skipped = Skipped().Matches(text)
            .Sum(static match => long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        Assert.True(skipped > 0, "nothing was skipped");
        const int ConnectionLines = 2; // it has come, and what it speaks
        int lines = Said.LinesOf(text).Count(static line => !line.StartsWith("skipped=", StringComparison.Ordinal)
            && !line.Contains("server listening", StringComparison.Ordinal));
        Assert.Equal((2 * asked) + ConnectionLines, lines + skipped);
    }

    [Fact]
    public void Output_that_takes_nothing_does_not_keep_the_server_from_stopping()
    {
        var gate = new TaskCompletionSource();
        AdministrationBench bench = Start(2, _ => gate.Task.Wait());
        Assert.Equal("END", bench.Ask("get a"));
        bench.Dispose();
        gate.SetResult();
    }

    private static AdministrationBench Start(
        int verbosity, Action<ReadOnlySpan<byte>> output, Action<CacheServerOptions>? change = null)
        => new(options =>
        {
            options.Verbosity = verbosity;
            options.VerboseOutput = output;
            change?.Invoke(options);
        });

    private static void Talk(AskingClient client)
    {
        foreach ((string request, int lines) in s_requests)
        {
            client.Send(request);
            for (int i = 0; i < lines; i++)
            {
                client.ReadLine();
            }
        }
        client.Send("quit\r\n");
        Assert.Equal("closed", client.ReadLine());
    }

    private static void Talk(BinaryClient client)
    {
        byte[][] frames =
        [
            BinaryClient.Storage(BinaryOpcode.Set, "k", "v"),
            BinaryClient.Frame(BinaryOpcode.Get, "k"),
            BinaryClient.Frame(BinaryOpcode.GetK, "k"),
            BinaryClient.Frame(BinaryOpcode.Get, "gone"),
            BinaryClient.Storage(BinaryOpcode.Add, "k", "v"),
            BinaryClient.Storage(BinaryOpcode.Replace, "gone", "value"),
            BinaryClient.Frame(BinaryOpcode.Append, "k", "more"),
            BinaryClient.Frame(BinaryOpcode.Prepend, "gone", "more"),
            BinaryClient.Frame(BinaryOpcode.Delete, "k"),
            BinaryClient.Frame(BinaryOpcode.Delete, "gone"),
            BinaryClient.Arithmetic(BinaryOpcode.Increment, "n", 0),
            BinaryClient.Arithmetic(BinaryOpcode.Increment, "n", 0),
            BinaryClient.Word(BinaryOpcode.Touch, "gone", 1),
            BinaryClient.Word(BinaryOpcode.Gat, "gone", 1),
            BinaryClient.Word(BinaryOpcode.Flush, "", 0),
            BinaryClient.Frame(BinaryOpcode.Get),
        ];
        foreach (byte[] frame in frames[..^1])
        {
            client.Ask(frame);
        }
        client.Stats();
        client.Send([.. BinaryClient.Frame(BinaryOpcode.GetQ, "gone"), .. BinaryClient.Frame(BinaryOpcode.Noop)]);
        client.ReadAnswer();
        Assert.StartsWith("InvalidArguments", client.Ask(frames[^1]), StringComparison.Ordinal);
        Assert.Equal("closed", client.ReadAnswer());
    }

    /// <summary>
    /// What clients and server have said, with N for descriptors, without CAS tokens, and without what only one of both
    /// says.
    /// </summary>
    private static string[] Conversation(string text)
    {
        var lines = new List<string>();
        int behindFrame = 0;
        foreach (string line in Said.LinesOf(text))
        {
            behindFrame = line.Contains("Writing bin response", StringComparison.Ordinal) ? 0 : behindFrame + 1;
            bool isCas = behindFrame is 5 or 6 && line.Contains("0x", StringComparison.Ordinal)
                && line.StartsWith('>');
            if (!isCas && Spoken().IsMatch(line) && !line.Contains("connection", StringComparison.Ordinal)
                && !line.Contains("listening", StringComparison.Ordinal))
            {
                lines.Add(Descriptor().Replace(line, "${sign}N", 1));
            }
        }
        return [.. lines];
    }

    [GeneratedRegex("^([<>][0-9]+ |> |Value len|Deleting|incr)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spoken();

    [GeneratedRegex("^(?<sign>[<>])[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Descriptor();

    [GeneratedRegex("^skipped=(?<count>[0-9]+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Skipped();
}
