using Larder.Protocol.Text;

namespace Larder.Fuzz;

/// <summary>
/// The classic request line the slow, obvious way: strings and splitting. Says what
/// <see cref="Larder.Protocol.Tests.Text.TextDescription"/> says of the real reader's result.
/// </summary>
internal static class SlowTextParser
{
    private static readonly string[] s_administrative =
    [
        "stats", "shutdown", "watch", "refresh_certs", "debugtime", "cache_memlimit", "slabs", "lru", "lru_crawler",
        "extstore", "larder_delete_prefix",
    ];

    private static readonly string[] s_withArguments =
    [
        "cache_memlimit", "slabs", "lru", "lru_crawler", "extstore", "larder_delete_prefix",
    ];

    public static string Describe(string input)
    {
        int end = input.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
            return WithoutEnd(input);
        string line = input[..end];
        if (end + 1 < 4)
            return $"{end + 1}: Unknown error=BadLine skip=0";
        if (line.EndsWith('\r'))
            line = line[..^1];
        string[] tokens = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string description = tokens.Length == 0 ? "Unknown error=BadLine skip=0" : Describe(tokens);
        return description == "Close" ? description : $"{end + 1}: {description}";
    }

    private static string WithoutEnd(string input)
    {
        string trimmed = input.TrimStart(' ');
        bool isGet = trimmed.StartsWith("get ", StringComparison.Ordinal)
            || trimmed.StartsWith("gets ", StringComparison.Ordinal);
        bool mayGrow = isGet && input.Length - trimmed.Length <= 100 && input.Length <= 1 << 20;
        return input.Length <= 2048 || mayGrow ? "Incomplete" : "Close";
    }

    private static string Describe(string[] tokens)
    {
        string name = tokens[0];
        string[] rest = tokens[1..];
        string last = tokens[Math.Min(tokens.Length, 24) - 1];
        bool noReply = rest.Length > 0 && last == "noreply";
        string suffix = noReply ? " noreply" : "";
        string pascal = Name(name);
        return name switch
        {
            "get" or "gets" => pascal + Keys(rest),
            "gat" or "gats" => pascal + TouchingKeys(rest),
            "set" or "add" or "replace" or "append" or "prepend" => pascal + Storage(rest, 3, suffix),
            "cas" => pascal + Storage(rest, 4, suffix),
            "delete" when rest.Length > 4 => pascal + " error=BadLine skip=0",
            "delete" when rest.Length == 0 || rest[0].Length > 250 => pascal + " error=BadLine skip=0" + suffix,
            "delete" => pascal + $" key={rest[0]}" + suffix,
            "incr" or "decr" or "touch" => pascal + NumberChange(name, rest, suffix),
            "flush_all" => pascal + FlushAll(rest, suffix),
            "verbosity" => pascal + Verbosity(rest) + suffix,
            "version" or "quit" or "mg" or "ms" or "md" or "ma" or "me" or "mn" => pascal,
            _ when s_withArguments.Contains(name) && rest.Length == 0 => pascal + " error=UnknownCommand skip=0",
            _ when s_administrative.Contains(name) => pascal + string.Concat(rest.Select(t => $" [{t}]")) + suffix,
            _ => rest.Length > 0 && last.StartsWith("HTTP/", StringComparison.Ordinal)
                ? "Close"
                : "Unknown error=UnknownCommand skip=0",
        };
    }

    private static string Keys(string[] keys)
    {
        if (keys.Length == 0 || keys[0].Length > 250)
            return " error=BadLine skip=0";
        string text = string.Concat(keys.TakeWhile(k => k.Length <= 250).Select(k => $" key={k}"));
        return keys.Any(k => k.Length > 250) ? text + " keys=BadLine" : text;
    }

    private static string TouchingKeys(string[] rest)
    {
        if (rest.Length < 2)
            return " error=BadLine skip=0";
        if (SlowNumbers.Exptime(rest[0]) is not { } exptime)
            return " error=InvalidExptime skip=0";
        string keys = Keys(rest[1..]);
        return keys.StartsWith(" error", StringComparison.Ordinal) ? keys : $" exp={exptime}{keys}";
    }

    private static string Storage(string[] rest, int numbers, string suffix)
    {
        if (rest.Length < numbers + 1 || rest.Length > numbers + 2 || SlowNumbers.Length(rest[3]) is not { } length)
            return " error=BadLine skip=0";
        uint? flags = SlowNumbers.Flags(rest[1]);
        int? exptime = SlowNumbers.Exptime(rest[2]);
        ulong? cas = numbers == 4 ? SlowNumbers.Unsigned64(rest[4]) : 0;
        if (rest[0].Length > 250 || flags is null || exptime is null || cas is null)
            return $" error=BadLine skip={length + 2}{suffix}";
        return $" key={rest[0]} flags={flags} exp={exptime} len={length} cas={cas}{suffix}";
    }

    private static string NumberChange(string name, string[] rest, string suffix)
    {
        if (rest.Length is not (2 or 3))
            return " error=BadLine skip=0";
        if (rest[0].Length > 250)
            return " error=BadLine skip=0" + suffix;
        if (name == "touch")
            return SlowNumbers.Exptime(rest[1]) is { } exptime
                ? $" key={rest[0]} exp={exptime}{suffix}"
                : " error=InvalidExptime skip=0" + suffix;
        return SlowNumbers.Unsigned64(rest[1]) is { } delta
            ? $" key={rest[0]} delta={delta}{suffix}"
            : " error=InvalidDelta skip=0" + suffix;
    }

    private static string FlushAll(string[] rest, string suffix)
    {
        if (rest.Length > 2)
            return " error=UnknownCommand skip=0";
        if (rest.Length == 0 || (rest.Length == 1 && suffix.Length > 0))
            return " exp=0" + suffix;
        string time = SlowNumbers.Exptime(rest[0]) is { } exptime ? $" exp={exptime}" : " error=InvalidExptime skip=0";
        return time + suffix;
    }

    private static string Verbosity(string[] rest)
    {
        if (rest.Length == 0)
            return " error=UnknownCommand skip=0";
        return SlowNumbers.Unsigned32(rest[0]) is { } level ? $" level={level}" : " error=BadLine skip=0";
    }

    private static string Name(string name) => name switch
    {
        "mg" => "MetaGet",
        "ms" => "MetaSet",
        "md" => "MetaDelete",
        "ma" => "MetaArithmetic",
        "me" => "MetaDebug",
        "mn" => "MetaNoop",
        "debugtime" => nameof(TextCommand.DebugTime),
        _ => string.Concat(name.Split('_').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..])),
    };
}
