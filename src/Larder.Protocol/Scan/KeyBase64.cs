using System.Buffers;
using System.Buffers.Text;

namespace Larder.Protocol.Scan;

/// <summary>
/// Binary keys on the meta protocol (flag b): RFC 4648's standard alphabet with padding. Bits behind the last whole
/// byte are ignored, as memcached does; white space and padding in the middle are refused.
/// </summary>
public static class KeyBase64
{
    /// <summary>The longest binary key: with 187 bytes it would be 252 characters, more than a key may have.</summary>
    public const int DecodedLengthMax = KeyRules.LengthMax / 4 * 3;

    /// <summary>The most characters that <see cref="Encode"/> writes, for a key of 250 bytes.</summary>
    public const int EncodedLengthMax = (KeyRules.LengthMax + 2) / 3 * 4;

    private const int QuantumLength = 4;

    // The framework's decoder skips these; a key that holds one is not base64.
    private static readonly SearchValues<byte> s_whiteSpace = SearchValues.Create(" \t\r\n"u8);

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    /// <summary>Decodes a key.</summary>
    /// <param name="text">1..250 characters.</param>
    /// <param name="key">Where to write, at least <see cref="DecodedLengthMax"/> bytes.</param>
    /// <param name="length">The bytes written, 1..186; 0 when the result is false.</param>
    /// <returns>False when the text is no base64 or decodes to nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> key, out int length)
    {
        length = 0;
        if (!KeyRules.IsValidLength(text.Length) || text.ContainsAny(s_whiteSpace))
            return false;
        if (text[^1] == '=')
            return TryDecodePadded(text, key, out length);
        if (Base64.DecodeFromUtf8(text, key, out _, out int written) != OperationStatus.Done)
            return false;
        length = written;
        return true;
    }

    /// <summary>Encodes a key, padded.</summary>
    /// <param name="key">1..250 bytes.</param>
    /// <param name="text">Where to write, at least <see cref="EncodedLengthMax"/> bytes.</param>
    /// <returns>The characters written: 4 for each 3 bytes begun.</returns>
    public static int Encode(ReadOnlySpan<byte> key, Span<byte> text)
    {
        OperationStatus status = Base64.EncodeToUtf8(key, text, out _, out int written);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done, "the caller reserved too little");
        return written;
    }

    // The framework refuses bits behind the last byte ("Zh==" for "Zg=="), memcached does not look at them: clear them.
    private static bool TryDecodePadded(ReadOnlySpan<byte> text, Span<byte> key, out int length)
    {
        length = 0;
        if (text.Length % QuantumLength != 0)
            return false;
        int bodyLength = text.Length - QuantumLength;
        Span<byte> last = stackalloc byte[QuantumLength];
        text[bodyLength..].CopyTo(last);
        int index = last[2] == '=' ? 1 : 2;
        int value = Alphabet.IndexOf(last[index]);
        if (value < 0)
            return false;
        last[index] = Alphabet[value & (index == 1 ? ~0b1111 : ~0b11)];
        if (Base64.DecodeFromUtf8(text[..bodyLength], key, out _, out int body, isFinalBlock: false)
                != OperationStatus.Done
            || Base64.DecodeFromUtf8(last, key[body..], out _, out int tail) != OperationStatus.Done)
            return false;
        length = body + tail;
        return true;
    }
}
