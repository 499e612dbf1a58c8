namespace Larder.Cache.Store;

/// <summary>incr, decr and <c>ma</c>.</summary>
public readonly struct ArithmeticRequest
{
    /// <summary>Subtract, stopping at 0; otherwise add, wrapping at 2^64.</summary>
    public bool IsDecrement { get; init; }

    /// <summary>How much.</summary>
    public ulong Delta { get; init; }

    /// <summary>Compare <see cref="CompareCas"/> with the item's token first.</summary>
    public bool HasCompareCas { get; init; }

    /// <summary>The token that the item must have; 0 never matches.</summary>
    public ulong CompareCas { get; init; }

    /// <summary>The new token (meta flag E); 0 takes the next one of the store.</summary>
    public ulong ExplicitCas { get; init; }

    /// <summary>Create a missing item with <see cref="Initial"/> (meta flag N, binary incr).</summary>
    public bool Vivify { get; init; }

    /// <summary>Value of a created item; it is answered as it is, without the delta.</summary>
    public ulong Initial { get; init; }

    /// <summary>Time of a created item in seconds of the store's clock; 0 is never.</summary>
    public uint VivifyExpiry { get; init; }

    /// <summary>Give an existing item a new time (meta flag T).</summary>
    public bool HasExpiry { get; init; }

    /// <summary>The new time in seconds of the store's clock; 0 is never.</summary>
    public uint Expiry { get; init; }

    /// <summary>The key was sent as base64 (for a created item).</summary>
    public bool IsKeyBinary { get; init; }
}
