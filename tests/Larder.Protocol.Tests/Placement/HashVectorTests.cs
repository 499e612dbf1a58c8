using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Larder.Protocol.Placement.Hashing;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: hashes of keys, bit for bit. Method: files measured with the programs, a digest of lengths.</summary>
public sealed class HashVectorTests
{
    [Theory]
    [InlineData("default", KeyHash.OneAtATime)]
    [InlineData("md5", KeyHash.Md5)]
    [InlineData("crc", KeyHash.Crc15)]
    [InlineData("fnv1_64", KeyHash.Fnv64)]
    [InlineData("fnv1a_64", KeyHash.Fnv64A)]
    [InlineData("fnv1_32", KeyHash.Fnv32)]
    [InlineData("fnv1a_32", KeyHash.Fnv32A)]
    [InlineData("murmur", KeyHash.Murmur2)]
    [InlineData("jenkins", KeyHash.Jenkins)]
    [InlineData("murmur3", KeyHash.Murmur3)]
    [InlineData("crc32_ieee_full", KeyHash.Crc32)]
    public void Hash_of_a_vectors_key_is_the_vectors(string name, KeyHash hash)
    {
        VectorFile file = VectorFile.Read("hash_functions");
        JsonElement expected = file.Root.GetProperty("hashes").GetProperty(name);

        Assert.Equal(
            expected.EnumerateArray().Select(static number => number.GetUInt32()),
            file.Keys.Select(key => KeyHashes.Compute(hash, key)));
    }

    [Fact]
    public void Hashes_of_the_file_are_all_compared() =>
        Assert.Equal(11, VectorFile.Read("hash_functions").Root.GetProperty("hashes").EnumerateObject().Count());

    [Fact]
    public void Hash_of_xxh3_is_the_proxys()
    {
        VectorFile file = VectorFile.Read("memcached_proxy");
        int compared = 0;
        foreach (string name in file.CaseNames.Where(static name => name.Contains("xxh", StringComparison.Ordinal)))
        {
            compared++;
            Assert.Equal(
                file.Case(name).GetProperty("key_hash64").EnumerateArray().Select(static number => number.GetUInt64()),
                file.Keys.Select(static key => XxHash3.Compute(key)));
        }
        Assert.Equal(6, compared);
    }

    /// <summary>
    /// Aim: every branch by length. The expected number was computed with another implementation, .NET's
    /// System.IO.Hashing.XxHash3: the hash of the hashes of the first n bytes, as little-endian numbers, for n up to
    /// 2100.
    /// </summary>
    [Fact]
    public void Hashes_of_xxh3_for_all_lengths_are_those_of_another_implementation()
    {
        byte[] bytes = new byte[2100];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = unchecked((byte)((i * 167) + (i >> 8)));
        byte[] hashes = new byte[(bytes.Length + 1) * sizeof(ulong)];
        for (int length = 0; length <= bytes.Length; length++)
            BitConverter.TryWriteBytes(hashes.AsSpan(length * sizeof(ulong)), XxHash3.Compute(bytes.AsSpan(0, length)));

        Assert.Equal(0x863632df29757969UL, XxHash3.Compute(hashes));
    }

    [Fact]
    public void Hashes_of_md5_for_all_lengths_are_the_systems()
    {
#pragma warning disable CA5351 // rings are made of it
        byte[] bytes = new byte[300];
        new Random(5).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(
                BinaryPrimitives.ReadUInt32LittleEndian(MD5.HashData(bytes.AsSpan(0, length))),
                KeyHashes.Compute(KeyHash.Md5, bytes.AsSpan(0, length)));
        }
#pragma warning restore CA5351
    }

    [Theory]
    [InlineData(KeyHash.Crc32, 0xcbf43926)] // the check value of the CRC catalogues
    [InlineData(KeyHash.StandardFnv32A, 0xbb86b11c)] // by the textbook's formula
    public void Hash_of_nine_digits_is_the_known_one(KeyHash hash, uint expected) =>
        Assert.Equal(expected, KeyHashes.Compute(hash, "123456789"u8));

    [Fact]
    public void Hash_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => KeyHashes.Compute((KeyHash)99, "a"u8));

    [Theory]
    [InlineData(KeyHash.OneAtATime, 0)]
    [InlineData(KeyHash.Hsieh, 0)]
    [InlineData(KeyHash.Crc16, 0)]
    [InlineData(KeyHash.Crc32, 0)]
    [InlineData(KeyHash.Fnv32, 2166136261)]
    [InlineData(KeyHash.Jenkins, 0xdeadbefc)]
    [InlineData(KeyHash.Md5, 0xd98c1dd4)] // RFC 1321: d41d8cd98f00b204e9800998ecf8427e
    [InlineData(KeyHash.XxHash3, 0x38d394c2)] // 2d06800538d394c2
    public void Hash_of_no_bytes_is_the_known_one(KeyHash hash, uint expected) =>
        Assert.Equal(expected, KeyHashes.Compute(hash, []));
}
