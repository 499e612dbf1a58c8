using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>Datagrams are requests: each is answered to its sender, by whatever thread and under each driver.</summary>
public sealed class DatagramTests : IConnectionFactory
{
    private const int DeadlineMs = 20_000;

    private static readonly ListenOptions s_listen = new();

    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    public Connection Create(Listener listener)
        => listener.TakesDatagrams ? new EchoDatagrams(listener) : new LineConnection(new LineLog());

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Each_datagram_of_many_clients_is_answered_to_its_sender(DriverKind driver, Trigger trigger)
    {
        using StreamServer server = Serve(driver, trigger, out IPEndPoint at);
        Socket[] clients = [.. Enumerable.Range(0, 4).Select(_ => Client(at))];
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < clients.Length; i++)
            {
                clients[i].Send(Encoding.ASCII.GetBytes($"{round} of {i}"));
            }
            for (int i = 0; i < clients.Length; i++)
            {
                Assert.Equal($"{round} of {i}", Receive(clients[i]));
            }
        }
        Assert.Equal(800, Sum(server, static counters => counters.DatagramsReceived));
        // Who has the last answer may look before it is counted.
        SpinWait.SpinUntil(() => Sum(server, static counters => counters.DatagramsSent) == 800, DeadlineMs);
        Assert.Equal(800, Sum(server, static counters => counters.DatagramsSent));
        Assert.Equal(0, Sum(server, static counters => counters.DatagramsDropped));
        foreach (Socket client in clients)
        {
            client.Dispose();
        }
    }

    [Fact]
    public void Answer_of_many_bytes_comes_in_numbered_parts_of_1400()
    {
        using StreamServer server = Serve(DriverKind.FrontEnds, Trigger.Edge, out IPEndPoint at);
        using Socket client = Client(at);
        client.Send("many 100000"u8);
        var parts = new List<byte[]>();
        do
        {
            parts.Add(ReceiveRaw(client));
        }
        while (parts.Count < parts[0][1]);
        Assert.Equal((100_000 + 1397) / 1398, parts.Count);
        Assert.Equal(Enumerable.Range(0, parts.Count), parts.Select(static part => (int)part[0]));
        Assert.All(parts.SkipLast(1), static part => Assert.Equal(DatagramBatch.ReplyLengthMax, part.Length));
        Assert.Equal(100_000, parts.Sum(static part => part.Length - 2));
    }

    [Fact]
    public void Empty_datagram_and_dropped_answer_get_none_and_hurt_nobody()
    {
        using StreamServer server = Serve(DriverKind.FrontEnds, Trigger.Edge, out IPEndPoint at);
        using Socket client = Client(at);
        client.Send(ReadOnlySpan<byte>.Empty);
        client.Send("drop"u8);
        client.Send("from"u8);
        int port = ((IPEndPoint)client.LocalEndPoint!).Port;
        Assert.Equal($"udp:127.0.0.1:{port} {port}", Receive(client));
        client.Send(new byte[65_000]);
        Assert.Equal(1400, ReceiveRaw(client).Length);
    }

    [Fact]
    public void Sockets_watched_by_several_threads_leave_no_events_behind()
    {
        using StreamServer first = Serve(DriverKind.FrontEnds, Trigger.Edge, out IPEndPoint at);
        using var stays = new LineClient(first.Listeners[1].LocalEndPoint!);
        Assert.Equal("here", stays.Ask("echo here"));
        Assert.Equal(3, first.DatagramSockets);
        Assert.Equal(1, first.CurrentConnections);

        using var second = new StreamServer(new DriverOptions { Threads = 1 }, this);
        int duplicate = Sockets.Duplicate(first.Listeners[0].Descriptor).Int;
        second.Listen(Listener.FromDescriptor(new InheritedDescriptor(duplicate, true), s_listen));
        second.Start();
        first.Listeners[0].HandOver();
        first.StopAccepting();
        Assert.Equal(0, first.DatagramSockets);
        second.Listeners[0].TakeOver();
        Assert.False(second.Listeners[0].IsShared);
        using Socket client = Client(at);
        for (int i = 0; i < 50; i++)
        {
            client.Send("to the second"u8);
            Assert.Equal("to the second", Receive(client));
        }
        Assert.Equal(50, Sum(second, static counters => counters.DatagramsReceived));
        Assert.Equal("still here", stays.Ask("echo still here"));
        Assert.Equal(0, Sum(first, static counters => counters.StaleEvents));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Stop_ends_datagram_sockets_and_idle_timeouts_do_not(DriverKind driver, Trigger trigger)
    {
        var options = new DriverOptions { Driver = driver, Trigger = trigger, Threads = 3, IdleTimeoutMs = 1 };
        using StreamServer server = Serve(options, out IPEndPoint at);
        using var idle = new LineClient(server.Listeners[1].LocalEndPoint!);
        Assert.Empty(idle.ReadToEnd());
        using Socket client = Client(at);
        client.Send("a"u8);
        Assert.Equal("a", Receive(client));
        server.Stop(StopMode.Graceful);
        Assert.Equal(0, server.DatagramSockets);
    }

    [Fact]
    public void Port_that_another_has_is_refused_and_any_port_gets_a_number()
    {
        using var first = Listener.Bind(new ListenAddress.Udp(IPAddress.IPv6Loopback, 0), s_listen);
        Assert.True(first.TakesDatagrams);
        var at = (IPEndPoint)first.LocalEndPoint!;
        Assert.Equal($"udp6:[::1]:{at.Port}", first.Name);
        var error = Assert.Throws<ListenException>(
            () => Listener.Bind(new ListenAddress.Udp(IPAddress.IPv6Loopback, at.Port), s_listen));
        Assert.Equal(Errno.AddressInUse, error.Errno);
        using var tcp = Listener.Bind(new ListenAddress.Tcp(IPAddress.IPv6Loopback, at.Port), s_listen);
        Assert.False(tcp.TakesDatagrams);

        // Which of the two on the same port is meant, the address says.
        using var heritage = new ListenerHeritage(
            [new(Sockets.Duplicate(first.Descriptor).Int, true), new(Sockets.Duplicate(tcp.Descriptor).Int, true)]);
        using Listener? stream = heritage.Claim(new ListenAddress.Tcp(at.Address, at.Port), s_listen);
        using Listener? datagrams = heritage.Claim(new ListenAddress.Udp(at.Address, at.Port), s_listen);
        Assert.Equal((false, true), (stream!.TakesDatagrams, datagrams!.TakesDatagrams));
    }

    [Fact]
    public void Server_without_descriptors_says_so_instead_of_being_deaf()
    {
        using var server = new StreamServer(new DriverOptions { Threads = 1 }, this)
        {
            DuplicateCall = static _ => SysResult.Fail(Errno.TooManyFiles),
        };
        server.Listen(new ListenAddress.Udp(IPAddress.Loopback, 0), s_listen);
        Assert.Equal(Errno.TooManyFiles, Assert.Throws<ListenException>(server.Start).Errno);
        Assert.Equal(0, server.DatagramSockets);
    }

    [Fact]
    public void Answers_that_the_socket_does_not_take_are_dropped_and_counted()
    {
        // A UNIX socket holds net.unix.max_dgram_qlen datagrams for who does not read, and then answers EAGAIN.
        string name = $"\0{Guid.NewGuid().ToString("N")[..12]}";
        using var server = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using var client = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint($"{name}s"));
        client.Bind(new UnixDomainSocketEndPoint($"{name}c"));
        client.SendTo("ask"u8, new UnixDomainSocketEndPoint($"{name}s"));
        using var batch = new DatagramBatch();
        var counters = new DriverCounters();
        int fd = (int)server.Handle;
        Assert.Equal(1, batch.Receive(fd, counters).Int);
        Assert.Equal("ask"u8, batch.Datagram(0));
        const int Answers = 1000;
        for (int i = 0; i < Answers; i++)
        {
            batch.Reply(0, 3, fd, counters).Fill((byte)'y');
        }
        batch.Send(fd, counters);
        Assert.InRange(counters.DatagramsDropped, 1, Answers - 1);
        Assert.Equal(Answers, counters.DatagramsSent + counters.DatagramsDropped);

        // What cannot be sent at all costs one datagram, not those behind it.
        long dropped = counters.DatagramsDropped;
        batch.Reply(0, 3, fd, counters);
        batch.Reply(0, 3, fd, counters);
        batch.Send(-1, counters);
        Assert.Equal(dropped + 2, counters.DatagramsDropped);
        Assert.Equal(Errno.Again, batch.Receive(fd, counters).Errno);
    }

    private static string Receive(Socket client) => Encoding.ASCII.GetString(ReceiveRaw(client).AsSpan(2));

    private static byte[] ReceiveRaw(Socket client)
    {
        byte[] buffer = new byte[65536];
        return buffer[..client.Receive(buffer)];
    }

    private static Socket Client(IPEndPoint at)
    {
        var client = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = DeadlineMs };
        client.Connect(at);
        return client;
    }

    private static long Sum(StreamServer server, Func<DriverCounters, long> counter)
        => server.Turns.Sum(turn => counter(turn.Counters));

    private StreamServer Serve(DriverKind driver, Trigger trigger, out IPEndPoint at)
        => Serve(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 3 }, out at);

    /// <summary>A server with a UDP socket, and with a TCP listener beside it.</summary>
    private StreamServer Serve(DriverOptions options, out IPEndPoint at)
    {
        var server = new StreamServer(options, this);
        at = (IPEndPoint)server.Listen(new ListenAddress.Udp(IPAddress.Loopback, 0), s_listen).LocalEndPoint!;
        server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_listen);
        server.Start();
        return server;
    }
}
