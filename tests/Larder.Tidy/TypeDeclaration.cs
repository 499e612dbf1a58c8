using System.Text.RegularExpressions;

namespace Larder.Tidy;

/// <summary>A type that stands directly in a namespace.</summary>
/// <param name="Name">Without type parameters.</param>
/// <param name="Position">Where its declaration begins in the file.</param>
/// <param name="IsPublic">Whether other assemblies see it.</param>
internal sealed partial record TypeDeclaration(string Name, int Position, bool IsPublic)
{
    /// <summary>The top-level types of a file with a file-scoped namespace.</summary>
    public static IReadOnlyList<TypeDeclaration> Find(RepositoryFile file)
    {
        List<TypeDeclaration> found = [];
        string code = file.Code;
        foreach (Match match in Declaration().Matches(code))
        {
            ReadOnlySpan<char> before = code.AsSpan(0, match.Index);
            if (before.Count('{') != before.Count('}')) continue;
            bool isPublic = match.Value.Contains("public ", StringComparison.Ordinal);
            found.Add(new(match.Groups["name"].Value, match.Index, isPublic));
        }

        return found;
    }

    [GeneratedRegex(
        @"^[ \t]*(?:(?:public|internal|file|private|protected|static|sealed|abstract|readonly|ref|unsafe|partial)\s+)*"
        + @"(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\],.?*]+)\s+"
        + @"(?<name>[A-Za-z_]\w*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Declaration();
}
