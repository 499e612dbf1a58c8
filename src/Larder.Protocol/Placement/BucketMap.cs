using System.Buffers.Binary;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// Which servers have which virtual bucket, as Couchbase's vBucketMap. Keys stay in their buckets for ever; buckets
/// are what moves. Immutable: a change is a new map.
/// </summary>
public sealed class BucketMap
{
    /// <summary>Couchbase's number of buckets, and the number for new clusters.</summary>
    public const int CountDefault = 1024;

    /// <summary>The most buckets: the hash has 15 bits.</summary>
    public const int CountMax = 1 << 15;

    /// <summary>What stands in a map where a bucket has no further copy.</summary>
    public const int None = -1;

    private readonly int[] _owners;

    /// <summary>Takes over a map that somebody else has made.</summary>
    /// <param name="copyCount">Servers of each bucket, at least 1: the active one, then its replicas.</param>
    /// <param name="owners">
    /// For bucket 0 its servers, active first, then those of bucket 1, and so on; <see cref="None"/> for replicas that
    /// are not there. Copied.
    /// </param>
    /// <exception cref="ArgumentException">
    /// No buckets or too many, a part of a bucket at the end, a bucket without an active server, a server below -1.
    /// </exception>
    public BucketMap(int copyCount, ReadOnlySpan<int> owners)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copyCount, 1);
        if (owners.IsEmpty || owners.Length % copyCount != 0 || owners.Length / copyCount > CountMax)
        {
            throw new ArgumentException(
                $"{owners.Length} entries are not 1..{CountMax} buckets of {copyCount} servers", nameof(owners));
        }
        for (int i = 0; i < owners.Length; i++)
        {
            if (owners[i] < (i % copyCount == 0 ? 0 : None))
                throw new ArgumentException($"bucket {i / copyCount} has the server {owners[i]}", nameof(owners));
        }
        _owners = owners.ToArray();
        CopyCount = copyCount;
        Count = owners.Length / copyCount;
    }

    /// <summary>The number of buckets.</summary>
    public int Count { get; }

    /// <summary>Servers of each bucket, the active one among them.</summary>
    public int CopyCount { get; }

    /// <summary>
    /// A map of a list of servers that needs nobody to agree on it: the buckets by rendezvous of bucket and server
    /// name, so that a changed list moves only the buckets of the server that came or left. Weights are respected.
    /// </summary>
    /// <param name="servers">The servers.</param>
    /// <param name="bucketCount">1..<see cref="CountMax"/>.</param>
    /// <param name="copyCount">Servers of each bucket; those beyond the number of servers are none.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">
    /// A number out of range, or a list as <see cref="KeyPlacement"/> refuses it.
    /// </exception>
    public static BucketMap Spread(
        IReadOnlyList<ServerEndpoint> servers, int bucketCount = CountDefault, int copyCount = 1)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ServerEndpoint[] list = [.. servers];
        string[] names = ServerNames.Of(list, KindRules.Of(PlacementKind.VirtualBuckets));
        return ByScores(new RendezvousScores(names, list), list.Length, bucketCount, copyCount);
    }

    /// <summary>The bucket of a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>0..<see cref="Count"/> - 1.</returns>
    public int Find(ReadOnlySpan<byte> key) => (int)(KeyHashes.Compute(KeyHash.Crc15, key) % (uint)Count);

    /// <summary>The servers of a bucket.</summary>
    /// <param name="bucket">0..<see cref="Count"/> - 1.</param>
    /// <returns>The active one, then the replicas.</returns>
    public ReadOnlySpan<int> Owners(int bucket) => _owners.AsSpan(bucket * CopyCount, CopyCount);

    /// <summary>The highest server that the map names.</summary>
    /// <returns>Its index.</returns>
    internal int ServerMax() => _owners.Max();

    /// <summary>A map by scores.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="serverCount">Servers.</param>
    /// <param name="bucketCount">Buckets.</param>
    /// <param name="copyCount">Servers of each.</param>
    /// <returns>The map.</returns>
    internal static BucketMap ByScores(RendezvousScores scores, int serverCount, int bucketCount, int copyCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bucketCount, CountMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(copyCount, 1);
        int[] owners = new int[bucketCount * copyCount];
        ulong[] taken = new ulong[ServerBits.WordCount(serverCount)];
        for (int i = 0; i < owners.Length; i++)
        {
            if (i % copyCount == 0) Array.Clear(taken);
            owners[i] = scores.Best(Hash(i / copyCount), taken);
            if (owners[i] != None) ServerBits.Add(taken, owners[i]);
        }
        return new BucketMap(copyCount, owners);
    }

    /// <summary>What scores take for the key of a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <returns>64 bits.</returns>
    internal static ulong Hash(int bucket)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bucket);
        return XxHash3.Compute(bytes);
    }
}
