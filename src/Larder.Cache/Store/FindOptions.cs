namespace Larder.Cache.Store;

/// <summary>What a lookup leaves behind on the item that it finds.</summary>
[Flags]
public enum FindOptions
{
    /// <summary>The item becomes fetched, its last access is now, and eviction sees that it is used.</summary>
    None = 0,

    /// <summary>Nothing is marked: <c>mg</c> with flag u, <c>me</c>, key dumps.</summary>
    NoBump = 1,
}
