using System.Globalization;

namespace Larder.ObjectStore;

/// <summary>A number of bytes as people write it.</summary>
internal static class SizeText
{
    /// <summary>Digits, and K, M, G or T behind them for powers of 1024; null for anything else or too much.</summary>
    public static long? Read(string text)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            'T' => 40,
            _ => 0,
        };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        return isNumber && number <= long.MaxValue >> shift ? number << shift : null;
    }
}
