using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Larder.Events.Tests.Support;

namespace Larder.Objects.Tests.Support;

/// <summary>A blocking client that sends what it is told, byte for byte, with a deadline on everything.</summary>
internal sealed class RawClient : IDisposable
{
    public const int DeadlineMs = 20_000;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <param name="endPoint">Of the server.</param>
    /// <param name="receiveBuffer">Of the socket, in bytes; 0 = the kernel's choice.</param>
    /// <param name="usesTls">Whether it speaks TLS, and trusts the tests' own authority.</param>
    public RawClient(EndPoint endPoint, int receiveBuffer = 0, bool usesTls = false)
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
        _stream = new NetworkStream(_socket, ownsSocket: true);
        if (usesTls)
        {
            var secure = new SslStream(_stream);
            _stream = secure;
            secure.AuthenticateAsClient(TlsOptions());
        }
    }

    /// <summary>Its own address, as the server's log names it.</summary>
    public string Name => _socket.LocalEndPoint!.ToString()!;

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void SendEnd() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>How the server refused to take bytes, if it did.</summary>
    public SocketError Refusal { get; private set; }

    /// <summary>Sends bytes that the server may refuse to take by closing.</summary>
    public void TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Send(bytes);
        }
        catch (IOException refused) when (refused.InnerException is SocketException
            { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted })
        {
            Refusal = ((SocketException)refused.InnerException).SocketErrorCode; // its answer is read all the same
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

    /// <summary>Reads until the server closes; how many bytes came.</summary>
    public long ReadToEnd()
    {
        long count = 0;
        while (ReadByte() >= 0)
        {
            count++;
        }
        return count;
    }

    /// <summary>All that comes until the server closes.</summary>
    public string ReadText()
    {
        var text = new StringBuilder();
        for (int value = ReadByte(); value >= 0; value = ReadByte())
        {
            text.Append((char)value);
        }
        return text.ToString();
    }

    /// <summary>Reads up to and with the next line feed.</summary>
    public string ReadLine()
    {
        var line = new StringBuilder();
        int value = 0;
        while (value != '\n')
        {
            value = ReadByte();
            Assert.True(value >= 0, $"the connection ended within a line: '{line}'");
            line.Append((char)value);
        }
        return line.ToString();
    }

    /// <summary>Bytes that have come and were not read.</summary>
    public int Available => _end - _start + _socket.Available;

    /// <summary>Whether the server has closed; nothing else is to come.</summary>
    public bool IsClosed() => ReadByte() < 0;

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static SslClientAuthenticationOptions TlsOptions()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(TestCertificates.Shared.AuthorityFile);
        return new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy };
    }

    private int ReadByte()
    {
        if (_start == _end)
        {
            try
            {
                _end = _stream.Read(_buffer);
            }
            catch (IOException reset) when (reset.InnerException is SocketException
            {
                SocketErrorCode: SocketError.ConnectionReset,
            })
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
