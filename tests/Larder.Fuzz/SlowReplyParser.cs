using System.Text.RegularExpressions;

namespace Larder.Fuzz;

/// <summary>Replies the slow, obvious way; says what the descriptions of the real readers' results say.</summary>
internal static partial class SlowReplyParser
{
    private const int LineLengthMax = 8192;

    public static string Classic(string input, out int length)
    {
        length = 0;
        if (!TryLine(input, out string line, out int header))
            return input.Length > LineLengthMax ? "Malformed" : "Incomplete";
        if (line.StartsWith("VALUE ", StringComparison.Ordinal))
            return Value(input, line, header, out length);
        if (line.Length == 0)
            return "Malformed";
        length = header;
        string[] words = line.Split(' ', 2);
        string text = words.Length == 2 && words[1].Length > 0 ? $" ={words[1]}" : "";
        string kind = (words[0], words.Length) switch
        {
            ("END", 1) => "End",
            ("STORED", 1) => "Stored",
            ("NOT_STORED", 1) => "NotStored",
            ("EXISTS", 1) => "Exists",
            ("NOT_FOUND", 1) => "NotFound",
            ("DELETED", 1) => "Deleted",
            ("TOUCHED", 1) => "Touched",
            ("OK", 1) => "Ok",
            ("RESET", 1) => "Reset",
            ("ERROR", _) => "Error" + text,
            ("CLIENT_ERROR", 2) => "ClientError" + text,
            ("SERVER_ERROR" or "SERVER_ERROR:", 2) => "ServerError" + text,
            ("VERSION", 2) => "Version" + text,
            ("STAT", 2) => $"Stat {words[1].Split(' ')[0]} ={string.Join(' ', words[1].Split(' ').Skip(1))}",
            (var digits, 1) when Digits().IsMatch(digits) && SlowNumbers.Unsigned64(digits) is { } number
                => $"Number {number}",
            _ => $"Other {line}",
        };
        return $"{header}+0: {kind}";
    }

    public static string Meta(string input, out int length)
    {
        length = 0;
        if (!TryLine(input, out string line, out int header))
            return input.Length > LineLengthMax ? "Malformed" : "Incomplete";
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string letters = line.Split(' ')[0];
        string flags = string.Concat(words.Skip(1).Select(w => $" [{w}]"));
        if (letters == "VA")
            return MetaValue(input, words, header, out length);
        string? kind = letters switch
        {
            "HD" => "Done",
            "EN" => "Miss",
            "NF" => "NotFound",
            "NS" => "NotStored",
            "EX" => "Exists",
            "ME" => "Debug",
            "MN" => "Noop",
            "ERROR" => "Error",
            "CLIENT_ERROR" when line.Contains(' ', StringComparison.Ordinal) => "ClientError",
            "SERVER_ERROR" when line.Contains(' ', StringComparison.Ordinal) => "ServerError",
            _ => null,
        };
        if (kind is null)
            return "Malformed";
        length = header;
        return $"{header}+0: {kind}{flags}";
    }

    private static string Value(string input, string line, int header, out int length)
    {
        length = 0;
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (4 or 5) || words[1].Length > 250 || SlowNumbers.Unsigned32(words[2]) is not { } flags
            || SlowNumbers.Length(words[3]) is not { } size)
            return "Malformed";
        ulong? cas = words.Length == 5 ? SlowNumbers.Unsigned64(words[4]) : null;
        if (words.Length == 5 && cas is null)
            return "Malformed";
        string? problem = Body(input, header, size, out length, out string value);
        return problem ?? $"{header}+{size + 2}: Value {words[1]} {flags} {cas?.ToString() ?? "-"} ={value}";
    }

    private static string MetaValue(string input, string[] words, int header, out int length)
    {
        length = 0;
        if (words.Length < 2 || SlowNumbers.Length(words[1]) is not { } size)
            return "Malformed";
        string? problem = Body(input, header, size, out length, out string value);
        return problem ?? $"{header}+{size + 2}: Value{string.Concat(words.Skip(2).Select(w => $" [{w}]"))} ={value}";
    }

    private static string? Body(string input, int header, int size, out int length, out string value)
    {
        length = 0;
        value = "";
        if (input.Length < (long)header + size + 2)
            return "Incomplete";
        value = input.Substring(header, size);
        if (input.Substring(header + size, 2) != "\r\n")
            return "Malformed";
        length = header + size + 2;
        return null;
    }

    private static bool TryLine(string input, out string line, out int header)
    {
        int end = input.IndexOf('\n', StringComparison.Ordinal);
        header = end + 1;
        line = end < 0 ? "" : input[..end];
        line = line.EndsWith('\r') ? line[..^1] : line;
        return end >= 0;
    }

    [GeneratedRegex(@"\A[0-9]+\z", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
