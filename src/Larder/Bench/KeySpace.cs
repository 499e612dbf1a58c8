using System.Buffers.Binary;
using System.Buffers.Text;

namespace Larder.Bench;

/// <summary>
/// The keys of a run: <c>Count</c> keys of one length, a fixed prefix and the key's number in hexadecimal.
/// </summary>
/// <remarks>
/// Keys are written, not looked up: eight digits are one arithmetic spread and one store (2 ns), while a table of a
/// million keys costs the generator a cache miss for each request. Immutable; any thread.
/// </remarks>
internal sealed class KeySpace
{
    /// <summary>Digits of a key's number, when the key has room for them.</summary>
    private const int DigitsMax = 8;

    /// <summary>memcached's longest key, in bytes.</summary>
    public const int KeyLengthMax = 250;

    private readonly byte[] _template;
    private readonly int _digits;

    /// <param name="count">Number of keys, 1 to 2^31-1.</param>
    /// <param name="keyLength">Bytes of each key, 1 to 250; must have room for the digits of count - 1.</param>
    /// <exception cref="ArgumentException">Keys of that length cannot tell so many numbers apart.</exception>
    public KeySpace(uint count, int keyLength)
    {
        if (!Fits(count, keyLength))
            throw new ArgumentException($"Keys of {keyLength} bytes cannot number {count} keys.", nameof(keyLength));
        Count = count;
        _digits = Math.Min(DigitsMax, keyLength);
        _template = new byte[keyLength];
        ReadOnlySpan<byte> word = "larder-bench-key-"u8;
        for (int i = 0; i < keyLength; i++)
            _template[i] = word[i % word.Length];
        Write(0, _template);
    }

    /// <summary>Number of keys.</summary>
    public uint Count { get; }

    /// <summary>Bytes of each key.</summary>
    public int KeyLength => _template.Length;

    /// <summary>The key of number 0: what a request is preformatted with.</summary>
    public ReadOnlySpan<byte> Template => _template;

    /// <summary>Whether keys of that length can number so many keys.</summary>
    public static bool Fits(uint count, int keyLength) =>
        keyLength >= 1 && keyLength <= KeyLengthMax && (keyLength >= DigitsMax || count - 1 < 1u << (4 * keyLength));

    /// <summary>
    /// Turns <paramref name="key"/>, a copy of any key of this space and exactly <see cref="KeyLength"/> long, into the
    /// key of that number: only its digits are written.
    /// </summary>
    public void Write(uint number, Span<byte> key)
    {
        Span<byte> tail = key[^_digits..];
        if (_digits == DigitsMax)
            BinaryPrimitives.WriteUInt64BigEndian(tail, Digits(number));
        else
            WriteShort(number, tail);
    }

    /// <summary>Reads a key's number back; false for what is no key of this space.</summary>
    public bool TryRead(ReadOnlySpan<byte> key, out uint number)
    {
        number = 0;
        int prefix = KeyLength - _digits;
        return key.Length == KeyLength
            && key[..prefix].SequenceEqual(_template.AsSpan(0, prefix))
            && Utf8Parser.TryParse(key[prefix..], out number, out int read, 'x')
            && read == _digits
            && number < Count;
    }

    private static void WriteShort(uint number, Span<byte> tail)
    {
        Span<byte> all = stackalloc byte[DigitsMax];
        BinaryPrimitives.WriteUInt64BigEndian(all, Digits(number));
        all[^tail.Length..].CopyTo(tail);
    }

    /// <summary>Eight hexadecimal digits in one word, the most significant first: a byte for each nibble.</summary>
    private static ulong Digits(uint number)
    {
        ulong x = number;
        x = ((x << 16) | x) & 0x0000FFFF0000FFFF;
        x = ((x << 8) | x) & 0x00FF00FF00FF00FF;
        x = ((x << 4) | x) & 0x0F0F0F0F0F0F0F0F;
        ulong letters = ((x + 0x0606060606060606) >> 4) & 0x0101010101010101;
        return x + 0x3030303030303030 + (letters * ('a' - '0' - 10));
    }
}
