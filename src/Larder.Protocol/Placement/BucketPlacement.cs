namespace Larder.Protocol.Placement;

/// <summary>
/// Virtual buckets: the next owners of a key are the replicas of its bucket, then those with the next scores.
/// </summary>
internal sealed class BucketPlacement : KeyPlacement
{
    private readonly BucketMap _map;
    private readonly RendezvousScores _scores;

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options; without a map it is spread over the servers.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores.</param>
    /// <exception cref="ArgumentException">A map with servers that are not in the list.</exception>
    public BucketPlacement(PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores)
        : base(options, servers)
    {
        _map = options.Buckets ?? BucketMap.ByScores(scores, servers.Length, BucketMap.CountDefault, copyCount: 1);
        _scores = scores;
        if (_map.ServerMax() >= servers.Length)
        {
            throw new ArgumentException(
                $"the bucket map names server {_map.ServerMax()}; there are {servers.Length}", nameof(options));
        }
    }

    private protected override int Locate(ReadOnlySpan<byte> part) => _map.Owners(_map.Find(part))[0];

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded)
    {
        int bucket = _map.Find(part);
        foreach (int server in _map.Owners(bucket))
        {
            if (server != BucketMap.None && !ServerBits.Contains(excluded, server))
                return server;
        }
        return _scores.Best(BucketMap.Hash(bucket), excluded);
    }
}
