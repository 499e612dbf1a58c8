namespace Larder.Events.Tls;

/// <summary>
/// Versions of TLS; the numbers are memcached's (ssl_min_version). Those before 1.2 need a list of ciphers that allows
/// them (RFC 8996 says not to).
/// </summary>
public enum TlsVersion
{
    /// <summary>TLS 1.0.</summary>
    Tls10 = 0,

    /// <summary>TLS 1.1.</summary>
    Tls11 = 1,

    /// <summary>TLS 1.2.</summary>
    Tls12 = 2,

    /// <summary>TLS 1.3.</summary>
    Tls13 = 3,
}
