using System.Globalization;
using Larder.Protocol.Placement;

namespace Larder.Client.Routing;

/// <summary>Where a server is, and how much of the keys it gets.</summary>
public sealed record ServerAddress
{
    /// <summary>memcached's port.</summary>
    public const int DefaultPort = 11211;

    /// <summary>A server.</summary>
    /// <param name="host">A name, an address, or the path of a UNIX socket: that begins with a slash.</param>
    /// <param name="port">1 to 65535; no meaning for a UNIX socket.</param>
    /// <param name="weight">Share of the keys, at least 1, where the placement knows weights.</param>
    public ServerAddress(string host, int port = DefaultPort, int weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        Host = host;
        Port = port;
        Weight = weight;
    }

    /// <summary>A name, an address without brackets, or a path.</summary>
    public string Host { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>Share of the keys.</summary>
    public int Weight { get; init; }

    /// <summary>
    /// What is hashed instead of host and port; null: these. See <see cref="ServerEndpoint.Name"/>.
    /// </summary>
    public string? Name { get; init; }

    internal bool IsUnixSocket => Host[0] == '/';

    /// <summary>As <see cref="Parse"/>.</summary>
    public static implicit operator ServerAddress(string text) => Parse(text);

    /// <summary>As <see cref="Parse"/>.</summary>
    public static ServerAddress FromString(string text) => Parse(text);

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[ipv6]</c>, <c>[ipv6]:port</c> or <c>/path</c>, and a weight behind a
    /// second colon: <c>host:port:weight</c>, <c>[ipv6]:port:weight</c>.
    /// </summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith('/')) return new ServerAddress(text);
        int hostEnd = text.IndexOf(text.StartsWith('[') ? ']' : ':', StringComparison.Ordinal);
        string host = text;
        string rest = "";
        if (text.StartsWith('[') && hostEnd > 1)
        {
            host = text[1..hostEnd];
            rest = text[(hostEnd + 1)..];
        }
        else if (hostEnd > 0)
        {
            host = text[..hostEnd];
            rest = text[hostEnd..];
        }
        string[] parts = rest.Split(':');
        int port = DefaultPort;
        int weight = 1;
        bool good = host.Length > 0 && !host.AsSpan().ContainsAny("[] ") && parts[0].Length == 0 && parts.Length <= 3
            && (parts.Length < 2 || TryRead(parts[1], 65535, out port))
            && (parts.Length < 3 || TryRead(parts[2], int.MaxValue, out weight));
        return good
            ? new ServerAddress(host, port, weight)
            : throw new FormatException($"\"{text}\" is no server: host:port, [ipv6]:port or /path");
    }

    /// <summary><c>host:port</c>, with brackets around IPv6, or the path.</summary>
    public override string ToString()
    {
        if (IsUnixSocket) return Host;
        return Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
    }

    internal ServerEndpoint ToEndpoint() => new(Host, Port, Weight, Name);

    private static bool TryRead(string text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;
}
