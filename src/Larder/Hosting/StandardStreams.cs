using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Larder.Hosting;

/// <summary>
/// Whole texts to descriptors 1 and 2, each with one write(2), so that lines of several threads do not mix. Without
/// System.Console, whose terminal set-up costs more than the rest of the cache's start.
/// </summary>
internal static class StandardStreams
{
    private static readonly FileStream s_out = Open(1);
    private static readonly FileStream s_error = Open(2);

    /// <summary>Writes to descriptor 1; false if nobody reads it any more.</summary>
    public static bool Out(string text) => Write(s_out, text);

    /// <summary>Writes to descriptor 2; false if nobody reads it any more.</summary>
    public static bool Error(string text) => Write(s_error, text);

    /// <summary>A reader that left (EPIPE) or a full disk must not stop a server: the text is lost, and that is all.</summary>
    private static bool Write(FileStream stream, string text)
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

    private static FileStream Open(int descriptor) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
