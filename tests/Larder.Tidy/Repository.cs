using System.Reflection;

namespace Larder.Tidy;

/// <summary>The source tree that this was built from: what is in it, without what builds leave behind.</summary>
internal static class Repository
{
    private static readonly string[] s_foreign = [".git", "artifacts", "bin", "obj", ".vs", ".idea", ".vscode"];

    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static each => string.Equals(each.Key, "RepositoryRoot", StringComparison.Ordinal))
        .Value!;

    /// <summary>All files, in order of their paths.</summary>
    public static IReadOnlyList<RepositoryFile> Files { get; } =
        [.. Walk(Root).Order(StringComparer.Ordinal).Select(static path => new RepositoryFile(path))];

    /// <summary>All C# files under one of the folders.</summary>
    public static IEnumerable<RepositoryFile> Sources(params string[] folders) =>
        Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal)
            && folders.Any(folder => file.Path.StartsWith($"{folder}/", StringComparison.Ordinal)));

    /// <summary>The file at a path from the root; fails the test if there is none.</summary>
    public static RepositoryFile File(string path) =>
        Files.Single(file => string.Equals(file.Path, path, StringComparison.Ordinal));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(IsOurs))
            yield return Path.GetRelativePath(Root, file);

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (!IsOurs(child)) continue;
            foreach (string file in Walk(child)) yield return file;
        }
    }

    /// <summary>In a working tree of its own, .git is a file.</summary>
    private static bool IsOurs(string path) => !s_foreign.Contains(Path.GetFileName(path), StringComparer.Ordinal);
}
