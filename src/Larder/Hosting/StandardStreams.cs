using System.Text;
using Larder.Events.Native;

namespace Larder.Hosting;

/// <summary>
/// Whole texts to descriptors 1 and 2, each with one write(2), so that lines of several threads do not mix. Without the
/// Console, whose encodings and terminal set-up take time at the start, and whose streams stand on duplicates of the
/// descriptors: a daemon that let go of 1 and 2 would still hold the pipe that its starter reads to the end.
/// </summary>
internal static class StandardStreams
{
    private const int Output = 1;
    private const int ErrorOutput = 2;

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
    public static bool Out(string text) => Write(Output, text);

    /// <summary>Writes to descriptor 2; false if nobody reads it any more.</summary>
    public static bool Error(string text) => Write(ErrorOutput, text);

    /// <summary>Writes bytes to descriptor 2, as far as somebody reads it.</summary>
    public static void Error(ReadOnlySpan<byte> text) => _ = ProcessControl.Write(ErrorOutput, text);

    /// <summary>
    /// A reader that left (EPIPE) or a full disk must not stop a server: the text is lost, and that is all.
    /// </summary>
    private static bool Write(int descriptor, string text) =>
        !ProcessControl.Write(descriptor, Encoding.UTF8.GetBytes(text)).IsError;
}
