namespace Larder.Tests.Launching;

/// <summary>A folder of its own for one test, with a space in its path; gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } =
        Directory.CreateDirectory($"{Directory.CreateTempSubdirectory("larder-").FullName}/two words").FullName;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
