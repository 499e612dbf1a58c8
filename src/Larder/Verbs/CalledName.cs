using System.Text;

namespace Larder.Verbs;

/// <summary>The name that this process was called by: a link named <c>memcached</c> is the cache, one named
/// <c>cmogstored</c> or <c>mogstored</c> the object store.</summary>
internal static class CalledName
{
    public const string Default = "larder";
    public const string Memcached = "memcached";

    /// <summary>Names of MogileFS's storage daemon: in C, and in Perl.</summary>
    public static readonly string[] Storage = ["cmogstored", "mogstored"];

    /// <summary>
    /// The file name in argv[0], which the runtime hides behind the path of the assembly; <see cref="Default"/> where
    /// the kernel does not tell (proc(5), /proc/pid/cmdline: arguments end with a zero byte).
    /// </summary>
    public static string Read()
    {
        ReadOnlySpan<byte> commandLine;
        try
        {
            commandLine = File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (IOException)
        {
            return Default;
        }

        int end = commandLine.IndexOf((byte)0);
        return FromPath(Encoding.UTF8.GetString(end < 0 ? commandLine : commandLine[..end]));
    }

    /// <summary>The name in a path; empty paths are called <see cref="Default"/>.</summary>
    public static string FromPath(string path)
    {
        string name = Path.GetFileName(path);
        return name.Length == 0 ? Default : name;
    }
}
