using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Cache.Tests.Commands;

namespace Larder.Cache.Tests.Authentication;

/// <summary>
/// Aim: logging in over the text protocols (-Y) answers what memcached does, and lets nobody else do anything.
/// Method: bytes and answers over sockets; Debian's memcached is asked the same where it is installed.
/// </summary>
public sealed class LoginTests : IDisposable
{
    private const string Good = "set a 0 0 9\r\nuser pass\r\n";
    private const string Unauthenticated = "CLIENT_ERROR unauthenticated\r\n";
    private const string BadFormat = "CLIENT_ERROR bad authentication token format\r\n";
    private const string Failure = "CLIENT_ERROR authentication failure\r\n";
    private const string Version = "VERSION 1.6.45\r\n";
    private const string Stored = "STORED\r\n";
    private const string Closed = "closed";

    private readonly UserFiles _files = new();

    /// <summary>What is sent, and what is answered before and behind a good login.</summary>
    public static TheoryData<string, string> Answers => new()
    {
        { Good, Stored },
        { "set a 0 0 11\r\nuser2 pass2\r\n", Stored },
        { "set a 0 0 9\nuser pass\r\n", Stored },
        { "  set  a 0 0 9\r\nuser pass\r\n", Stored },
        { "set a 0 0 9 noreply\r\nuser pass\r\n", Stored },
        { "set a -1 z 9 1 2\r\nuser pass\r\n", Stored },
        { "set a 0 0 09\r\nuser pass\r\n", Stored },
        { $"set {new string('k', 251)} 0 0 9\r\nuser pass\r\n", Stored },
        { "set a 0 0 14\r\nuser pass more\r\n", Stored },
        { "set a 0 0 10\r\n user pass\r\n", Stored },
        { "get a\r\n", Unauthenticated },
        { "version\r\n", Unauthenticated },
        { "quit\r\n", Unauthenticated },
        { "mg a v\r\n", Unauthenticated },
        { "watch fetchers\r\n", Unauthenticated },
        { "shutdown\r\n", Unauthenticated },
        { "SET a 0 0 9\r\n", Unauthenticated },
        { "add a 0 0 9\r\n", Unauthenticated },
        { "settle a 0 0 9\r\n", Unauthenticated },
        { "set a\r\n", Unauthenticated },
        { "set a 0 0\r\n", Unauthenticated },
        { "set a 0 0 x\r\n", Unauthenticated },
        { "set a 0 0 9x\r\n", Unauthenticated },
        { "set a 0 0 -1\r\n", Unauthenticated },
        { "ms a 9\r\n", Unauthenticated },
        { "set a 0 0 9\r\nuser past\r\n", Failure },
        { "set a 0 0 8\r\nuser pas\r\n", Failure },
        { "set a 0 0 10\r\nuser2 pass\r\n", Failure },
        { "set a 0 0 8\r\nuserpass\r\n", BadFormat },
        { "set a 0 0 0\r\n\r\n", BadFormat },
        { "set a 0 0 1\r\n \r\n", BadFormat },
        { "set a 0 0 9\r\nuser\0pass\r\n", BadFormat },
        { "set a 0 0 9\r\nuser passXX", "CLIENT_ERROR bad command line termination\r\n" },
        { "set a 0 0 9\r\nuser pass\n\n", "CLIENT_ERROR bad command line termination\r\n" },
    };

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Answers))]
    public void Request_before_login_is_answered_as_memcached_does(string request, string answer)
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        client.Send(request);
        Assert.Equal(answer, client.ReadLine() + "\r\n");
        if (answer != Stored)
        {
            Assert.Equal("STORED", client.Ask(Good[..^2]));
        }
        Assert.Equal(Version, client.Ask("version") + "\r\n");
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Oracle_answers_the_same(string request, string answer)
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), $"{OracleServer.Path} is not installed");
        using var oracle = new OracleServer("-Y", _files.Write("tokens", "user:pass\nuser2:pass2\n"));
        oracle.Client.Send(request);
        Assert.Equal(answer, oracle.Client.ReadLine() + "\r\n");
    }

    [Fact]
    public void Answers_are_the_same_however_the_bytes_are_cut()
    {
        const string Input = "get a\r\nset a 0 0 9\r\nuser past\r\nset a 0 0 8\r\nuserpass\r\n"
            + "set a 0 0 9\r\nuser passXXmn\r\n    \r\n" + Good + "version\r\nset a 0 0 1\r\nx\r\nget a\r\nquit\r\n";
        using AdministrationBench bench = Start();
        string whole = AnswersTo(bench, [Input]);
        Assert.Equal(
            Unauthenticated + Failure + BadFormat + "CLIENT_ERROR bad command line termination\r\n"
            + Closed, whole);
        string rest = Input.Replace("mn\r\n    \r\n", "    \r\n", StringComparison.Ordinal);
        whole = AnswersTo(bench, [rest]);
        Assert.EndsWith(
            Unauthenticated + Stored + Version + Stored + "VALUE a 0 1\r\nx\r\nEND\r\n" + Closed, whole);
        for (int at = 1; at < rest.Length; at++)
        {
            Assert.Equal(whole, AnswersTo(bench, [rest[..at], rest[at..]]));
        }
        Assert.Equal(whole, AnswersTo(bench, [.. rest.Select(static letter => letter.ToString())]));
    }

    [Theory]
    [InlineData("a\r\n", "")]
    [InlineData("abcd\n", "")]
    [InlineData("set a 0 0 1025\r\n", "CLIENT_ERROR auth token too long\r\n")]
    [InlineData("set a 0 0 18446744073709551615\r\n", "CLIENT_ERROR auth token too long\r\n")]
    public void Line_that_leads_nowhere_closes(string line, string answer)
    {
        using AdministrationBench bench = Start();
        Assert.Equal(answer + Closed, AnswersTo(bench, [line]));
    }

    [Theory]
    [InlineData(2048, false)]
    [InlineData(2049, true)]
    public void Line_without_an_end_closes_at_two_kibibytes(int length, bool closes)
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        client.Send(new string('x', length));
        if (closes)
        {
            Assert.Equal(Closed, client.ReadLine());
            return;
        }
        client.Send("\n");
        Assert.Equal(Unauthenticated, client.ReadLine() + "\r\n");
    }

    [Fact]
    public void Longest_token_is_received_and_refused()
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        Assert.Equal(BadFormat, client.Ask($"set a 0 0 1024\r\n{new string('x', 1024)}") + "\r\n");
    }

    [Fact]
    public void Command_after_the_last_one_allowed_closes()
    {
        using AdministrationBench bench = Start(static options => options.AuthenticationCommandsMax = 3);
        string three = string.Concat(Enumerable.Repeat(Unauthenticated, 3));
        Assert.Equal(
            three + Unauthenticated + Closed,
            AnswersTo(bench, [string.Concat(Enumerable.Repeat("get a\r\n", 4)) + Good]));
        using AskingClient client = bench.Connect();
        client.Send("get a\r\nget a\r\n" + Good);
        Assert.Equal(Unauthenticated, client.ReadLine() + "\r\n");
        Assert.Equal(Unauthenticated, client.ReadLine() + "\r\n");
        Assert.Equal("STORED", client.ReadLine());
        for (int i = 0; i < 10; i++) Assert.Equal("END", client.Ask("get nothing"));
        Assert.Equal("1", client.Stats("stats larder").Single(stat => stat.Key == "auth_commands_refused").Value);
    }

    [Fact]
    public void Token_is_stored_nowhere_and_counted_as_memcached_counts()
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        client.Ask("get a");
        client.Ask("set a 0 0 8\r\nuserpass");
        client.Ask("set a 0 0 9\r\nuser past");
        Assert.Equal("STORED", client.Ask(Good[..^2]));
        Assert.Equal("END", client.Ask("get a"));
        var stats = client.Stats("stats").ToDictionary();
        Assert.Equal("2", stats["auth_cmds"]);
        Assert.Equal("1", stats["auth_errors"]);
        Assert.Equal("0", stats["cmd_set"]);
        Assert.Equal("0", stats["curr_items"]);
        var settings = client.Stats("stats settings").ToDictionary();
        Assert.Equal(_files["tokens"], settings["auth_enabled_ascii"]);
        Assert.Equal("no", settings["auth_enabled_sasl"]);
        Assert.Equal("ascii", settings["binding_protocol"]);
        Assert.Equal("RESET", client.Ask("stats reset"));
        Assert.Equal("0", client.Stats("stats").ToDictionary()["auth_cmds"]);
    }

    [Fact]
    public void Login_is_done_once_and_outlives_a_reload()
    {
        using AdministrationBench bench = Start(null, out TokenFile tokens);
        using AskingClient client = bench.Connect();
        Assert.Equal("STORED", client.Ask(Good[..^2]));
        Assert.Equal("STORED", client.Ask(Good[..^2])); // an item now
        Assert.Equal("VALUE a 0 9", client.Ask("get a"));
        Assert.Equal("user pass", client.ReadLine());
        Assert.Equal("END", client.ReadLine());
        _files.Write("tokens", "new:word\n");
        Assert.Null(tokens.Reload());
        Assert.Equal(Version, client.Ask("version") + "\r\n");
        using AskingClient other = bench.Connect();
        Assert.Equal(Failure, other.Ask(Good[..^2]) + "\r\n");
        Assert.Equal("STORED", other.Ask("set a 0 0 8\r\nnew word"));
    }

    [Fact]
    public void Binary_client_is_taken_for_one_that_says_nothing()
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        client.Send([0x80, 0x0b, .. new byte[22]]);
        Assert.Equal(Unauthenticated, client.Ask("").TrimEnd() + "\r\n");
    }

    [Fact]
    public void Client_that_does_not_log_in_in_time_is_closed_and_others_are_not()
    {
        using AdministrationBench bench = Start(
            static options => options.AuthenticationTimeout = TimeSpan.FromSeconds(3));
        using AskingClient known = bench.Connect();
        Assert.Equal("STORED", known.Ask(Good[..^2]));
        using AskingClient silent = bench.Connect();
        using AskingClient busy = bench.Connect();
        Assert.Equal(Unauthenticated, busy.Ask("get a") + "\r\n");
        Assert.Equal(Closed, silent.ReadLine());
        Assert.Equal(Closed, busy.ReadLine());
        Assert.Equal(Version, known.Ask("version") + "\r\n");
        string[] timeouts = [.. known.Stats("stats larder")
            .Where(static stat => stat.Key.EndsWith(":admission_timeouts", StringComparison.Ordinal))
            .Select(static stat => stat.Value)];
        Assert.Equal(["3"], timeouts); // and the bench's own client
    }

    private static string AnswersTo(AdministrationBench bench, string[] parts)
    {
        using AskingClient client = bench.Connect();
        foreach (string part in parts) client.Send(part);
        string answers = "";
        string line = client.ReadLine();
        for (; line != Closed; line = client.ReadLine()) answers += line + "\r\n";
        return answers + line;
    }

    private AdministrationBench Start(Action<CacheServerOptions>? change = null) => Start(change, out _);

    private AdministrationBench Start(Action<CacheServerOptions>? change, out TokenFile tokens)
    {
        TokenFile file = TokenFile.Load(_files.Write("tokens", "user:pass\nuser2:pass2\n"));
        tokens = file;
        return new AdministrationBench(options =>
        {
            options.Tokens = file;
            change?.Invoke(options);
        });
    }
}
