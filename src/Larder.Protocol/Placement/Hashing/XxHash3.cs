using System.Buffers.Binary;
using System.Numerics;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>
/// XXH3 with 64 bits, seed 0 and the default secret (xxHash specification 0.2.0, "XXH3 algorithm overview").
/// </summary>
/// <remarks>
/// Inputs are taken by length: up to 3 bytes, 8, 16, 128, 240, and longer ones in stripes of 64 bytes. Keys of
/// memcached end at 250.
/// </remarks>
public static class XxHash3
{
    private const ulong Prime32Of1 = 0x9E3779B1;
    private const ulong Prime32Of2 = 0x85EBCA77;
    private const ulong Prime32Of3 = 0xC2B2AE3D;
    private const ulong Prime64Of1 = 0x9E3779B185EBCA87;
    private const ulong Prime64Of2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64Of3 = 0x165667B19E3779F9;
    private const ulong Prime64Of4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime64Of5 = 0x27D4EB2F165667C5;
    private const ulong PrimeOfMix1 = 0x165667919E3779F9;
    private const ulong PrimeOfMix2 = 0x9FB21C651E98DF25;

    private const int PairLength = 16;
    private const int MediumLengthMax = 128;
    private const int LongLengthMax = 240;
    private const int StripeLength = 64;
    private const int LaneCount = 8;
    private const int SecretStep = 8; // of the secret for each stripe

    private static ReadOnlySpan<byte> Secret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>64 bits.</returns>
    public static ulong Compute(ReadOnlySpan<byte> key) => key.Length switch
    {
        0 => AvalancheOfXxh64(Word(Secret, 56) ^ Word(Secret, 64)),
        <= 3 => UpTo3(key),
        <= 8 => UpTo8(key),
        <= PairLength => UpTo16(key),
        <= MediumLengthMax => UpTo128(key),
        <= LongLengthMax => UpTo240(key),
        _ => Longer(key),
    };

    private static ulong UpTo3(ReadOnlySpan<byte> key)
    {
        uint length = (uint)key.Length;
        uint mixed = ((uint)key[0] << 16) | ((uint)key[key.Length >> 1] << 24) | key[^1] | (length << 8);
        uint secret = BinaryPrimitives.ReadUInt32LittleEndian(Secret)
            ^ BinaryPrimitives.ReadUInt32LittleEndian(Secret[4..]);
        return AvalancheOfXxh64(mixed ^ secret);
    }

    private static ulong UpTo8(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            ulong first = BinaryPrimitives.ReadUInt32LittleEndian(key);
            ulong last = BinaryPrimitives.ReadUInt32LittleEndian(key[^4..]);
            ulong hash = (last + (first << 32)) ^ Word(Secret, 8) ^ Word(Secret, 16);
            hash ^= BitOperations.RotateLeft(hash, 49) ^ BitOperations.RotateLeft(hash, 24);
            hash *= PrimeOfMix2;
            hash ^= (hash >> 35) + (ulong)key.Length;
            hash *= PrimeOfMix2;
            return hash ^ (hash >> 28);
        }
    }

    private static ulong UpTo16(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            ulong low = Word(key, 0) ^ Word(Secret, 24) ^ Word(Secret, 32);
            ulong high = Word(key, key.Length - 8) ^ Word(Secret, 40) ^ Word(Secret, 48);
            return Avalanche((ulong)key.Length + BinaryPrimitives.ReverseEndianness(low) + high + Fold(low, high));
        }
    }

    // Pairs of 16 bytes from both ends towards the middle, the innermost first.
    private static ulong UpTo128(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            ulong hash = (ulong)key.Length * Prime64Of1;
            for (int i = (key.Length - 1) / (2 * PairLength); i >= 0; i--)
            {
                hash += Pair(key, i * PairLength, i * 2 * PairLength);
                hash += Pair(key, key.Length - ((i + 1) * PairLength), ((i * 2) + 1) * PairLength);
            }
            return Avalanche(hash);
        }
    }

    private static ulong UpTo240(ReadOnlySpan<byte> key)
    {
        const int firstPairs = 8;
        const int secretOfOthers = 3;
        const int secretOfLast = 136 - 17;
        unchecked
        {
            ulong hash = (ulong)key.Length * Prime64Of1;
            for (int i = 0; i < firstPairs; i++)
                hash += Pair(key, i * PairLength, i * PairLength);
            hash = Avalanche(hash);
            for (int i = firstPairs; i < key.Length / PairLength; i++)
                hash += Pair(key, i * PairLength, ((i - firstPairs) * PairLength) + secretOfOthers);
            return Avalanche(hash + Pair(key, key.Length - PairLength, secretOfLast));
        }
    }

    private static ulong Longer(ReadOnlySpan<byte> key)
    {
        const int stripesOfBlock = (192 - StripeLength) / SecretStep;
        const int secretOfLast = 192 - StripeLength - 7;
        Span<ulong> lanes =
        [
            Prime32Of3, Prime64Of1, Prime64Of2, Prime64Of3, Prime64Of4, Prime32Of2, Prime64Of5, Prime32Of1,
        ];
        int stripes = (key.Length - 1) / StripeLength; // the last, whole or not, comes from the end
        for (int i = 0; i < stripes; i++)
        {
            Accumulate(lanes, key[(i * StripeLength)..], Secret[(i % stripesOfBlock * SecretStep)..]);
            if (i % stripesOfBlock == stripesOfBlock - 1) Scramble(lanes);
        }
        Accumulate(lanes, key[^StripeLength..], Secret[secretOfLast..]);
        return Merge(lanes, (ulong)key.Length);
    }

    private static void Accumulate(Span<ulong> lanes, ReadOnlySpan<byte> stripe, ReadOnlySpan<byte> secret)
    {
        for (int i = 0; i < LaneCount; i++)
        {
            ulong word = Word(stripe, i * sizeof(ulong));
            ulong mixed = word ^ Word(secret, i * sizeof(ulong));
            unchecked
            {
                lanes[i ^ 1] += word;
                lanes[i] += (uint)mixed * (mixed >> 32);
            }
        }
    }

    private static void Scramble(Span<ulong> lanes)
    {
        const int secretOfScramble = 192 - StripeLength;
        for (int i = 0; i < LaneCount; i++)
        {
            ulong lane = lanes[i] ^ (lanes[i] >> 47) ^ Word(Secret, secretOfScramble + (i * sizeof(ulong)));
            lanes[i] = unchecked(lane * Prime32Of1);
        }
    }

    private static ulong Merge(ReadOnlySpan<ulong> lanes, ulong length)
    {
        const int secretOfMerge = 11;
        unchecked
        {
            ulong hash = length * Prime64Of1;
            for (int i = 0; i < LaneCount; i += 2)
            {
                int at = secretOfMerge + (i * sizeof(ulong));
                hash += Fold(lanes[i] ^ Word(Secret, at), lanes[i + 1] ^ Word(Secret, at + sizeof(ulong)));
            }
            return Avalanche(hash);
        }
    }

    private static ulong Pair(ReadOnlySpan<byte> key, int at, int secretAt) =>
        Fold(Word(key, at) ^ Word(Secret, secretAt), Word(key, at + 8) ^ Word(Secret, secretAt + 8));

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;

    private static ulong Avalanche(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 37)) * PrimeOfMix1);
        return hash ^ (hash >> 32);
    }

    private static ulong AvalancheOfXxh64(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 33)) * Prime64Of2);
        hash = unchecked((hash ^ (hash >> 29)) * Prime64Of3);
        return hash ^ (hash >> 32);
    }
}
