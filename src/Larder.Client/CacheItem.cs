namespace Larder.Client;

/// <summary>The result of a read with its value as a type.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="Result">How the read ended.</param>
/// <param name="Value">The value; default without a hit.</param>
public readonly record struct CacheItem<T>(CacheResult Result, T? Value)
{
    /// <summary>Whether the key was found.</summary>
    public bool IsHit => Result.IsHit;
}
