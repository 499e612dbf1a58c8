using Xunit;

namespace Larder.Tidy;

/// <summary>
/// Aim: the code reads as its style page says. Method: each rule looks for what breaks it, and names the place.
/// </summary>
public sealed class StyleTests
{
    private const int FileLinesMax = 600;
    private const int LineLengthMax = 120;

    /// <summary>
    /// Files that hold attributes or usings of their whole assembly, and so no type of their own name.
    /// </summary>
    private static readonly string[] s_typelessFiles = ["AssemblyInfo.cs", "GlobalUsings.cs"];

    private static readonly string[] s_everywhere = ["src", "tests", "bench"];
    private static readonly string[] s_packages =
    [
        "src/Larder.Protocol", "src/Larder.Events", "src/Larder.Cache", "src/Larder.Client",
    ];

    private static bool IsNative(RepositoryFile file) =>
        file.Path.StartsWith("src/Larder.Events/Native/", StringComparison.Ordinal);

    [Fact]
    public void Source_file_is_short_enough_to_read() =>
        Findings.AreNone(
            Repository.Sources(s_everywhere)
                .Where(static file => file.Lines.Length > FileLinesMax + 1)
                .Select(static file => $"{file.Path}: {file.Lines.Length - 1} lines"),
            $"files of more than {FileLinesMax} lines");

    [Fact]
    public void Source_line_fits_the_screen()
    {
        IEnumerable<string> tooLong =
            from file in Repository.Files
            where IsCode(file)
            from line in file.Lines.Index()
            where line.Item.Length > LineLengthMax
            select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns";
        Findings.AreNone(tooLong, $"lines of more than {LineLengthMax} columns");
    }

    [Fact]
    public void Source_file_holds_one_type_of_its_own_name()
    {
        List<string> strangers = [];
        foreach (RepositoryFile file in Repository.Sources(s_everywhere))
        {
            if (s_typelessFiles.Contains(file.Name, StringComparer.Ordinal)) continue;
            string[] types = [.. TypeDeclaration.Find(file).Select(static type => type.Name)];
            bool isTopLevelProgram = types.Length == 0 && file.Name is "Program.cs";
            bool isNamed = types.Length == 1 && string.Equals($"{types[0]}.cs", file.Name, StringComparison.Ordinal);
            if (!isTopLevelProgram && !isNamed)
                strangers.Add($"{file.Path}: {string.Join(", ", types)}");
        }

        Findings.AreNone(strangers, "files must hold one type that is called like them");
    }

    [Fact]
    public void Native_imports_stand_in_one_folder() =>
        Findings.AreNone(
            Findings.Matches(
                Repository.Sources(s_everywhere).Where(static file => !IsNative(file)),
                @"\b(DllImport|LibraryImport|DllImportAttribute|LibraryImportAttribute)\b",
                static file => file.Code),
            "imports outside src/Larder.Events/Native");

    [Fact]
    public void Names_of_c_stand_in_one_folder() =>
        Findings.AreNone(
            Findings.Matches(
                Repository.Sources("src").Where(static file => !IsNative(file)),
                @"(?<![\w.])(epoll|sys|pthread|sock|accept|recv|send|eventfd|timerfd)_?[a-z0-9]*_[a-z0-9_]+(?=\s*\()"
                + @"|(?<![\w.])E(AGAIN|INTR|MFILE|NFILE|NOBUFS|NOMEM|PIPE|BADF|INVAL|CONN[A-Z]+|POLL[A-Z]+)(?!\w)"
                + @"|(?<![\w.])(SO_[A-Z]+|AF_[A-Z]+|TCP_[A-Z]+)(?!\w)",
                static file => file.Code),
            "names of C outside src/Larder.Events/Native");

    [Theory]
    [InlineData(@"\bThread\s*\.\s*Sleep\b", "a loop never sleeps: it waits for an event, with a deadline")]
    [InlineData(@"\bNotImplementedException\b", "what is not there yet is not offered")]
    [InlineData(@"\bcatch\b[^{;]*\{\s*\}", "nothing is swallowed")]
    [InlineData(@"\bDateTime(Offset)?\s*\.\s*Now\b", "use a clock that tests can move")]
    public void Code_does_without_what_is_banned(string pattern, string reason) =>
        Findings.AreNone(Findings.Matches(Repository.Sources(s_everywhere), pattern, static file => file.Code), reason);

    [Fact]
    public void Source_file_promises_nothing_for_later()
    {
        string pattern = @"\b(" + string.Join('|', "TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X") + @")\b";
        Findings.AreNone(
            Findings.Matches(Repository.Files.Where(IsOurText), pattern, static file => file.Text),
            "finish it or leave it out");
    }

    [Fact]
    public void Disabled_warning_gives_its_reason() =>
        Findings.AreNone(
            Findings.Matches(
                Repository.Sources(s_everywhere),
                @"^[ \t]*#pragma warning disable[^/\n]*$",
                static file => file.Text),
            "#pragma warning disable CODE // and why");

    [Fact]
    public void Public_type_of_a_package_has_a_summary()
    {
        List<string> silent = [];
        foreach (RepositoryFile file in Repository.Sources(s_packages))
        {
            foreach (TypeDeclaration type in TypeDeclaration.Find(file).Where(static type => type.IsPublic))
            {
                if (!HasSummaryAbove(file, type.Position)) silent.Add($"{file.At(type.Position)}: {type.Name}");
            }
        }

        Findings.AreNone(silent, "public types without a summary");
    }

    [Fact]
    public void Test_is_named_topic_condition_result()
    {
        IEnumerable<string> strangers =
            from file in Repository.Sources("tests")
            from match in Findings.In(
                file.Code,
                @"\[(?:Fact|Theory)\b[\s\S]*?\bpublic\s+(?:static\s+|async\s+)*(?:void|Task|ValueTask)\s+(\w+)\s*\(")
            let name = match.Groups[1].Value
            where !Findings.In(name, "^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){2,}$").Any()
            select $"{file.At(match.Groups[1].Index)}: {name}";
        Findings.AreNone(strangers, "test names say topic, condition and result: Get_unknown_key_answers_end");
    }

    private static bool IsCode(RepositoryFile file) =>
        file.Path.EndsWith(".cs", StringComparison.Ordinal) || file.Text.StartsWith("#!", StringComparison.Ordinal);

    private static bool IsOurText(RepositoryFile file) =>
        Path.GetExtension(file.Name) is ".cs" or ".csproj" or ".props" or ".targets" or ".md"
        || file.Text.StartsWith("#!", StringComparison.Ordinal);

    /// <summary>Walks up over attributes to the comment above a declaration.</summary>
    private static bool HasSummaryAbove(RepositoryFile file, int position)
    {
        string[] lines = file.Text[..position].Split('\n');
        for (int i = lines.Length - 2; i >= 0; i--)
        {
            string line = lines[i].Trim();
            if (line.StartsWith("///", StringComparison.Ordinal)) return true;
            if (line.Length == 0 || line.EndsWith(';') || line.EndsWith('}')) return false;
        }

        return false;
    }
}
