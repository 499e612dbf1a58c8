namespace Larder.Client;

/// <summary>
/// A read with all that the protocol knows. Members marked as meta's need <see cref="ClientProtocol.Meta"/>.
/// </summary>
public readonly record struct GetRequest
{
    /// <summary>A read of a key.</summary>
    /// <param name="key">The key.</param>
    public GetRequest(CacheKey key) => Key = key;

    /// <summary>The key.</summary>
    public CacheKey Key { get; init; }

    /// <summary>The item's new expiry (gat); null leaves it.</summary>
    public CacheExpiry? Touch { get; init; }

    /// <summary>Whether the value stays where it is, and only what belongs to it is read; meta's.</summary>
    public bool NoValue { get; init; }

    /// <summary>Whether the result has the item's cas value.</summary>
    public bool WithCas { get; init; }

    /// <summary>
    /// Whether the result has the seconds left, before they are changed by <see cref="Touch"/>; meta's.
    /// </summary>
    public bool WithTtl { get; init; }

    /// <summary>Whether the read does not count as one, neither for eviction nor for statistics; meta's.</summary>
    public bool NoBump { get; init; }

    /// <summary>
    /// After a miss an empty item is created that lives so long, and this caller is the winner who is to make the
    /// value; meta's.
    /// </summary>
    public TimeSpan? CreateFor { get; init; }

    /// <summary>The first caller who reads the item when less than this is left is the winner; meta's.</summary>
    public TimeSpan? RecacheBelow { get; init; }

    /// <summary>
    /// The longest wait; null takes <see cref="CacheClientOptions.RequestTimeout"/>. A shorter one that is over says
    /// nothing about the server.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
