using Larder.Events.Tls;

namespace Larder.Options;

/// <summary>-Z and the words of -o that begin with <c>ssl_</c>, as memcached reads them.</summary>
internal sealed class TlsSettings
{
    private const string Prefix = "ssl_";

    private const int Kibi = 1 << 10;

    private TlsServerOptions _options = new() { CertificateFile = "" };

    /// <summary>-Z: listeners speak TLS unless they say otherwise.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>The certificate's file; empty if there is none.</summary>
    public string CertificateFile => _options.CertificateFile;

    /// <summary>The files that are read at the start, and again for new certificates.</summary>
    public IEnumerable<string> Files =>
        IsEnabled ? new[] { CertificateFile, _options.KeyFile, _options.AuthorityFile }.OfType<string>() : [];

    /// <summary>Whether a word of -o belongs here.</summary>
    public static bool Knows(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Applies a word; null, or what is wrong with it.</summary>
    public string? Apply(SubOption word)
    {
        switch (word.Name)
        {
            case "ssl_session_cache":
                _options = _options with { RemembersSessions = true };
                return null;
            case "ssl_kernel_tls":
                _options = _options with { UsesKernel = true };
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
    public TlsServerOptions ToOptions() => _options;

    private string? ApplyText(string name, string value)
    {
        _options = name switch
        {
            "ssl_chain_cert" => _options with { CertificateFile = value },
            "ssl_key" => _options with { KeyFile = value },
            "ssl_ciphers" => _options with { Ciphers = value },
            _ => _options with { AuthorityFile = value },
        };
        return null;
    }

    private string? ApplyNumber(string name, string text)
    {
        LeadingNumber number = LeadingNumber.Read(text);
        if (!number.IsWhole || number.Value is < int.MinValue or > int.MaxValue / Kibi)
            return $"could not parse argument to {name}";

        int value = (int)number.Value;
        TlsServerOptions? options = name switch
        {
            "ssl_verify_mode" when Enum.IsDefined((TlsVerify)value) => _options with { Verify = (TlsVerify)value },
            "ssl_min_version" when Enum.IsDefined((TlsVersion)value) =>
                _options with { MinVersion = (TlsVersion)value },
            "ssl_keyformat" when Enum.IsDefined((TlsKeyFormat)value) =>
                _options with { KeyFormat = (TlsKeyFormat)value },
            "ssl_wbuf_size" when value > 0 => _options with { RecordBytes = value * Kibi },
            _ => null,
        };
        if (options is null) return $"Invalid {name}. Use help to see valid options.";

        _options = options;
        return null;
    }
}
