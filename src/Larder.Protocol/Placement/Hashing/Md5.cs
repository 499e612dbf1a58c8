using System.Buffers.Binary;
using System.Numerics;

namespace Larder.Protocol.Placement.Hashing;

/// <summary>
/// MD5 (RFC 1321) for what rings are made of; nothing is protected by it. Of our own since the system's, made for long
/// texts and keys that are kept apart, costs several times as much for a key (docs/decisions/own-md5.md).
/// </summary>
internal static class Md5
{
    /// <summary>Words of a digest.</summary>
    public const int WordCount = 4;

    private const int BlockLength = 64;
    private const int LengthLength = sizeof(ulong); // of the text, in bits, at the end of the last block
    private const byte EndMark = 0x80;

    private static readonly uint[] s_sines = // RFC 1321, 3.4: the table T
        [.. Enumerable.Range(1, BlockLength).Select(static i => (uint)(Math.Abs(Math.Sin(i)) * (1L << 32)))];

    /// <summary>The first word of a digest.</summary>
    /// <param name="text">Any bytes.</param>
    /// <returns>The digest's first four bytes, as a little-endian number.</returns>
    public static uint Compute(ReadOnlySpan<byte> text)
    {
        Span<uint> digest = stackalloc uint[WordCount];
        Compute(text, digest);
        return digest[0];
    }

    /// <summary>Computes a digest.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="digest">Receives the digest as four little-endian numbers.</param>
    public static void Compute(ReadOnlySpan<byte> text, Span<uint> digest)
    {
        ulong bits = (ulong)text.Length * 8;
        (digest[0], digest[1], digest[2], digest[3]) = (0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
        for (; text.Length >= BlockLength; text = text[BlockLength..])
            Add(text, digest);
        Span<byte> last = stackalloc byte[BlockLength];
        last.Clear();
        text.CopyTo(last);
        last[text.Length] = EndMark;
        if (text.Length >= BlockLength - LengthLength)
        {
            Add(last, digest);
            last.Clear();
        }
        BinaryPrimitives.WriteUInt64LittleEndian(last[^LengthLength..], bits);
        Add(last, digest);
    }

    private static void Add(ReadOnlySpan<byte> block, Span<uint> digest)
    {
        (uint a, uint b, uint c, uint d) = (digest[0], digest[1], digest[2], digest[3]);
        for (int i = 0; i < 16; i += 4)
        {
            a = First(a, b, c, d, block, i, 7);
            d = First(d, a, b, c, block, i + 1, 12);
            c = First(c, d, a, b, block, i + 2, 17);
            b = First(b, c, d, a, block, i + 3, 22);
        }
        for (int i = 16; i < 32; i += 4)
        {
            a = Second(a, b, c, d, block, i, 5);
            d = Second(d, a, b, c, block, i + 1, 9);
            c = Second(c, d, a, b, block, i + 2, 14);
            b = Second(b, c, d, a, block, i + 3, 20);
        }
        for (int i = 32; i < 48; i += 4)
        {
            a = Third(a, b, c, d, block, i, 4);
            d = Third(d, a, b, c, block, i + 1, 11);
            c = Third(c, d, a, b, block, i + 2, 16);
            b = Third(b, c, d, a, block, i + 3, 23);
        }
        for (int i = 48; i < 64; i += 4)
        {
            a = Fourth(a, b, c, d, block, i, 6);
            d = Fourth(d, a, b, c, block, i + 1, 10);
            c = Fourth(c, d, a, b, block, i + 2, 15);
            b = Fourth(b, c, d, a, block, i + 3, 21);
        }
        unchecked
        {
            digest[0] += a;
            digest[1] += b;
            digest[2] += c;
            digest[3] += d;
        }
    }

    private static uint First(uint a, uint b, uint c, uint d, ReadOnlySpan<byte> block, int i, int shift) =>
        Step(a, b, (b & c) | (~b & d), Word(block, i), i, shift);

    private static uint Second(uint a, uint b, uint c, uint d, ReadOnlySpan<byte> block, int i, int shift) =>
        Step(a, b, (b & d) | (c & ~d), Word(block, (5 * i) + 1), i, shift);

    private static uint Third(uint a, uint b, uint c, uint d, ReadOnlySpan<byte> block, int i, int shift) =>
        Step(a, b, b ^ c ^ d, Word(block, (3 * i) + 5), i, shift);

    private static uint Fourth(uint a, uint b, uint c, uint d, ReadOnlySpan<byte> block, int i, int shift) =>
        Step(a, b, c ^ (b | ~d), Word(block, 7 * i), i, shift);

    private static uint Step(uint a, uint b, uint mixed, uint word, int i, int shift) =>
        unchecked(b + BitOperations.RotateLeft(a + mixed + word + s_sines[i], shift));

    private static uint Word(ReadOnlySpan<byte> block, int i) =>
        BinaryPrimitives.ReadUInt32LittleEndian(block[(i % 16 * sizeof(uint))..]);
}
