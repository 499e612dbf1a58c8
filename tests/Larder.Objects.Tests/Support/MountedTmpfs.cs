using System.Diagnostics;

namespace Larder.Objects.Tests.Support;

/// <summary>A small file system in memory, mounted for a test; skips the test where that is not allowed.</summary>
internal sealed class MountedTmpfs : IDisposable
{
    private readonly string _path;
    private bool _isMounted;

    private MountedTmpfs(string path) => _path = path;

    /// <summary>Mounts one of a size like "1m" at a folder.</summary>
    public static MountedTmpfs At(string path, string size)
    {
        var mounted = new MountedTmpfs(path);
        (int status, string error) = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "larder-test", path);
        Assert.SkipWhen(status != 0, $"mounting is not allowed here: {error}");
        mounted._isMounted = true;
        return mounted;
    }

    public void Unmount()
    {
        if (_isMounted)
        {
            _isMounted = false;
            (int status, string error) = Run("umount", "-l", _path);
            Assert.True(status == 0, error);
        }
    }

    public void Dispose() => Unmount();

    private static (int Status, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
            })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
