using System.Globalization;
using System.Text;
using Larder.Events.Files;

namespace Larder.Objects.Usage;

/// <summary>Finds what a folder lies on: its mount in the kernel's table, its disk in the kernel's tree.</summary>
/// <remarks>
/// The mount is the one with the folder's numbers (st_dev) whose mount point is the longest beginning of the path: bind
/// mounts share their numbers, and each has the source of the file system. File systems that give their files numbers
/// of their own (btrfs) are found by the path alone, and their disk by the name of the source.
/// </remarks>
internal static class MountTable
{
    private const int FieldsMin = 10;
    private const int NumbersField = 2;
    private const int PointField = 4;
    private const int OptionalField = 6; // any number of them, ended by a dash

    /// <summary>What a folder lies on. Reads the kernel's tables, and nothing of the disk itself.</summary>
    /// <param name="files">Where the kernel's tables are.</param>
    /// <param name="path">The folder's absolute path, free of links.</param>
    /// <param name="folder">Its status.</param>
    public static DeviceMount Find(KernelFiles files, string path, in FileStatus folder)
    {
        try
        {
            string source = FindSource(File.ReadLines(files.MountInfo), path, folder);
            string? block = FindBlock(files, source, folder);
            return block == null ? new DeviceMount(source, null, null) : OfBlock(source, block);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return DeviceMount.Unknown; // a table that cannot be read, or a disk that goes while we look
        }
    }

    private static string FindSource(IEnumerable<string> lines, string path, in FileStatus folder)
    {
        string numbers = string.Create(
            CultureInfo.InvariantCulture, $"{(uint)(folder.Device >> 32)}:{(uint)folder.Device}");
        string source = "";
        (bool HasNumbers, int Length) best = (false, -1);
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ');
            int dash = fields.Length < FieldsMin ? -1 : Array.IndexOf(fields, "-", OptionalField);
            if (dash < 0 || dash + 2 >= fields.Length)
            {
                continue;
            }
            string point = Unescape(fields[PointField]);
            bool hasNumbers = string.Equals(fields[NumbersField], numbers, StringComparison.Ordinal);
            int length = IsBelow(path, point) ? point.Length : -1;
            (bool, int) found = (hasNumbers, length);
            // The later of two mounts on one point hides the earlier.
            if ((hasNumbers || length >= 0) && found.CompareTo(best) >= 0)
            {
                best = found;
                source = Unescape(fields[dash + 2]);
            }
        }
        return source;
    }

    private static bool IsBelow(string path, string point)
        => path.StartsWith(point, StringComparison.Ordinal)
            && (path.Length == point.Length || point.EndsWith('/') || path[point.Length] == '/');

    /// <summary>The table writes blanks, tabs, line ends and backslashes as three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length
                && !text.AsSpan(i + 1, 3).ContainsAnyExceptInRange('0', '7');
            plain.Append(isEscape
                ? (char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'))
                : text[i]);
            i += isEscape ? 3 : 0;
        }
        return plain.ToString();
    }

    /// <summary>The folder of the partition or disk in the kernel's tree; null when there is none.</summary>
    private static string? FindBlock(KernelFiles files, string source, in FileStatus folder)
    {
        string link = files.BlockByNumber((uint)(folder.Device >> 32), (uint)folder.Device);
        if (!Directory.Exists(link))
        {
            if (!source.StartsWith("/dev/", StringComparison.Ordinal) || !File.Exists(files.Of(source)))
            {
                return null;
            }
            // A name of the device mapper is a link to the kernel's name.
            string node = File.ResolveLinkTarget(files.Of(source), returnFinalTarget: true)?.FullName ?? source;
            link = files.BlockByName(Path.GetFileName(node));
        }
        return Directory.Exists(link)
            ? Directory.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link
            : null;
    }

    private static DeviceMount OfBlock(string source, string block)
    {
        bool isPartition = File.Exists(Path.Join(block, "partition"));
        string disk = isPartition ? Path.GetDirectoryName(block)! : block;
        return new DeviceMount(source, NameOf(block), NameOf(disk));
    }

    /// <summary>A slash in the name of a disk is an exclamation mark in the name of its folder.</summary>
    private static string NameOf(string folder) => Path.GetFileName(folder).Replace('!', '/');
}
