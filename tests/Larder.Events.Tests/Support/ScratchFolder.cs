namespace Larder.Events.Tests.Support;

/// <summary>A folder of its own for a test, removed with all that is in it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("larder-test-").FullName;

    public string File(string name, byte[] content)
    {
        string path = System.IO.Path.Join(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
