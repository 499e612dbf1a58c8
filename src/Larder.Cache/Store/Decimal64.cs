using System.Buffers.Text;
using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Numbers as incr and decr find them in values: what C's strtoull accepts in at most 20 characters, followed by
/// nothing or by white space (the padding of an earlier decr), and not negative.
/// </summary>
internal static class Decimal64
{
    /// <summary>Digits of 2^64 - 1.</summary>
    public const int LengthMax = 20;

    public static bool TryParse(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        if (text.Length is 0 or > LengthMax) return false;
        int at = 0;
        while (at < text.Length && IsSpace(text[at])) at++;
        bool isNegative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        int first = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            ulong digit = (ulong)(text[at] - '0');
            if (number > (ulong.MaxValue - digit) / 10) return false;
            number = number * 10 + digit;
        }
        if (at == first || (isNegative && number != 0)) return false;
        return at == text.Length || IsSpace(text[at]);
    }

    /// <summary>Writes a number; room for <see cref="LengthMax"/> bytes.</summary>
    public static int Format(ulong number, Span<byte> text)
    {
        bool done = Utf8Formatter.TryFormat(number, text, out int length);
        Debug.Assert(done, "20 digits at most");
        return length;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
}
