namespace Larder.Client;

/// <summary>How GetOrCreate makes what is not there.</summary>
public sealed record CreateOptions
{
    /// <summary>How long the value lives.</summary>
    public CacheExpiry Expiry { get; init; }

    /// <summary>
    /// One reader makes the value anew when less than this is left, while all others still get the old one. Null: only
    /// when it has expired.
    /// </summary>
    public TimeSpan? RefreshBelow { get; init; }

    /// <summary>
    /// How long the winner is waited for by all processes, before the next one is allowed to try; 30 s unless set.
    /// </summary>
    public TimeSpan LockFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long this caller waits for another winner's value, before it makes one for itself, which it does not store;
    /// 5 s unless set.
    /// </summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a cache that fails is an error; else the value is made, and not stored.</summary>
    public bool ThrowOnCacheError { get; init; }
}
