namespace Larder.Options;

/// <summary>
/// A number at the beginning of a text, read as atoi(3) does, but without its silence about the rest.
/// </summary>
/// <param name="Found">Whether there was a digit at all.</param>
/// <param name="Value">The number; 0 if there was none. It stops at the limits of 64 bits.</param>
/// <param name="IsWhole">Whether nothing stands behind the number.</param>
internal readonly record struct LeadingNumber(bool Found, long Value, bool IsWhole)
{
    /// <summary>Blanks, a sign, digits of the base (8 or 10), anything.</summary>
    public static LeadingNumber Read(string text, int numberBase = 10)
    {
        int position = 0;
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        bool negative = position < text.Length && text[position] == '-';
        if (negative || (position < text.Length && text[position] == '+')) position++;

        int first = position;
        Int128 value = 0;
        for (; position < text.Length && text[position] >= '0' && text[position] < '0' + numberBase; position++)
            value = Int128.Min((value * numberBase) + (text[position] - '0'), long.MaxValue);

        return new(position > first, (long)(negative ? -value : value), position > first && position == text.Length);
    }
}
