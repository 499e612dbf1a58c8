using System.Globalization;
using System.Text;

namespace Larder.Conformance.Scripting;

/// <summary>
/// Reads the text of a sent or expected line.
/// <code>
/// \r \n \t \0 \\ \{ \xNN   one byte
/// {TEXT*COUNT}             TEXT (with escapes) COUNT times
/// {#} {#NAME}              expected: any number, kept as NAME
/// {#LOW..HIGH}             expected: a number in this range
/// {=NAME} {=NAME+1}        the number kept as NAME, plus or minus something
/// {word} {rest}            expected: up to a space or the line's end; up to the line's end
/// </code>
/// </summary>
public static class PatternReader
{
    /// <summary>Parses <paramref name="text"/>; a mistake throws <see cref="FormatException"/>.</summary>
    public static Pattern Read(string text)
    {
        var pieces = new List<Piece>();
        var literal = new List<byte>();
        for (int index = 0; index < text.Length;)
        {
            if (text[index] != '{')
            {
                literal.Add(ReadByte(text, ref index));
                continue;
            }
            int close = FindClose(text, index);
            string inside = text[(index + 1)..close];
            index = close + 1;
            if (ReadWildcard(inside) is { } wildcard)
            {
                Flush(pieces, literal);
                pieces.Add(wildcard);
            }
            else
            {
                AddRepetition(literal, inside);
            }
        }
        Flush(pieces, literal);
        return new Pattern(pieces);
    }

    private static void Flush(List<Piece> pieces, List<byte> literal)
    {
        if (literal.Count == 0)
            return;
        pieces.Add(new Piece { Kind = PieceKind.Literal, Literal = [.. literal] });
        literal.Clear();
    }

    private static int FindClose(string text, int open)
    {
        for (int index = open + 1; index < text.Length; index++)
        {
            if (text[index] == '\\')
                index++;
            else if (text[index] == '}')
                return index;
        }
        throw new FormatException($"no closing brace in: {text}");
    }

    private static Piece? ReadWildcard(string inside)
    {
        if (inside == "word")
            return new Piece { Kind = PieceKind.Word };
        if (inside == "rest")
            return new Piece { Kind = PieceKind.Rest };
        if (inside.StartsWith('#'))
            return ReadNumber(inside[1..]);
        return inside.StartsWith('=') ? ReadRecall(inside[1..]) : null;
    }

    private static Piece ReadNumber(string text)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return new Piece { Kind = PieceKind.Number, Name = text };
        return new Piece
        {
            Kind = PieceKind.Number,
            Min = ulong.Parse(text[..dots], CultureInfo.InvariantCulture),
            Max = ulong.Parse(text[(dots + 2)..], CultureInfo.InvariantCulture),
        };
    }

    private static Piece ReadRecall(string text)
    {
        int sign = text.IndexOfAny(['+', '-']);
        return sign < 0
            ? new Piece { Kind = PieceKind.Recall, Name = text }
            : new Piece
            {
                Kind = PieceKind.Recall,
                Name = text[..sign],
                Offset = long.Parse(text[sign..], CultureInfo.InvariantCulture),
            };
    }

    private static void AddRepetition(List<byte> literal, string inside)
    {
        int star = inside.LastIndexOf('*');
        if (star < 1 || !int.TryParse(inside[(star + 1)..], CultureInfo.InvariantCulture, out int count))
            throw new FormatException($"not a repetition and not a wildcard: {{{inside}}}");
        var unit = new List<byte>();
        for (int index = 0; index < star;)
            unit.Add(ReadByte(inside, ref index));
        for (int round = 0; round < count; round++)
            literal.AddRange(unit);
    }

    private static byte ReadByte(string text, ref int index)
    {
        char symbol = text[index++];
        if (symbol != '\\')
            return symbol < 0x80 ? (byte)symbol : throw new FormatException($"only ASCII and escapes, not {symbol}");
        if (index == text.Length)
            throw new FormatException($"a lone backslash ends: {text}");
        char escape = text[index++];
        switch (escape)
        {
            case 'r': return (byte)'\r';
            case 'n': return (byte)'\n';
            case 't': return (byte)'\t';
            case '0': return 0;
            case '\\' or '{' or '}' or '*': return (byte)escape;
            case 'x':
                index += 2;
                return Convert.ToByte(text[(index - 2)..index], 16);
            default: throw new FormatException($"unknown escape \\{escape} in: {text}");
        }
    }
}
