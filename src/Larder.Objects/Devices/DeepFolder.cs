using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>Makes folders with all those on the way to them.</summary>
internal static class DeepFolder
{
    /// <summary>Makes what is missing of a path and opens its end.</summary>
    /// <param name="root">Where the path begins.</param>
    /// <param name="path">Of the folder; not empty.</param>
    /// <param name="mode">Permissions of what is made, from which the process's umask is taken.</param>
    /// <param name="folder">Null when the result is an error.</param>
    public static SysResult Make(FolderHandle root, ReadOnlySpan<byte> path, uint mode, out FolderHandle? folder)
    {
        FolderHandle? at = null;
        SysResult result = SysResult.Ok(0);
        int begin = 0;
        while (begin < path.Length)
        {
            int end = path[begin..].IndexOf((byte)'/');
            end = end < 0 ? path.Length : begin + end;
            if (end > begin)
            {
                result = MakeOne(at ?? root, path[begin..end], mode, out FolderHandle? next);
                at?.Dispose();
                at = next;
                if (result.IsError)
                {
                    break;
                }
            }
            begin = end + 1;
        }
        folder = at;
        return result;
    }

    private static SysResult MakeOne(
        FolderHandle parent, ReadOnlySpan<byte> name, uint mode, out FolderHandle? folder)
    {
        SysResult made = parent.MakeFolder(name, mode);
        if (made.IsError && made.Errno != Errno.Exists) // somebody was faster
        {
            folder = null;
            return made;
        }
        return parent.OpenFolder(name, out folder);
    }
}
