using System.Reflection;

namespace Larder.Tests.Launching;

/// <summary>Where the repository is that these tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = typeof(SourceTree).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static each => string.Equals(each.Key, "RepositoryRoot", StringComparison.Ordinal))
        .Value!;

    public static string Launcher { get; } = Path.Combine(Root, "larder");

    /// <summary>Completes when the program is built, so that a start says nothing about building.</summary>
    public static Task Built { get; } = Command.Run(Launcher, ["version"]);
}
