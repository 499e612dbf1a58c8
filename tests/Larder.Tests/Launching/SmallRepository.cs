namespace Larder.Tests.Launching;

/// <summary>
/// The launcher and the build settings of the real repository around a program of a few lines, which says who it is:
/// so that a test of the launcher builds in seconds.
/// </summary>
internal sealed class SmallRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallRepository()
    {
        foreach (string name in new[] { "larder", "Directory.Build.props", "global.json" })
            File.Copy(Path.Combine(SourceTree.Root, name), _folder.Combine(name));

        Directory.CreateDirectory(_folder.Combine("src/Larder"));
        File.WriteAllText(
            _folder.Combine("src/Larder/Larder.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <AssemblyName>larder</AssemblyName>
                <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
              </PropertyGroup>
            </Project>
            """);
        WriteProgram("first");
    }

    public string Folder => _folder.Path;

    public string Launcher => _folder.Combine("larder");

    /// <summary>
    /// The environment of somebody who just cloned it: artifacts beside the sources, unless a place is given.
    /// </summary>
    public static Dictionary<string, string?> Environment(string? artifacts = null) => new(StringComparer.Ordinal)
    {
        ["LARDER_ARTIFACTS"] = artifacts,
        ["DOTNET_ROOT"] = null,
    };

    /// <summary>
    /// A program that prints a word, its process id, the name that it was called by, and its arguments.
    /// </summary>
    public void WriteProgram(string word) => WriteSource(
        $$"""
        string name = System.IO.File.ReadAllText("/proc/self/cmdline").Split('\0')[0];
        name = System.IO.Path.GetFileName(name);
        System.Console.WriteLine($"{{word}} {System.Environment.ProcessId} {name} {string.Join('|', args)}");
        return 7;
        """);

    public void WriteSource(string text) => File.WriteAllText(_folder.Combine("src/Larder/Program.cs"), text);

    public void Dispose() => _folder.Dispose();
}
