using System.Text;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>Checks options and servers, and makes the placement of a kind.</summary>
internal static class PlacementFactory
{
    private const int PointsOfHashed = 100; // libmemcached's unweighted rings and Enyim's: one hash a point

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The rule and its settings.</param>
    /// <param name="servers">The servers; the placement keeps the array.</param>
    /// <returns>The placement.</returns>
    /// <exception cref="ArgumentException">See <see cref="KeyPlacement"/>.</exception>
    public static KeyPlacement Create(PlacementOptions options, ServerEndpoint[] servers)
    {
        KindRules rules = KindRules.Of(options.Kind);
        KeyHash hash = Hash(options, rules);
        string[] names = ServerNames.Of(servers, rules);
        if (options.Buckets is not null && options.Kind != PlacementKind.VirtualBuckets)
            throw new ArgumentException($"{options.Kind} takes no bucket map", nameof(options));
        RendezvousScores scores = new(names, servers);
        return options.Kind switch
        {
            PlacementKind.Rendezvous => new Rendezvous(options, servers, scores),
            PlacementKind.VirtualBuckets => new BucketPlacement(options, servers, scores),
            PlacementKind.LibmemcachedModula or PlacementKind.Gomemcache or PlacementKind.McrouterCrc32 =>
                Modulo(AsListed()),
            PlacementKind.TwemproxyModula => Modulo(ModuloPlacement.Slots(servers, ByName())),
            PlacementKind.Classic => Modulo(ModuloPlacement.Slots(servers, AsListed())),
            PlacementKind.McrouterCh3 => new FurcPlacement(options, servers, scores),
            PlacementKind.ProxyJump => new JumpPlacement(options, servers, scores),
            PlacementKind.Pymemcache => new PymemcacheRendezvous(options, servers, names),
            _ => Ring(options, servers, names, hash),
        };

        IEnumerable<int> AsListed() => Enumerable.Range(0, servers.Length);

        // twemproxy sorts its servers by their names, shorter ones first: the order of its file means nothing.
        IEnumerable<int> ByName() => AsListed()
            .OrderBy(i => Encoding.UTF8.GetByteCount(names[i])).ThenBy(i => names[i], StringComparer.Ordinal);

        ModuloPlacement Modulo(IEnumerable<int> slots) => new(options, servers, scores, [.. slots], hash);
    }

    private static KeyHash Hash(PlacementOptions options, KindRules rules)
    {
        if (options.Hash is not { } hash)
            return rules.Hash;
        if (!Enum.IsDefined(hash))
            throw new ArgumentException($"there is no hash {hash}", nameof(options));
        return rules.IsHashFree || hash == rules.Hash
            ? hash
            : throw new ArgumentException($"{options.Kind} has its own hash, {rules.Hash}, no {hash}", nameof(options));
    }

    private static HashRing Ring(PlacementOptions options, ServerEndpoint[] servers, string[] names, KeyHash hash)
    {
        bool isWeighted = Array.Exists(servers, static server => server.Weight > 1);
        int count = servers.Length;
        return options.Kind switch
        {
            PlacementKind.LibmemcachedKetama or PlacementKind.LibmemcachedSpy when !isWeighted => Own(hash),
            PlacementKind.LibmemcachedKetama or PlacementKind.LibmemcachedKetamaWeighted
                or PlacementKind.LibmemcachedSpy or PlacementKind.LibmemcachedSpyWeighted
                or PlacementKind.TwemproxyKetama => Ketama(RingBuilder.SingleShares(servers)),
            PlacementKind.Spymemcached or PlacementKind.SpymemcachedLibmemcached when isWeighted =>
                Ketama(RingBuilder.SingleShares(servers)),
            PlacementKind.Libketama => Ketama(RingBuilder.MixedShares(servers)),
            PlacementKind.EnyimKetama => Ketama(Same(), RingSearch.UpOrLast),
            PlacementKind.Dalli =>
                Make(RingBuilder.Sha1(names, RingBuilder.DoubleShares(servers)), RingSearch.Down),
            PlacementKind.EnyimCore => Make(
                RingBuilder.Hashed(
                    names, RingBuilder.Same(count, PointsOfHashed), static (name, i) => $"{i}-{name}", hash),
                RingSearch.UpOrLast),
            PlacementKind.ProxyRing => Make(
                RingBuilder.Hashed(names, Same(), static (name, i) => $"{name}-{i}", KeyHash.XxHash3), RingSearch.Up),
            _ => Ketama(Same()),
        };

        int[] Same() => RingBuilder.Same(count, RingBuilder.PointsUsual);

        HashRing Make(RingPoint[] points, RingSearch search) => new(options, servers, points, hash, search);

        // Points and keys by one hash: a narrow one does no harm, all stand in the same corner.
        HashRing Own(KeyHash own) => Make(
            RingBuilder.Hashed(
                names, RingBuilder.Same(count, PointsOfHashed), static (name, i) => $"{name}-{i}", own),
            RingSearch.Up);

        HashRing Ketama(int[] counts, RingSearch search = RingSearch.Up)
        {
            if (hash == KeyHash.Crc15 && !options.AcceptsNarrowHash)
            {
                throw new ArgumentException(
                    "a hash of 15 bits looks up a ring of 32 bits: nearly all keys would go to one server",
                    nameof(options));
            }
            return Make(RingBuilder.Quarters(names, counts), search);
        }
    }
}
