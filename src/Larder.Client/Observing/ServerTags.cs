using Larder.Client.Routing;

namespace Larder.Client.Observing;

/// <summary>A server as attributes name it, made once.</summary>
internal sealed class ServerTags
{
    public ServerTags(ServerAddress address)
    {
        Name = address.ToString();
        Host = address.Host;
        Port = address.IsUnixSocket || address.Port == ServerAddress.DefaultPort ? null : address.Port;
    }

    /// <summary>For the names of spans and pools.</summary>
    public string Name { get; }

    /// <summary><c>server.address</c>.</summary>
    public string Host { get; }

    /// <summary><c>server.port</c>, boxed; null for memcached's own, which the conventions leave out.</summary>
    public object? Port { get; }
}
