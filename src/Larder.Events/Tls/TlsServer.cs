using System.Diagnostics;
using Larder.Events.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Events.Tls;

/// <summary>
/// What the TLS listeners of a server share, over all its threads: certificates, ticket keys, remembered sessions,
/// counters, and the bound of unfinished handshakes. Made before the listeners, disposed of after the server.
/// </summary>
/// <remarks>
/// Certificates are exchanged at once and for new connections only. Ticket keys stay, so that sessions go on across
/// <see cref="Reload"/>, unless the authorities for clients have changed.
/// </remarks>
public sealed unsafe class TlsServer : TlsParty
{
    private readonly Lock _loading = new(); // one reload at a time; taken before the swap's
    private int _unfinished; // owner: interlocked
    private long _loadedMs;  // owner: _loading for writing, any thread reads

    private TlsServer(TlsServerOptions options, TlsContext context)
        : base(context)
    {
        Options = options;
        _loadedMs = Environment.TickCount64;
    }

    /// <summary>What it was made from.</summary>
    public TlsServerOptions Options { get; }

    /// <summary>Where failures of clients are told, a line each at the level Information.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Handshakes that are unfinished now.</summary>
    public int UnfinishedHandshakes => Volatile.Read(ref _unfinished);

    /// <summary>Time since the certificates in use were read.</summary>
    public TimeSpan SinceLoaded => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _loadedMs));

    internal override bool UsesKernel => Options.UsesKernel;

    internal override int RecordBytes
        => Math.Clamp(Options.RecordBytes, TlsServerOptions.RecordBytesMin, TlsServerOptions.RecordBytesMax);

    internal override int HandshakeTimeoutMs => Options.HandshakeTimeoutMs;

    /// <summary>Reads the files.</summary>
    /// <param name="options">Which ones, and how they are used.</param>
    /// <exception cref="TlsException">There is no OpenSSL, or a file or a list of ciphers is not good.</exception>
    public static TlsServer Load(TlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options, TlsContext.ForServer(options));
    }

    /// <summary>
    /// Reads the files again: new connections get what they say now, old ones go on. When one of them is not good
    /// everything stays as it is. Any thread; it blocks on the files.
    /// </summary>
    /// <returns>Null, or in one line what is wrong.</returns>
    public string? Reload()
    {
        lock (_loading)
        {
            try
            {
                Replace(TlsContext.ForServer(Options));
                Volatile.Write(ref _loadedMs, Environment.TickCount64);
                return null;
            }
            catch (TlsException bad)
            {
                return bad.Message;
            }
        }
    }

    /// <summary>Takes one of the places of unfinished handshakes; false when all are taken, which is counted.</summary>
    internal bool TryBeginHandshake()
    {
        if (Interlocked.Increment(ref _unfinished) <= Options.HandshakesMax)
        {
            return true;
        }
        Interlocked.Decrement(ref _unfinished);
        Counters.CountRefused();
        return false;
    }

    internal override nint Open(TlsVerify verify)
    {
        byte* name = stackalloc byte[TlsContext.SessionNameBytes];
        nint ssl = NewConnection(new Span<byte>(name, TlsContext.SessionNameBytes));
        OpenSsl.SSL_set_verify(ssl, Flags(verify), null);
        // A session that was made where no certificate was asked for is not taken up where one is: OpenSSL does not
        // ask for certificates again then (SSL_CTX_set_session_id_context(3)).
        name[TlsContext.SessionNameBytes - 1] = (byte)verify;
        int named = OpenSsl.SSL_set_session_id_context(ssl, name, TlsContext.SessionNameBytes);
        Debug.Assert(named == 1, "the name of sessions is too long");
        OpenSsl.SSL_set_accept_state(ssl);
        return ssl;
    }

    internal override void HandshakeOver() => Interlocked.Decrement(ref _unfinished);

    internal override void Failed(int fd, string reason, bool inHandshake)
    {
        if (inHandshake)
        {
            Counters.CountHandshakeError();
        }
        else
        {
            Counters.CountProtocolError();
        }
        if (Logger.IsEnabled(LogLevel.Information))
        {
            string peer = SocketAddressBytes.Format(Sockets.PeerEndPoint(fd));
            Log.TlsFailed(Logger, inHandshake ? "handshake" : "connection", peer, reason);
        }
    }

    private static int Flags(TlsVerify verify) => verify switch
    {
        TlsVerify.None => OpenSsl.SSL_VERIFY_NONE,
        TlsVerify.Request => OpenSsl.SSL_VERIFY_PEER,
        TlsVerify.Require => OpenSsl.SSL_VERIFY_PEER | OpenSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
        _ => OpenSsl.SSL_VERIFY_PEER | OpenSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT | OpenSsl.SSL_VERIFY_CLIENT_ONCE,
    };
}
