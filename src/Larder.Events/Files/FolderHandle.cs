using System.Runtime.CompilerServices;
using System.Text;
using Larder.Events.Native;

namespace Larder.Events.Files;

/// <summary>
/// A folder's descriptor, from which paths begin. Calls may block on the disk; any thread may use it until the one
/// owner disposes it.
/// </summary>
/// <remarks>
/// Paths are bytes, relative, without a zero byte, at most <see cref="PathBytesMax"/> long; "" is the folder itself.
/// <see cref="OpenFile"/> and <see cref="OpenFolder"/> never leave the folder: a symbolic link or a ".." that leads out
/// is EXDEV (openat2(2), RESOLVE_BENEATH). All other calls take the name of an entry of this very folder.
/// </remarks>
[SkipLocalsInit]
public sealed unsafe class FolderHandle : IDisposable
{
    /// <summary>PATH_MAX without its zero byte.</summary>
    public const int PathBytesMax = 4095;

    /// <summary>
    /// openat2(2) answers EAGAIN when a folder on the way was renamed meanwhile; nobody renames so often.
    /// </summary>
    private const int RaceTriesMax = 64;

    private int _fd; // owner: interlocked; -1 = closed

    private FolderHandle(int fd) => _fd = fd;

    /// <summary>Opens a folder anywhere.</summary>
    /// <param name="path">Absolute, or relative to where the process is.</param>
    /// <param name="folder">Null when the result is an error.</param>
    public static SysResult Open(string path, out FolderHandle? folder)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        fixed (byte* name = bytes)
        {
            SysResult result = SysResult.Of(FileCalls.openat(
                FileCalls.AT_FDCWD, name, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC, 0));
            folder = result.IsError ? null : new FolderHandle(result.Int);
            return result;
        }
    }

    /// <summary>Opens a folder below this one.</summary>
    public SysResult OpenFolder(ReadOnlySpan<byte> path, out FolderHandle? folder)
    {
        SysResult result = Resolve(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY, leaves: false);
        folder = result.IsError ? null : new FolderHandle(result.Int);
        return result;
    }

    /// <summary>
    /// Opens a folder below this one for <see cref="Sync"/> and <see cref="List"/> as well.
    /// </summary>
    public SysResult OpenFolderToSync(ReadOnlySpan<byte> path, out FolderHandle? folder)
    {
        SysResult result = Resolve(path, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY, leaves: false);
        folder = result.IsError ? null : new FolderHandle(result.Int);
        return result;
    }

    /// <summary>Opens a file below this folder to be read.</summary>
    /// <param name="path">Relative.</param>
    /// <param name="followsOut">Whether symbolic links may lead out of the folder.</param>
    /// <param name="file">Null when the result is an error.</param>
    public SysResult OpenFile(ReadOnlySpan<byte> path, bool followsOut, out OpenedFile? file)
    {
        // A pipe without a writer would block for ever; a file does not care (open(2), O_NONBLOCK).
        SysResult result = Resolve(path, FileCalls.O_RDONLY | FileCalls.O_NOATIME | Libc.O_NONBLOCK, followsOut);
        if (result.IsError && result.Errno == Errno.NotPermitted)
        {
            result = Resolve(path, FileCalls.O_RDONLY | Libc.O_NONBLOCK, followsOut); // O_NOATIME is the owner's
        }
        file = result.IsError ? null : new OpenedFile(result.Int);
        return result;
    }

    /// <summary>
    /// Asks about a path. Symbolic links are followed wherever they lead: compare with what was opened before.
    /// </summary>
    public SysResult Status(ReadOnlySpan<byte> path, out FileStatus status) => Status(path, 0, out status);

    /// <summary>Asks about an entry of this folder; a symbolic link is itself.</summary>
    public SysResult StatusOfEntry(ReadOnlySpan<byte> name, out FileStatus status)
        => Status(name, Libc.AT_SYMLINK_NOFOLLOW, out status);

    /// <summary>
    /// Makes a file without a name in this folder (open(2), O_TMPFILE): if nobody links it, it is gone with its
    /// descriptor. EOPNOTSUPP: the file system cannot.
    /// </summary>
    /// <param name="mode">Permissions; the process's umask is taken from them.</param>
    /// <param name="file">Open for writing and reading; null when the result is an error.</param>
    public SysResult CreateNameless(uint mode, out OpenedFile? file)
        => Open("."u8, FileCalls.O_RDWR | FileCalls.O_TMPFILE, mode, out file);

    /// <summary>Makes a file with a name; EEXIST when there is one.</summary>
    public SysResult CreateFile(ReadOnlySpan<byte> name, uint mode, out OpenedFile? file)
        => Open(name, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW, mode, out file);

    /// <summary>Opens a file of this folder to be changed in place, and makes it if there is none.</summary>
    public SysResult OpenOrCreate(ReadOnlySpan<byte> name, uint mode, out OpenedFile? file)
        => Open(name, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_NOFOLLOW | Libc.O_NONBLOCK, mode, out file);

    /// <summary>Gives a nameless file a name in this folder; EEXIST when the name is taken (linkat(2)).</summary>
    public SysResult Link(OpenedFile file, ReadOnlySpan<byte> name)
    {
        byte* to = stackalloc byte[PathBytesMax + 1];
        if (!Terminate(name, to))
        {
            return SysResult.Fail(Errno.NameTooLong);
        }
        byte empty = 0;
        SysResult result = SysResult.Of(FileCalls.linkat(
            file.Descriptor, &empty, _fd, to, FileCalls.AT_EMPTY_PATH));
        if (!result.IsError || result.Errno != Errno.NoEntry)
        {
            return result;
        }
        // Without CAP_DAC_READ_SEARCH older kernels answer ENOENT; the way through /proc is open to everybody.
        byte* from = stackalloc byte[32];
        int length = Encoding.ASCII.GetBytes($"/proc/self/fd/{file.Descriptor}", new Span<byte>(from, 31));
        from[length] = 0;
        return SysResult.Of(FileCalls.linkat(FileCalls.AT_FDCWD, from, _fd, to, FileCalls.AT_SYMLINK_FOLLOW));
    }

    /// <summary>Renames an entry, in place of another if there is one (rename(2)): nobody sees neither.</summary>
    public SysResult Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => Rename(from, this, to, 0);

    /// <summary>Moves an entry to another folder of the same file system; EEXIST when the name is taken.</summary>
    public SysResult MoveTo(ReadOnlySpan<byte> from, FolderHandle folder, ReadOnlySpan<byte> to)
        => Rename(from, folder, to, FileCalls.RENAME_NOREPLACE);

    /// <summary>Removes a file's name; EISDIR or EPERM for a folder.</summary>
    public SysResult Remove(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[PathBytesMax + 1];
        return Terminate(name, path)
            ? SysResult.Of(FileCalls.unlinkat(_fd, path, 0))
            : SysResult.Fail(Errno.NameTooLong);
    }

    /// <summary>Makes a folder; EEXIST when there is something of this name.</summary>
    public SysResult MakeFolder(ReadOnlySpan<byte> name, uint mode)
    {
        byte* path = stackalloc byte[PathBytesMax + 1];
        return Terminate(name, path)
            ? SysResult.Of(FileCalls.mkdirat(_fd, path, mode))
            : SysResult.Fail(Errno.NameTooLong);
    }

    /// <summary>Asks for the room of the file system that it lies in.</summary>
    public SysResult Space(out SpaceStatus space)
    {
        Span<byte> buffer = stackalloc byte[SpaceStatus.Bytes];
        fixed (byte* into = buffer)
        {
            SysResult result = SysResult.Of(FileCalls.fstatvfs(_fd, into));
            space = result.IsError ? default : SpaceStatus.Read(buffer);
            return result;
        }
    }

    /// <summary>Waits until everything of its file system is on the disk (syncfs(2)).</summary>
    public SysResult SyncFileSystem() => SysResult.Of(FileCalls.syncfs(_fd));

    /// <summary>Waits until its entries are on the disk (fsync(2)); not for one of <see cref="OpenFolder"/>.</summary>
    public SysResult Sync() => SysResult.Of(FileCalls.fsync(_fd));

    /// <summary>
    /// Reads the next entries of this folder (getdents64(2)), in the file system's order, for
    /// <see cref="FolderEntries"/>; the result is their bytes, 0 at the end. The position belongs to the handle: one
    /// reader at a time, and none for one of <see cref="OpenFolder"/>.
    /// </summary>
    /// <param name="into">At least <see cref="FolderEntries.BytesMin"/>.</param>
    public SysResult List(Span<byte> into)
    {
        fixed (byte* place = into)
        {
            return SysResult.Of(FileCalls.getdents64(_fd, place, (nuint)into.Length));
        }
    }

    /// <summary>Closes the descriptor; exactly one call does.</summary>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            SysResult.Of(Libc.close(fd));
        }
    }

    /// <summary>Copies a path behind which a zero byte stands; false when it is too long or has a zero byte.</summary>
    private static bool Terminate(ReadOnlySpan<byte> path, byte* into)
    {
        if (path.Length > PathBytesMax || path.Contains((byte)0))
        {
            return false;
        }
        path.CopyTo(new Span<byte>(into, PathBytesMax));
        into[path.Length] = 0;
        return true;
    }

    private SysResult Resolve(ReadOnlySpan<byte> path, int flags, bool leaves)
    {
        byte* name = stackalloc byte[PathBytesMax + 1];
        if (!Terminate(path.IsEmpty ? "."u8 : path, name))
        {
            return SysResult.Fail(Errno.NameTooLong);
        }
        ulong* how = stackalloc ulong[3];
        how[0] = (ulong)(flags | FileCalls.O_CLOEXEC);
        how[1] = 0;
        how[2] = leaves ? FileCalls.RESOLVE_NO_MAGICLINKS
            : FileCalls.RESOLVE_NO_MAGICLINKS | FileCalls.RESOLVE_BENEATH;
        SysResult result = SysResult.Fail(Errno.Again);
        for (int i = 0; i < RaceTriesMax && result.IsError && result.Errno is Errno.Interrupted or Errno.Again; i++)
        {
            result = SysResult.Of(FileCalls.syscall(FileCalls.SYS_openat2, _fd, name, how, 3 * sizeof(ulong)));
        }
        return result;
    }

    private SysResult Open(ReadOnlySpan<byte> name, int flags, uint mode, out OpenedFile? file)
    {
        file = null;
        byte* path = stackalloc byte[PathBytesMax + 1];
        if (!Terminate(name, path))
        {
            return SysResult.Fail(Errno.NameTooLong);
        }
        SysResult result;
        do
        {
            result = SysResult.Of(FileCalls.openat(_fd, path, flags | FileCalls.O_CLOEXEC, mode));
        }
        while (result.IsError && result.Errno == Errno.Interrupted);
        if (!result.IsError)
        {
            file = new OpenedFile(result.Int);
        }
        return result;
    }

    private SysResult Status(ReadOnlySpan<byte> path, int flags, out FileStatus status)
    {
        status = default;
        byte* name = stackalloc byte[PathBytesMax + 1];
        if (!Terminate(path, name))
        {
            return SysResult.Fail(Errno.NameTooLong);
        }
        Span<byte> buffer = stackalloc byte[Libc.StatxBytes];
        fixed (byte* into = buffer)
        {
            SysResult result = SysResult.Of(FileCalls.statx(
                _fd, name, flags | (path.IsEmpty ? FileCalls.AT_EMPTY_PATH : 0), FileCalls.STATX_BASIC_STATS, into));
            if (!result.IsError)
            {
                status = FileStatus.Read(buffer);
            }
            return result;
        }
    }

    private SysResult Rename(ReadOnlySpan<byte> from, FolderHandle folder, ReadOnlySpan<byte> to, uint flags)
    {
        byte* source = stackalloc byte[PathBytesMax + 1];
        byte* target = stackalloc byte[PathBytesMax + 1];
        return Terminate(from, source) && Terminate(to, target)
            ? SysResult.Of(FileCalls.renameat2(_fd, source, folder._fd, target, flags))
            : SysResult.Fail(Errno.NameTooLong);
    }
}
