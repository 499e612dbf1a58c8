namespace Larder.Client;

/// <summary>A delete, or a mark that an item is stale.</summary>
public readonly record struct DeleteRequest
{
    /// <summary>A delete of a key.</summary>
    /// <param name="key">The key.</param>
    public DeleteRequest(CacheKey key) => Key = key;

    /// <summary>The key.</summary>
    public CacheKey Key { get; init; }

    /// <summary>Delete only if the item has this cas value; not with the classic protocol.</summary>
    public ulong? CompareCas { get; init; }

    /// <summary>
    /// Keep the item for so long and mark it as stale: readers still get it, the first of them as winner; meta's.
    /// </summary>
    public TimeSpan? StaleFor { get; init; }

    /// <summary>
    /// The longest wait; null takes <see cref="CacheClientOptions.RequestTimeout"/>. A shorter one that is over says
    /// nothing about the server.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
