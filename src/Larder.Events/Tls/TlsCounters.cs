namespace Larder.Events.Tls;

/// <summary>What has become of the handshakes of a server or a client; any thread.</summary>
public sealed class TlsCounters
{
    // owner: interlocked
    private long _handshakes;
    private long _resumptions;
    private long _handshakeErrors;
    private long _handshakesRefused;
    private long _protocolErrors;
    private long _truncations;
    private long _kernelConnections;

    /// <summary>Handshakes that succeeded.</summary>
    public long Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>Those of them that took up an earlier session.</summary>
    public long Resumptions => Volatile.Read(ref _resumptions);

    /// <summary>Handshakes that failed; ends of clients that had said nothing are none.</summary>
    public long HandshakeErrors => Volatile.Read(ref _handshakeErrors);

    /// <summary>Clients closed because too many handshakes were unfinished.</summary>
    public long HandshakesRefused => Volatile.Read(ref _handshakesRefused);

    /// <summary>Connections that broke TLS's rules after their handshake.</summary>
    public long ProtocolErrors => Volatile.Read(ref _protocolErrors);

    /// <summary>Connections whose peer left without saying so (RFC 8446 6.1, close_notify).</summary>
    public long Truncations => Volatile.Read(ref _truncations);

    /// <summary>Connections whose records the kernel encrypts.</summary>
    public long KernelConnections => Volatile.Read(ref _kernelConnections);

    internal void CountHandshake(bool resumed, bool inKernel)
    {
        Interlocked.Increment(ref _handshakes);
        if (resumed)
        {
            Interlocked.Increment(ref _resumptions);
        }
        if (inKernel)
        {
            Interlocked.Increment(ref _kernelConnections);
        }
    }

    internal void CountHandshakeError() => Interlocked.Increment(ref _handshakeErrors);

    internal void CountRefused() => Interlocked.Increment(ref _handshakesRefused);

    internal void CountProtocolError() => Interlocked.Increment(ref _protocolErrors);

    internal void CountTruncation() => Interlocked.Increment(ref _truncations);
}
