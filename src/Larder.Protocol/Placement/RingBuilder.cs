using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>The points of rings, and how many each server has.</summary>
internal static class RingBuilder
{
    /// <summary>Points of a server of average weight where four come of one MD5.</summary>
    public const int PointsUsual = 160;

    private const int PointsOfDigest = Md5.WordCount;
    private const int DigestsUsual = PointsUsual / PointsOfDigest;

    /// <summary>As many points for each server.</summary>
    /// <param name="count">Servers.</param>
    /// <param name="each">Points of each.</param>
    /// <returns>The points of each server.</returns>
    public static int[] Same(int count, int each) => [.. Enumerable.Repeat(each, count)];

    /// <summary>libmemcached's share of each weight, which twemproxy and spymemcached compute alike.</summary>
    /// <remarks>
    /// Every step in single precision, as in C: 25 servers of the same weight have 156 points, not 160.
    /// </remarks>
    /// <param name="servers">The servers.</param>
    /// <returns>The points of each server; none for the very light ones.</returns>
    public static int[] SingleShares(ServerEndpoint[] servers)
    {
        float total = Total(servers);
        return [.. servers.Select(server =>
            (int)MathF.Floor(server.Weight / total * PointsUsual / PointsOfDigest * servers.Length + 1e-10f)
            * PointsOfDigest)];
    }

    /// <summary>libketama's share of each weight: the quotient in single precision, the products in double.</summary>
    /// <param name="servers">The servers.</param>
    /// <returns>The points of each server.</returns>
    public static int[] MixedShares(ServerEndpoint[] servers)
    {
        float total = Total(servers);
        return [.. servers.Select(server =>
            (int)MathF.Floor((float)((double)(server.Weight / total) * DigestsUsual * servers.Length))
            * PointsOfDigest)];
    }

    /// <summary>dalli's share of each weight, in double precision.</summary>
    /// <param name="servers">The servers.</param>
    /// <returns>The points of each server.</returns>
    public static int[] DoubleShares(ServerEndpoint[] servers)
    {
        double total = Total(servers);
        return [.. servers.Select(server =>
            (int)Math.Floor((long)servers.Length * PointsUsual * server.Weight / total))];
    }

    /// <summary>Points of ketama: MD5 of <c>name-i</c>, cut into four numbers.</summary>
    /// <param name="names">The servers' names.</param>
    /// <param name="counts">The points of each server, multiples of four.</param>
    /// <returns>The points.</returns>
    public static RingPoint[] Quarters(string[] names, int[] counts)
    {
        List<RingPoint> points = new(counts.Sum());
        Span<uint> digest = stackalloc uint[Md5.WordCount];
        for (int server = 0; server < names.Length; server++)
        {
            for (int i = 0; i < counts[server] / PointsOfDigest; i++)
            {
                Md5.Compute(Encoding.UTF8.GetBytes($"{names[server]}-{i}"), digest);
                foreach (uint position in digest)
                    points.Add(new(position, server));
            }
        }
        return [.. points];
    }

    /// <summary>Points by any hash of any text.</summary>
    /// <param name="names">The servers' names.</param>
    /// <param name="counts">The points of each server.</param>
    /// <param name="text">What is hashed for the name and the number of a point.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>The points.</returns>
    public static RingPoint[] Hashed(string[] names, int[] counts, Func<string, int, string> text, KeyHash hash) =>
        Points(names, counts, text, bytes => KeyHashes.Compute(hash, bytes));

    /// <summary>Points by SHA-1 of <c>name:i</c>, its first four bytes as a big-endian number (dalli).</summary>
    /// <param name="names">The servers' names.</param>
    /// <param name="counts">The points of each server.</param>
    /// <returns>The points.</returns>
    public static RingPoint[] Sha1(string[] names, int[] counts) =>
        Points(
            names,
            counts,
            static (name, i) => $"{name}:{i}",
#pragma warning disable CA5350 // the ring of dalli is made of it; nothing is protected by it
            static bytes => BinaryPrimitives.ReadUInt32BigEndian(SHA1.HashData(bytes)));
#pragma warning restore CA5350

    private static RingPoint[] Points(
        string[] names, int[] counts, Func<string, int, string> text, Func<byte[], uint> hash) =>
        [.. names.SelectMany((name, server) => Enumerable.Range(0, counts[server])
            .Select(i => new RingPoint(hash(Encoding.UTF8.GetBytes(text(name, i))), server)))];

    private static long Total(ServerEndpoint[] servers) => servers.Sum(static server => (long)server.Weight);
}
