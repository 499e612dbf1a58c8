namespace Larder.Cache.Store;

/// <summary>Whether there is a place to receive a value into.</summary>
public enum ReserveStatus
{
    /// <summary>Yes; fill it, then commit or abandon it.</summary>
    Reserved,

    /// <summary>Larger than <see cref="ItemStoreOptions.ItemSizeMax"/> (or than half of the memory).</summary>
    TooLarge,

    /// <summary>There is no room and nothing could be evicted.</summary>
    NoMemory,

    /// <summary>Room is being made: call again with the same claim.</summary>
    Unfinished,
}
