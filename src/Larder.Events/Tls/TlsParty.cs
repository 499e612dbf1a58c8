using Larder.Events.Wire;

namespace Larder.Events.Tls;

/// <summary>
/// What the connections of one side share: the context that new ones are made of, and who is told how they fare.
/// </summary>
public abstract class TlsParty : IDisposable
{
    private readonly Lock _swap = new();

    private TlsContext _context; // owner: _swap

    private protected TlsParty(TlsContext context) => _context = context;

    /// <summary>What has become of the handshakes.</summary>
    public TlsCounters Counters { get; } = new();

    /// <summary>Whether OpenSSL works on the socket itself, so that the kernel can encrypt.</summary>
    internal abstract bool UsesKernel { get; }

    /// <summary>Bytes that are encrypted together at most.</summary>
    internal abstract int RecordBytes { get; }

    /// <summary>Milliseconds for a handshake; 0 = any number.</summary>
    internal abstract int HandshakeTimeoutMs { get; }

    /// <summary>Makes a connection's SSL; on the thread that steps it.</summary>
    internal abstract nint Open(TlsVerify verify);

    /// <summary>A handshake is over, or its connection gone; exactly once for each transport.</summary>
    internal abstract void HandshakeOver();

    /// <summary>A handshake has failed, or a connection broke the rules afterwards.</summary>
    internal abstract void Failed(int fd, string reason, bool inHandshake);

    /// <summary>
    /// Data has come on a connection: whatever its peer had to say about the session has come before.
    /// </summary>
    internal virtual void FirstData(nint ssl)
    {
    }

    /// <summary>A new connection's SSL, of the context of this moment.</summary>
    private protected nint NewConnection(Span<byte> sessionName)
    {
        lock (_swap) // an SSL_CTX must not go between our look and SSL_new, which takes a reference
        {
            _context.SessionName.CopyTo(sessionName);
            return _context.NewConnection();
        }
    }

    /// <summary>Puts another context in place; the old one lives as long as its connections.</summary>
    private protected void Replace(TlsContext context)
    {
        TlsContext old;
        lock (_swap)
        {
            context.TakeTicketKeys(_context);
            old = _context;
            _context = context;
        }
        old.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Gives back what it holds of OpenSSL; connections must be over, or at least not be opened any more.
    /// </summary>
    protected virtual void Dispose(bool disposing)
    {
        lock (_swap)
        {
            _context.Dispose();
        }
    }
}
