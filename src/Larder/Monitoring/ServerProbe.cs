using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Client.Routing;

namespace Larder.Monitoring;

/// <summary>
/// Asks one server one question after the other over one connection, which is made again when it breaks. A server may
/// close connections that it finds idle: that alone is no failure.
/// </summary>
internal sealed class ServerProbe : IDisposable
{
    private const int AnswerLengthMax = 128;

    private readonly ServerAddress _address;
    private readonly TimeSpan _timeout;
    private readonly byte[] _question;
    private readonly byte[] _answer; // what its answer begins with
    private readonly byte[] _buffer = new byte[AnswerLengthMax];
    private Socket? _socket;

    /// <summary>A probe that is not connected yet.</summary>
    /// <param name="address">The server.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="timeout">How long connecting, asking and the answer may take together.</param>
    public ServerProbe(ServerAddress address, ProbeQuestion question, TimeSpan timeout)
    {
        _address = address;
        _timeout = timeout;
        (_question, _answer) = question == ProbeQuestion.Mn
            ? ("mn\r\n"u8.ToArray(), "MN\r\n"u8.ToArray())
            : ("version\r\n"u8.ToArray(), "VERSION "u8.ToArray());
    }

    /// <summary>Asks once.</summary>
    /// <param name="stop">Ends it at once.</param>
    /// <returns>What came of it; a failure that <paramref name="stop"/> has caused says nothing.</returns>
    public async Task<ProbeOutcome> Ask(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(_timeout);
        bool isUsed = _socket is not null;
        long begun = Stopwatch.GetTimestamp();
        try
        {
            string? failure = await TryOnce(deadline.Token);
            if (failure is not null && isUsed)
            {
                begun = Stopwatch.GetTimestamp();
                failure = await TryOnce(deadline.Token);
            }
            return new ProbeOutcome(failure, Stopwatch.GetElapsedTime(begun));
        }
        catch (OperationCanceledException)
        {
            Close();
            string ms = _timeout.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
            return new ProbeOutcome($"no answer within {ms} ms", default);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private async Task<string?> TryOnce(CancellationToken deadline)
    {
        try
        {
            _socket ??= await Connect(deadline);
            await _socket.SendAsync(_question, deadline);
            int length = 0;
            while (!_buffer.AsSpan(0, length).Contains((byte)'\n'))
            {
                int received = await _socket.ReceiveAsync(_buffer.AsMemory(length), deadline);
                if (received == 0)
                    return Fail("it closes the connection");
                length += received;
                if (length == _buffer.Length)
                    return Fail("its answer has no end");
            }
            return _buffer.AsSpan(0, length).StartsWith(_answer) ? null : Fail($"it answers {Line(length)}");
        }
        catch (SocketException error)
        {
            return Fail(error.Message);
        }
    }

    private async Task<Socket> Connect(CancellationToken deadline)
    {
        bool isUnix = _address.Host.StartsWith('/');
        Socket socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(
                isUnix ? new UnixDomainSocketEndPoint(_address.Host) : new DnsEndPoint(_address.Host, _address.Port),
                deadline);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A late answer must not be taken for that of the next question.
    private string Fail(string failure)
    {
        Close();
        return failure;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private string Line(int length)
    {
        string text = Encoding.Latin1.GetString(_buffer, 0, length).Split('\n')[0].TrimEnd('\r');
        return string.Concat("'", string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c)), "'");
    }
}
