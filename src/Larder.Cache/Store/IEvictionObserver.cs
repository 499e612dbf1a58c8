namespace Larder.Cache.Store;

/// <summary>Who is told of evictions. The store pays a look for it at each, and nothing for a request.</summary>
internal interface IEvictionObserver
{
    /// <summary>
    /// An item is about to make room for others. Called by any thread, under the lock of the item's stripe: copy, and
    /// neither wait nor call the store.
    /// </summary>
    /// <param name="item">Valid during the call.</param>
    /// <param name="now">The second of the store's clock.</param>
    void Evicted(scoped ItemView item, uint now);
}
