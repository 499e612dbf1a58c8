using System.Net;
using System.Text;
using Larder.Cache.Serving;
using Larder.Protocol.Binary;
using Larder.Protocol.Datagrams;

namespace Larder.Cache.Tests.Commands;

/// <summary>Requests by UDP: the same commands, in datagrams, with limits to what one may bring about.</summary>
public sealed class UdpTests
{
    [Fact]
    public void Commands_of_all_protocols_are_answered_in_datagrams()
    {
        using AdministrationBench bench = Serve();
        using DatagramClient client = Connect(bench);
        Assert.Equal("STORED\r\n", client.Ask("set a 5 0 3\r\nabc\r\n"));
        Assert.Equal("VALUE a 5 3\r\nabc\r\nEND\r\n", client.Ask("get a\r\n"));
        Assert.Equal("VALUE a 5 3\r\nabc\r\nVALUE a 5 3\r\nabc\r\nEND\r\n", client.Ask("get a b a\r\n"));
        Assert.Equal("VA 3\r\nabc\r\nEN\r\nMN\r\n", client.Ask("mg a v\r\nmg b v\r\nmn\r\n"));
        Assert.Equal("HD\r\nDELETED\r\nERROR\r\n", client.Ask("ms b 1\r\nx\r\ndelete b\r\nbogus\r\n"));
        byte[] answer = client.Ask(BinaryClient.Frame(BinaryOpcode.Get, "a"), out _);
        Assert.Equal(BinaryFrame.ResponseMagic, answer[0]);
        Assert.Equal("abc"u8, answer.AsSpan(^3));
        Assert.Equal("VALUE a 5 3\r\nabc\r\nEND\r\n", client.Ask("get a\r\n")); // each datagram chooses anew
        Assert.Equal("abc", bench.Ask("get a") == "VALUE a 5 3" ? bench.ReadLine() : "");
    }

    [Theory]
    [InlineData(1392 - 18), InlineData(1392 - 17), InlineData(5000), InlineData(8191), InlineData(8193)]
    [InlineData(20_000), InlineData(60_000)]
    public void Values_of_any_length_come_back_in_parts(int length)
    {
        using AdministrationBench bench = Serve();
        using DatagramClient client = Connect(bench);
        string value = string.Concat(Enumerable.Range(0, length).Select(static i => (char)('a' + (i % 26))));
        Assert.Equal("STORED\r\n", client.Ask($"set v 0 0 {length}\r\n{value}\r\n"));
        string expected = $"VALUE v 0 {length}\r\n{value}\r\nEND\r\n";
        byte[] answer = client.Ask("get v\r\n"u8, out int parts);
        Assert.Equal(expected, Encoding.Latin1.GetString(answer));
        Assert.Equal((expected.Length + 1391) / 1392, parts);
    }

    [Fact]
    public void Datagrams_that_hold_no_whole_request_are_dropped_and_hurt_nobody()
    {
        using AdministrationBench bench = Serve();
        using DatagramClient client = Connect(bench);
        byte[] version = "version\r\n"u8.ToArray();
        byte[][] bad =
        [
            [], [1], new byte[8], DatagramClient.Framed(version, partCount: 2), DatagramClient.Framed(version, 0, 0, 0),
            DatagramClient.Framed("version"u8), DatagramClient.Framed("set a 0 0 10\r\nabc"u8),
            DatagramClient.Framed("set a 0 0 30000\r\nabc"u8), DatagramClient.Framed("set a 0 0 3\r\nabcd"u8),
            DatagramClient.Framed("set a x 0 30\r\nabc"u8), DatagramClient.Framed(Encoding.Latin1.GetBytes("get a")),
            DatagramClient.Framed(BinaryClient.Storage(BinaryOpcode.Set, "a", new string('x', 30_000)).AsSpan(0, 99)),
            DatagramClient.Framed(BinaryClient.Frame(BinaryOpcode.Get, "a").AsSpan(0, 20)),
            DatagramClient.Framed("quit\r\n"u8), DatagramClient.Framed([BinaryFrame.RequestMagic]),
        ];
        foreach (byte[] datagram in bad)
        {
            client.SendRaw(datagram);
            // The datagram before left nothing behind, neither an answer nor half a request.
            string answer = client.Ask("get a\r\n");
            Assert.True(answer == "END\r\n", $"after {Encoding.Latin1.GetString(datagram)}: {answer}");
        }
        Assert.Equal("END\r\n", Encoding.Latin1.GetString(client.Ask("get a\r\n"u8, out _)));
        client.SendRaw(DatagramClient.Framed(version, requestId: 500, part: 7)); // memcached does not look at the part
        Assert.Equal("VERSION"u8, client.ReceiveRaw().AsSpan(DatagramFrame.HeaderLength, 7));
        long refused = long.Parse(bench.Stat("stats larder", "thread:0:datagrams_refused"), null);
        Assert.Equal(bad.Length - 1, refused); // quit is a request that has no answer
    }

    [Fact]
    public void Answers_beyond_the_limit_are_one_error()
    {
        using AdministrationBench bench = Serve(static options => options.DatagramAnswerMax = 4096);
        using DatagramClient client = Connect(bench);
        Assert.Equal("STORED\r\n", client.Ask($"set v 0 0 4000\r\n{new string('v', 4000)}\r\n"));
        Assert.StartsWith("VALUE v 0 4000", client.Ask("get v\r\n"), StringComparison.Ordinal);
        const string Refused = "SERVER_ERROR answer too long for UDP\r\n";
        Assert.Equal(Refused, client.Ask("get v v\r\n"));
        Assert.Equal(Refused, client.Ask("get v\r\nget v\r\nget v\r\n"));
        Assert.Equal(Refused, client.Ask($"get{string.Concat(Enumerable.Repeat(" v", 2000))}\r\n"));
        Assert.Equal("END\r\n", client.Ask("get w\r\n"));
        byte[] many = [.. Enumerable.Repeat(BinaryClient.Frame(BinaryOpcode.Get, "v"), 3).SelectMany(static x => x)];
        byte[] error = client.Ask(many, out int parts);
        Assert.Equal(1, parts);
        Assert.Equal((byte)BinaryStatus.TooLarge, error[7]);

        bench.Put("big", new string('b', 100_000)); // by TCP: by reference, longer than any answer
        Assert.Equal(Refused, client.Ask("get big\r\n"));
        Assert.Equal(Refused, client.Ask("mg big v\r\n"));
    }

    [Fact]
    public void Commands_that_go_on_for_long_are_refused()
    {
        using AdministrationBench bench = Serve(static options => options.TuningEcho["track_sizes"] = "yes");
        using DatagramClient client = Connect(bench);
        bench.Put("a", "1");
        Assert.Equal("CLIENT_ERROR watch commands not allowed\r\n", client.Ask("watch fetchers\r\n"));
        Assert.Equal("ERROR metadump not allowed\r\n", client.Ask("lru_crawler metadump all\r\n"));
        Assert.Equal("ERROR key dump not allowed\r\n", client.Ask("lru_crawler mgdump all\r\n"));
        Assert.Equal("CLIENT_ERROR stats cachedump not allowed\r\n", client.Ask("stats cachedump 1 0\r\n"));
        Assert.Equal("STAT sizes_status disabled\r\nEND\r\n", client.Ask("stats sizes\r\n"));
        Assert.EndsWith("END\r\n", client.Ask("stats\r\n"), StringComparison.Ordinal);
        Assert.Equal("OK", bench.Ask("watch"));
    }

    [Fact]
    public void Server_that_speaks_to_us_from_our_own_port_number_gets_no_answer()
    {
        // Two servers on one port number need two addresses.
        using AdministrationBench bench = Serve();
        IPEndPoint first = bench.Server.UdpEndpoints[0];
        using var other = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, 0);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), first.Port));
        other.SendTo(DatagramClient.Framed("ERROR\r\n"u8), first);
        using DatagramClient client = Connect(bench);
        Assert.StartsWith("VERSION", client.Ask("version\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, other.Available);
        Assert.Equal("1", bench.Stat("stats larder", "thread:0:datagrams_refused"));
    }

    [Fact]
    public void Sockets_stand_in_the_statistics_as_memcached_shows_them()
    {
        using AdministrationBench bench = Serve(static options => options.Threads = 2);
        using DatagramClient client = Connect(bench);
        int port = bench.Server.UdpEndpoints[0].Port;
        string[] lines = client.Ask("stats conns\r\n").Split("\r\n");
        Assert.Equal(2, lines.Count(static line => line.EndsWith(":UDP UDP", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.EndsWith($":addr udp:127.0.0.1:{port}", StringComparison.Ordinal)));
        Assert.Single(lines, static line => line.EndsWith("conn_listening", StringComparison.Ordinal));
        Assert.Equal($"{port}", bench.Stat("stats settings", "udpport"));
        Assert.NotEqual($"{port}", bench.Stat("stats settings", "tcpport"));
        Assert.Equal("3", bench.Stat("stats", "curr_connections")); // one client, two UDP sockets, a listener - 1
        IReadOnlyList<KeyValuePair<string, string>> ofUdp = bench.Stats($"stats conns udp:127.0.0.1:{port}");
        Assert.Equal(8, ofUdp.Count);
        Assert.Contains(bench.Stats("stats conns listeners"),
            stat => stat.Key.EndsWith(":addr", StringComparison.Ordinal) && stat.Value == $"udp:127.0.0.1:{port}");
    }

    [Fact]
    public void Binary_and_ascii_servers_take_datagrams_of_their_protocol_only()
    {
        using AdministrationBench binary = Serve(static options => options.Protocol = CacheProtocol.Binary);
        using DatagramClient asksBinary = Connect(binary);
        asksBinary.SendRaw(DatagramClient.Framed("version\r\n"u8));
        Assert.Equal(BinaryFrame.ResponseMagic, asksBinary.Ask(BinaryClient.Frame(BinaryOpcode.Version), out _)[0]);

        using AdministrationBench ascii = Serve(static options => options.Protocol = CacheProtocol.Ascii);
        using DatagramClient asksAscii = Connect(ascii);
        asksAscii.SendRaw(DatagramClient.Framed(BinaryClient.Frame(BinaryOpcode.Version)));
        Assert.StartsWith("VERSION", asksAscii.Ask("version\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoint_with_a_protocol_of_its_own_speaks_that_one()
    {
        var binaryOnly = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0);
        using AdministrationBench bench = Serve(options =>
        {
            options.TcpEndpoints.Add(binaryOnly);
            options.UdpEndpoints.Add(binaryOnly);
            options.EndpointProtocols[binaryOnly] = CacheProtocol.Binary;
        });
        using DatagramClient everything = Connect(bench);
        Assert.StartsWith("VERSION", everything.Ask("version\r\n"), StringComparison.Ordinal);
        using var udp = new DatagramClient(bench.Server.UdpEndpoints[1]);
        udp.SendRaw(DatagramClient.Framed("version\r\n"u8));
        Assert.Equal(BinaryFrame.ResponseMagic, udp.Ask(BinaryClient.Frame(BinaryOpcode.Version), out _)[0]);
        using var text = new AskingClient(bench.Server.Endpoints[1]);
        Assert.Equal("closed", text.Ask("version"));
        using var tcp = new BinaryClient(bench.Server.Endpoints[1]);
        Assert.Equal("Success: 1.6.45", tcp.Ask(BinaryClient.Frame(BinaryOpcode.Version)));
    }

    [Fact]
    public void Clients_who_must_authenticate_are_let_in_by_no_text()
    {
        var options = new CacheServerOptions { Sasl = new FakeSasl() };
        options.TcpEndpoints.Clear();
        var at = new IPEndPoint(IPAddress.Loopback, 0);
        options.TcpEndpoints.Add(at);
        options.EndpointProtocols[at] = CacheProtocol.Ascii;
        Assert.Throws<ArgumentException>(() => CacheServer.Start(options));
    }

    [Fact]
    public void Clients_who_must_authenticate_cannot_come_by_udp()
    {
        var options = new CacheServerOptions { Sasl = new FakeSasl() };
        options.TcpEndpoints.Clear();
        options.UdpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Throws<ArgumentException>(() => CacheServer.Start(options));
    }

    private static AdministrationBench Serve(Action<CacheServerOptions>? change = null) => new(options =>
    {
        options.UdpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        change?.Invoke(options);
    });

    private static DatagramClient Connect(AdministrationBench bench) => new(bench.Server.UdpEndpoints[0]);
}
