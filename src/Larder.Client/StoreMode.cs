namespace Larder.Client;

/// <summary>What a store does.</summary>
public enum StoreMode : byte
{
    /// <summary>Stores always, or with a cas value if the item has it.</summary>
    Set,
    /// <summary>Stores if the key is absent.</summary>
    Add,
    /// <summary>Stores if the key is present.</summary>
    Replace,
    /// <summary>Puts the value behind the one that is there.</summary>
    Append,
    /// <summary>Puts the value before the one that is there.</summary>
    Prepend,
}
