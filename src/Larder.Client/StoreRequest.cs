namespace Larder.Client;

/// <summary>
/// A store with all that the protocol knows. Members marked as meta's need <see cref="ClientProtocol.Meta"/>.
/// </summary>
public readonly record struct StoreRequest
{
    /// <summary>A set.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it must stay as it is until the operation has ended.</param>
    public StoreRequest(CacheKey key, ReadOnlyMemory<byte> value)
    {
        Key = key;
        Value = value;
    }

    /// <summary>The key.</summary>
    public CacheKey Key { get; init; }

    /// <summary>The value; it must stay as it is until the operation has ended.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>What is done.</summary>
    public StoreMode Mode { get; init; }

    /// <summary>Client flags; append and prepend leave the item's.</summary>
    public uint ClientFlags { get; init; }

    /// <summary>How long the item lives; append and prepend leave the item's.</summary>
    public CacheExpiry Expiry { get; init; }

    /// <summary>Store only if the item has this cas value; null compares nothing.</summary>
    public ulong? CompareCas { get; init; }

    /// <summary>The cas value that the item gets, instead of one from the server; meta's.</summary>
    public ulong? NewCas { get; init; }

    /// <summary>
    /// With an older cas value than the item's, store and mark as stale, instead of refusing; meta's.
    /// </summary>
    public bool StoreStale { get; init; }

    /// <summary>Append and prepend create an absent item that lives so long; meta's.</summary>
    public TimeSpan? CreateFor { get; init; }

    /// <summary>Whether the result has the item's new cas value; not with the classic protocol.</summary>
    public bool WithCas { get; init; }

    /// <summary>
    /// The longest wait; null takes <see cref="CacheClientOptions.RequestTimeout"/>. A shorter one that is over says
    /// nothing about the server.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
