namespace Larder.Events.Tls;

/// <summary>How a client speaks TLS.</summary>
public sealed class TlsClientOptions
{
    /// <summary>Authorities that the server's certificate must come from, PEM; null: any certificate will do.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The client's own certificate, PEM; null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its private key, PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether new connections take up the session of an earlier one.</summary>
    public bool Resumes { get; init; }
}
