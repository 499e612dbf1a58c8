using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Larder.Fuzz;

/// <summary>
/// The head of an HTTP request the slow, obvious way: regular expressions and a list of headers. Says what
/// <see cref="Larder.Protocol.Tests.Http.HttpDescription"/> says of the real reader's result.
/// </summary>
internal static partial class SlowHttpParser
{
    private static readonly string[] s_once =
    [
        "host", "content-length", "transfer-encoding", "content-md5", "content-range", "range", "if-match",
        "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "want-digest",
    ];

    public static string Describe(string input)
    {
        Match lone = LoneLineFeed().Match(input);
        int end = input.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (lone.Success && (end < 0 || lone.Index < end))
            return "400";
        if (end < 0)
            return input.Length > 65535 || HopelessStart().IsMatch(input) ? "400" : "Incomplete";
        if (end + 4 > 65535)
            return "400";
        string head = input[..(end + 2)];
        if (head.StartsWith("\r\n", StringComparison.Ordinal))
            head = head[2..];
        string[] lines = head.Split("\r\n")[..^1];
        if (lines.Length == 0)
            return "400";
        Match request = RequestLine().Match(lines[0]);
        if (!request.Success)
            return "400";
        string method = request.Groups["method"].Value;
        if (method is "POST" or "OPTIONS" or "PATCH" or "TRACE" or "CONNECT")
            return "405";
        if (method is not ("GET" or "HEAD" or "PUT" or "DELETE" or "MKCOL"))
            return "501";
        string version = request.Groups["version"].Value;
        return version is "1.0" or "1.1"
            ? Describe(end + 4, method, request.Groups["target"].Value, version == "1.1", lines[1..])
            : "505";
    }

    private static string Describe(int length, string method, string target, bool is11, string[] lines)
    {
        if (lines.Length > 4096)
            lines = [.. lines[..4096], "too many"];
        var headers = new List<KeyValuePair<string, string>>();
        foreach (string line in lines)
        {
            Match header = Header().Match(line);
            if (!header.Success)
                return "400";
            string name = header.Groups["name"].Value.ToLowerInvariant();
            string value = header.Groups["value"].Value.Trim(' ', '\t');
            if (s_once.Contains(name) && headers.Exists(h => h.Key == name))
                return "400";
            if (ErrorOf(name, value, method, is11) is { } error)
                return error;
            headers.Add(new(name, value));
        }
        string? Value(string name) => headers.Find(h => h.Key == name).Value;
        bool Lists(string name, string element) => headers.Exists(h => h.Key == name && h.Value.Split(',')
            .Any(e => string.Equals(e.Trim(' ', '\t'), element, StringComparison.OrdinalIgnoreCase)));
        bool isChunked = Value("transfer-encoding") is not null;
        string? size = Value("content-length");
        string? piece = method == "PUT" ? Value("content-range") : null;
        string? md5 = method == "PUT" ? Value("content-md5") : null;
        if (isChunked && (size is not null || !is11))
            return "400";
        Match range = Piece().Match(piece ?? "");
        if (piece is not null
            && size != (Number(range, "last") - Number(range, "first") + 1).ToString(CultureInfo.InvariantCulture))
            return "400";
        if (md5 is not null && !Md5().IsMatch(md5))
            return "400";
        bool keeps = !Lists("connection", "close") && (is11 || Lists("connection", "keep-alive"));
        string total = range.Groups["total"].Value == "*" ? "-1" : range.Groups["total"].Value;
        string Field(string label, string name) =>
            string.IsNullOrEmpty(Value(name)) ? "" : $" {label}={Value(name)}";
        return $"{length}: {method[0]}{method[1..].ToLowerInvariant()} {target}{(is11 ? "" : " 1.0")}"
            + $"{(keeps ? "" : " closes")}{(Value("host") is { } host ? $" host={host}" : "")}"
            + $"{(size is null ? "" : $" length={size}")}{(isChunked ? " chunked" : "")}"
            + $"{(isChunked || size is not (null or "0") ? " body" : "")}"
            + $"{(is11 && Value("expect") is not null ? " expects" : "")}"
            + $"{(Lists("trailer", "Content-MD5") ? " announces" : "")}"
            + (piece is null ? "" : $" piece={range.Groups["first"].Value}-{range.Groups["last"].Value}/{total}")
            + (md5 is null ? "" : $" md5={md5}") + Field("range", "range") + Field("match", "if-match")
            + Field("none-match", "if-none-match") + Field("since", "if-modified-since")
            + Field("unmodified", "if-unmodified-since") + Field("if-range", "if-range") + Field("want", "want-digest");
    }

    private static string? ErrorOf(string name, string value, string method, bool is11) => name switch
    {
        "host" => Authority().IsMatch(value) ? null : "400",
        "content-length" => !Digits().IsMatch(value) ? "400" : IsTooLarge(value) ? "507" : null,
        "transfer-encoding" => value.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? null : "501",
        "expect" when is11 => value.Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? null : "417",
        "content-range" when method == "PUT" => ErrorOfPiece(Piece().Match(value)),
        _ => null,
    };

    private static string? ErrorOfPiece(Match piece)
    {
        if (!piece.Success)
            return "400";
        string total = piece.Groups["total"].Value;
        if (IsTooLarge(piece.Groups["first"].Value) || IsTooLarge(piece.Groups["last"].Value)
            || (total != "*" && IsTooLarge(total)))
            return "507";
        BigInteger first = Number(piece, "first");
        BigInteger last = Number(piece, "last");
        bool isGood = last >= first && last - first < long.MaxValue && (total == "*" || last < Number(piece, "total"));
        return isGood ? null : "400";
    }

    private static BigInteger Number(Match match, string group) =>
        match.Success ? BigInteger.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    private static bool IsTooLarge(string digits) =>
        BigInteger.Parse(digits, CultureInfo.InvariantCulture) > long.MaxValue;

    [GeneratedRegex(@"(?<!\r)\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoneLineFeed();

    [GeneratedRegex(@"\A[^\r!#$%&'*+\-.^_`|~0-9A-Za-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HopelessStart();

    [GeneratedRegex(
        @"\A(?<method>[!#$%&'*+\-.^_`|~0-9A-Za-z]+) (?<target>[\x21-\x7e]+) HTTP/(?<version>[0-9]\.[0-9])\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RequestLine();

    [GeneratedRegex(
        @"\A(?<name>[!#$%&'*+\-.^_`|~0-9A-Za-z]+):(?<value>[\t\x20-\x7e\x80-\xff]*)\z", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Header();

    [GeneratedRegex(@"\A[A-Za-z0-9._~!$&'()*+;=:%\[\]\-]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Authority();

    [GeneratedRegex(@"\A(0|[1-9][0-9]*)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(
        @"\A[Bb][Yy][Tt][Ee][Ss] (?<first>0|[1-9][0-9]*)-(?<last>0|[1-9][0-9]*)/(?<total>\*|0|[1-9][0-9]*)\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Piece();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{21}[AQgw]==\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Md5();
}
