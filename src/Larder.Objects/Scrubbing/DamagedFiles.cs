using System.Globalization;
using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>
/// <c>lost+damaged/</c> of a device: files that are not what was stored, under names of their own, and
/// <c>report.txt</c>, a line for each.
/// </summary>
internal static class DamagedFiles
{
    private const int NameTriesMax = 100;

    /// <summary>
    /// Moves a file away, if its path still leads to it. EAGAIN: something else has taken its place meanwhile, which
    /// stays.
    /// </summary>
    /// <param name="device">Held by the caller.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="inode">The damaged file's.</param>
    /// <param name="nowUnix">Part of the new name.</param>
    /// <param name="newName">Its name in the folder.</param>
    public static SysResult Move(Device device, byte[] path, ulong inode, long nowUnix, out string newName)
    {
        newName = "";
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        byte[] name = path[(slash + 1)..];
        SysResult result = device.OpenParent(path, makes: false, out FolderHandle? parent);
        if (result.IsError)
        {
            return result;
        }
        using (parent)
        {
            result = OpenFolder(device, out FolderHandle? folder);
            if (result.IsError)
            {
                return result;
            }
            using (folder)
            {
                return Move(device, (parent!, name, inode), folder!, nowUnix, out newName);
            }
        }
    }

    /// <summary>Adds a line to the report.</summary>
    public static SysResult Report(Device device, string line)
    {
        SysResult result = OpenFolder(device, out FolderHandle? folder);
        if (result.IsError)
        {
            return result;
        }
        using (folder)
        {
            result = device.OpenOrCreate(folder!, "report.txt"u8, out OpenedFile? file);
            if (result.IsError)
            {
                return result;
            }
            using (file)
            {
                result = device.Status(file!, out FileStatus status);
                return result.IsError ? result : device.Write(file!, Encoding.ASCII.GetBytes(line + "\n"), status.Size);
            }
        }
    }

    /// <summary>Reads the last lines of the report.</summary>
    /// <param name="device">Held by the caller.</param>
    /// <param name="lengthMax">The most bytes.</param>
    /// <param name="lines">Whole lines.</param>
    public static SysResult ReadReport(Device device, int lengthMax, out byte[] lines)
    {
        lines = [];
        SysResult result = device.OpenFile("lost+damaged/report.txt"u8, out OpenedFile? file);
        if (result.IsError)
        {
            return result;
        }
        using (file)
        {
            result = device.Status(file!, out FileStatus status);
            if (result.IsError)
            {
                return result;
            }
            byte[] bytes = new byte[Math.Min(status.Size, lengthMax)];
            result = device.Read(file!, bytes, status.Size - bytes.Length);
            if (!result.IsError)
            {
                Span<byte> read = bytes.AsSpan(0, result.Int);
                int begin = status.Size > lengthMax ? read.IndexOf((byte)'\n') + 1 : 0;
                lines = read[begin..(read.LastIndexOf((byte)'\n') + 1)].ToArray();
            }
            return result;
        }
    }

    private static SysResult OpenFolder(Device device, out FolderHandle? folder)
        => device.OpenParent("lost+damaged/any"u8, makes: true, out folder);

    private static SysResult Move(
        Device device,
        (FolderHandle Parent, byte[] Name, ulong Inode) file,
        FolderHandle folder,
        long nowUnix,
        out string newName)
    {
        SysResult result = SysResult.Fail(Errno.Exists);
        byte[] to = [];
        newName = "";
        for (int i = 0; i < NameTriesMax && result.IsError && result.Errno == Errno.Exists; i++)
        {
            byte[] begin = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{nowUnix}.{i}-"));
            int kept = Math.Min(file.Name.Length, 255 - begin.Length); // NAME_MAX
            to = [.. begin, .. file.Name[^kept..]];
            newName = PathText.Escape(to);
            result = device.Move(file.Parent, file.Name, folder, to);
        }
        if (result.IsError)
        {
            return result;
        }
        // A PUT may have given the name to another file between our last look and the move: that one goes back.
        if (device.StatusOfEntry(folder, to, out FileStatus moved).IsError || moved.Inode == file.Inode)
        {
            return result;
        }
        result = device.Move(folder, to, file.Parent, file.Name);
        if (result.IsError && result.Errno == Errno.Exists)
        {
            result = device.Remove(folder, to); // a still newer one has the name
        }
        return result.IsError ? result : SysResult.Fail(Errno.Again);
    }
}
