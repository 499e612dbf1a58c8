using Larder.Protocol.Scan;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>Computes the hashes of keys, bit for bit as the programs do that use them.</summary>
public static class KeyHashes
{
    private const uint Fnv32Offset = 2166136261;
    private const uint Fnv32Prime = 16777619;
    private const uint Fnv64OffsetLow = 0x84222325; // of 0xcbf29ce484222325
    private const uint Fnv64PrimeLow = 0x1b3; // of 0x100000001b3
    private const uint MurmurSeed = 0xdeadbeef; // times the length, in libhashkit

    /// <summary>Hashes a key.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="key">Any bytes, also none.</param>
    /// <returns>32 bits; fewer for <see cref="KeyHash.Crc15"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such hash.</exception>
    public static uint Compute(KeyHash hash, ReadOnlySpan<byte> key) => hash switch
    {
        KeyHash.OneAtATime => Jenkins.OneAtATime(key),
        KeyHash.Md5 => Md5.Compute(key),
        KeyHash.Crc15 => (Crc32.Compute(key) >> 16) & 0x7fff,
        // Multiplying by the 64-bit prime, the low half of a number depends on its low half alone.
        KeyHash.Fnv64 => Fnv.One(key, Fnv64OffsetLow, Fnv64PrimeLow),
        KeyHash.Fnv64A => Fnv.OneA(key, Fnv64OffsetLow, Fnv64PrimeLow),
        KeyHash.Fnv32 => Fnv.One(key, Fnv32Offset, Fnv32Prime),
        KeyHash.Fnv32A => Fnv.OneA(key, Fnv32Offset, Fnv32Prime),
        KeyHash.Hsieh => HsiehHash.Compute(key),
        KeyHash.Murmur2 => Murmur2.Compute(key, unchecked(MurmurSeed * (uint)key.Length)),
        KeyHash.Jenkins => Jenkins.Lookup3(key),
        KeyHash.Murmur3 => Murmur3.Compute(key, unchecked(MurmurSeed * (uint)key.Length)),
        KeyHash.Crc32 => Crc32.Compute(key),
        KeyHash.Crc31 => Crc32.Compute(key) & 0x7fffffff,
        KeyHash.Crc16 => Crc16.Compute(key),
        KeyHash.StandardFnv32A => Fnv.StandardOneA(key, Fnv32Offset, Fnv32Prime),
        KeyHash.XxHash3 => unchecked((uint)XxHash3.Compute(key)),
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, "there is no such hash"),
    };
}
