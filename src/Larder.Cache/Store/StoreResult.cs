namespace Larder.Cache.Store;

/// <summary>How a storage command ended, and what it left.</summary>
public readonly struct StoreResult
{
    internal StoreResult(StoreStatus status, ulong cas = 0, int valueLength = 0)
    {
        Status = status;
        Cas = cas;
        ValueLength = valueLength;
    }

    /// <summary>The result of a reservation that was refused.</summary>
    internal static StoreResult Refused(ReserveStatus status)
        => new(status == ReserveStatus.TooLarge ? StoreStatus.TooLarge : StoreStatus.NoMemory);

    /// <summary>How it ended.</summary>
    public StoreStatus Status { get; }

    /// <summary>The new item's token when stored, else 0.</summary>
    public ulong Cas { get; }

    /// <summary>Bytes of the item's value when stored (after append the whole), else 0.</summary>
    public int ValueLength { get; }
}
