namespace Larder.Protocol.Scan;

/// <summary>
/// Reads decimal numbers from one token with memcached's acceptance rules, which are those of C's strtol and strtoull:
/// leading tabs, CR, VT and FF are skipped, a sign is allowed, and the number ends at the token's end or at white
/// space, whatever follows that. Values that C would wrap silently (negative numbers read as unsigned) are refused.
/// </summary>
public static class NumberReader
{
    /// <summary>The longest value of a data block, INT_MAX - 2: with its CR LF it still counts in 31 bits.</summary>
    public const int ValueLengthMax = int.MaxValue - 2;

    // Nine digits cannot overflow 32 bits.
    private const int PlainDigitsMax = 9;

    // Nineteen cannot overflow 64.
    private const int DigitsMax = 19;

    /// <summary>Reads an unsigned 64-bit number: cas values, deltas, initial values.</summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False for an empty token, garbage, a negative number other than -0, or more than 2^64-1.</returns>
    public static bool TryReadUInt64(ReadOnlySpan<byte> token, out ulong value)
    {
        if (TryReadDigits(token, out value))
            return true;
        bool done = TryReadMagnitude(token, out bool negative, out value);
        if (done && (!negative || value == 0))
            return true;
        value = 0;
        return false;
    }

    /// <summary>Reads a signed 64-bit number.</summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False for an empty token, garbage, or a number out of range.</returns>
    public static bool TryReadInt64(ReadOnlySpan<byte> token, out long value)
    {
        value = 0;
        bool negative = false;
        if (!TryReadDigits(token, out ulong magnitude) && !TryReadMagnitude(token, out negative, out magnitude))
            return false;
        if (magnitude > long.MaxValue + (negative ? 1UL : 0UL))
            return false;
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>
    /// Reads an exptime: a signed 64-bit number of which the low 32 bits count, as memcached stores it.
    /// </summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="exptime">Seconds, or 0.</param>
    /// <returns>False for an empty token, garbage, or a number that does not fit 64 bits.</returns>
    public static bool TryReadExptime(ReadOnlySpan<byte> token, out int exptime)
    {
        bool done = TryReadInt64(token, out long value);
        exptime = unchecked((int)value);
        return done;
    }

    /// <summary>
    /// Reads the client flags of a classic storage command: an unsigned 64-bit number of which the low 32 bits count
    /// (4294967297 is 1).
    /// </summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="flags">The flags, or 0.</param>
    /// <returns>False for an empty token, garbage, a negative number, or more than 2^64-1.</returns>
    public static bool TryReadFlagsTruncated(ReadOnlySpan<byte> token, out uint flags)
    {
        bool done = TryReadUInt64(token, out ulong value);
        flags = unchecked((uint)value);
        return done;
    }

    /// <summary>Reads an unsigned 32-bit number; a larger one is refused (meta flag F, verbosity).</summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False for an empty token, garbage, a negative number, or more than 2^32-1.</returns>
    public static bool TryReadUInt32(ReadOnlySpan<byte> token, out uint value)
    {
        bool done = TryReadUInt64(token, out ulong wide) && wide <= uint.MaxValue;
        value = done ? (uint)wide : 0;
        return done;
    }

    /// <summary>Reads the length of a data block.</summary>
    /// <param name="token">The token, without spaces.</param>
    /// <param name="length">Bytes, 0..<see cref="ValueLengthMax"/>, or 0.</param>
    /// <returns>
    /// False for an empty token, garbage, a negative number, or more than <see cref="ValueLengthMax"/>.
    /// </returns>
    public static bool TryReadLength(ReadOnlySpan<byte> token, out int length)
    {
        bool done = TryReadUInt64(token, out ulong value) && value <= ValueLengthMax;
        length = done ? (int)value : 0;
        return done;
    }

    /// <summary>
    /// The fast way through a line: reads 1..9 plain digits at a position. Anything else (signs, white space, more
    /// digits) is left to the caller's slow path, which must not treat a false as an error.
    /// </summary>
    /// <param name="text">The line.</param>
    /// <param name="at">Where the number begins; behind its last digit when the result is true.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when there is no digit at <paramref name="at"/>, or more than nine.</returns>
    internal static bool TryReadPlain(ReadOnlySpan<byte> text, ref int at, out uint value)
    {
        value = 0;
        int index = at;
        while ((uint)index < (uint)text.Length)
        {
            uint digit = (uint)(text[index] - '0');
            if (digit > 9)
                break;
            value = (value * 10) + digit;
            index++;
        }
        int digits = index - at;
        at = index;
        return (uint)(digits - 1) < PlainDigitsMax;
    }

    // Nothing but digits, and few enough of them: what nearly every token is.
    private static bool TryReadDigits(ReadOnlySpan<byte> token, out ulong value)
    {
        value = 0;
        foreach (byte character in token)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9)
                return false;
            value = (value * 10) + digit;
        }
        return (uint)(token.Length - 1) < DigitsMax;
    }

    private static bool TryReadMagnitude(ReadOnlySpan<byte> token, out bool negative, out ulong value)
    {
        negative = false;
        value = 0;
        int index = 0;
        while (index < token.Length && IsWhiteSpace(token[index]))
            index++;
        if (index < token.Length && token[index] is (byte)'-' or (byte)'+')
            negative = token[index++] == '-';
        int first = index;
        for (; index < token.Length; index++)
        {
            uint digit = (uint)(token[index] - '0');
            if (digit > 9)
                break;
            if (value > (ulong.MaxValue - digit) / 10)
                return false;
            value = (value * 10) + digit;
        }
        return index > first && (index == token.Length || IsWhiteSpace(token[index]));
    }

    // C's isspace in the "C" locale.
    private static bool IsWhiteSpace(byte value) => value == ' ' || (uint)(value - '\t') <= '\r' - '\t';
}
