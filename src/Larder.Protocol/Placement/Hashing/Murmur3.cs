using System.Buffers.Binary;
using System.Numerics;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>
/// Austin Appleby's MurmurHash3 of 32 bits (x86_32), in pieces: what has been appended can be copied and continued. The
/// default value is begun with seed 0.
/// </summary>
internal struct Murmur3
{
    private const int WordBits = 32;

    private uint _hash;
    private uint _carry; // bytes that do not make a word yet, the first lowest
    private uint _length;

    /// <summary>Begins.</summary>
    /// <param name="seed">The seed.</param>
    public Murmur3(uint seed) => _hash = seed;

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The hash.</returns>
    public static uint Compute(ReadOnlySpan<byte> key, uint seed)
    {
        Murmur3 hash = new(seed);
        hash.Append(key);
        return hash.Finish();
    }

    /// <summary>Goes on with more bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        int carryBits = (int)(_length % sizeof(uint)) * 8;
        _length = unchecked(_length + (uint)bytes.Length);
        ulong window = _carry;
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
        {
            window |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) << carryBits;
            Mix((uint)window);
            window >>= WordBits;
        }
        foreach (byte b in bytes)
        {
            window |= (ulong)b << carryBits;
            carryBits += 8;
            if (carryBits < WordBits) continue;
            Mix((uint)window);
            (window, carryBits) = (0, 0);
        }
        _carry = (uint)window;
    }

    /// <summary>The hash of all that was appended.</summary>
    /// <returns>32 bits.</returns>
    public readonly uint Finish()
    {
        unchecked
        {
            uint hash = _hash ^ Scramble(_carry) ^ _length;
            hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
            hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
            return hash ^ (hash >> 16);
        }
    }

    private void Mix(uint word) =>
        _hash = unchecked((BitOperations.RotateLeft(_hash ^ Scramble(word), 13) * 5) + 0xe6546b64);

    private static uint Scramble(uint word) =>
        unchecked(BitOperations.RotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593);
}
