namespace Larder.Cache.Store;

/// <summary>
/// What a view and an edit leave on the stack of the lookup: which of an item's properties were shown, and the values
/// that an editor has set.
/// </summary>
internal struct ItemNotes
{
    /// <summary>The CAS token was shown: from now on the item keeps it when it moves.</summary>
    public bool CasSeen;

    /// <summary>The last access was asked for: from now on the store keeps it.</summary>
    public bool AccessSeen;

    /// <summary>The reader runs without a lock, and may run again.</summary>
    public bool IsWithoutLock;

    /// <summary>It wanted a lease, for which it has to run with the lock.</summary>
    public bool WantsLock;

    /// <summary>The following fields stand for the item's.</summary>
    public bool IsEdited;

    public ItemState State;
    public uint Expiry;
    public uint ClientFlags;
    public ulong Cas;       // 0: unchanged
}
