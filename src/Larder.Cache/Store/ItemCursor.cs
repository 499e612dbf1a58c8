namespace Larder.Cache.Store;

/// <summary>
/// Where an iteration stands. It holds no memory and no lock, may be kept for any time, and is valid for the store that
/// moved it. The default value is the beginning.
/// </summary>
public struct ItemCursor
{
    internal int Stripe;        // owner: whoever iterates
    internal uint Position;     // owner: whoever iterates; hash value at which the next bucket begins

    /// <summary>Everything was visited.</summary>
    public bool IsAtEnd { get; internal set; }
}
