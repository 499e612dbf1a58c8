using System.Buffers.Binary;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>Austin Appleby's MurmurHash2 of 32 bits.</summary>
internal static class Murmur2
{
    private const uint Factor = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The hash.</returns>
    public static uint Compute(ReadOnlySpan<byte> key, uint seed)
    {
        unchecked
        {
            uint hash = seed ^ (uint)key.Length;
            for (; key.Length >= sizeof(uint); key = key[sizeof(uint)..])
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(key) * Factor;
                word = (word ^ (word >> Shift)) * Factor;
                hash = (hash * Factor) ^ word;
            }
            if (!key.IsEmpty)
            {
                for (int i = 0; i < key.Length; i++)
                    hash ^= (uint)key[i] << (8 * i);
                hash *= Factor;
            }
            hash = (hash ^ (hash >> 13)) * Factor;
            return hash ^ (hash >> 15);
        }
    }
}
