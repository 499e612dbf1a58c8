using Larder.Cache.Serving;

namespace Larder.Options;

/// <summary>
/// One entry of -l: <c>host</c>, <c>host:port</c>, <c>[IPv6]:port</c>, a bare IPv6 address, <c>*</c>, or (not in
/// memcached) <c>unix:PATH</c>.
/// </summary>
/// <param name="Host">A name or an address; null for all interfaces.</param>
/// <param name="Port">Its own port; null takes the port of -p.</param>
/// <param name="Tls">What it says about TLS.</param>
internal sealed record ListenSpec(string? Host, int? Port, ListenTls Tls = ListenTls.Unsaid)
{
    private const int PortMax = 65535;
    private const string UnixPrefix = "unix:";

    /// <summary>
    /// The path of a UNIX socket beside the TCP ports, written <c>unix:PATH</c>; then all else is null.
    /// </summary>
    public string? UnixPath { get; private init; }

    /// <summary>What is spoken there; null says nothing beside -B.</summary>
    public CacheProtocol? Protocol { get; private init; }

    /// <summary>
    /// Reads a list of entries between commas and semicolons. memcached's prefixes before the host are understood:
    /// <c>notls:</c>, <c>btls:</c> and <c>mtls:</c> choose TLS, <c>tag_name_:</c> and <c>tag[name]:</c> name one,
    /// <c>proto[ascii]:</c>, <c>proto[binary]:</c> and <c>proto[negotiating]:</c> choose what is spoken there.
    /// </summary>
    /// <returns>Null and the entries, or what is wrong.</returns>
    public static string? Parse(string text, List<ListenSpec> specs)
    {
        foreach (string entry in text.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = entry;
            var tls = ListenTls.Unsaid;
            CacheProtocol? protocol = null;
            if (SkipPrefixes(ref rest, ref tls, ref protocol) is { } refusal) return refusal;
            if (ParseHost(rest, out ListenSpec? spec) is { } mistake) return mistake;
            specs.Add(spec! with { Tls = tls, Protocol = protocol });
        }

        return null;
    }

    private static string? SkipPrefixes(ref string rest, ref ListenTls tls, ref CacheProtocol? protocol)
    {
        while (true)
        {
            int colon = rest.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) return null;
            string word = rest[..colon];
            switch (word)
            {
                case "notls": tls = ListenTls.Off; break;
                case "btls": tls = ListenTls.Basic; break;
                case "mtls": tls = ListenTls.Mutual; break;
                case "proto[ascii]": protocol = CacheProtocol.Ascii; break;
                case "proto[binary]": protocol = CacheProtocol.Binary; break;
                case "proto[negotiating]": protocol = CacheProtocol.Auto; break;
                case "proto[proxy]": return $"listeners of a proxy are not supported yet: {word}:";
                default:
                    if (!IsTag(word)) return null;
                    break;
            }

            rest = rest[(colon + 1)..];
        }
    }

    /// <summary>A tag has 1 to 8 characters: <c>tag[front]</c> or <c>tag_front_</c>.</summary>
    private static bool IsTag(string word) =>
        word.Length is >= 6 and <= 13
        && ((word.StartsWith("tag[", StringComparison.Ordinal) && word[^1] == ']')
            || (word.StartsWith("tag_", StringComparison.Ordinal) && word[^1] == '_'));

    private static string? ParseHost(string text, out ListenSpec? spec)
    {
        spec = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            spec = new(null, null) { UnixPath = text[UnixPrefix.Length..] };
            return spec.UnixPath.Length == 0 ? $"Missing path of a UNIX socket: \"{text}\"" : null;
        }

        string host = text;
        string? port = null;
        if (text.StartsWith('['))
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) return $"Invalid IPV6 address: \"{text}\"";
            host = text[1..close];
            string behind = text[(close + 1)..];
            if (behind.Length > 0 && behind[0] != ':') return $"Invalid IPV6 address: \"{text}\"";
            if (behind.Length > 0) port = behind[1..];
        }
        else
        {
            // More than one colon without brackets is an IPv6 address without a port.
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && colon == text.LastIndexOf(':'))
            {
                host = text[..colon];
                port = text[(colon + 1)..];
            }
        }

        int? number = null;
        if (port is not null)
        {
            LeadingNumber read = LeadingNumber.Read(port);
            if (!read.IsWhole || read.Value is < 0 or > PortMax) return $"Invalid port number: \"{port}\"";
            number = (int)read.Value;
        }

        spec = new(host is "*" or "" ? null : host, number);
        return null;
    }
}
