using System.Text;
using System.Text.RegularExpressions;

namespace Larder.Fuzz;

/// <summary>The meta request line the slow, obvious way; see <see cref="SlowTextParser"/>.</summary>
internal static partial class SlowMetaParser
{
    private const string Known = "bcfhklqstuvxCDEFIJLMNOPRT";

    public static string Describe(string input)
    {
        string description = SlowTextParser.Describe(input);
        string[] tokens = input.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (tokens.Length == 0 || description.Split(": ").ElementAtOrDefault(1) is not
            ("MetaGet" or "MetaSet" or "MetaDelete" or "MetaArithmetic" or "MetaDebug"))
            return description;
        string line = input.Split('\n')[0];
        line = line.EndsWith('\r') ? line[..^1] : line;
        return description + Meta(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Meta(string[] tokens)
    {
        string name = tokens[0];
        int? length = name == "ms" && tokens.Length > 2 ? SlowNumbers.Length(tokens[2]) : null;
        int skip = length is { } known ? known + 2 : 0;
        string? error = Error(name, tokens, length);
        if (error is not null)
            return $" error={error} skip={skip}";
        string[] flags = tokens[(name == "ms" ? 3 : 2)..];
        string key = flags.Any(f => f[0] == 'b') ? Decode(tokens[1])! : tokens[1];
        string text = $" key={key} len={length ?? -1} mode={(name == "me" ? "Set" : Mode(name, flags))}";
        if (name == "me")
            return text + (flags.Any(f => f[0] == 'b') ? " b" : "");
        return text + string.Concat(flags.Select(Flag));
    }

    private static string? Error(string name, string[] tokens, int? length)
    {
        if (name != "me" && tokens.Length > 20)
            return "MetaTooManyFlags";
        if (tokens.Length < 2 || tokens[1].Length > 250 || (name == "ms" && length is null))
            return "BadLine";
        string[] flags = tokens[(name == "ms" ? 3 : 2)..];
        bool undecodable = flags.Any(f => f[0] == 'b') && Decode(tokens[1]) is null;
        if (name == "me")
            return undecodable ? "BadLine" : null;
        string? flagError = FlagError(flags) ?? (undecodable ? "MetaKeyDecoding" : null);
        if (flagError is not null)
            return name == "ma" ? "MetaInvalidOrDuplicateFlag" : flagError;
        if (flags.Any(f => f[0] == 'O' && f.Length > 32))
            return "MetaOpaqueTooLong";
        return Mode(name, flags) switch
        {
            null when name == "ms" => "MetaInvalidSetMode",
            null => "MetaInvalidArithmeticMode",
            _ => null,
        };
    }

    private static string? FlagError(string[] flags)
    {
        for (int i = 0; i < flags.Length; i++)
        {
            char letter = flags[i][0];
            if (letter >= 127 || flags[..i].Any(f => f[0] == letter))
                return "MetaDuplicateFlag";
            if (!Known.Contains(letter, StringComparison.Ordinal))
                return "MetaInvalidFlag";
        }
        return flags.Select(TokenError).LastOrDefault(e => e is not null);
    }

    private static string? TokenError(string flag)
    {
        string token = flag[1..];
        return flag[0] switch
        {
            'T' or 'N' or 'R' when SlowNumbers.Exptime(token) is null => "MetaBadToken",
            'C' or 'E' when SlowNumbers.Unsigned64(token) is null => "MetaBadToken",
            'F' when SlowNumbers.Unsigned32(token) is null => "BadLine",
            'J' when SlowNumbers.Unsigned64(token) is null => "MetaInvalidInitial",
            'D' when SlowNumbers.Unsigned64(token) is null => "MetaInvalidDelta",
            'M' when token.Length != 1 => "MetaModeLength",
            _ => null,
        };
    }

    private static string? Mode(string name, string[] flags)
    {
        string? mode = flags.FirstOrDefault(f => f[0] == 'M')?[1..];
        return (name, mode) switch
        {
            ("ms", null or "S") => "Set",
            ("ms", "E") => "Add",
            ("ms", "A") => "Append",
            ("ms", "P") => "Prepend",
            ("ms", "R") => "Replace",
            ("ma", null or "I" or "+") => "Increment",
            ("ma", "D" or "-") => "Decrement",
            ("ms" or "ma", _) => null,
            _ => "Set",
        };
    }

    private static string Flag(string flag)
    {
        string token = flag[1..];
        return $" {flag[0]}" + flag[0] switch
        {
            'T' or 'N' or 'R' => $"={SlowNumbers.Exptime(token)}",
            'C' or 'E' or 'J' or 'D' => $"={SlowNumbers.Unsigned64(token)}",
            'F' => $"={SlowNumbers.Unsigned32(token)}",
            'O' => $"={token}",
            _ => "",
        };
    }

    private static string? Decode(string text)
    {
        if (!Base64().IsMatch(text))
            return null;
        var bits = new StringBuilder();
        foreach (char letter in text.TrimEnd('='))
        {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                .IndexOf(letter, StringComparison.Ordinal);
            bits.Append(Convert.ToString(value, 2).PadLeft(6, '0'));
        }
        var key = new StringBuilder();
        for (int at = 0; at + 8 <= bits.Length; at += 8)
            key.Append((char)Convert.ToInt32(bits.ToString(at, 8), 2));
        return key.ToString();
    }

    [GeneratedRegex(
        @"\A(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z", RegexOptions.None, 1000)]
    private static partial Regex Base64();
}
