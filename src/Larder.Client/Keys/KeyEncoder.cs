using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Larder.Protocol.Scan;

namespace Larder.Client.Keys;

/// <summary>
/// Makes of a caller's key the bytes that are sent: prefix, UTF-8, and the rule for keys that are none.
/// </summary>
internal sealed class KeyEncoder
{
    private const int HashedHeadLength = 64;
    private const byte Separator = (byte)'#';
    private const byte Replacement = (byte)'_';

    /// <summary>Two texts that are no UTF-16 must not become one key: unpaired surrogates are an error.</summary>
    private static readonly UTF8Encoding s_utf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Space ends a key, and memcached's documentation forbids control characters, though it takes them.
    /// </summary>
    private static readonly SearchValues<byte> s_forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(static value => (byte)value), 0x7f]);

    private readonly byte[] _prefix;
    private readonly InvalidKeyRule _rule;

    /// <param name="prefix">Put before every key and hashed with it; empty for none.</param>
    /// <param name="rule">What is done with invalid keys.</param>
    /// <exception cref="ArgumentException">The prefix is no beginning of a key.</exception>
    public KeyEncoder(string prefix, InvalidKeyRule rule)
    {
        _prefix = s_utf8.GetBytes(prefix);
        _rule = rule;
        if (_prefix.Length >= KeyRules.LengthMax || _prefix.AsSpan().ContainsAny(s_forbidden))
            throw new ArgumentException(
                "the prefix is too long for a key, or has spaces or control characters", nameof(prefix));
    }

    /// <summary>Encodes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">At least <see cref="KeyRules.LengthMax"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">The key is not valid, and the rule is to refuse.</exception>
    public int Encode(in CacheKey key, Span<byte> destination)
    {
        int length = _prefix.Length;
        _prefix.CopyTo(destination);
        if (key.Text is not { } text)
            return Finish(key.Bytes, destination, length);
        if (text.Length <= (KeyRules.LengthMax - length) / 3)
        {
            int written = s_utf8.GetBytes(text, destination[length..]);
            if (written > 0 && !destination.Slice(length, written).ContainsAny(s_forbidden))
                return length + written;
        }
        return Finish(s_utf8.GetBytes(text), destination, length);
    }

    private int Finish(ReadOnlySpan<byte> key, Span<byte> destination, int prefixLength)
    {
        if (key.IsEmpty)
            throw new ArgumentException("a key has at least one byte", nameof(key));
        bool fits = key.Length <= KeyRules.LengthMax - prefixLength;
        if (fits && !key.ContainsAny(s_forbidden))
        {
            key.CopyTo(destination[prefixLength..]);
            return prefixLength + key.Length;
        }
        if (_rule == InvalidKeyRule.Refuse)
            throw new ArgumentException(Refusal(key.Length + prefixLength, fits), nameof(key));
        return Hash(key, destination, prefixLength);
    }

    private static string Refusal(int length, bool fits)
    {
        string what = fits
            ? "has a space or a control character"
            : $"has {length} bytes, more than {KeyRules.LengthMax}";
        return $"the key {what} ({nameof(CacheClientOptions.InvalidKeys)} can hash such keys)";
    }

    private static int Hash(ReadOnlySpan<byte> bytes, Span<byte> destination, int prefixLength)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        int digestLength = Base64Url.GetEncodedLength(digest.Length);
        int headLength = Math.Min(Math.Min(bytes.Length, HashedHeadLength),
            KeyRules.LengthMax - prefixLength - 1 - digestLength);
        if (headLength < 0)
            throw new ArgumentException("the prefix leaves no room for a hashed key", nameof(bytes));
        Span<byte> head = destination.Slice(prefixLength, headLength);
        bytes[..headLength].CopyTo(head);
        foreach (ref byte value in head)
            if (s_forbidden.Contains(value)) value = Replacement;
        int at = prefixLength + headLength;
        destination[at++] = Separator;
        return at + Base64Url.EncodeToUtf8(digest, destination[at..]);
    }
}
