using System.Buffers.Binary;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>Paul Hsieh's SuperFastHash (2004), begun with 0 as twemproxy does.</summary>
internal static class HsiehHash
{
    private const int BlockLength = 4;

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>The hash.</returns>
    public static uint Compute(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            uint hash = 0;
            for (; key.Length >= BlockLength; key = key[BlockLength..])
            {
                hash += BinaryPrimitives.ReadUInt16LittleEndian(key);
                uint upper = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(key[2..]) << 11) ^ hash;
                hash = (hash << 16) ^ upper;
                hash += hash >> 11;
            }
            hash = Tail(hash, key);
            hash ^= hash << 3;
            hash += hash >> 5;
            hash ^= hash << 4;
            hash += hash >> 17;
            hash ^= hash << 25;
            return hash + (hash >> 6);
        }
    }

    private static uint Tail(uint hash, ReadOnlySpan<byte> tail)
    {
        unchecked
        {
            switch (tail.Length)
            {
                case 3:
                    hash += BinaryPrimitives.ReadUInt16LittleEndian(tail);
                    hash ^= hash << 16;
                    hash ^= (uint)(sbyte)tail[2] << 18;
                    return hash + (hash >> 11);
                case 2:
                    hash += BinaryPrimitives.ReadUInt16LittleEndian(tail);
                    hash ^= hash << 11;
                    return hash + (hash >> 17);
                case 1:
                    hash += tail[0];
                    hash ^= hash << 10;
                    return hash + (hash >> 1);
                default:
                    return hash;
            }
        }
    }
}
