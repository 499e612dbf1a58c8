using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Objects.Tests.Support;

/// <summary>A blocking client that sends what it is told, byte for byte, with a deadline on everything.</summary>
internal sealed class RawClient : IDisposable
{
    public const int DeadlineMs = 20_000;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public RawClient(EndPoint endPoint, int receiveBuffer = 0)
    {
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = DeadlineMs,
            ReceiveTimeout = DeadlineMs,
            NoDelay = true,
        };
        if (receiveBuffer > 0)
        {
            _socket.ReceiveBufferSize = receiveBuffer;
        }
        _socket.Connect(endPoint);
    }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public RawAnswer Ask(string request)
    {
        Send(request);
        return Read(isHead: request.StartsWith("HEAD", StringComparison.Ordinal));
    }

    public RawAnswer Put(string path, ReadOnlySpan<byte> body, string headers = "")
    {
        Send($"PUT {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        Send(body);
        return Read();
    }

    public RawAnswer Get(string path, string headers = "")
        => Ask($"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");

    /// <summary>Reads one answer with its body.</summary>
    public RawAnswer Read(bool isHead = false)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int value = ReadByte();
            Assert.True(value >= 0, $"the connection ended within a head: '{head}'");
            head.Append((char)value);
        }
        var answer = new RawAnswer(head.ToString());
        bool hasBody = !isHead && answer.Status is not 304 and >= 200;
        string? length = hasBody ? answer.Header("Content-Length") : null;
        return answer with { Body = ReadExactly(length == null ? 0 : int.Parse(length, CultureInfo.InvariantCulture)) };
    }

    public byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            int value = ReadByte();
            Assert.True(value >= 0, $"the stream ended after {i} of {count} bytes");
            bytes[i] = (byte)value;
        }
        return bytes;
    }

    /// <summary>Whether the server has closed; nothing else is to come.</summary>
    public bool IsClosed() => ReadByte() < 0;

    public void Dispose() => _socket.Dispose();

    private int ReadByte()
    {
        if (_start == _end)
        {
            try
            {
                _end = _socket.Receive(_buffer);
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                _end = 0;
            }
            _start = 0;
            if (_end == 0)
            {
                return -1;
            }
        }
        return _buffer[_start++];
    }
}
