using System.Text;
using Larder.Protocol.Placement;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Lists of servers and keys that the tests of placement share.</summary>
internal static class PlacementCorpus
{
    /// <summary>All kinds.</summary>
    public static IEnumerable<PlacementKind> Kinds => Enum.GetValues<PlacementKind>();

    /// <summary>Kinds for which weights count.</summary>
    public static PlacementKind[] WeightedKinds =>
    [
        PlacementKind.Rendezvous, PlacementKind.VirtualBuckets, PlacementKind.LibmemcachedKetama,
        PlacementKind.LibmemcachedKetamaWeighted, PlacementKind.LibmemcachedSpy, PlacementKind.LibmemcachedSpyWeighted,
        PlacementKind.Libketama, PlacementKind.TwemproxyKetama, PlacementKind.TwemproxyModula,
        PlacementKind.Spymemcached, PlacementKind.SpymemcachedLibmemcached, PlacementKind.Dalli,
        PlacementKind.Classic,
    ];

    /// <summary>Kinds whose list may change at any place without moving keys between servers that stay.</summary>
    public static PlacementKind[] ConsistentKinds =>
    [
        PlacementKind.Rendezvous, PlacementKind.VirtualBuckets, PlacementKind.LibmemcachedKetama,
        PlacementKind.LibmemcachedKetamaWeighted, PlacementKind.LibmemcachedSpy, PlacementKind.LibmemcachedSpyWeighted,
        PlacementKind.Libketama, PlacementKind.TwemproxyKetama, PlacementKind.Spymemcached,
        PlacementKind.SpymemcachedLibmemcached, PlacementKind.EvCache, PlacementKind.Dalli, PlacementKind.EnyimCore,
        PlacementKind.EnyimKetama, PlacementKind.Pymemcache, PlacementKind.ProxyRing, PlacementKind.ProxyKetama,
        PlacementKind.ProxyTwemproxy, PlacementKind.ProxyEvCache,
    ];

    /// <summary>Some servers of weight 1.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The list; a longer one begins with it.</returns>
    public static ServerEndpoint[] Servers(int count) =>
        [.. Enumerable.Range(1, count).Select(static i => new ServerEndpoint($"10.1.{i / 200}.{i % 200}"))];

    /// <summary>Keys that look like those of applications.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">For other keys, another seed.</param>
    /// <returns>The keys, all different.</returns>
    public static byte[][] Keys(int count, int seed = 1) =>
        [.. Enumerable.Range(0, count)
            .Select(i => Encoding.UTF8.GetBytes($"user:{(uint)(i * 2654435761L):x8}:{seed}:{i}"))];
}
