using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Larder.Objects.Devices;

/// <summary>
/// Names of files that are not objects yet, <c>.larder-PID-RANDOM-N.tmp</c>. No request can name them: see
/// <see cref="IsOne"/>.
/// </summary>
internal static class TemporaryNames
{
    private const string Prefix = ".larder-";

    private static readonly byte[] s_prefix = Encoding.ASCII.GetBytes(Prefix);

    /// <summary>The random part tells a process from an earlier one that had its number, as in a container.</summary>
    private static readonly byte[] s_process = Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-"));

    private static long s_next; // owner: interlocked

    /// <summary>A name that no other process and no other call has.</summary>
    public static byte[] Next() => Encoding.ASCII.GetBytes(
        string.Create(
        CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(s_process)}{Interlocked.Increment(ref s_next)}.tmp"));

    /// <summary>Whether a path's last part is such a name.</summary>
    public static bool IsOne(ReadOnlySpan<byte> path)
        => path[(path.LastIndexOf((byte)'/') + 1)..].StartsWith(s_prefix);

    /// <summary>Whether a file's name is one that a process which has ended left behind.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="isAlive">Tells whether a process runs.</param>
    public static bool IsLeftBehind(ReadOnlySpan<byte> name, Func<int, bool> isAlive)
    {
        if (!name.StartsWith(s_prefix) || !name.EndsWith(".tmp"u8) || name.StartsWith(s_process))
        {
            return false;
        }
        return Utf8Parser.TryParse(name[s_prefix.Length..], out int process, out int digits)
            && process > 0 && name[s_prefix.Length + digits] == (byte)'-'
            && (process == Environment.ProcessId || !isAlive(process));
    }

    /// <summary>Whether a process of this number runs (proc(5)).</summary>
    public static bool IsAlive(int process)
        => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"));
}
