using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Larder.Protocol.Http;

namespace Larder.Fuzz;

/// <summary>Lines of the side-channel the slow, obvious way: words, patterns, a list of what there is.</summary>
internal static partial class SlowSideParser
{
    /// <summary>What the first line of an input says, as the fast reader's description has it.</summary>
    public static string Describe(string input, HttpNames names)
    {
        int lengthMax = names == HttpNames.Narrow ? 495 : 9280;
        int lineFeed = input.IndexOf('\n', StringComparison.Ordinal);
        if ((lineFeed < 0 ? input.Length : lineFeed + 1) > lengthMax)
            return "Close";
        if (lineFeed < 0)
            return $"Incomplete {input.Length}";
        string line = input[..lineFeed];
        return $"{lineFeed + 1}: {Meaning(line.EndsWith('\r') ? line[..^1] : line, names)}";
    }

    private static string Meaning(string line, HttpNames names)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string joined = string.Join(' ', words);
        if (line.Trim(' ', '\t').Length == 0)
            return "Blank";
        if (joined == "watch")
            return "Watch";
        if (joined is "shutdown" or "shutdown graceful")
            return "Shutdown";
        if (Threads().Match(line.Trim(' ')) is { Success: true } threads)
        {
            var count = BigInteger.Parse(threads.Groups[1].Value, CultureInfo.InvariantCulture);
            return $"AioThreads {(count <= 100 ? count : 0)}";
        }
        if (Scrub().Match(joined) is { Success: true } scrub)
            return DescribeScrub(scrub, words);
        bool isSize = words is ["size", ['/', ..]];
        bool isDigest = words is ["MD5" or "SHA-1", ['/', ..]]
            || (words is ["MD5" or "SHA-1", ['/', ..], _] && Reason().IsMatch(words[2]));
        return isSize || isDigest ? DescribePath(words, names) : Unknown(words);
    }

    private static string DescribeScrub(Match scrub, string[] words)
    {
        string what = scrub.Groups["what"].Value;
        string number = scrub.Groups["n"].Value;
        if (number.Length == 0)
            return what == "report" ? Unknown(words) : $"Scrub {Capital(what)} -1";
        bool isDevice = BigInteger.Parse(number, CultureInfo.InvariantCulture) <= 16777215;
        return isDevice ? $"Scrub {Capital(what)} {number}" : Unknown(words);
    }

    private static string DescribePath(string[] words, HttpNames names)
    {
        (string? error, string text) = SlowHttpPieces.Resolve(words[1], names);
        if (error is not null)
            return error == "Malformed" ? Unknown(words) : "UriInvalid";
        string command = words[0] switch
        {
            "size" => "Size",
            "MD5" => "Md5",
            _ => "Sha1",
        };
        string reason = words.Length < 3 ? "" : $" reason={words[2]}{(words[2] == "fsck" ? " fsck" : "")}";
        return $"{command} {words[1]} file={text}{reason}";
    }

    private static string Unknown(string[] words)
        => "Unknown " + string.Concat(words[0].TakeWhile(static each => each is >= '!' and <= '~'));

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex(
        "^server +aio_threads *= *([0-9]+)\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Threads();

    [GeneratedRegex(
        "^larder scrub (?<what>pause|resume|status|report)( dev(?<n>0|[1-9][0-9]*))?\\z", RegexOptions.None, 1000)]
    private static partial Regex Scrub();

    [GeneratedRegex("^[0-9A-Za-z_]+\\z", RegexOptions.None, 1000)]
    private static partial Regex Reason();
}
