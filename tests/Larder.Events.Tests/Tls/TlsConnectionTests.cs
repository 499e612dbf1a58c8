using System.Security.Authentication;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Tls;

/// <summary>
/// Aim: a connection over TLS answers as a plain one does, under every driver and trigger, however its records are cut.
/// Method: .NET's own TLS as the client, over sockets that cut what it writes.
/// </summary>
public sealed class TlsConnectionTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    public static TheoryData<SslProtocols, bool> Versions => new()
    {
        { SslProtocols.Tls12, false },
        { SslProtocols.Tls13, false },
        { SslProtocols.Tls12, true },
        { SslProtocols.Tls13, true },
    };

    private static DriverOptions Options(DriverKind driver = DriverKind.FrontEnds, Trigger trigger = Trigger.Edge,
        int requestsPerTurn = 1024) => new()
        {
            Driver = driver,
            Trigger = trigger,
            Threads = 2,
            RequestsPerTurn = requestsPerTurn,
            LingerTimeoutMs = 100, // clients here read to the end, but do not close before the server
        };

    [Theory, MemberData(nameof(Versions))]
    public void Lines_over_each_version_are_answered(SslProtocols version, bool usesKernel)
    {
        using TlsServer tls = TlsServers.Make(usesKernel: usesKernel);
        using var server = new LineServer(Options(), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint(), version);
        Assert.Equal("hello", client.Ask("echo hello"));
        Assert.Equal("again", client.Ask("echo again"));
        Assert.Equal(version, client.Protocol);
        Assert.Equal((1, 0), (tls.Counters.Handshakes, tls.UnfinishedHandshakes));
        using LineClient plain = server.Connect();
        Assert.Equal("plain", plain.Ask("echo plain"));
    }

    [Fact]
    public void Version_older_than_the_minimum_is_refused()
    {
        using TlsServer tls = TlsServers.Make(oldest: TlsVersion.Tls13);
        using var server = new LineServer(Options(), tls: [new(tls)]);
        Assert.Throws<AuthenticationException>(() => new TlsLineClient(server.TlsEndPoint(), SslProtocols.Tls12));
        using var client = new TlsLineClient(server.TlsEndPoint(), SslProtocols.Tls13);
        Assert.Equal("new", client.Ask("echo new"));
        Assert.Equal(1, tls.Counters.HandshakeErrors);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Records_sent_byte_by_byte_are_answered(DriverKind driver, Trigger trigger)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint(), wrap: socket => new CutStream(socket));
        Assert.Equal("one", client.Ask("echo one"));
        client.Send("take 3000\n");
        client.Send(new string('a', 3000));
        Assert.Equal((3000 * 'a').ToString(), client.ReadLine());
    }

    [Fact]
    public void Stream_cut_at_any_byte_is_answered()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(), tls: [new(tls)]);
        int length = int.MaxValue;
        for (int cut = 1; cut < length; cut++)
        {
            CutStream? stream = null;
            long steps = 0;
            using (var client = new TlsLineClient(server.TlsEndPoint(), wrap: socket => stream = new CutStream(
                socket, cut, () => AwaitStep(server, ref steps))))
            {
                client.Send("echo first\necho sec");
                client.Send("ond\n");
                Assert.Equal("first", client.ReadLine());
                Assert.Equal("second", client.ReadLine());
                // Signatures differ in length, so that a stream may be some bytes shorter than the one before.
                length = Math.Min(length, stream!.Written);
            }
        }
        Assert.InRange(length, 300, 3_000);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Pipeline_longer_than_a_turn_is_answered_in_order(DriverKind driver, Trigger trigger)
    {
        const int Lines = 20_000;
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger, requestsPerTurn: 7), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        var all = new StringBuilder();
        for (int i = 0; i < Lines; i++)
        {
            all.Append("echo ").Append(i).Append('\n');
        }
        Task sending = Task.Run(() => client.Send(all.ToString()), TestContext.Current.CancellationToken);
        for (int i = 0; i < Lines; i++)
        {
            Assert.Equal(i.ToString(), client.ReadLine());
        }
        Assert.True(sending.Wait(LineClient.DeadlineMs, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Large_values_pass_small_sockets_both_ways(DriverKind driver, Trigger trigger)
    {
        const int Bytes = 3_000_000;
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint(), receiveBuffer: 4096);
        int released = LineConnection.Released;
        client.Send($"lease {Bytes}\necho behind\n");
        AssertLease(client, Bytes);
        Assert.Equal("behind", client.ReadLine());
        Until.True(() => LineConnection.Released > released, "the lease came back");

        var sent = new byte[Bytes];
        new Random(1).NextBytes(sent);
        client.Send($"take {Bytes}\n");
        client.Send(sent);
        Assert.Equal(sent.Sum(static value => (long)value).ToString(), client.ReadLine());
    }

    /// <summary>
    /// Twice and a half the share of a flush, less than an empty socket takes: it is the server that stops in between.
    /// </summary>
    [Theory, MemberData(nameof(Combinations))]
    public void Long_reply_leaves_in_shares_even_while_parked(DriverKind driver, Trigger trigger)
    {
        const int Bytes = TlsTransport.FlushBytesMax * 5 / 2;
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("in", client.Ask("echo in"));
        client.Send($"lease {Bytes}\n");
        AssertLease(client, Bytes);
        Assert.InRange(server.Sum(static counters => counters.Yields), 1, 2);

        client.Send($"lease {Bytes}\npark\necho behind\n");
        AssertLease(client, Bytes);
        Assert.Equal("parked", client.ReadLine());
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Assert.Equal("behind", client.ReadLine());

        client.Send($"lease {Bytes}\nbye\n");
        AssertLease(client, Bytes);
        Assert.Equal(("bye", "<end>"), (client.ReadLine(), client.ReadLine()));
    }

    [Fact]
    public void Replies_of_a_pipeline_leave_in_few_records()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("warm", client.Ask("echo warm"));
        long before = server.Sum(counters => counters.Sends);
        client.Send(string.Concat(Enumerable.Repeat("echo 0123456789\n", 500)));
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal("0123456789", client.ReadLine());
        }
        // The send of the first answer may be counted after its client has read it.
        Assert.InRange(server.Sum(counters => counters.Sends) - before, 1, 3);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_closed_client_gets_its_answers_and_the_end(DriverKind driver, Trigger trigger)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        client.Send("echo last\nbig 200000\n");
        client.FinishSending();
        Assert.Equal("last", client.ReadLine());
        client.ReadExactly(200_000);
        Assert.Equal("<end>", client.ReadLine()); // an end without close_notify would throw
        Until.True(() => server.Server.CurrentConnections == 0, "closed");
        Assert.Equal((0, 0), (tls.Counters.Truncations, tls.Counters.ProtocolErrors));
    }

    [Fact]
    public void Server_that_closes_says_so()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        client.Send("bye\necho never\n");
        Assert.Equal("bye", client.ReadLine());
        Assert.Equal("<end>", client.ReadLine());
    }

    [Fact]
    public void End_without_notice_is_counted_and_what_was_whole_executed()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        client.Send("echo whole\nmark 7\necho hal");
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal("whole", client.ReadLine());
        Assert.Equal("<end>", client.ReadLine());
        Until.True(() => server.Server.CurrentConnections == 0, "closed");
        Assert.Equal([7], server.Log.Marks);
        Assert.Equal(1, tls.Counters.Truncations);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Parked_connection_goes_on(DriverKind driver, Trigger trigger)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        client.Send("park\necho behind\n");
        Assert.Equal("parked", client.ReadLine());
        Until.True(() => !server.Log.Tickets.IsEmpty, "parked");
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Assert.Equal("behind", client.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Stop_answers_what_was_sent_and_says_goodbye(DriverKind driver, Trigger trigger)
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var client = new TlsLineClient(server.TlsEndPoint());
        Assert.Equal("before", client.Ask("echo before"));
        server.Server.Stop(StopMode.Graceful, LineClient.DeadlineMs);
        Assert.Equal("<end>", client.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Own_client_asks_and_resumes(DriverKind driver, Trigger trigger)
    {
        const int Calls = 20;
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(driver, trigger), tls: [new(tls)]);
        using var caller = new TlsCaller(
            new TlsClientOptions { AuthorityFile = TestCertificates.Shared.AuthorityFile, Resumes = true }, trigger);
        for (int i = 0; i < Calls; i++)
        {
            Assert.Equal("x", caller.Ask(server.TlsEndPoint(), "echo x"));
        }
        // All but the first, on two front ends that share one context.
        Assert.Equal((Calls, Calls - 1), (tls.Counters.Handshakes, tls.Counters.Resumptions));
        Assert.Equal((Calls, Calls - 1), (caller.Counters.Handshakes, caller.Counters.Resumptions));
    }

    [Fact]
    public void Own_client_refuses_a_server_of_strangers()
    {
        using TlsServer tls = TlsServers.Make();
        using var server = new LineServer(Options(), tls: [new(tls)]);
        using var caller = new TlsCaller(
            new TlsClientOptions { AuthorityFile = TestCertificates.Shared.StrangerFile });
        Assert.Null(caller.Ask(server.TlsEndPoint(), "echo x"));
        Assert.Equal((0, 1), (caller.Counters.Handshakes, caller.Counters.HandshakeErrors));
    }

    private static void AssertLease(TlsLineClient client, int bytes)
    {
        Assert.Equal((byte)'<', client.ReadExactly(1)[0]);
        byte[] value = client.ReadExactly(bytes);
        for (int i = 0; i < bytes; i++)
        {
            Assert.True(value[i] == i % 251, $"byte {i} was changed on its way");
        }
        Assert.Equal(">", client.ReadLine());
    }

    /// <summary>
    /// Waits for the server to look at what came before the cut; a look that it misses only loses the cut.
    /// </summary>
    private static void AwaitStep(LineServer server, ref long steps)
    {
        long seen = steps;
        var deadline = System.Diagnostics.Stopwatch.StartNew();
        while (deadline.ElapsedMilliseconds < 2 && (steps = server.Sum(static counters => counters.Receives)) == seen)
        {
            Thread.Yield();
        }
    }
}
