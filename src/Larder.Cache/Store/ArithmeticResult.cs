namespace Larder.Cache.Store;

/// <summary>How incr, decr or <c>ma</c> ended, and what it left.</summary>
public readonly struct ArithmeticResult
{
    internal ArithmeticResult(ArithmeticStatus status, ulong value = 0, ulong cas = 0, uint expiry = 0)
    {
        Status = status;
        Value = value;
        Cas = cas;
        Expiry = expiry;
    }

    /// <summary>How it ended.</summary>
    public ArithmeticStatus Status { get; }

    /// <summary>The number after the command.</summary>
    public ulong Value { get; }

    /// <summary>The item's new token.</summary>
    public ulong Cas { get; }

    /// <summary>When the item ends, in seconds of the store's clock; 0 is never.</summary>
    public uint Expiry { get; }
}
