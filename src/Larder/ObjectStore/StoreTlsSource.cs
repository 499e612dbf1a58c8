using Larder.Events.Tls;

namespace Larder.ObjectStore;

/// <summary>What one source says about TLS: the keys that begin with <c>tls-</c>.</summary>
internal sealed class StoreTlsSource
{
    private const string Prefix = "tls-";

    public string? CertificateFile { get; private set; }

    public string? KeyFile { get; private set; }

    public string? AuthorityFile { get; private set; }

    public TlsVerify? Verify { get; private set; }

    public TlsVersion? MinVersion { get; private set; }

    public string? Ciphers { get; private set; }

    /// <summary>The files that it names, with their keys.</summary>
    public IEnumerable<(string Key, string? Path)> Files =>
        [("tls-cert", CertificateFile), ("tls-key", KeyFile), ("tls-ca", AuthorityFile)];

    /// <summary>Whether a key belongs here.</summary>
    public static bool Knows(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Applies one key.</summary>
    /// <param name="key">As in <see cref="StoreOptionTable"/>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="wanted">What the value must be when it is not good, or null.</param>
    /// <returns>Whether there is such a key.</returns>
    public bool TryApply(string key, string value, out string? wanted)
    {
        wanted = null;
        switch (key, value)
        {
            case ("tls-cert", _): CertificateFile = value; break;
            case ("tls-key", _): KeyFile = value; break;
            case ("tls-ca", _): AuthorityFile = value; break;
            case ("tls-ciphers", _): Ciphers = value; break;
            case ("tls-verify", "none"): Verify = TlsVerify.None; break;
            case ("tls-verify", "request"): Verify = TlsVerify.Request; break;
            case ("tls-verify", "require"): Verify = TlsVerify.Require; break;
            case ("tls-min", "1.2"): MinVersion = TlsVersion.Tls12; break;
            case ("tls-min", "1.3"): MinVersion = TlsVersion.Tls13; break;
            case ("tls-verify", _): wanted = "none or request or require"; break;
            case ("tls-min", _): wanted = "1.2 or 1.3"; break;
            default: return false;
        }

        return true;
    }

    /// <summary>Puts two sources together; what the first says counts. Null without a certificate.</summary>
    public static TlsServerOptions? Merge(StoreTlsSource line, StoreTlsSource file)
    {
        string? certificate = line.CertificateFile ?? file.CertificateFile;
        if (certificate is null) return null;
        return new()
        {
            CertificateFile = Path.GetFullPath(certificate),
            KeyFile = Full(line.KeyFile ?? (line.CertificateFile is null ? file.KeyFile : null)),
            AuthorityFile = Full(line.AuthorityFile ?? file.AuthorityFile),
            Verify = line.Verify ?? file.Verify ?? TlsVerify.None,
            MinVersion = line.MinVersion ?? file.MinVersion ?? TlsVersion.Tls12,
            Ciphers = line.Ciphers ?? file.Ciphers,
        };
    }

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
