namespace Larder.Cache.Store;

/// <summary>What becomes of an edited item.</summary>
public enum EditOutcome
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It is removed.</summary>
    Delete,
}
