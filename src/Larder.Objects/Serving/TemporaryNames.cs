using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Larder.Objects.Serving;

/// <summary>
/// Names of files that are not objects yet, <c>.larder-PID-RANDOM-N.tmp</c>. No request can name them: see
/// <see cref="IsOne"/>.
/// </summary>
internal static class TemporaryNames
{
    private const string Prefix = ".larder-";
    private const string Suffix = ".tmp";

    private static readonly string s_process = string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-");

    private static long s_next; // owner: interlocked

    /// <summary>A name that no other process and no other call has.</summary>
    public static byte[] Next() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{s_process}{Interlocked.Increment(ref s_next)}{Suffix}"));

    /// <summary>Whether a path's last part is such a name.</summary>
    public static bool IsOne(ReadOnlySpan<byte> path)
        => path[(path.LastIndexOf((byte)'/') + 1)..].StartsWith(".larder-"u8);

    /// <summary>Whether a file's name is one that a process which has ended left behind.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="isAlive">Tells whether a process runs.</param>
    public static bool IsLeftBehind(string name, Func<int, bool> isAlive)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || name.StartsWith(s_process, StringComparison.Ordinal))
        {
            return false;
        }
        ReadOnlySpan<char> number = name.AsSpan(Prefix.Length);
        int dash = number.IndexOf('-');
        return dash > 0
            && int.TryParse(number[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && (process == Environment.ProcessId || !isAlive(process));
    }
}
