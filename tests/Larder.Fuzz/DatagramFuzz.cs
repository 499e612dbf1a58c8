using System.Net;
using System.Net.Sockets;
using Larder.Cache.Serving;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: no datagram harms the server, is answered beyond the limit, or leaves anything for the next. Method: mutated
/// datagrams to a server on loopback, each followed by one whose answer is known; what comes before that answer has the
/// sender's id and its parts in order, and what can be no request has no answer.
/// </summary>
public sealed class DatagramFuzz : IDisposable
{
    private const int TimeoutMs = 20_000;
    private const int HeaderLength = 8;
    private const int AnswerMax = 4096;

    private static readonly byte[] s_question = [0xFF, 0xFF, 0, 0, 0, 1, 0, 0, .. "mn\r\n"u8];
    private static readonly byte[] s_answer = [0xFF, 0xFF, 0, 0, 0, 1, 0, 0, .. "MN\r\n"u8];

    private static readonly string[] s_corpus =
    [
        Text("get a b c\r\n"), Text("set a 0 0 1\r\nx\r\n"), Text("set a 0 0 9000\r\nx"), Text("mg a v k t\r\nmn\r\n"),
        Text($"set b 0 0 2000\r\n{new string('b', 2000)}\r\n"), Text("get b b b b\r\n"), Text("ms a 2\r\nab\r\n"),
        Text("stats\r\n"), Text("stats settings\r\n"), Text("watch\r\n"), Text("lru_crawler metadump all\r\n"),
        Text("incr a 1\r\n"), Text("quit\r\n"), Text("delete a noreply\r\n"), Text("verbosity 1\r\n"),
        Text("\u0080\0\0\u0001\0\0\0\0\0\0\0\u0001\0\0\0\0\0\0\0\0\0\0\0\0a"), // get a
        Text("\u0080\u0010\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),       // stat
        Text("\u0080\u0001\0\u0001\u0008\0\0\0\0\0\0\u000a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ax"), // set a
    ];

    private readonly CacheServer _server;
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = TimeoutMs,
    };

    public DatagramFuzz()
    {
        var options = new CacheServerOptions { Threads = 1, DatagramAnswerMax = AnswerMax };
        options.TcpEndpoints.Clear();
        options.UdpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        _server = CacheServer.Start(options);
        _client.Connect(_server.UdpEndpoints[0]);
    }

    [Fact]
    public void Datagram_is_answered_within_bounds_or_dropped() => FuzzRun.Run(s_corpus, input =>
    {
        _client.Send(input);
        _client.Send(s_question);
        var buffer = new byte[65536];
        int parts = 0;
        int bytes = 0;
        while (true)
        {
            ReadOnlySpan<byte> part = buffer.AsSpan(0, _client.Receive(buffer));
            if (part.SequenceEqual(s_answer))
            {
                break;
            }
            Assert.True(input.Length > HeaderLength && input[4] == 0 && input[5] == 1, "an answer to no request");
            Assert.True(part[..2].SequenceEqual(input.AsSpan(0, 2)), "an answer with another id");
            Assert.Equal(parts++, (part[2] << 8) | part[3]);
            Assert.InRange(part.Length, HeaderLength + 1, 1400);
            bytes += part.Length - HeaderLength;
            int count = (part[4] << 8) | part[5];
            Assert.Equal(parts == count, part.Length < 1400 || parts == count);
        }
        Assert.InRange(bytes, 0, AnswerMax);
    });

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    /// <summary>A datagram with an id that is not the question's.</summary>
    private static string Text(string requests) => "\0\u0001\0\0\0\u0001\0\0" + requests;
}
