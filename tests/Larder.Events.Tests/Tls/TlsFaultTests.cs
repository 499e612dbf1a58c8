using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Microsoft.Extensions.Logging;

namespace Larder.Events.Tests.Tls;

/// <summary>
/// Aim: clients that stall, lie or speak no TLS harm nobody else, and are told apart in counters and log.
/// </summary>
public sealed class TlsFaultTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    private static DriverOptions Options => new() { Threads = 1 };

    [Fact]
    public void Plain_text_at_a_tls_port_is_refused_and_counted()
    {
        var log = new KeptLog();
        using TlsServer tls = TlsServers.Make(log: log);
        using var server = new LineServer(Options, tls: [new(tls)]);
        using var plain = new LineClient(server.TlsEndPoint());
        plain.Send("echo in the clear, and longer than a record's header\n");
        Assert.DoesNotContain("clear", Encoding.ASCII.GetString(plain.ReadToEnd()), StringComparison.Ordinal);
        Until.True(() => server.Server.CurrentConnections == 0, "closed");
        Assert.Equal((1, 0, 0), (tls.Counters.HandshakeErrors, tls.Counters.Handshakes, tls.UnfinishedHandshakes));
        Assert.Contains(log.Lines, static line => line.Id == 1007
            && line.Text.StartsWith("TLS handshake with tcp:127.0.0.1:", StringComparison.Ordinal));
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("fine", client.Ask("echo fine"));
    }

    [Fact]
    public void Tls_at_a_plain_port_gets_no_handshake()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls)]);
        // The line protocol waits for a line's end, or finds one by chance and says "what?".
        using var socket = new LineClient(server.EndPoint);
        socket.Send([0x16, 0x03, 0x01, 0x00, 0x02, 0x01, (byte)'\n']);
        Assert.Equal("what?", socket.ReadLine());
        Assert.Equal(0, tls.Counters.HandshakeErrors);
    }

    [Fact]
    public void Client_that_looks_whether_a_port_is_open_is_no_error()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls)]);
        using (server.Connect())
        {
            using var probe = new LineClient(server.TlsEndPoint());
            probe.FinishSending();
            Assert.Empty(probe.ReadToEnd());
        }
        Until.True(() => server.Server.CurrentConnections == 0, "closed");
        Assert.Equal((0, 0), (tls.Counters.HandshakeErrors, tls.UnfinishedHandshakes));
    }

    [Theory, MemberData(nameof(LineServer.Combinations), MemberType = typeof(LineServer))]
    public void Stalled_handshakes_end_in_time_and_others_are_served(DriverKind driver, Trigger trigger)
    {
        const int Stalled = 60;
        using TlsServer tls = TlsServers.Make(timeoutMs: 1_000);
        using var server = new LineServer(
            new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 }, tls: [new(tls)]);
        LineClient[] stalled = [.. Enumerable.Range(0, Stalled).Select(_ => new LineClient(server.TlsEndPoint()))];
        for (int i = 0; i < Stalled; i++)
        {
            stalled[i].Send([.. new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00 }.Take(i % 6)]); // a third says nothing
        }
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("served", client.Ask("echo served"));
        foreach (LineClient each in stalled)
        {
            each.ReadToEnd(); // its deadline is the client's
            each.Dispose();
        }
        Assert.Equal("served", client.Ask("echo served"));
        Until.True(() => server.Server.CurrentConnections == 1, "only the good one is left");
        Assert.Equal(0, tls.UnfinishedHandshakes);
        Assert.Equal(Stalled, server.Sum(static counters => counters.HandshakeTimeouts));
        Assert.Equal(Stalled, server.Log.Reasons.Count(static reason => reason == CloseReason.HandshakeTimeout));
    }

    [Fact]
    public void Unfinished_handshakes_are_bounded_and_those_done_do_not_count()
    {
        const int Places = 8;
        using TlsServer tls = TlsServers.Make(handshakesMax: Places);
        using var server = new LineServer(Options, tls: [new(tls)]);
        using var old = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("old", old.Ask("echo old")); // a client of TLS 1.3 is through before the server is
        LineClient[] silent = [.. Enumerable.Range(0, Places).Select(_ => new LineClient(server.TlsEndPoint()))];
        Until.True(() => tls.UnfinishedHandshakes == Places, "all places are taken");
        using (var late = new LineClient(server.TlsEndPoint()))
        {
            Assert.Empty(late.ReadToEnd());
        }
        Assert.Equal(1, tls.Counters.HandshakesRefused);
        Assert.Equal("old", old.Ask("echo old"));
        using (LineClient plain = server.Connect())
        {
            Assert.Equal("plain", plain.Ask("echo plain"));
        }
        Array.ForEach(silent, static each => each.Dispose());
        Until.True(() => tls.UnfinishedHandshakes == 0, "their places are free");
        using var next = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("next", next.Ask("echo next"));
    }

    [Fact]
    public void Many_handshakes_at_once_let_others_have_their_turn()
    {
        const int Clients = 40;
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls)]);
        // The thread stands still while they come, so that it finds all of them at once.
        using LineClient holder = server.Connect();
        holder.Send("block\n");
        Until.True(() => server.Log.Executed == 1, "the thread is held");
        Task<string>[] all =
        [
            .. Enumerable.Range(0, Clients).Select(i => Task.Factory.StartNew(
                () =>
                {
                    using var client = new TlsLineClient(server.TlsEndPoint());
                    return client.Ask($"echo {i}");
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Until.True(() => tls.UnfinishedHandshakes == Clients, "all have come");
        server.Log.Gate.Set();
        Assert.Equal("unblocked", holder.ReadLine());
        for (int i = 0; i < Clients; i++)
        {
            Assert.True(all[i].Wait(LineClient.DeadlineMs, TestContext.Current.CancellationToken));
            Assert.Equal(i.ToString(), all[i].Result);
        }
        Assert.True(server.Sum(static counters => counters.HandshakeWaits) > 0, "none was put off");
    }

    /// <summary>
    /// Each byte of a client's handshake, requests and farewell is changed, and each is the last one in turn; every
    /// eighth of them here, beginning anywhere, and all of them in the soak.
    /// </summary>
    [Fact]
    public void Stream_garbled_or_ended_at_any_byte_breaks_only_its_own_connection() => GarbleEach(8);

    [Fact, Trait("Category", "Soak")]
    public void Stream_garbled_or_ended_at_each_byte_breaks_only_its_own_connection() => GarbleEach(1);

    private static void GarbleEach(int stride)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls)]);
        using var bystander = new TlsLineClient(server.TlsEndPoint());
        int at = random.Next(stride);
        int rounds = 0;
        while (VisitGarbled(server.TlsEndPoint(), at, change: 0) && VisitGarbled(
            server.TlsEndPoint(), at, (byte)random.Next(1, 256)))
        {
            Assert.Equal("here", bystander.Ask("echo here"));
            at += stride;
            rounds++;
        }
        Assert.InRange(at, 700, 3_000); // the length of the stream
        Until.True(() => server.Server.CurrentConnections == 1, "all others closed");
        Assert.Equal(0, tls.UnfinishedHandshakes);
        Assert.True(tls.Counters.HandshakeErrors + tls.Counters.ProtocolErrors > rounds / 2, "nothing was garbled");
        Assert.True(tls.Counters.Truncations > 0, "nothing ended early");
    }

    /// <summary>Asks something over a stream with one mistake; false when it was over before the mistake.</summary>
    private static bool VisitGarbled(System.Net.EndPoint endPoint, int at, byte change)
    {
        GarblingStream? stream = null;
        try
        {
            using var client = new TlsLineClient(
                endPoint, wrap: socket => stream = new GarblingStream(socket, at, change));
            client.Send("echo a\n");
            client.Send("take 500\n" + new string('b', 500));
            client.ReadLine();
            client.ReadLine();
            client.FinishSending();
        }
        catch (Exception broken) when (
            broken is IOException or AuthenticationException or SocketException or AggregateException)
        {
            return true; // the server, or the client's own check, has broken it off
        }
        return stream!.Written > at;
    }

    /// <summary>Data and FIN under one edge: the thread is held until both have come.</summary>
    [Theory, MemberData(nameof(LineServer.Combinations), MemberType = typeof(LineServer))]
    public void End_that_comes_together_with_half_a_record_is_seen(DriverKind driver, Trigger trigger)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(
            new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 }, tls: [new(tls)]);
        using var agreed = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("a", agreed.Ask("echo a"));
        using var stranger = new LineClient(server.TlsEndPoint());
        using LineClient holder = server.Connect();
        holder.Send("block\n");
        Until.True(() => server.Log.Executed == 2 && tls.UnfinishedHandshakes == 1, "the thread is held");
        agreed.Socket.Send([0x17, 0x03, 0x03, 0x01, 0x00, 1, 2, 3]);
        agreed.Socket.Shutdown(SocketShutdown.Send);
        stranger.Send([0x16, 0x03, 0x01, 0x02, 0x00, 1, 2, 3]);
        stranger.FinishSending();
        server.Log.Gate.Set();
        Assert.Equal("unblocked", holder.ReadLine());
        Until.True(() => server.Server.CurrentConnections == 1, "only the holder is left");
        Assert.Equal((1, 1), (tls.Counters.HandshakeErrors, tls.Counters.Truncations));
    }

    [Fact]
    public void Broken_record_after_the_handshake_is_a_protocol_error()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("a", client.Ask("echo a"));
        client.Socket.Send([0x17, 0x03, 0x03, 0x00, 0x20, .. new byte[0x20]]);
        Until.True(() => server.Server.CurrentConnections == 0, "closed");
        Assert.Equal((0, 1), (tls.Counters.HandshakeErrors, tls.Counters.ProtocolErrors));
        Assert.Equal([CloseReason.Error], server.Log.Reasons);
    }

    [Theory]
    [InlineData(TlsVerify.None, "none unknown expired client", "")]
    [InlineData(TlsVerify.Request, "none client", "unknown expired")]
    [InlineData(TlsVerify.Require, "client", "none unknown expired")]
    [InlineData(TlsVerify.Once, "client", "none unknown expired")]
    public void Client_certificates_are_asked_for_as_the_mode_says(TlsVerify verify, string accepted, string refused)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options, tls: [new(tls, verify)]);
        foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            foreach (string name in accepted.Split(' '))
            {
                Assert.Equal("in", Enter(server, version, name));
            }
            foreach (string name in refused.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.Equal("out", Enter(server, version, name));
            }
        }
        Until.True(() => server.Server.CurrentConnections == 0, "all closed");
        int refusals = refused.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length * 2;
        Assert.Equal(refusals, tls.Counters.HandshakeErrors);
    }

    private static string Enter(LineServer server, SslProtocols version, string name)
    {
        CertificateFiles? certificate = name switch
        {
            "client" => s_files.Client,
            "expired" => s_files.Expired,
            "unknown" => s_files.Unknown,
            _ => null,
        };
        try
        {
            using var client = new TlsLineClient(server.TlsEndPoint(), version, certificate);
            return client.Ask("echo in") == "in" ? "in" : "out";
        }
        catch (Exception closed) when (closed is AuthenticationException or IOException or SocketException)
        {
            return "out"; // in TLS 1.3 the client learns it only when it reads
        }
    }
}
