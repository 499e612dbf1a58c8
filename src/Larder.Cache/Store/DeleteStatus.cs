namespace Larder.Cache.Store;

/// <summary>How a deletion ended.</summary>
public enum DeleteStatus
{
    /// <summary>The item was there and is gone.</summary>
    Deleted,

    /// <summary>There was no item.</summary>
    NotFound,

    /// <summary>The item's CAS token is another one; it stays.</summary>
    Exists,
}
