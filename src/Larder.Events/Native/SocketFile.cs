using System.Text;

namespace Larder.Events.Native;

/// <summary>The file that a UNIX socket has in the file system (unix(7)).</summary>
internal static unsafe class SocketFile
{
    /// <summary>
    /// Whether there is something at this path itself (links are not followed), and whether it is a socket.
    /// </summary>
    public static bool Exists(string path, out bool isSocket)
    {
        byte* status = stackalloc byte[Libc.StatxBytes];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int result = Libc.statx(Libc.AT_FDCWD, name, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE, status);
            isSocket = result == 0 && (*(ushort*)(status + Libc.StatxModeOffset) & Libc.S_IFMT) == Libc.S_IFSOCK;
            return result == 0;
        }
    }

    /// <summary>
    /// Removes the file; without effect when it is gone, or in a directory that is not ours any more.
    /// </summary>
    public static void Remove(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            SysResult.Of(Libc.unlink(name));
        }
    }
}
