namespace Larder.Events.Tls;

/// <summary>
/// What the TLS listeners of a server offer. The files are read by <see cref="TlsServer.Load"/> and again by
/// <see cref="TlsServer.Reload"/>; nothing else changes afterwards.
/// </summary>
public sealed record TlsServerOptions
{
    /// <summary>The server's certificate and those between it and the root, PEM.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The certificate's private key; null: it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>How <see cref="KeyFile"/> is written.</summary>
    public TlsKeyFormat KeyFormat { get; init; } = TlsKeyFormat.Pem;

    /// <summary>Authorities that clients' certificates may come from, PEM; null: none.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>
    /// OpenSSL's list of ciphers between colons (openssl-ciphers(1)); names that begin with TLS_ are suites of TLS 1.3,
    /// the others ciphers of TLS 1.2. What is not named keeps OpenSSL's default; null names nothing.
    /// </summary>
    public string? Ciphers { get; init; }

    /// <summary>The oldest version that is spoken.</summary>
    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>What is asked of clients' certificates, unless a listener says otherwise.</summary>
    public TlsVerify Verify { get; init; }

    /// <summary>
    /// Whether sessions of TLS 1.2 are also remembered here, for clients without tickets. Tickets are always given.
    /// </summary>
    public bool RemembersSessions { get; init; }

    /// <summary>
    /// Whether the kernel encrypts where it can (ktls). OpenSSL then works on the socket itself, which costs three
    /// system calls for a request instead of one where the kernel cannot.
    /// </summary>
    public bool UsesKernel { get; init; }

    /// <summary>Replies that are encrypted together, in bytes: 1024 to 16384, what is beyond counts as these.</summary>
    public int RecordBytes { get; init; } = RecordBytesMax;

    /// <summary>The least that <see cref="RecordBytes"/> has an effect down to.</summary>
    public const int RecordBytesMin = 1024;

    /// <summary>The most that <see cref="RecordBytes"/> has an effect up to (RFC 8446 5.1).</summary>
    public const int RecordBytesMax = Native.TlsWork.RecordMax;

    /// <summary>Milliseconds that a client may take to agree upon TLS, from its connect.</summary>
    public int HandshakeTimeoutMs { get; init; } = 10_000;

    /// <summary>
    /// Handshakes that may be unfinished at a time; who comes then is closed. A client in the middle of one holds
    /// 50 KiB here, one that has said nothing less than one.
    /// </summary>
    public int HandshakesMax { get; init; } = 1024;
}
