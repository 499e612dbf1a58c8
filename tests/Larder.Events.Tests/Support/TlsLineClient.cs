using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Larder.Events.Tests.Support;

/// <summary>A blocking client of a <see cref="LineServer"/> that speaks TLS, with a deadline on everything.</summary>
internal sealed class TlsLineClient : IDisposable
{
    private readonly SslStream _stream;

    public TlsLineClient(EndPoint endPoint, SslProtocols protocols = SslProtocols.None,
        CertificateFiles? certificate = null, Func<Socket, Stream>? wrap = null, int receiveBuffer = 0)
    {
        Socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = LineClient.DeadlineMs,
            ReceiveTimeout = LineClient.DeadlineMs,
            NoDelay = true,
        };
        if (receiveBuffer > 0)
        {
            Socket.ReceiveBufferSize = receiveBuffer;
        }
        Socket.Connect(endPoint);
        _stream = new SslStream(wrap?.Invoke(Socket) ?? new NetworkStream(Socket, ownsSocket: true));
        try
        {
            _stream.AuthenticateAsClient(OptionsFor(protocols, certificate));
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public Socket Socket { get; }

    public SslProtocols Protocol => _stream.SslProtocol;

    /// <summary>The common name of the server's certificate.</summary>
    public string ServerName
        => ((X509Certificate2)_stream.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);

    public string Ask(string line)
    {
        Send(line + "\n");
        return ReadLine();
    }

    public void Send(string text) => _stream.Write(Encoding.ASCII.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public string ReadLine()
    {
        var line = new StringBuilder();
        int value;
        while ((value = _stream.ReadByte()) != '\n')
        {
            if (value < 0)
            {
                return line.Append("<end>").ToString();
            }
            line.Append((char)value);
        }
        return line.ToString();
    }

    public byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>close_notify, and nothing more from us.</summary>
    public void FinishSending() => _stream.ShutdownAsync().Wait(LineClient.DeadlineMs);

    public void Dispose() => _stream.Dispose();

    private static SslClientAuthenticationOptions OptionsFor(SslProtocols protocols, CertificateFiles? certificate)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = static (_, found, _, _) => found != null,
            AllowTlsResume = false,
        };
        if (certificate != null)
        {
            using var loaded = X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null), null, offline: true);
        }
        return options;
    }
}
