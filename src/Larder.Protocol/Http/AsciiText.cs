using System.Text;

namespace Larder.Protocol.Http;

/// <summary>Compares names of header fields, methods of coding and the like, whose case does not count.</summary>
internal static class AsciiText
{
    /// <summary>The bytes that may stand in a name of a header, or a method (RFC 9110, section 5.6.2).</summary>
    public static ReadOnlySpan<byte> TokenCharacters =>
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    /// <summary>Whether two texts are the same but for the case of their letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) =>
        Ascii.EqualsIgnoreCase(text, other);

    /// <summary>Whether a text begins like another but for the case of its letters.</summary>
    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    /// <summary>Takes spaces and tabs off both ends (RFC 9110, section 5.6.3).</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && IsSpace(text[0]))
            text = text[1..];
        while (!text.IsEmpty && IsSpace(text[^1]))
            text = text[..^1];
        return text;
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t';
}
