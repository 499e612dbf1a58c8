using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Events.Tests.Support;

/// <summary>A blocking client with a deadline on everything.</summary>
internal sealed class LineClient : IDisposable
{
    public const int DeadlineMs = 20_000;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public LineClient(EndPoint endPoint, int receiveBuffer = 0)
        : this(Open(endPoint, receiveBuffer))
        => _socket.Connect(endPoint);

    private LineClient(Socket socket) => _socket = socket;

    public static async Task<LineClient> ConnectAsync(EndPoint endPoint)
    {
        var client = new LineClient(Open(endPoint, 0));
        await client._socket.ConnectAsync(endPoint);
        return client;
    }

    public Socket Socket => _socket;

    public void Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            int value = ReadByte();
            if (value < 0)
            {
                return line.Append("<end>").ToString();
            }
            if (value == '\n')
            {
                return line.ToString();
            }
            line.Append((char)value);
        }
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

    /// <summary>Everything up to the end of the stream; a reset counts as the end.</summary>
    public byte[] ReadToEnd()
    {
        var all = new MemoryStream();
        int value;
        while ((value = ReadByte()) >= 0)
        {
            all.WriteByte((byte)value);
        }
        return all.ToArray();
    }

    public string Ask(string line)
    {
        Send(line + "\n");
        return ReadLine();
    }

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

    private static Socket Open(EndPoint endPoint, int receiveBuffer)
    {
        bool unix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream,
            unix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            SendTimeout = DeadlineMs,
            ReceiveTimeout = DeadlineMs,
        };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }
        if (!unix)
        {
            socket.NoDelay = true;
        }
        return socket;
    }
}
