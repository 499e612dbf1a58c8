using System.Text;

namespace Larder.Hosting;

/// <summary>
/// What this process was started from, so that it can be started again: its argv word for word (the runtime hides the
/// first behind the path of the assembly), the folder that it was started in, and the executable.
/// </summary>
/// <param name="Arguments">argv, with the name that the program was called by first.</param>
/// <param name="Folder">The working directory at the start.</param>
/// <param name="Program">The executable of this very process, links resolved.</param>
internal sealed record ProcessImage(IReadOnlyList<string> Arguments, string Folder, string Program)
{
    /// <summary>
    /// The executable that a new version is expected in. A name with a folder is that file again, whatever stands there
    /// today (a link to the version in use, the launcher); a bare name, which may mean anything by now, is the file
    /// that this process runs.
    /// </summary>
    public string SuccessorProgram
    {
        get
        {
            string name = Arguments[0];
            if (!name.Contains('/', StringComparison.Ordinal)) return Program;
            string path = Path.GetFullPath(name, Folder);
            return File.Exists(path) ? path : Program;
        }
    }

    /// <summary>
    /// Reads it from the kernel (proc(5), /proc/pid/cmdline: arguments end with a zero byte). At the start, before
    /// anything changes the working directory.
    /// </summary>
    public static ProcessImage Read()
    {
        string commandLine = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline"));
        string[] arguments = commandLine.TrimEnd('\0').Length == 0
            ? [Environment.ProcessPath!]
            : commandLine[..^1].Split('\0');
        return new(arguments, Environment.CurrentDirectory, Environment.ProcessPath!);
    }

    /// <summary>Our environment of this moment.</summary>
    public static Dictionary<string, string> CopyEnvironment()
    {
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            copy[(string)entry.Key] = (string)entry.Value!;

        return copy;
    }
}
