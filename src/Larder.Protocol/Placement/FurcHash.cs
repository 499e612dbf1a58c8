using System.Numerics;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// mcrouter's consistent hash, Ch3. A walk down a binary tree of bucket numbers that takes a bit of the key at each
/// step: leading zeros choose how many digits the number has, further bits are the digits, and a number that is too
/// large is thrown away and another tried. Only the last bucket can come or go.
/// </summary>
public static class FurcHash
{
    /// <summary>The most buckets: numbers have up to 23 digits.</summary>
    public const int BucketCountMax = 1 << DigitsMax;

    private const int DigitsMax = 23; // also the stride between bits of one number
    private const int TryCountMax = 32;

    /// <summary>The bucket of a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <param name="bucketCount">1..<see cref="BucketCountMax"/>.</param>
    /// <returns>0..<paramref name="bucketCount"/> - 1.</returns>
    public static int Find(ReadOnlySpan<byte> key, int bucketCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bucketCount, BucketCountMax);
        if (bucketCount == 1)
            return 0;
        KeyBits bits = new(key);
        int digits = BitOperations.Log2((uint)bucketCount - 1) + 1;
        int bit = digits;
        for (int tried = 0; tried < TryCountMax; tried++)
        {
            while (!bits[bit])
            {
                if (--digits == 0)
                    return 0;
                bit = digits;
            }
            bit += DigitsMax;
            int bucket = 1;
            for (int i = 1; i < digits; i++, bit += DigitsMax)
                bucket = (bucket << 1) | (bits[bit] ? 1 : 0);
            if (bucket < bucketCount)
                return bucket;
        }
        return 0;
    }

    /// <summary>As many bits of a key as are asked for: words that are hashes of each other.</summary>
    private ref struct KeyBits
    {
        private const int WordBits = 64;
        private const uint Seed = 4193360111; // mcrouter's

        private ulong _word;
        private int _index;
        private readonly ulong _first;

        /// <summary>The bits of a key.</summary>
        /// <param name="key">Any bytes.</param>
        public KeyBits(ReadOnlySpan<byte> key) => _word = _first = Murmur64.Compute(key, Seed);

        /// <summary>One bit. A walk asks for ever higher ones, but for the few that it begins again with.</summary>
        public bool this[int bit]
        {
            get
            {
                int index = bit / WordBits;
                if (index < _index) (_word, _index) = (_first, 0);
                for (; _index < index; _index++)
                    _word = Murmur64.Compute(_word, Seed);
                return (_word >> (bit % WordBits) & 1) != 0;
            }
        }
    }
}
