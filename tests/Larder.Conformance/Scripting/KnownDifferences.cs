using System.Globalization;
using System.Text.RegularExpressions;

namespace Larder.Conformance.Scripting;

/// <summary>
/// The file KnownDifferences.txt: every exchange that Debian's memcached 1.6.18 answers otherwise than the transcripts
/// say (they describe Larder, whose reference is 1.6.45). An entry that does not come true fails the test.
/// <code>
/// [TRANSCRIPT] SECTION #EXCHANGE      (or #FIRST-LAST; several such lines share what follows)
/// why REASON
/// modes Whole Pipelined       (optional: all otherwise)
/// &lt; ANSWER                    (as in a transcript; no such line: nothing is answered)
/// @closed                     (optional: the oracle ends the stream)
/// @leave                      (optional: the rest of the section builds on the other answer and is left out)
/// </code>
/// </summary>
public sealed partial class KnownDifferences
{
    private readonly List<KnownDifference> _all;

    private KnownDifferences(List<KnownDifference> all) => _all = all;

    /// <summary>All entries in the order of the file.</summary>
    public IReadOnlyList<KnownDifference> All => _all;

    /// <summary>Reads the file beside the test program.</summary>
    public static KnownDifferences Load() =>
        Read(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "KnownDifferences.txt")));

    /// <summary>Parses the lines of such a file.</summary>
    /// <exception cref="FormatException">A line is wrong or an entry has no reason.</exception>
    public static KnownDifferences Read(IEnumerable<string> lines)
    {
        var all = new List<KnownDifference>();
        var headings = new List<string>();
        var body = new List<string>();
        foreach (string line in lines.Append("[").Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] == '[' && body.Count > 0)
            {
                all.AddRange(headings.SelectMany(h => ReadEntries(h, body)));
                headings.Clear();
                body = [];
            }
            (line[0] == '[' ? headings : body).Add(line);
        }
        return new KnownDifferences(all);
    }

    /// <summary>The entry for an exchange sent in this way, or null.</summary>
    public KnownDifference? Find(string transcript, string section, int exchange, SendMode mode) =>
        _all.Find(d => d.Exchange == exchange && d.Section == section && d.Transcript == transcript
            && d.Modes.Contains(mode));

    private static IEnumerable<KnownDifference> ReadEntries(string headingLine, List<string> body)
    {
        Match heading = HeadingPattern().Match(headingLine);
        if (!heading.Success)
            throw new FormatException($"not a heading: {headingLine}");
        string why = string.Join(
            ' ', body.Where(l => l.StartsWith("why ", StringComparison.Ordinal)).Select(l => l[4..]));
        if (why.Length == 0)
            throw new FormatException($"{headingLine} gives no reason (why ...)");
        string? modes = body.Find(l => l.StartsWith("modes ", StringComparison.Ordinal));
        int first = int.Parse(heading.Groups["first"].Value, CultureInfo.InvariantCulture);
        int last = heading.Groups["last"].Success
            ? int.Parse(heading.Groups["last"].Value, CultureInfo.InvariantCulture)
            : first;
        return Enumerable.Range(first, last - first + 1).Select(exchange => new KnownDifference
        {
            Transcript = heading.Groups["transcript"].Value,
            Section = heading.Groups["section"].Value,
            Exchange = exchange,
            Why = why,
            Modes = modes is null
                ? Enum.GetValues<SendMode>()
                : [.. modes[6..].Split(' ').Select(Enum.Parse<SendMode>)],
            Answer = body.Where(l => l[0] == '<').Select(TranscriptReader.Body)
                .Aggregate(Pattern.Empty, (a, b) => a.Then(b)),
            Closes = body.Contains("@closed"),
            LeavesRest = body.Contains("@leave"),
        });
    }

    [GeneratedRegex(
        @"^\[(?<transcript>[^\]]+)\] (?<section>.+) #(?<first>\d+)(-(?<last>\d+))?$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex HeadingPattern();
}
