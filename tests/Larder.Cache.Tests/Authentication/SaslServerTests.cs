using System.Security.Cryptography;
using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Cache.Tests.Commands;
using Larder.Protocol.Binary;
using static Larder.Cache.Tests.Commands.BinaryClient;

namespace Larder.Cache.Tests.Authentication;

/// <summary>
/// Aim: SASL over sockets, with both drivers, and hashing that holds no other client up. Method: real users; where it
/// matters who waits for whom, a mechanism that computes for as long as the test wants.
/// </summary>
public sealed class SaslServerTests : IDisposable
{
    private const string Refused = "AuthError: Auth failure.";
    private const string Plain = "\0user\0pencil";

    private readonly UserFiles _files = new();
    private readonly FakeSasl _fake = new();

    public void Dispose()
    {
        _files.Dispose();
        _fake.SlowGate.Dispose();
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds, CacheTrigger.Edge)]
    [InlineData(CacheDriver.FrontEnds, CacheTrigger.Level)]
    [InlineData(CacheDriver.Queue, CacheTrigger.Edge)]
    public void Every_mechanism_lets_the_right_password_in(CacheDriver driver, CacheTrigger trigger)
    {
        using AdministrationBench bench = Start(options => (options.Driver, options.Trigger) = (driver, trigger));
        using (BinaryClient client = Connect(bench))
        {
            Assert.Equal("Success: SCRAM-SHA-512 SCRAM-SHA-256 PLAIN", client.Ask(Frame(BinaryOpcode.SaslList)));
            Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
            Assert.Equal("Success", client.Ask(Storage(BinaryOpcode.Set, "a", "x")));
            Assert.Equal("Success: x", client.Ask(Frame(BinaryOpcode.Get, "a")));
        }
        foreach (HashAlgorithmName hash in (HashAlgorithmName[])[HashAlgorithmName.SHA256, HashAlgorithmName.SHA512])
        {
            using BinaryClient client = Connect(bench);
            Assert.Equal("Success", Scram(client, new ScramClient(hash, "user", "pencil")));
            Assert.Equal("Success: x", client.Ask(Frame(BinaryOpcode.Get, "a")));
        }
    }

    [Fact]
    public void Wrong_password_is_refused_and_counted()
    {
        using AdministrationBench bench = Start();
        using BinaryClient client = Connect(bench);
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", "\0user\0pencils")));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", "\0nobody\0pencil")));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", "nonsense")));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "LOGIN", "x")));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslStep, "PLAIN", Plain)));
        Assert.Equal("AuthError: e=invalid-proof",
            Scram(client, new ScramClient(HashAlgorithmName.SHA256, "user", "pencils")));
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        Dictionary<string, string> stats = client.Stats();
        Assert.Equal("7", stats["auth_cmds"]);
        Assert.Equal("6", stats["auth_errors"]);
        Dictionary<string, string> settings = client.Stats("settings");
        Assert.Equal("yes", settings["auth_enabled_sasl"]);
        Assert.Equal("no", settings["auth_enabled_ascii"]);
        Assert.Equal("binary", settings["binding_protocol"]);
        Dictionary<string, string> ours = client.Stats("larder");
        Assert.Equal("3", ours["auth_hashes"]);
        Assert.Equal("0", ours["auth_hashes_waiting"]);
        Assert.Equal("0", ours["auth_hashes_refused"]);
    }

    [Fact]
    public void Text_client_is_closed_where_only_binary_ones_can_log_in()
    {
        using AdministrationBench bench = Start();
        using AskingClient client = bench.Connect();
        Assert.Equal("closed", client.Ask("get a"));
    }

    [Fact]
    public void Both_protocols_are_spoken_where_both_can_log_in()
    {
        using AdministrationBench bench = Start(
            options => options.Tokens = TokenFile.Load(_files.Write("tokens", "user:pass\n")));
        using BinaryClient binary = Connect(bench);
        using AskingClient text = bench.Connect();
        Assert.Equal(Refused, binary.Ask(Frame(BinaryOpcode.Noop)));
        Assert.Equal("CLIENT_ERROR unauthenticated", text.Ask("get a"));
        Assert.Equal("STORED", text.Ask("set a 0 0 9\r\nuser pass"));
        using BinaryClient again = Connect(bench);
        Assert.Equal("Success: Authenticated", again.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        Assert.Equal("auto-negotiate", again.Stats("settings")["binding_protocol"]);
    }

    [Fact]
    public void Requests_behind_the_password_wait_for_its_answer()
    {
        using AdministrationBench bench = Start();
        using BinaryClient client = Connect(bench);
        client.Send(
        [
            .. Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain), .. Storage(BinaryOpcode.Set, "a", "x"),
            .. Frame(BinaryOpcode.GetK, "a"), .. Frame(BinaryOpcode.SaslAuth, "PLAIN", "\0user\0wrong"),
            .. Frame(BinaryOpcode.Get, "a"), .. Frame(BinaryOpcode.Noop),
        ]);
        string[] answers = [.. Enumerable.Range(0, 6).Select(_ => client.ReadAnswer())];
        Assert.Equal(["Success: Authenticated", "Success", "Success a: x", Refused, Refused, "closed"], answers);
    }

    [Fact]
    public void Dialogue_is_the_same_however_the_frames_are_cut()
    {
        using AdministrationBench bench = Start();
        byte[] input =
        [
            .. Frame(BinaryOpcode.SaslList), .. Frame(BinaryOpcode.Version),
            .. Frame(BinaryOpcode.SaslAuth, "SCRAM-SHA-256", "n,,n=user,r="),
            .. Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain), .. Frame(BinaryOpcode.Get, "none"),
        ];
        string[] expected =
        [
            "Success: SCRAM-SHA-512 SCRAM-SHA-256 PLAIN", "Success: 1.6.45", "AuthError: e=invalid-encoding",
            "Success: Authenticated", "NotFound: Not found",
        ];
        for (int at = 0; at <= input.Length; at++)
        {
            using BinaryClient client = Connect(bench);
            client.Send(input.AsSpan(0, at));
            client.Send(input.AsSpan(at));
            Assert.Equal(expected, expected.Select(_ => client.ReadAnswer()));
        }
    }

    [Fact]
    public void Command_after_the_last_one_allowed_closes()
    {
        using AdministrationBench bench = Start(static options => options.AuthenticationCommandsMax = 3);
        using BinaryClient client = Connect(bench);
        Assert.StartsWith("Success", client.Ask(Frame(BinaryOpcode.Version)));
        Assert.StartsWith("Success", client.Ask(Frame(BinaryOpcode.SaslList)));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslStep, "PLAIN", Plain)));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        Assert.Equal("closed", client.ReadAnswer());
        using BinaryClient other = Connect(bench);
        Assert.Equal("Success: Authenticated", other.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        for (int i = 0; i < 10; i++) Assert.StartsWith("Success", other.Ask(Frame(BinaryOpcode.Version)));
        Assert.Equal("1", other.Stats("larder")["auth_commands_refused"]);
    }

    [Fact]
    public void Reloaded_users_count_for_new_logins_only()
    {
        using AdministrationBench bench = Start(null, out PasswordFile passwords);
        using BinaryClient client = Connect(bench);
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        _files.Hashed(("user", "paper"));
        Assert.Null(passwords.Reload());
        Assert.Equal("Success", client.Ask(Frame(BinaryOpcode.Noop)));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", Plain)));
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "PLAIN", "\0user\0paper")));
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Hundred_clients_that_are_hashed_for_hold_nobody_up(CacheDriver driver)
    {
        using AdministrationBench bench = StartFake(options => options.Driver = driver);
        _fake.SlowGate.Reset();
        BinaryClient[] waiting = [.. Enumerable.Range(0, 100).Select(_ => Connect(bench))];
        foreach (BinaryClient each in waiting) each.Send(Frame(BinaryOpcode.SaslAuth, "SLOW", "no"));
        using BinaryClient client = Connect(bench);
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        for (int turn = 0; turn < 1000; turn++) Assert.Equal("Success", client.Ask(Frame(BinaryOpcode.Noop)));
        Dictionary<string, string> stats = client.Stats("larder");
        while (stats["auth_hashes_waiting"] != "100") stats = client.Stats("larder"); // the last has just been sent
        Assert.Equal("0", stats["auth_hashes"]);
        Assert.All(waiting, static each => Assert.False(each.HasAnswer));
        _fake.SlowGate.Set();
        Assert.All(waiting, static each => Assert.Equal(Refused, each.ReadAnswer()));
        Assert.Equal("100", client.Stats("larder")["auth_hashes"]);
        foreach (BinaryClient each in waiting) each.Dispose();
    }

    [Fact]
    public void Client_that_finds_the_queue_full_is_told_to_try_later()
    {
        using AdministrationBench bench = StartFake(
            static options => (options.HashQueueMax, options.HashThreads) = (2, 1));
        _fake.SlowGate.Reset();
        using BinaryClient first = Connect(bench);
        using BinaryClient second = Connect(bench);
        using BinaryClient third = Connect(bench);
        byte[] frame = Frame(BinaryOpcode.SaslAuth, "SLOW", "please");
        first.Send(frame);
        second.Send(frame);
        Assert.Equal("Success: Authenticated", third.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        while (third.Stats("larder")["auth_hashes_waiting"] != "2") { /* they have just been sent */ }
        Assert.Equal("TemporaryFailure: Temporary failure", third.Ask(frame));
        Assert.Equal(Refused, third.Ask(Frame(BinaryOpcode.SaslStep, "SLOW", "please"))); // nothing goes on
        _fake.SlowGate.Set();
        Assert.Equal("Success: Authenticated", first.ReadAnswer());
        Assert.Equal("Success: Authenticated", second.ReadAnswer());
        Assert.Equal("Success: Authenticated", third.Ask(frame));
        Assert.Equal("1", third.Stats("larder")["auth_hashes_refused"]);
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Client_that_leaves_while_it_is_hashed_for_is_forgotten(CacheDriver driver)
    {
        using AdministrationBench bench = StartFake(options => options.Driver = driver);
        _fake.SlowGate.Reset();
        using BinaryClient client = Connect(bench);
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        int before = bench.Server.CurrentConnections;
        for (int i = 0; i < 20; i++)
        {
            using BinaryClient leaving = Connect(bench);
            leaving.Send(Frame(BinaryOpcode.SaslAuth, "SLOW", "please"));
        }
        while (client.Stats("larder")["auth_hashes_waiting"] != "20") { /* they have just been sent */ }
        _fake.SlowGate.Set();
        while (bench.Server.CurrentConnections != before) client.Ask(Frame(BinaryOpcode.Noop));
        Assert.Equal("20", client.Stats("larder")["auth_hashes"]);
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Server_that_stops_waits_for_no_hash(CacheDriver driver)
    {
        using AdministrationBench bench = StartFake(
            options => (options.Driver, options.HashThreads) = (driver, 1));
        _fake.SlowGate.Reset();
        using BinaryClient first = Connect(bench);
        using BinaryClient second = Connect(bench);
        using BinaryClient third = Connect(bench);
        first.Send(Frame(BinaryOpcode.SaslAuth, "SLOW", "please"));
        second.Send(Frame(BinaryOpcode.SaslAuth, "SLOW", "please"));
        Assert.Equal("Success: Authenticated", third.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        while (third.Stats("larder")["auth_hashes_waiting"] != "2") { /* they have just been sent */ }
        var stopping = new Thread(() => bench.Server.Stop(deadlineMs: 1)) { IsBackground = true };
        stopping.Start();
        Assert.Equal("closed", first.ReadAnswer()); // cut off, though its hash is not done
        Assert.Equal("closed", second.ReadAnswer());
        _fake.SlowGate.Set();
        Assert.True(stopping.Join(AskingClient.DeadlineMs));
        Assert.Equal(0, bench.Server.CurrentConnections);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        PasswordFile passwords = PasswordFile.Load(_files.Hashed(("user", "pencil")));
        TokenFile tokens = TokenFile.Load(_files.Write("tokens", "user:pass\n"));
        Action<CacheServerOptions>[] wrong =
        [
            options => (options.Protocol, options.Tokens) = (CacheProtocol.Binary, tokens),
            options => (options.Protocol, options.Passwords) = (CacheProtocol.Ascii, passwords),
            options => (options.Tokens, options.AuthenticationCommandsMax) = (tokens, 0),
            options =>
            {
                options.Tokens = tokens;
                options.UdpEndpoints.Add(new(System.Net.IPAddress.Loopback, 0));
            },
            options => (options.Tokens, options.AuthenticationBytesMax) = (tokens, 255),
            options => (options.Tokens, options.AuthenticationBytesMax) = (tokens, 16385),
            options => (options.Tokens, options.AuthenticationTimeout) = (tokens, TimeSpan.FromTicks(-1)),
            options => (options.Tokens, options.HashThreads) = (tokens, 0),
            options => (options.Tokens, options.HashQueueMax) = (tokens, 0),
        ];
        Assert.All(wrong, each => Assert.ThrowsAny<ArgumentException>(() => new AdministrationBench(each).Dispose()));
    }

    private static string Scram(BinaryClient client, ScramClient scram)
    {
        string mechanism = scram.IsLong ? "SCRAM-SHA-512" : "SCRAM-SHA-256";
        string challenge = client.Ask(Frame(BinaryOpcode.SaslAuth, mechanism, scram.First));
        Assert.StartsWith("AuthContinue: ", challenge);
        string answer = scram.Answer(challenge["AuthContinue: ".Length..]);
        string last = client.Ask(Frame(BinaryOpcode.SaslStep, mechanism, answer));
        return last == $"Success: {scram.Verifier}" ? "Success" : last;
    }

    private static BinaryClient Connect(AdministrationBench bench) => new(bench.Server.Endpoints[0]);

    private AdministrationBench Start(Action<CacheServerOptions>? change = null) => Start(change, out _);

    private AdministrationBench Start(Action<CacheServerOptions>? change, out PasswordFile passwords)
    {
        PasswordFile file = PasswordFile.Load(_files.Hashed(("user", "pencil")));
        passwords = file;
        return new AdministrationBench(options =>
        {
            options.Passwords = file;
            change?.Invoke(options);
        });
    }

    private AdministrationBench StartFake(Action<CacheServerOptions> change) => new(options =>
    {
        options.Sasl = _fake;
        change(options);
    });
}
