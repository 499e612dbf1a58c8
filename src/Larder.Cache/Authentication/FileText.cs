namespace Larder.Cache.Authentication;

/// <summary>Reads files of passwords, which are small, and says in the system's words why one cannot be read.</summary>
internal static class FileText
{
    /// <summary>The whole path: a daemon leaves the folder that it was started in. What is none stays.</summary>
    public static string PlaceOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path);
    }

    /// <summary>All bytes of a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="bytesMax">A longer file is none of ours.</param>
    /// <param name="reason">Empty, or why there is none.</param>
    /// <returns>Null if it cannot be read.</returns>
    public static byte[]? Read(string path, int bytesMax, out string reason)
    {
        reason = "";
        try
        {
            // Not File.ReadAllBytes: the file may be a pipe, or grow without end.
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[bytesMax + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= bytesMax)
            {
                return bytes[..length];
            }
            reason = $"it has more than {bytesMax} bytes";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = "No such file or directory";
        }
        catch (UnauthorizedAccessException)
        {
            reason = Directory.Exists(path) ? "Is a directory" : "Permission denied";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            reason = exception.Message;
        }
        return null;
    }

    /// <summary>The lines of a file without their ends, LF or CR LF; the last one may lack its end.</summary>
    public static List<byte[]> Lines(byte[] text)
    {
        var lines = new List<byte[]>();
        for (int at = 0; at < text.Length;)
        {
            int length = text.AsSpan(at).IndexOf((byte)'\n');
            int end = length < 0 ? text.Length : at + length;
            lines.Add(text[at..(end > at && text[end - 1] == '\r' ? end - 1 : end)]);
            at = end + 1;
        }
        return lines;
    }
}
