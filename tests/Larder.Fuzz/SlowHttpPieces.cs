using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Larder.Protocol.Http;

namespace Larder.Fuzz;

/// <summary>Paths, bodies in chunks and ranges the slow, obvious way.</summary>
internal static partial class SlowHttpPieces
{
    public static string Path(string target, HttpNames names)
    {
        (string? error, string text) = Resolve(target, names);
        if (error is not null)
            return error;
        Match device = Device().Match(text);
        bool isDevice = device.Success && device.Groups["n"].Value is { Length: <= 8 } n && (n == "0" || n[0] != '0')
            && int.Parse(n, CultureInfo.InvariantCulture) <= 0xffffff;
        string rest = isDevice ? device.Groups["rest"].Value : text[1..];
        return $"{text} device={(isDevice ? device.Groups["n"].Value : "-1")} rest={rest}"
            + $"{(device.Success && device.Groups["rest"].Length > 0 && text[^1] != '/' ? " put" : "")}"
            + $"{(text == "/" ? " root" : "")}{(text[^1] == '/' ? " slash" : "")}";
    }

    /// <summary>What is wrong with a path, or the path as files are looked up by it.</summary>
    public static (string? Error, string Text) Resolve(string target, HttpNames names)
    {
        Match origin = Origin().Match(target);
        string path = origin.Success ? target[origin.Length..] : target;
        if (origin.Success && path.Length == 0)
            path = "/";
        bool isWide = names == HttpNames.Wide;
        if (path.Length == 0 || path[0] != '/' || !(isWide ? Wide() : Narrow()).IsMatch(path))
            return ("Malformed", "");
        path = "/" + path.TrimStart('/');
        if (!isWide && path.Length > 37)
            return ("TooLong", "");
        string text = string.Concat(path.Split('%').Select(
            static (s, i) => i == 0 ? s : (char)Convert.ToByte(s[..2], 16) + s[2..]));
        text = Slashes().Replace(text, "/");
        string[] segments = text.Split('/');
        if (text.Length > 3072 || segments.Any(static s => s.Length > 255))
            return ("TooLong", "");
        bool leadsUp = segments.Any(static s => s is "." or "..")
            || (!isWide && text.Contains("..", StringComparison.Ordinal));
        return leadsUp ? ("Forbidden", "") : (null, text);
    }

    /// <summary>The body, or null if there is no whole, good one at the beginning of the input.</summary>
    public static string? Chunks(string input)
    {
        var body = new StringBuilder();
        BigInteger total = 0;
        for (int at = 0; ;)
        {
            Match line = ChunkLine().Match(input, at);
            if (!line.Success || line.Groups["size"].Length > 16 || line.Groups["ext"].Length > 1024)
                return null;
            at += line.Length;
            BigInteger size = BigInteger.Parse(
                "0" + line.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            total += size;
            if (size == 0)
                return Trailers(input, at, body.ToString());
            if (total > long.MaxValue || size + 2 > input.Length - at)
                return null;
            body.Append(input, at, (int)size);
            at += (int)size;
            if (string.CompareOrdinal(input, at, "\r\n", 0, 2) != 0)
                return null;
            at += 2;
        }
    }

    public static string Ranges(string value, long size, int countMax)
    {
        Match match = RangeValue().Match(value);
        if (!match.Success)
            return "Malformed";
        if (!match.Groups["unit"].Value.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            return "Whole";
        string[] texts =
            [.. match.Groups["list"].Value.Split(',').Select(static t => t.Trim(' ', '\t')).Where(static t => t != "")];
        if (texts.Length == 0)
            return "Malformed";
        var wanted = new List<(BigInteger First, BigInteger Last)>();
        for (int i = 0; i < texts.Length; i++)
        {
            if (i == countMax)
                return "Whole";
            Match range = Range().Match(texts[i]);
            if (!range.Success)
                return "Malformed";
            string first = range.Groups["first"].Value;
            string last = range.Groups["last"].Value;
            BigInteger a = first == "" ? 0 : BigInteger.Parse(first, CultureInfo.InvariantCulture);
            BigInteger b = last == "" ? 0 : BigInteger.Parse(last, CultureInfo.InvariantCulture);
            if (a > long.MaxValue || b > long.MaxValue)
                return "TooLarge";
            if (first == "" && b > size && texts.Length == 1)
                return "Whole";
            if (first == "" && last != "")
                (a, b) = (b == 0 ? size : BigInteger.Max(size - b, 0), size - 1);
            else if (last == "")
                b = first == "" ? -1 : size - 1;
            if (a < size && a <= b)
                wanted.Add((a, BigInteger.Min(b, size - 1)));
        }
        return wanted.Count == 0 ? "NotSatisfiable" : string.Join(' ', Join(wanted).Select(r => $"{r.First}-{r.Last}"));
    }

    // Joins any two that touch, until none do.
    private static List<(BigInteger First, BigInteger Last)> Join(List<(BigInteger First, BigInteger Last)> ranges)
    {
        for (int i = 0; i < ranges.Count; i++)
        for (int j = i + 1; j < ranges.Count; j++)
        {
            (BigInteger First, BigInteger Last) a = ranges[i];
            (BigInteger First, BigInteger Last) b = ranges[j];
            if (a.First - b.Last > 81 || b.First - a.Last > 81)
                continue;
            ranges[i] = (BigInteger.Min(a.First, b.First), BigInteger.Max(a.Last, b.Last));
            ranges.RemoveAt(j);
            return Join(ranges);
        }
        return ranges;
    }

    private static string? Trailers(string input, int start, string body)
    {
        string md5 = "";
        int at = start;
        for (Match line; string.CompareOrdinal(input, at, "\r\n", 0, 2) != 0; at += line.Length)
        {
            line = Trailer().Match(input, at);
            if (!line.Success)
                return null;
            if (!line.Groups["name"].Value.Equals("content-md5", StringComparison.OrdinalIgnoreCase))
                continue;
            string value = line.Groups["value"].Value.Trim(' ', '\t');
            if (md5.Length > 0 || !Md5().IsMatch(value))
                return null;
            md5 = $" md5={value}";
        }
        return at + 2 - start > 65535 ? null : $"{at + 2}: {body}{md5}";
    }

    [GeneratedRegex(@"\A[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9._~!$&'()*+;=:%\[\]\-]+(?=/|\z)", RegexOptions.None, 1000)]
    private static partial Regex Origin();

    [GeneratedRegex(@"\A[A-Za-z0-9/.\-]+\z", RegexOptions.None, 1000)]
    private static partial Regex Narrow();

    [GeneratedRegex(
        @"\A([A-Za-z0-9/.\-_~!$&'()*+,;=:@]|%(?!2[Ff]|7[Ff])[2-9A-Fa-f][0-9A-Fa-f])+\z", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Wide();

    [GeneratedRegex("/+", RegexOptions.None, 1000)]
    private static partial Regex Slashes();

    [GeneratedRegex(
        @"\A/dev(?<n>[0-9]+)(/(?<rest>.*))?\z", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Device();

    [GeneratedRegex(
        @"\G(?<size>[0-9A-Fa-f]+)(?<ext>[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ChunkLine();

    [GeneratedRegex(
        @"\G(?<name>[!#$%&'*+\-.^_`|~0-9A-Za-z]+):(?<value>[\t\x20-\x7e\x80-\xff]*)\r\n", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Trailer();

    [GeneratedRegex(@"\A(?<unit>[!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?<list>.*)\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex RangeValue();

    [GeneratedRegex(@"\A(?<first>|0|[1-9][0-9]*)-(?<last>|0|[1-9][0-9]*)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Range();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{21}[AQgw]==\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Md5();
}
