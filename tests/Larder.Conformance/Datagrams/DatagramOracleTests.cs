using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Xunit;

namespace Larder.Conformance.Datagrams;

/// <summary>
/// Aim: who speaks by UDP gets memcached's bytes. Method: the same datagrams to both, each one with a last request
/// whose answer ends the reading. memcached numbers the answers of one datagram separately, so only rows of bytes are
/// compared where there are several, and whole datagrams where there is one.
/// </summary>
public sealed class DatagramOracleTests : IDisposable
{
    private const int TimeoutMs = 20_000;
    private const int HeaderLength = 8;

    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = TimeoutMs,
    };

    private static readonly string[] s_requests =
    [
        "set a 5 0 3\r\nabc\r\n", "get a\r\n", "get a b a\r\n", "add a 0 0 1\r\nx\r\n", "incr a 1\r\n",
        "set n 0 0 2\r\n41\r\nincr n 1\r\ndecr n 50\r\n", "mg a v f k t\r\n",
        "ms m 2 T90\r\nab\r\nmg m v\r\nmd m q\r\n",
        "touch a 100\r\ngat 100 a\r\n", "delete nope\r\ndelete a\r\n", "bogus\r\n",
        "set big 0 0 5000\r\n" + Value, "get big\r\n", "get big big\r\n", "set q 0 0 1 noreply\r\nx\r\nget q\r\n",
        "verbosity 0\r\n", "flush_all\r\n", "get big\r\n", "cas q 0 0 1 5\r\nx\r\n", "append q 0 0 1\r\nx\r\n",
    ];

    private static string Value => new string('v', 5000) + "\r\n";

    [Fact]
    public void Answers_to_datagrams_are_the_oracles()
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        using OracleServer oracle = OracleServer.Start(["-U", "-1"]);
        using CacheServer ours = StartOurs();
        IPEndPoint theirs = oracle.Datagrams!;
        foreach (string request in s_requests)
        {
            Assert.Equal((request, Ask(theirs, request)), (request, Ask(ours.UdpEndpoints[0], request)));
        }
    }

    [Theory]
    [InlineData("mn\r\n", 0, 1, 0), InlineData("mn\r\n", 7, 1, 9), InlineData("get a\r\n", 0, 1, 0)]
    [InlineData("stats nothing\r\n", 65535, 1, 0)]
    public void Headers_are_read_and_written_as_the_oracle_does(string request, int part, int parts, int reserved)
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        using OracleServer oracle = OracleServer.Start(["-U", "-1"]);
        using CacheServer ours = StartOurs();
        byte[] datagram =
        [
            0xAB, 0xCD, (byte)(part >> 8), (byte)part, (byte)(parts >> 8), (byte)parts, (byte)(reserved >> 8),
            (byte)reserved, .. Encoding.ASCII.GetBytes(request),
        ];
        _client.SendTo(datagram, oracle.Datagrams!);
        byte[] expected = Receive();
        _client.SendTo(datagram, ours.UdpEndpoints[0]);
        Assert.Equal(expected, Receive());
    }

    [Fact]
    public void Binary_frames_are_answered_as_by_the_oracle()
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        using OracleServer oracle = OracleServer.Start(["-U", "-1", "-C"]);
        using CacheServer ours = StartOurs(withCas: false);
        byte[][] frames =
        [
            Frame(0x01, [0, 0, 0, 5, 0, 0, 0, 0], "k", "value"), Frame(0x00, [], "k", ""), Frame(0x0c, [], "k", ""),
            Frame(0x00, [], "no", ""), Frame(0x05, [.. new byte[7], 1, .. new byte[12]], "c", ""), Frame(0x04, [],
            "k", ""),
            Frame(0x0a, [], "", ""), Frame(0x02, new byte[8], "k", new string('x', 3000)),
            Frame(0x00, [], "k", ""),
        ];
        foreach (byte[] frame in frames)
        {
            string told = Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 40)));
            Assert.Equal((told, AskBinary(oracle.Datagrams!, frame)), (told, AskBinary(ours.UdpEndpoints[0], frame)));
        }
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Frame(byte opcode, byte[] extras, string key, string value)
    {
        int body = extras.Length + key.Length + value.Length;
        return
        [
            0x80, opcode, 0, (byte)key.Length, (byte)extras.Length, 0, 0, 0, 0, 0, (byte)(body >> 8), (byte)body,
            1, 2, 3, 4, .. new byte[8], .. extras, .. Encoding.ASCII.GetBytes(key), .. Encoding.ASCII.GetBytes(value),
        ];
    }

    private static CacheServer StartOurs(bool withCas = true)
    {
        var options = new CacheServerOptions { Threads = 2, CasEnabled = withCas };
        options.TcpEndpoints.Clear();
        options.UdpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        return CacheServer.Start(options);
    }

    private string Ask(EndPoint server, string request)
        => Encoding.ASCII.GetString(Ask(server, Encoding.ASCII.GetBytes(request + "mn\r\n"), "MN\r\n"u8.ToArray()));

    private string AskBinary(EndPoint server, byte[] frame)
    {
        byte[] last = Frame(0x0a, [], "", "");
        last[12] = 0xEE;
        byte[] end = [0x81, 0x0a, .. new byte[10], 0xEE, .. last.AsSpan(13)];
        return Convert.ToHexString(Ask(server, [.. frame, .. last], end));
    }

    private byte[] Ask(EndPoint server, byte[] requests, byte[] end)
    {
        _client.SendTo([0, 1, 0, 0, 0, 1, 0, 0, .. requests], server);
        var answer = new List<byte>();
        do
        {
            byte[] part = Receive();
            Assert.Equal((byte[])[0, 1], part[..2]);
            answer.AddRange(part.AsSpan(HeaderLength));
        }
        while (!answer.TakeLast(end.Length).SequenceEqual(end));
        return [.. answer];
    }

    private byte[] Receive()
    {
        var buffer = new byte[65536];
        return buffer[.._client.Receive(buffer)];
    }
}
