using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Conformance.Wire;

/// <summary>
/// A bare TCP (or UNIX socket) client whose every operation has a deadline. It shares no code with Larder, so that a
/// mistake in Larder's own readers cannot hide itself. Sending never deadlocks with a server that is itself blocked
/// on sending: what arrives meanwhile is taken into the receive buffer. One thread at a time.
/// </summary>
public sealed class WireClient : IDisposable
{
    private const int ReceiveChunk = 64 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    private WireClient(Socket socket) => _socket = socket;

    /// <summary>Bytes that have arrived and were not consumed; valid until the next call.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the server has closed its sending side (or reset the connection).</summary>
    public bool Ended { get; private set; }

    /// <summary>
    /// The socket error that ended the connection, <see cref="SocketError.Success"/> for an orderly end.
    /// </summary>
    public SocketError EndError { get; private set; }

    /// <summary>The socket, for options such as the size of its receive buffer.</summary>
    public Socket Socket => _socket;

    /// <summary>Connects to <paramref name="endPoint"/>, with Nagle's algorithm off.</summary>
    /// <param name="endPoint">An address on this machine.</param>
    /// <param name="receiveBufferBytes">SO_RCVBUF, set before connecting so that the window honours it; 0 =
    /// default.</param>
    public static WireClient Connect(EndPoint endPoint, int receiveBufferBytes = 0)
    {
        bool tcp = endPoint is IPEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, tcp ? ProtocolType.Tcp : ProtocolType.IP);
        try
        {
            if (tcp)
                socket.NoDelay = true;
            if (receiveBufferBytes > 0)
                socket.ReceiveBufferSize = receiveBufferBytes;
            socket.Connect(endPoint);
            socket.Blocking = false;
            return new WireClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends all of <paramref name="bytes"/>; false if the connection broke or the deadline passed.</summary>
    public bool Send(ReadOnlySpan<byte> bytes, Deadline deadline)
    {
        while (bytes.Length > 0)
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
            {
                bytes = bytes[sent..];
                continue;
            }
            if (error != SocketError.WouldBlock)
                return false;
            if (deadline.Passed)
                return false;
            if (!TakeArrived())
                _socket.Poll(1000, SelectMode.SelectWrite);
        }
        return true;
    }

    /// <summary>Sends text (Latin-1, no line end added) with the usual deadline; throws when that fails.</summary>
    public void Send(string text)
    {
        if (!Send(Encoding.Latin1.GetBytes(text), Deadline.Usual))
            throw new IOException($"could not send {text.Length} bytes: the connection broke or its server stalled");
    }

    /// <summary>Sends what the socket takes without waiting; returns the number of bytes taken.</summary>
    public int SendSome(ReadOnlySpan<byte> bytes)
    {
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? sent : 0;
    }

    /// <summary>Waits for more bytes; false if the stream has ended or the deadline passed.</summary>
    public bool Receive(Deadline deadline)
    {
        while (!Ended)
        {
            if (TakeArrived())
                return true;
            if (Ended || deadline.Passed)
                return false;
            long microseconds = Math.Min(200_000, (long)deadline.Remaining.TotalMicroseconds + 1);
            _socket.Poll((int)microseconds, SelectMode.SelectRead);
        }
        return false;
    }

    /// <summary>Drops <paramref name="count"/> received bytes.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes as Latin-1 text; throws when they do not come.</summary>
    public string ReadText(int count)
    {
        Deadline deadline = Deadline.Usual;
        while (Received.Length < count)
        {
            if (!Receive(deadline))
                throw new IOException($"{count} bytes were expected, got {Escaping.Show(Received)} (ended: {Ended})");
        }
        string text = Encoding.Latin1.GetString(Received[..count]);
        Consume(count);
        return text;
    }

    /// <summary>Reads one line, without its CR LF; throws when none comes before the usual deadline.</summary>
    public string ReadLine() => ReadLine(Deadline.Usual);

    /// <summary>Reads one line, without its CR LF; throws when none comes before <paramref name="deadline"/>.</summary>
    public string ReadLine(Deadline deadline)
    {
        int scanned = 0;
        while (true)
        {
            int at = Received[scanned..].IndexOf((byte)'\n');
            if (at >= 0)
            {
                ReadOnlySpan<byte> line = Received[..(scanned + at)];
                string text = Encoding.Latin1.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
                Consume(scanned + at + 1);
                return text;
            }
            scanned = Received.Length;
            if (!Receive(deadline))
                throw new IOException($"no line came, only {Escaping.Show(Received)} (ended: {Ended})");
        }
    }

    /// <summary>Sends a line (CR LF is added) and reads one line of answer.</summary>
    public string Ask(string line)
    {
        Send(line + "\r\n");
        return ReadLine();
    }

    /// <summary>
    /// Waits for the server's end of the stream; true if it came and nothing was left unread before it.
    /// </summary>
    public bool AwaitEnd(Deadline deadline)
    {
        while (Receive(deadline))
        {
        }
        return Ended && Received.IsEmpty;
    }

    /// <summary>Takes what arrives, up to the end of the stream or the deadline, and returns all of it.</summary>
    public byte[] ReadToEnd(Deadline deadline)
    {
        while (Receive(deadline))
        {
        }
        byte[] all = Received.ToArray();
        Consume(all.Length);
        return all;
    }

    /// <summary>Closes the sending half; the server then reads an end of file.</summary>
    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an orderly end, as a client that crashed.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TakeArrived()
    {
        if (Ended)
            return false;
        if (_buffer.Length - _end < ReceiveChunk)
            MakeRoom();
        int count = _socket.Receive(_buffer.AsSpan(_end), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || count == 0)
        {
            Ended = true;
            EndError = error;
            return false;
        }
        _end += count;
        return true;
    }

    private void MakeRoom()
    {
        int length = _end - _start;
        byte[] target = length + ReceiveChunk <= _buffer.Length ? _buffer : new byte[2 * (length + ReceiveChunk)];
        Buffer.BlockCopy(_buffer, _start, target, 0, length);
        _buffer = target;
        _start = 0;
        _end = length;
    }
}
