using System.Text;

namespace Larder.Hosting;

/// <summary>
/// Whole texts to descriptors 1 and 2, each with one write(2), so that lines of several threads do not mix. Without
/// Console.Out and Console.Error, whose encodings and terminal set-up take time at the start.
/// </summary>
internal static class StandardStreams
{
    private static readonly Stream s_out = Console.OpenStandardOutput();
    private static readonly Stream s_error = Console.OpenStandardError();

    /// <summary>
    /// Whether somebody reads descriptor 2 on a screen. The link tells (proc(5)); Console.IsErrorRedirected would set
    /// the terminal up.
    /// </summary>
    public static bool IsErrorTerminal
    {
        get
        {
            string target = new FileInfo("/proc/self/fd/2").LinkTarget ?? "";
            return target.StartsWith("/dev/pts/", StringComparison.Ordinal)
                || target.StartsWith("/dev/tty", StringComparison.Ordinal);
        }
    }

    /// <summary>Writes to descriptor 1; false if nobody reads it any more.</summary>
    public static bool Out(string text) => Write(s_out, text);

    /// <summary>Writes to descriptor 2; false if nobody reads it any more.</summary>
    public static bool Error(string text) => Write(s_error, text);

    /// <summary>
    /// A reader that left (EPIPE) or a full disk must not stop a server: the text is lost, and that is all.
    /// </summary>
    private static bool Write(Stream stream, string text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
