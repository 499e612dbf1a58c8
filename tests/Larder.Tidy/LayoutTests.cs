using System.Xml.Linq;
using Xunit;

namespace Larder.Tidy;

/// <summary>
/// Aim: the house has the rooms, doors and locks that its plan shows. Method: the project files are read.
/// </summary>
public sealed class LayoutTests
{
    /// <summary>What each assembly may reference. The executable may reference all.</summary>
    private static readonly Dictionary<string, string[]> s_references = new(StringComparer.Ordinal)
    {
        ["Larder.Protocol"] = [],
        ["Larder.Events"] = [],
        ["Larder.Cache"] = ["Larder.Protocol", "Larder.Events"],
        ["Larder.Objects"] = ["Larder.Protocol", "Larder.Events"],
        ["Larder.Client"] = ["Larder.Protocol"],
        ["Larder.Extensions.Caching"] = ["Larder.Client"],
        ["Larder"] = ["Larder.Protocol", "Larder.Events", "Larder.Cache", "Larder.Client", "Larder.Objects"],
    };

    /// <summary>Assemblies with pointers, each with the reason.</summary>
    private static readonly string[] s_unsafeAssemblies =
    [
        "Larder.Events", // system calls
        "Larder.Cache", // the item store is off the collected heap
    ];

    /// <summary>What packages may bring along: ILogger has no implementation with it.</summary>
    private static readonly string[] s_packages = ["Microsoft.Extensions.Logging.Abstractions"];

    private static IEnumerable<RepositoryFile> Projects =>
        Repository.Files.Where(static file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<RepositoryFile> SourceProjects =>
        Projects.Where(static file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    [Fact]
    public void Project_under_src_references_only_what_the_plan_allows()
    {
        foreach (RepositoryFile project in SourceProjects)
        {
            string name = Path.GetFileNameWithoutExtension(project.Name);
            Assert.True(s_references.TryGetValue(name, out string[]? allowed), $"{project.Path}: not in the table");
            IEnumerable<string> referenced = Values(project, "ProjectReference", "Include")
                .Select(static path => Path.GetFileNameWithoutExtension(path));
            Findings.AreNone(referenced.Except(allowed, StringComparer.Ordinal), $"{project.Path} must not reference");
        }
    }

    [Fact]
    public void Package_projects_depend_on_no_foreign_package() =>
        Findings.AreNone(
            SourceProjects.Where(static file => !file.Path.StartsWith("src/Larder/", StringComparison.Ordinal))
                .SelectMany(static file => Values(file, "PackageReference", "Include")
                    .Except(s_packages, StringComparer.Ordinal)
                    .Select(name => $"{file.Path}: {name}")),
            "a package that embeds anywhere brings nothing along");

    [Fact]
    public void Package_without_documentation_file_is_not_checked_for_silent_members() =>
        Findings.AreNone(
            SourceProjects.Where(static file => Values(file, "IsPackable", null).Any())
                .Where(static file => !Values(file, "GenerateDocumentationFile", null).Any())
                .Select(static file => file.Path),
            "packages whose public members the compiler does not check (CS1591)");

    [Fact]
    public void Pointers_in_src_stand_only_where_the_plan_allows_them()
    {
        Findings.AreNone(
            SourceProjects
                .Where(static file => Values(file, "AllowUnsafeBlocks", null).Any())
                .Select(static file => Path.GetFileNameWithoutExtension(file.Name))
                .Except(s_unsafeAssemblies, StringComparer.Ordinal),
            "assemblies that must do without pointers");
        Findings.AreNone(
            Findings.Matches(
                Repository.Sources("src").Where(static file =>
                    !file.Path.StartsWith("src/Larder.Events/", StringComparison.Ordinal)
                    && !file.Path.StartsWith("src/Larder.Cache/Store/", StringComparison.Ordinal)),
                @"\bunsafe\b",
                static file => file.Code),
            "unsafe outside Larder.Events and Larder.Cache/Store");
    }

    [Fact]
    public void Package_versions_stand_in_one_place_and_are_locked()
    {
        Findings.AreNone(
            Projects.SelectMany(static file => Values(file, "PackageReference", "Version").Select(_ => file.Path)),
            "versions belong into Directory.Packages.props");
        Findings.AreNone(
            Projects.Select(static file => $"{Path.GetDirectoryName(file.Path)}/packages.lock.json")
                .Where(static path => !File.Exists(Path.Combine(Repository.Root, path))),
            "lock files that are missing");
    }

    [Fact]
    public void Solution_names_every_project()
    {
        string solution = Repository.File("Larder.slnx").Text;
        Findings.AreNone(
            Projects.Select(static file => file.Path)
                .Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)),
            "projects that Larder.slnx does not name");
    }

    [Fact]
    public void Project_folder_holds_code() =>
        Findings.AreNone(
            Projects.Where(static file => !Repository.Sources(Path.GetDirectoryName(file.Path)!).Any())
                .Select(static file => file.Path),
            "projects that are only a shell");

    [Fact]
    public void Namespace_begins_with_the_name_of_the_assembly()
    {
        IEnumerable<string> strangers =
            from file in Repository.Sources("src", "tests", "bench")
            from match in Findings.In(file.Code, @"^namespace (?<name>[\w.]+);")
            let assembly = file.Path.Split('/')[1]
            let name = match.Groups["name"].Value
            where name != assembly && !name.StartsWith($"{assembly}.", StringComparison.Ordinal)
            select $"{file.Path}: {name}";
        Findings.AreNone(strangers, "namespaces that do not tell where their code is");
    }

    private static IEnumerable<string> Values(RepositoryFile project, string element, string? attribute) =>
        XDocument.Parse(project.Text).Descendants(element)
            .Select(found => attribute is null ? found.Value : found.Attribute(attribute)?.Value)
            .OfType<string>();
}
