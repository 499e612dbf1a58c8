using System.Numerics;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class KeyHashTests
{
    [Fact]
    public void Every_length_and_every_byte_matters()
    {
        var seen = new HashSet<ulong>();
        for (int length = 0; length <= 250; length++)
        {
            var key = new byte[length];
            Assert.True(seen.Add(KeyHash.Compute(key, 1)), $"zeros of length {length}");
            for (int index = 0; index < length; index++)
            {
                key[index] = 1;
                Assert.True(seen.Add(KeyHash.Compute(key, 1)), $"length {length}, byte {index}");
                key[index] = 0;
            }
        }
    }

    [Fact]
    public void Seed_changes_the_hash_and_nothing_else_does()
    {
        byte[] key = "some key"u8.ToArray();
        Assert.Equal(KeyHash.Compute(key, 1), KeyHash.Compute(key, 1));
        Assert.NotEqual(KeyHash.Compute(key, 1), KeyHash.Compute(key, 2));
    }

    [Fact]
    public void Bits_of_stripe_bucket_and_tag_are_even()
    {
        // Counting keys, the usual ones: each bit of the hash is set for half of them, within 5 sigma.
        const int Count = 100_000;
        var set = new int[64];
        for (int number = 0; number < Count; number++)
        {
            ulong hash = KeyHash.Compute(StoreBench.Bytes($"user:{number}"), 12345);
            for (; hash != 0; hash &= hash - 1) set[BitOperations.TrailingZeroCount(hash)]++;
        }
        foreach (int count in set) Assert.InRange(count, Count / 2 - 800, Count / 2 + 800);
    }
}
