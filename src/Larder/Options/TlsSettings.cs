using Larder.Events.Tls;

namespace Larder.Options;

/// <summary>-Z and the words of -o that begin with <c>ssl_</c>, as memcached reads them.</summary>
internal sealed class TlsSettings
{
    private const string Prefix = "ssl_";

    private const int Kibi = 1 << 10;

    /// <summary>-Z: listeners speak TLS unless they say otherwise.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>The certificate's file; null if there is none.</summary>
    public string? CertificateFile { get; private set; }

    private string? KeyFile { get; set; }

    private TlsKeyFormat KeyFormat { get; set; } = TlsKeyFormat.Pem;

    private TlsVerify Verify { get; set; }

    private string? Ciphers { get; set; }

    private string? AuthorityFile { get; set; }

    private int RecordBytes { get; set; } = TlsServerOptions.RecordBytesMax;

    private bool RemembersSessions { get; set; }

    private bool UsesKernel { get; set; }

    private TlsVersion MinVersion { get; set; } = TlsVersion.Tls12;

    /// <summary>The files that are read at the start, and again for new certificates.</summary>
    public IEnumerable<string> Files =>
        IsEnabled ? new[] { CertificateFile, KeyFile, AuthorityFile }.OfType<string>() : [];

    /// <summary>Whether a word of -o belongs here.</summary>
    public static bool Knows(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Applies a word; null, or what is wrong with it.</summary>
    public string? Apply(SubOption word)
    {
        switch (word.Name)
        {
            case "ssl_session_cache":
                RemembersSessions = true;
                return null;
            case "ssl_kernel_tls":
                UsesKernel = true;
                return null;
            case "ssl_chain_cert" or "ssl_key" or "ssl_ciphers" or "ssl_ca_cert":
                return word.Value is null ? $"Missing {word.Name} argument" : ApplyText(word.Name, word.Value);
            case "ssl_verify_mode" or "ssl_keyformat" or "ssl_wbuf_size" or "ssl_min_version":
                return word.Value is null ? $"Missing {word.Name} argument" : ApplyNumber(word.Name, word.Value);
            default:
                return $"Illegal suboption \"{word.Text}\"";
        }
    }

    /// <summary>What the server is to load; there must be a certificate.</summary>
    public TlsServerOptions ToOptions() => new()
    {
        CertificateFile = CertificateFile!,
        KeyFile = KeyFile,
        KeyFormat = KeyFormat,
        AuthorityFile = AuthorityFile,
        Ciphers = Ciphers,
        MinVersion = MinVersion,
        Verify = Verify,
        RecordBytes = RecordBytes,
        RemembersSessions = RemembersSessions,
        UsesKernel = UsesKernel,
    };

    private string? ApplyText(string name, string value)
    {
        switch (name)
        {
            case "ssl_chain_cert": CertificateFile = value; break;
            case "ssl_key": KeyFile = value; break;
            case "ssl_ciphers": Ciphers = value; break;
            default: AuthorityFile = value; break;
        }

        return null;
    }

    private string? ApplyNumber(string name, string text)
    {
        LeadingNumber number = LeadingNumber.Read(text);
        if (!number.IsWhole || number.Value is < int.MinValue or > int.MaxValue / Kibi)
            return $"could not parse argument to {name}";

        int value = (int)number.Value;
        switch (name)
        {
            case "ssl_verify_mode" when Enum.IsDefined((TlsVerify)value): Verify = (TlsVerify)value; return null;
            case "ssl_min_version" when Enum.IsDefined((TlsVersion)value): MinVersion = (TlsVersion)value; return null;
            case "ssl_keyformat" when Enum.IsDefined((TlsKeyFormat)value): KeyFormat = (TlsKeyFormat)value; return null;
            case "ssl_wbuf_size" when value > 0: RecordBytes = value * Kibi; return null;
            default: return $"Invalid {name}. Use help to see valid options.";
        }
    }
}
