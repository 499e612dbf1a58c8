using System.Buffers.Binary;
using System.Numerics;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>Two hashes of Bob Jenkins: one-at-a-time (1997) and lookup3 (2006).</summary>
internal static class Jenkins
{
    private const uint Lookup3Seed = 0xdeadbeef;
    private const uint Lookup3Start = 13; // libhashkit's
    private const int BlockLength = 12;

    /// <summary>One-at-a-time, over bytes that C takes for signed.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>The hash.</returns>
    public static uint OneAtATime(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            uint hash = 0;
            foreach (byte b in key)
            {
                hash += (uint)(sbyte)b;
                hash += hash << 10;
                hash ^= hash >> 6;
            }
            hash += hash << 3;
            hash ^= hash >> 11;
            return hash + (hash << 15);
        }
    }

    /// <summary>lookup3, its third word.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>The hash.</returns>
    public static uint Lookup3(ReadOnlySpan<byte> key)
    {
        uint a = unchecked(Lookup3Seed + (uint)key.Length + Lookup3Start);
        uint b = a;
        uint c = a;
        if (key.IsEmpty)
            return c;
        for (; key.Length > BlockLength; key = key[BlockLength..])
        {
            Add(key, ref a, ref b, ref c);
            Mix(ref a, ref b, ref c);
        }
        Span<byte> last = stackalloc byte[BlockLength];
        last.Clear();
        key.CopyTo(last);
        Add(last, ref a, ref b, ref c);
        return Finish(a, b, c);
    }

    private static void Add(ReadOnlySpan<byte> block, ref uint a, ref uint b, ref uint c)
    {
        unchecked
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(block);
            b += BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
        }
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        Turn(ref a, ref b, ref c, 4);
        Turn(ref b, ref c, ref a, 6);
        Turn(ref c, ref a, ref b, 8);
        Turn(ref a, ref b, ref c, 16);
        Turn(ref b, ref c, ref a, 19);
        Turn(ref c, ref a, ref b, 4);
    }

    private static void Turn(ref uint a, ref uint b, ref uint c, int bits)
    {
        unchecked
        {
            a = (a - c) ^ BitOperations.RotateLeft(c, bits);
            c += b;
        }
    }

    private static uint Finish(uint a, uint b, uint c)
    {
        unchecked
        {
            c = (c ^ b) - BitOperations.RotateLeft(b, 14);
            a = (a ^ c) - BitOperations.RotateLeft(c, 11);
            b = (b ^ a) - BitOperations.RotateLeft(a, 25);
            c = (c ^ b) - BitOperations.RotateLeft(b, 16);
            a = (a ^ c) - BitOperations.RotateLeft(c, 4);
            b = (b ^ a) - BitOperations.RotateLeft(a, 14);
            return (c ^ b) - BitOperations.RotateLeft(b, 24);
        }
    }
}
