using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class FloorServerTests : IDisposable
{
    private const string Value = "VALUE kkk 0 5\r\nvvvvv\r\n";

    private readonly FloorServer _server = new(new FloorOptions(IPAddress.Loopback, 0, KeySize: 3, ReplyBytes: 5, 1));

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("get a\r\n", Value + "END\r\n")]
    [InlineData("get a b c\r\n", Value + Value + Value + "END\r\n")]
    [InlineData("set a 0 0 3\r\nget\r\n", "STORED\r\n")]
    [InlineData("set a 0 0 3 noreply\r\nget\r\nmn\r\n", "MN\r\n")]
    [InlineData("mg a v\r\n", "VA 5\r\nvvvvv\r\n")]
    [InlineData("ms a 4\r\n\r\n\r\n\r\nmn\r\n", "HD\r\nMN\r\n")]
    [InlineData("ms a 4 T0\r\nabcd\r\nmn\r\n", "HD\r\nMN\r\n")]
    [InlineData("version\r\n", "ERROR\r\n")]
    public void Request_gets_its_fixed_reply(string request, string reply)
    {
        Assert.Equal(reply, Talk([request], reply.Length));
    }

    [Fact]
    public void Requests_split_at_every_byte_get_the_same_replies()
    {
        const string requests = "get a b\r\nset a 0 0 10\r\n0123456789\r\nms b 2\r\nxy\r\nmg c v\r\nmn\r\n";
        const string replies = Value + Value + "END\r\nSTORED\r\nHD\r\nVA 5\r\nvvvvv\r\nMN\r\n";
        for (int at = 1; at < requests.Length; at++)
            Assert.Equal(replies, Talk([requests[..at], requests[at..]], replies.Length));
    }

    private string Talk(string[] pieces, int replyLength)
    {
        using var client = new TcpClient { NoDelay = true, ReceiveTimeout = 5000 };
        client.Connect(_server.EndPoint);
        NetworkStream stream = client.GetStream();
        foreach (string piece in pieces)
            stream.Write(Encoding.ASCII.GetBytes(piece));
        byte[] reply = new byte[replyLength];
        stream.ReadExactly(reply);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, stream.Read(new byte[1]));
        return Encoding.ASCII.GetString(reply);
    }
}
