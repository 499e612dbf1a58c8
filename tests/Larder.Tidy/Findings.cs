using System.Text.RegularExpressions;
using Xunit;

namespace Larder.Tidy;

/// <summary>What a rule found, shown as a list of places.</summary>
internal static class Findings
{
    private const int ShownMax = 40;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Fails with all places if there are any.</summary>
    public static void AreNone(IEnumerable<string> places, string rule)
    {
        string[] all = [.. places];
        Assert.True(all.Length == 0, $"{rule}\n  {string.Join("\n  ", all.Take(ShownMax))}");
    }

    /// <summary>Every match of a pattern in the text that is chosen from each file.</summary>
    public static IEnumerable<string> Matches(
        IEnumerable<RepositoryFile> files, string pattern, Func<RepositoryFile, string> textOf) =>
        from file in files
        from match in In(textOf(file), pattern)
        select $"{file.At(match.Index)}: {match.Value.Trim()}";

    /// <summary>Every match of a pattern, whose ^ and $ are those of lines.</summary>
    public static IEnumerable<Match> In(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline, s_patience);
}
