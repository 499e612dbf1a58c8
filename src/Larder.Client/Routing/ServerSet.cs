using Larder.Protocol.Placement;

namespace Larder.Client.Routing;

/// <summary>The servers at one time, and which of them has a key. Immutable: a new list makes a new set.</summary>
internal sealed class ServerSet
{
    /// <summary>A set of servers that are down lies on the stack: 512 bytes.</summary>
    public const int ServerCountMax = 4096;

    private readonly KeyPlacement? _placement; // null for one server: there is nothing to choose

    public ServerSet(Server[] servers, PlacementOptions options)
    {
        Servers = servers;
        if (servers.Length > 1) _placement = Place(servers.Select(static server => server.Address), options);
    }

    public Server[] Servers { get; }

    /// <summary>Checks that these servers can be placed by these options.</summary>
    /// <exception cref="ArgumentException">They cannot.</exception>
    public static KeyPlacement Place(IEnumerable<ServerAddress> servers, PlacementOptions options) =>
        KeyPlacement.Create(options, [.. servers.Select(static server => server.ToEndpoint())]);

    /// <summary>The server that has a key, whatever is thought of it.</summary>
    public Server Find(ReadOnlySpan<byte> key) => Servers[_placement?.Find(key) ?? 0];

    /// <summary>The first in the key's own order of servers that is not down; null if all are.</summary>
    public Server? FindLive(ReadOnlySpan<byte> key)
    {
        Span<ulong> down = stackalloc ulong[ServerBits.WordCount(ServerCountMax)];
        down = down[..ServerBits.WordCount(Servers.Length)];
        down.Clear();
        for (int i = 0; i < Servers.Length; i++)
        {
            if (Servers[i].IsDown) ServerBits.Add(down, i);
        }
        int found = _placement is not null ? _placement.FindNext(key, down)
            : ServerBits.Contains(down, 0) ? -1 : 0;
        return found < 0 ? null : Servers[found];
    }
}
