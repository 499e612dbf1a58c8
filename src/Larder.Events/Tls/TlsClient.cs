using Larder.Events.Native;

namespace Larder.Events.Tls;

/// <summary>
/// What a client's connections to one server share: its certificate, whom it trusts, its last session.
/// </summary>
public sealed class TlsClient : TlsParty
{
    private readonly bool _resumes;
    private readonly Lock _gate = new();
    private nint _session; // owner: _gate

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsException">There is no OpenSSL, or a file is not good.</exception>
    public TlsClient(TlsClientOptions options)
        : base(TlsContext.ForClient(options))
        => _resumes = options.Resumes;

    internal override bool UsesKernel => false;

    internal override int RecordBytes => TlsServerOptions.RecordBytesMax;

    internal override int HandshakeTimeoutMs => 0;

    internal override nint Open(TlsVerify verify)
    {
        Span<byte> unused = stackalloc byte[TlsContext.SessionNameBytes];
        nint ssl = NewConnection(unused);
        lock (_gate)
        {
            if (_session != 0)
            {
                _ = OpenSsl.SSL_set_session(ssl, _session); // refused: the handshake is a full one
            }
        }
        OpenSsl.SSL_set_connect_state(ssl);
        return ssl;
    }

    internal override void HandshakeOver()
    {
    }

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
    }

    /// <summary>Keeps the session: in TLS 1.3 its ticket comes behind the handshake (RFC 8446 4.6.1).</summary>
    internal override void FirstData(nint ssl)
    {
        if (!_resumes)
        {
            return;
        }
        nint session = OpenSsl.SSL_get1_session(ssl);
        lock (_gate)
        {
            (session, _session) = (_session, session);
        }
        OpenSsl.SSL_SESSION_free(session);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            OpenSsl.SSL_SESSION_free(_session);
            _session = 0;
        }
        base.Dispose(disposing);
    }
}
