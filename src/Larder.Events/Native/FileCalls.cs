using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// The system calls on files, with their C names and blittable types only. Apart from <see cref="Libc"/>, whose calls
/// are about sockets and events: these may block on a disk.
/// </summary>
internal static unsafe partial class FileCalls
{
    private const string Library = "libc";

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_SYMLINK_FOLLOW = 0x400;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_FDCWD = -100;

    /// <summary>openat2(2): nothing outside the folder that the path begins at.</summary>
    public const ulong RESOLVE_BENEATH = 0x08;

    /// <summary>openat2(2): no jumps through /proc.</summary>
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;

    /// <summary>The number of openat2(2), the same on all architectures; glibc 2.36 has no name for it.</summary>
    public const nint SYS_openat2 = 437;

    /// <summary>statx(2): all that stat(2) tells.</summary>
    public const uint STATX_BASIC_STATS = 0x7FF;

    public const int FALLOC_FL_KEEP_SIZE = 1;
    public const int POSIX_FADV_SEQUENTIAL = 2;
    public const int POSIX_FADV_DONTNEED = 4;
    public const uint RENAME_NOREPLACE = 1;

    public const int F_OFD_SETLKW = 38;
    public const short F_WRLCK = 1;
    public const short F_UNLCK = 2;

    /// <summary>
    /// Flags whose numbers differ between x86-64 and arm64 (asm/fcntl.h): chosen once for the machine.
    /// </summary>
    public static readonly int O_DIRECTORY = IsArm ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = IsArm ? 0x8000 : 0x20000;
    public static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;
    public const int O_NOATIME = 0x40000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [LibraryImport(Library)]
    public static partial nint syscall(nint number, nint dirfd, byte* path, void* how, nint size);

    [LibraryImport(Library)] public static partial int openat(int dirfd, byte* path, int flags, uint mode);
    [LibraryImport(Library)] public static partial int statx(int dirfd, byte* path, int flags, uint mask, void* buffer);
    [LibraryImport(Library)] public static partial nint pread(int fd, void* buf, nuint count, long offset);
    [LibraryImport(Library)] public static partial nint pwrite(int fd, void* buf, nuint count, long offset);
    [LibraryImport(Library)] public static partial nint sendfile(int outfd, int infd, long* offset, nuint count);
    [LibraryImport(Library)] public static partial int ftruncate(int fd, long length);
    [LibraryImport(Library)] public static partial int fallocate(int fd, int mode, long offset, long length);
    [LibraryImport(Library)] public static partial int posix_fadvise(int fd, long offset, long length, int advice);
    [LibraryImport(Library)] public static partial int fsync(int fd);
    [LibraryImport(Library)] public static partial int fdatasync(int fd);
    [LibraryImport(Library)] public static partial int syncfs(int fd);

    [LibraryImport(Library)] public static partial nint getdents64(int fd, void* buf, nuint count);
    [LibraryImport(Library)] public static partial int mkdirat(int dirfd, byte* path, uint mode);
    [LibraryImport(Library)] public static partial int unlinkat(int dirfd, byte* path, int flags);

    [LibraryImport(Library)]
    public static partial int linkat(int fromfd, byte* from, int tofd, byte* to, int flags);

    [LibraryImport(Library)]
    public static partial int renameat2(int fromfd, byte* from, int tofd, byte* to, uint flags);

    [LibraryImport(Library)]
    public static partial int fsetxattr(int fd, byte* name, void* value, nuint size, int flags);

    [LibraryImport(Library)] public static partial nint fgetxattr(int fd, byte* name, void* value, nuint size);
    [LibraryImport(Library)] public static partial int fremovexattr(int fd, byte* name);
    [LibraryImport(Library)] public static partial int fstatvfs(int fd, void* buffer);
}
