namespace Larder.Events.Tls;

/// <summary>What a server asks of its clients' certificates; the numbers are memcached's (ssl_verify_mode).</summary>
public enum TlsVerify
{
    /// <summary>No client is asked for a certificate.</summary>
    None = 0,

    /// <summary>Clients are asked; one that has a certificate must have a good one.</summary>
    Request = 1,

    /// <summary>Clients without a good certificate are refused.</summary>
    Require = 2,

    /// <summary>As <see cref="Require"/>, and never asked again on the same connection.</summary>
    Once = 3,
}
