namespace Larder.Cache.Store;

/// <summary>On which condition a value is stored, and how it joins the old one.</summary>
public enum StoreMode
{
    /// <summary>Always.</summary>
    Set,

    /// <summary>Only when the key has no item; otherwise NotStored, and the old item counts as used.</summary>
    Add,

    /// <summary>Only when the key has an item; otherwise NotStored.</summary>
    Replace,

    /// <summary>Behind the old value, which keeps its flags and its time; NotStored without one.</summary>
    Append,

    /// <summary>In front of the old value, which keeps its flags and its time; NotStored without one.</summary>
    Prepend,

    /// <summary>
    /// Only when the item's CAS token equals <see cref="StoreRequest.CompareCas"/>: Exists when it differs, NotFound
    /// when there is no item. Also <c>ms</c> in modes S and R with flag C.
    /// </summary>
    Cas,
}
