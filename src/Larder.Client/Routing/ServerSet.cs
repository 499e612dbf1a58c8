namespace Larder.Client.Routing;

/// <summary>The servers at one time, and which of them has a key. Immutable: a new list makes a new set.</summary>
internal sealed class ServerSet
{
    public ServerSet(Server[] servers) => Servers = servers;

    public Server[] Servers { get; }
}
