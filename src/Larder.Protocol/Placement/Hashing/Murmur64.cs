using System.Buffers.Binary;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>Austin Appleby's MurmurHash64A: MurmurHash2 for machines with words of 64 bits.</summary>
internal static class Murmur64
{
    private const ulong Factor = 0xc6a4a7935bd1e995;
    private const int Shift = 47;

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>64 bits.</returns>
    public static ulong Compute(ReadOnlySpan<byte> key, ulong seed)
    {
        unchecked
        {
            ulong hash = seed ^ ((ulong)key.Length * Factor);
            for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
                hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
            if (!key.IsEmpty)
            {
                for (int i = 0; i < key.Length; i++)
                    hash ^= (ulong)key[i] << (8 * i);
                hash *= Factor;
            }
            return Finish(hash);
        }
    }

    /// <summary>Hashes a number, as its eight bytes from the lowest on.</summary>
    /// <param name="value">The number.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>64 bits.</returns>
    public static ulong Compute(ulong value, ulong seed) =>
        Finish(Mix(unchecked(seed ^ (sizeof(ulong) * Factor)), value));

    private static ulong Mix(ulong hash, ulong word)
    {
        unchecked
        {
            word *= Factor;
            word = (word ^ (word >> Shift)) * Factor;
            return (hash ^ word) * Factor;
        }
    }

    private static ulong Finish(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> Shift)) * Factor);
        return hash ^ (hash >> Shift);
    }
}
