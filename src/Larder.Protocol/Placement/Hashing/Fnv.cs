namespace Larder.Protocol.Placement.Hashing;

/// <summary>The hashes of Fowler, Noll and Vo, over bytes that C takes for signed, and over plain ones.</summary>
internal static class Fnv
{
    /// <summary>FNV-1: multiplied, then mixed with the byte.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="prime">What it is multiplied by.</param>
    /// <returns>The hash.</returns>
    public static uint One(ReadOnlySpan<byte> key, uint offset, uint prime)
    {
        uint hash = offset;
        foreach (byte b in key)
            hash = unchecked((hash * prime) ^ (uint)(sbyte)b);
        return hash;
    }

    /// <summary>FNV-1a: mixed with the byte, then multiplied.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="prime">What it is multiplied by.</param>
    /// <returns>The hash.</returns>
    public static uint OneA(ReadOnlySpan<byte> key, uint offset, uint prime)
    {
        uint hash = offset;
        foreach (byte b in key)
            hash = unchecked((hash ^ (uint)(sbyte)b) * prime);
        return hash;
    }

    /// <summary>FNV-1a of unsigned bytes.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="prime">What it is multiplied by.</param>
    /// <returns>The hash.</returns>
    public static uint StandardOneA(ReadOnlySpan<byte> key, uint offset, uint prime)
    {
        uint hash = offset;
        foreach (byte b in key)
            hash = unchecked((hash ^ b) * prime);
        return hash;
    }
}
