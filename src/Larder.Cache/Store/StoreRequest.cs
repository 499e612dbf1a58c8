namespace Larder.Cache.Store;

/// <summary>How a value is to be stored: everything about a storage command but its key and its bytes.</summary>
public readonly struct StoreRequest
{
    /// <summary>Condition and way of storing.</summary>
    public StoreMode Mode { get; init; }

    /// <summary>The client's 32 bits. Append and prepend keep the old item's.</summary>
    public uint ClientFlags { get; init; }

    /// <summary>
    /// When the item ends, in seconds of the store's clock (<see cref="StoreClock.ExpiryOf"/>); 0 is never. Append and
    /// prepend use it only for an item that they create.
    /// </summary>
    public uint Expiry { get; init; }

    /// <summary>
    /// Compare <see cref="CompareCas"/> with an existing item's token before storing. Set in mode Cas; with append and
    /// prepend it makes them conditional; other modes ignore it.
    /// </summary>
    public bool HasCompareCas { get; init; }

    /// <summary>The token that the item must have; 0 never matches.</summary>
    public ulong CompareCas { get; init; }

    /// <summary>The new item's token (meta flag E); 0 takes the next one of the store.</summary>
    public ulong ExplicitCas { get; init; }

    /// <summary>
    /// <c>ms</c> with I and C: a <see cref="CompareCas"/> below the item's token stores all the same, but stale, with
    /// the old item's time and its win token mark.
    /// </summary>
    public bool Invalidate { get; init; }

    /// <summary>Append and prepend create a missing item from the value (meta flag N).</summary>
    public bool Vivify { get; init; }

    /// <summary>The key was sent as base64; <c>mg</c> with k answers it so again.</summary>
    public bool IsKeyBinary { get; init; }

    /// <summary>The new item is marked as already won: what <c>mg</c> with N creates on a miss.</summary>
    public bool IsWon { get; init; }

    /// <summary>
    /// A value that is too large or finds no memory removes the old item: <c>set</c> and every mode of <c>ms</c>
    /// (the client must not go on reading what it tried to replace).
    /// </summary>
    public bool DeleteOnFailure { get; init; }

    /// <summary>
    /// Nobody is told the new token: it may change while nobody asks for it, so that it needs no bytes.
    /// </summary>
    public bool DiscardsCas { get; init; }

    /// <summary>Append or prepend.</summary>
    internal bool IsJoin => Mode is StoreMode.Append or StoreMode.Prepend;
}
