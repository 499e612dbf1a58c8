namespace Larder.Tidy;

/// <summary>
/// Just enough of C#'s grammar to tell code from comments and literals. What stands between the braces of an
/// interpolated string counts as literal: the rules look for words that have no business there either.
/// </summary>
internal static class CSharpText
{
    /// <summary>Replaces comments and the insides of literals by blanks; lines and positions stay.</summary>
    public static string Blank(string text)
    {
        char[] code = text.ToCharArray();
        int position = 0;
        while (position < text.Length)
        {
            int end = EndOfOpaque(text, position);
            for (int i = position; i < end; i++)
            {
                if (code[i] != '\n') code[i] = ' ';
            }

            position = Math.Max(end, position + 1);
        }

        return new string(code);
    }

    /// <summary>Where the comment or literal that begins here ends; the position itself if none begins.</summary>
    private static int EndOfOpaque(string text, int position)
    {
        ReadOnlySpan<char> rest = text.AsSpan(position);
        if (rest.StartsWith("//")) return IndexAfter(text, "\n", position) - 1;
        if (rest.StartsWith("/*")) return IndexAfter(text, "*/", position + 2);
        if (rest[0] == '\'') return EndOfEscaped(text, position + 1, '\'');

        int quote = position;
        while (quote < text.Length && text[quote] is '$' or '@') quote++;
        if (quote >= text.Length || text[quote] != '"') return position;
        if (text.AsSpan(quote).StartsWith("\"\"\"")) return EndOfRaw(text, quote);
        return text.AsSpan(position, quote - position).Contains('@')
            ? EndOfVerbatim(text, quote + 1)
            : EndOfEscaped(text, quote + 1, '"');
    }

    private static int EndOfEscaped(string text, int position, char quote)
    {
        while (position < text.Length && text[position] != quote && text[position] != '\n')
            position += text[position] == '\\' ? 2 : 1;

        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfVerbatim(string text, int position)
    {
        while (position < text.Length)
        {
            if (text[position] != '"') position++;
            else if (position + 1 < text.Length && text[position + 1] == '"') position += 2;
            else break;
        }

        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfRaw(string text, int quote)
    {
        int inside = quote;
        while (inside < text.Length && text[inside] == '"') inside++;
        return IndexAfter(text, new string('"', inside - quote), inside);
    }

    private static int IndexAfter(string text, string mark, int from)
    {
        int index = text.IndexOf(mark, from, StringComparison.Ordinal);
        return index < 0 ? text.Length + (mark[0] == '\n' ? 1 : 0) : index + mark.Length;
    }
}
