using System.Net.Security;
using Larder.Client;
using Larder.Client.Routing;

namespace Larder.Extensions.Caching;

/// <summary>
/// A client's options as configuration files write them: strings, numbers and times. What is silent keeps the client's
/// own default; <see cref="Configure"/> reaches everything else.
/// </summary>
public sealed class LarderClientSettings
{
    /// <summary>
    /// Servers: <c>host:port</c>, <c>[ipv6]:port</c>, <c>/path</c>, and a weight as <c>host:port:weight</c>.
    /// </summary>
    public IList<string> Servers { get; } = [];

    /// <summary>The same in one line, separated by commas; <c>Endpoint=</c> may stand before them.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>What stands before each key.</summary>
    public string? KeyPrefix { get; set; }

    /// <summary>The protocol; the caches of this package need meta.</summary>
    public ClientProtocol? Protocol { get; set; }

    /// <summary>
    /// Keys that memcached does not take: hashed here, unlike the client's default, since callers choose them.
    /// </summary>
    public InvalidKeyRule InvalidKeys { get; set; } = InvalidKeyRule.Hash;

    /// <summary>The longest wait for a reply.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>The longest wait for a connection.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>Where the keys of a server go that is down.</summary>
    public FailoverPolicy? Failover { get; set; }

    /// <summary>Whether a cache that fails is a cache that misses.</summary>
    public bool? ErrorsAreMisses { get; set; }

    /// <summary>Who asks, where servers want to know.</summary>
    public string? User { get; set; }

    /// <summary>The password of the user.</summary>
    public string? Password { get; set; }

    /// <summary>Whether connections use TLS, with the name of the server checked against its certificate.</summary>
    public bool Tls { get; set; }

    /// <summary>Changes the client's options after all others.</summary>
    public Action<CacheClientOptions>? Configure { get; set; }

    /// <summary>The servers of both properties, as written.</summary>
    internal IEnumerable<string> ServerNames()
    {
        const string Before = "Endpoint=";
        string line = ConnectionString ?? "";
        if (line.StartsWith(Before, StringComparison.OrdinalIgnoreCase)) line = line[Before.Length..];
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return Servers.Concat(line.TrimEnd(';').Split(',', Tidy));
    }

    /// <summary>The client's options.</summary>
    /// <exception cref="FormatException">A server's address cannot be read.</exception>
    internal CacheClientOptions ToClientOptions()
    {
        CacheClientOptions options = new() { InvalidKeys = InvalidKeys, User = User, Password = Password };
        foreach (string server in ServerNames()) options.Servers.Add(ServerAddress.Parse(server));
        options.KeyPrefix = KeyPrefix ?? options.KeyPrefix;
        options.Protocol = Protocol ?? options.Protocol;
        options.RequestTimeout = RequestTimeout ?? options.RequestTimeout;
        options.ConnectTimeout = ConnectTimeout ?? options.ConnectTimeout;
        options.Failover = Failover ?? options.Failover;
        options.ErrorsAreMisses = ErrorsAreMisses ?? options.ErrorsAreMisses;
        if (Tls) options.Tls = static host => new SslClientAuthenticationOptions { TargetHost = host };
        Configure?.Invoke(options);
        return options;
    }
}
