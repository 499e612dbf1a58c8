using System.Buffers;

namespace Larder.Cache.Commands;

/// <summary>Keys as dumps and watchers show them: percent-encoded, but for RFC 3986's unreserved characters.</summary>
internal static class KeyUri
{
    /// <summary>The longest text of a byte.</summary>
    private const int ByteLengthMax = 3;

    private static readonly SearchValues<byte> s_unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Room that is enough for so many bytes.</summary>
    public static int LengthMax(int bytes) => bytes * ByteLengthMax;

    /// <summary>Writes the text of a key, or of any bytes.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> key, Span<byte> text)
    {
        int at = 0;
        while (true)
        {
            int plain = key.IndexOfAnyExcept(s_unreserved);
            if (plain < 0)
            {
                key.CopyTo(text[at..]);
                return at + key.Length;
            }
            key[..plain].CopyTo(text[at..]);
            at += plain;
            text[at++] = (byte)'%';
            text[at++] = Digit(key[plain] >> 4);
            text[at++] = Digit(key[plain] & 15);
            key = key[(plain + 1)..];
        }
    }

    private static byte Digit(int value) => "0123456789ABCDEF"u8[value];
}
