namespace Larder.Cache.Store;

/// <summary>
/// What a caller does with an item that <see cref="ItemStore.Find"/> has found: copy into the reply what it needs.
/// </summary>
public interface IItemReader
{
    /// <summary>
    /// Called on the caller's thread while the item cannot change and other users of its neighbourhood may wait: copy,
    /// no system call, no call back into the store, no exception. It must be able to run twice for one lookup (a store
    /// that reads optimistically repeats it when the item moved meanwhile); a reader that has taken a lease is not run
    /// again. The view and its spans end with the call.
    /// </summary>
    void Read(scoped ItemView item);
}
