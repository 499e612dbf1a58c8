using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>How keys are spread over servers. All clients of a cluster must agree on all of it.</summary>
public sealed record PlacementOptions
{
    /// <summary>The rule.</summary>
    public PlacementKind Kind { get; init; }

    /// <summary>
    /// How keys are hashed, for kinds that leave the choice; null for the default of the kind. The others refuse a
    /// choice that is not theirs.
    /// </summary>
    public KeyHash? Hash { get; init; }

    /// <summary>
    /// Whether a hash of 15 bits may look up a ring of 32 bits. Nearly all keys go to one server then; twemproxy with
    /// <c>ketama</c> and <c>crc32</c> does that, and whoever stands beside it has to.
    /// </summary>
    public bool AcceptsNarrowHash { get; init; }

    /// <summary>
    /// Two ASCII characters, as <c>{}</c>, or null: only what stands between the first of the one and the next of the
    /// other is hashed, so that keys with the same tag share a server (twemproxy's hash_tag, the proxy's tags filter).
    /// </summary>
    public string? HashTag { get; init; }

    /// <summary>
    /// A mark, as <c>|#|</c>, or null: only what stands in front of it is hashed (mcrouter, the proxy's stop filter).
    /// </summary>
    public string? HashStop { get; init; }

    /// <summary>
    /// A prefix that is not hashed where a key begins with it, or null: libmemcached's namespace without
    /// HASH_WITH_PREFIX_KEY.
    /// </summary>
    public string? SkippedPrefix { get; init; }

    /// <summary>
    /// Which server has which bucket, for <see cref="PlacementKind.VirtualBuckets"/>; null for
    /// <see cref="BucketMap.Spread"/> over <see cref="BucketMap.CountDefault"/> buckets.
    /// </summary>
    public BucketMap? Buckets { get; init; }
}
