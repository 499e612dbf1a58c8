using Xunit;

namespace Larder.Tidy;

/// <summary>Aim: what the pages say is there, is there. Method: names, links and commands are looked up.</summary>
public sealed class DocumentTests
{
    private static readonly string[] s_required =
    [
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "larder", "test", ".ci/run", "docs/ARCHITECTURE.md",
    ];

    private static IEnumerable<RepositoryFile> Pages =>
        Repository.Files.Where(static file => file.Path.EndsWith(".md", StringComparison.Ordinal));

    private static IEnumerable<RepositoryFile> Scripts =>
        Repository.Files.Where(static file => file.Text.StartsWith("#!", StringComparison.Ordinal));

    [Fact]
    public void Architecture_page_names_every_project_under_src()
    {
        string page = Repository.File("docs/ARCHITECTURE.md").Text;
        IEnumerable<string> projects = Repository.Files
            .Where(static file => file.Path.StartsWith("src/", StringComparison.Ordinal))
            .Where(static file => file.Name.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(static file => Path.GetFileNameWithoutExtension(file.Name));
        Findings.AreNone(
            projects.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)),
            "projects that docs/ARCHITECTURE.md does not name");
    }

    [Fact]
    public void Readme_shows_only_verbs_that_exist()
    {
        string table = Repository.File("src/Larder/Verbs/VerbTable.cs").Text;
        string page = Repository.File("README.md").Text;
        IEnumerable<string> verbs = Findings.In(page, @"(?:\./larder|`larder) (?<verb>[a-z]+)")
            .Select(static match => match.Groups["verb"].Value)
            .Distinct(StringComparer.Ordinal);
        Findings.AreNone(
            verbs.Where(verb => !table.Contains($"new(\"{verb}\"", StringComparison.Ordinal)),
            "verbs that do not exist");
    }

    [Fact]
    public void Link_between_pages_leads_somewhere()
    {
        IEnumerable<string> broken =
            from page in Pages
            from match in Findings.In(page.Text, @"\]\((?<target>[^)#\s]+)[^)]*\)")
            let target = match.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page.FullPath)!, target))
            select $"{page.At(match.Index)}: {target}";
        Findings.AreNone(broken, "links into nothing");
    }

    [Fact]
    public void Script_can_be_executed_as_it_stands() =>
        Findings.AreNone(
            Scripts.Where(static file => !File.GetUnixFileMode(file.FullPath).HasFlag(UnixFileMode.UserExecute))
                .Select(static file => file.Path),
            "scripts without the executable bit");

    [Fact]
    public void Repository_without_these_files_is_incomplete() =>
        Findings.AreNone(
            s_required.Where(static path => !File.Exists(Path.Combine(Repository.Root, path))),
            "files that are missing");

    [Fact]
    public void Repository_knows_no_machine_by_its_paths()
    {
        Findings.AreNone(
            Findings.Matches(
                Repository.Files.Where(static file => file.Name is not "packages.lock.json"),
                "/" + @"(home|root|Users|work)/\w+",
                static file => file.Text),
            "paths of one machine");
        Findings.AreNone(
            Findings.Matches(Repository.Sources("src", "bench"), "\"/" + @"tmp/", static file => file.Text),
            "use Path.GetTempPath()");
    }
}
