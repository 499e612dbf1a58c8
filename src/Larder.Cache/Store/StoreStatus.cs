namespace Larder.Cache.Store;

/// <summary>How a storage command ended.</summary>
public enum StoreStatus
{
    /// <summary>The value is there now.</summary>
    Stored,

    /// <summary>The condition of add, replace, append or prepend did not hold.</summary>
    NotStored,

    /// <summary>The item's CAS token is another one.</summary>
    Exists,

    /// <summary>Mode Cas, and there is no item.</summary>
    NotFound,

    /// <summary>Larger than <see cref="ItemStoreOptions.ItemSizeMax"/> (or than half of the memory).</summary>
    TooLarge,

    /// <summary>There is no room and nothing could be evicted.</summary>
    NoMemory,

    /// <summary>It is being put together: <see cref="ItemStore.Continue"/>.</summary>
    Unfinished,
}
