namespace Larder.Events.Tls;

/// <summary>How a private key's file is written; the numbers are OpenSSL's and memcached's (ssl_keyformat).</summary>
public enum TlsKeyFormat
{
    /// <summary>PEM.</summary>
    Pem = 1,

    /// <summary>DER (ASN.1).</summary>
    Der = 2,
}
