using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Tests.Hosting;

/// <summary>Stores values of all sizes over one connection, as fast as the server takes them. One thread.</summary>
internal sealed class ChurnClient : IDisposable
{
    private const int Keys = 2_000_000;
    private const int LargeMax = 600_000;
    private const int TimeoutMs = 60_000;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp)
    {
        SendTimeout = TimeoutMs,
        ReceiveTimeout = TimeoutMs,
    };

    private readonly byte[] _values = new byte[LargeMax];
    private readonly byte[] _buffer = new byte[LargeMax + 1024];
    private readonly Random _random;

    public ChurnClient(string endpoint, int seed)
    {
        _socket.Connect(IPEndPoint.Parse(endpoint));
        _random = new Random(seed);
    }

    /// <summary>Asks one line; its answer's first line.</summary>
    public string Ask(string line)
    {
        _socket.Send(Encoding.ASCII.GetBytes(line + "\r\n"));
        return ReadLine();
    }

    /// <summary>The next line of an answer.</summary>
    public string ReadLine()
    {
        var answer = new StringBuilder();
        while (answer.Length == 0 || answer[^1] != '\n')
        {
            int received = _socket.Receive(_buffer.AsSpan(0, 1));
            if (received == 0) throw new EndOfStreamException("the server has closed");
            answer.Append((char)_buffer[0]);
        }
        return answer.ToString().TrimEnd();
    }

    /// <summary>Stores at least so many bytes, and waits until the server has done so.</summary>
    /// <param name="bytes">Of values.</param>
    /// <param name="length">Of each value, or 0 for all sizes mixed.</param>
    public void Store(long bytes, int length = 0)
    {
        int filled = 0;
        while (bytes > 0)
        {
            int next = length > 0 ? length : MixedLength();
            string line = $"set k{_random.Next(Keys)} {_random.Next(2)} {_random.Next(3) * 1000} {next} noreply\r\n";
            if (filled + line.Length + next + 2 > _buffer.Length)
            {
                Send(filled);
                filled = 0;
            }
            filled += Encoding.ASCII.GetBytes(line, _buffer.AsSpan(filled));
            _values.AsSpan(0, next).CopyTo(_buffer.AsSpan(filled));
            "\r\n"u8.CopyTo(_buffer.AsSpan(filled + next));
            filled += next + 2;
            bytes -= next;
        }
        Send(filled);
        if (!Ask("version").StartsWith("VERSION ", StringComparison.Ordinal))
            throw new InvalidDataException("another answer than that to version");
    }

    public void Dispose() => _socket.Dispose();

    // Mostly small ones; half of the bytes are large ones.
    private int MixedLength() => _random.Next(1000) switch
    {
        < 700 => _random.Next(1, 200),
        < 990 => _random.Next(200, 5000),
        < 998 => _random.Next(5000, 80_000),
        _ => _random.Next(80_000, LargeMax),
    };

    private void Send(int count)
    {
        for (int sent = 0; sent < count;) sent += _socket.Send(_buffer.AsSpan(sent, count - sent));
    }
}
