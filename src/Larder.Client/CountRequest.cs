namespace Larder.Client;

/// <summary>Counts a number up or down.</summary>
public readonly record struct CountRequest
{
    /// <summary>Counts a key up by one.</summary>
    /// <param name="key">The key.</param>
    public CountRequest(CacheKey key)
    {
        Key = key;
        Delta = 1;
    }

    /// <summary>The key.</summary>
    public CacheKey Key { get; init; }

    /// <summary>By how much. Up wraps around at 2^64, down stops at 0.</summary>
    public ulong Delta { get; init; }

    /// <summary>Down instead of up.</summary>
    public bool Down { get; init; }

    /// <summary>The number that an absent key begins with, not counted further; null leaves it absent.</summary>
    public ulong? Initial { get; init; }

    /// <summary>How long an item lives that this creates.</summary>
    public CacheExpiry Expiry { get; init; }

    /// <summary>
    /// The longest wait; null takes <see cref="CacheClientOptions.RequestTimeout"/>. A shorter one that is over says
    /// nothing about the server.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
