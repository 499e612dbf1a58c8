using System.Buffers;

namespace Larder.Protocol.Http;

/// <summary>
/// The frame of a head, for requests and responses alike: lines that end in CR LF, then an empty one
/// (RFC 9112, section 2.1). A lone LF ends nothing here, since two readers of a chain could differ about it.
/// </summary>
internal static class HttpHead
{
    /// <summary>The head has no end yet.</summary>
    public const int NoEnd = 0;

    /// <summary>An LF stands without a CR before it.</summary>
    public const int LoneLineFeed = -1;

    private static readonly SearchValues<byte> s_token = SearchValues.Create(AsciiText.TokenCharacters);
    private static readonly SearchValues<byte> s_control = SearchValues.Create(ControlCharacters());

    /// <summary>Finds the end of a head.</summary>
    /// <param name="input">What has been received, from the head's first byte on.</param>
    /// <param name="scanFrom">Bytes at the beginning in which an earlier call has found no end.</param>
    /// <returns>The head's length with its empty line, <see cref="NoEnd"/> or <see cref="LoneLineFeed"/>.</returns>
    public static int FindEnd(ReadOnlySpan<byte> input, int scanFrom)
    {
        while (true)
        {
            int lineFeed = input[scanFrom..].IndexOf((byte)'\n');
            if (lineFeed < 0)
                return NoEnd;
            lineFeed += scanFrom;
            if (lineFeed == 0 || input[lineFeed - 1] != '\r')
                return LoneLineFeed;
            if (lineFeed >= 3 && input[lineFeed - 2] == '\n')
                return lineFeed + 1;
            scanFrom = lineFeed + 1;
        }
    }

    /// <summary>Takes the first line off.</summary>
    /// <param name="rest">Whole lines; what is behind the first one when the method returns.</param>
    /// <returns>The line without its CR LF.</returns>
    public static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> rest)
    {
        int lineFeed = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = rest[..(lineFeed - 1)];
        rest = rest[(lineFeed + 1)..];
        return line;
    }

    /// <summary>Whether a text is one token: a name of a header or of a method.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(s_token);

    /// <summary>Splits a header line into its name and its value, white space around the value taken off.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, may be empty.</param>
    /// <returns>
    /// False for a folded line, white space before the colon, a name that is no token, or a control character other
    /// than tab in the value (RFC 9112, section 5).
    /// </returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int colon = line.IndexOf((byte)':');
        name = default;
        value = default;
        if (colon <= 0)
            return false;
        name = line[..colon];
        value = AsciiText.Trim(line[(colon + 1)..]);
        return IsToken(name) && IsValue(value);
    }

    /// <summary>Whether a text may be a value: no control character but tab.</summary>
    public static bool IsValue(ReadOnlySpan<byte> text) => !text.ContainsAny(s_control);

    /// <summary>Whether a byte may stand in a value.</summary>
    public static bool IsValueCharacter(byte character) => !s_control.Contains(character);

    /// <summary>Whether a byte may stand in a name.</summary>
    public static bool IsTokenCharacter(byte character) => s_token.Contains(character);

    private static byte[] ControlCharacters() =>
        [.. Enumerable.Range(0, 32).Append(127).Where(static c => c != '\t').Select(static c => (byte)c)];
}
