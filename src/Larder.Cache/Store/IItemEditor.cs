namespace Larder.Cache.Store;

/// <summary>What a caller changes on an item that <see cref="ItemStore.Edit"/> has found.</summary>
public interface IItemEditor
{
    /// <summary>
    /// Called exactly once, on the caller's thread, while nobody else can reach the item: no system call, no call back
    /// into the store, no exception. The view sees the item as it was before this access; changes take effect at once.
    /// </summary>
    EditOutcome Edit(scoped ItemEdit item);
}
