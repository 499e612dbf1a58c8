using Larder.Events.Native;

namespace Larder.Events.Files;

/// <summary>
/// A file's descriptor. Its calls may block on the disk. Any thread may use it until the one owner disposes it;
/// positions are given with each call, so that readers do not disturb each other.
/// </summary>
public sealed unsafe class OpenedFile : IDisposable
{
    private int _fd; // owner: interlocked; -1 = closed

    internal OpenedFile(int fd) => _fd = fd;

    internal int Descriptor => _fd;

    /// <summary>Reads at a position; fewer bytes than asked for at the file's end only.</summary>
    public SysResult Read(Span<byte> into, long offset)
    {
        nint total = 0;
        while (total < into.Length)
        {
            SysResult result = ReadOnce(into[(int)total..], offset + total);
            if (result.IsError)
            {
                return result;
            }
            if (result.Value == 0)
            {
                break;
            }
            total += result.Value;
        }
        return SysResult.Ok(total);
    }

    /// <summary>Writes all bytes at a position.</summary>
    public SysResult Write(ReadOnlySpan<byte> bytes, long offset)
    {
        nint total = 0;
        while (total < bytes.Length)
        {
            SysResult result = WriteOnce(bytes[(int)total..], offset + total);
            if (result.IsError)
            {
                return result;
            }
            total += result.Value;
        }
        return SysResult.Ok(total);
    }

    /// <summary>Asks the kernel about it (statx(2)).</summary>
    public SysResult Status(out FileStatus status)
    {
        Span<byte> buffer = stackalloc byte[Libc.StatxBytes];
        byte empty = 0;
        fixed (byte* into = buffer)
        {
            SysResult result = SysResult.Of(FileCalls.statx(
                _fd, &empty, FileCalls.AT_EMPTY_PATH, FileCalls.STATX_BASIC_STATS, into));
            status = result.IsError ? default : FileStatus.Read(buffer);
            return result;
        }
    }

    /// <summary>
    /// Reserves room for <paramref name="bytes"/> without changing the size (fallocate(2)). Not every file system can:
    /// EOPNOTSUPP.
    /// </summary>
    public SysResult Allocate(long bytes)
        => SysResult.Of(FileCalls.fallocate(_fd, FileCalls.FALLOC_FL_KEEP_SIZE, 0, bytes));

    /// <summary>Cuts it, or lengthens it with zeros.</summary>
    public SysResult SetSize(long bytes) => SysResult.Of(FileCalls.ftruncate(_fd, bytes));

    /// <summary>Tells the kernel that it will be read from its beginning to its end.</summary>
    public void WillReadInOrder()
        => SysResult.Of(FileCalls.posix_fadvise(_fd, 0, 0, FileCalls.POSIX_FADV_SEQUENTIAL)); // advice only

    /// <summary>Tells the kernel that the bytes just read will not be wanted again soon.</summary>
    public void WillNotReadAgain(long offset, long length)
        => SysResult.Of(FileCalls.posix_fadvise(_fd, offset, length, FileCalls.POSIX_FADV_DONTNEED)); // advice only

    /// <summary>Waits until its bytes, and what is needed to find them, are on the disk.</summary>
    public SysResult SyncData() => SysResult.Of(FileCalls.fdatasync(_fd));

    /// <summary>Keeps a value under a name with the file (xattr(7)).</summary>
    /// <param name="name">With its name space and a zero byte at the end, as a literal has.</param>
    /// <param name="value">At most what the file system takes: often 4 KiB for all of them.</param>
    public SysResult SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* key = name, bytes = value)
        {
            return SysResult.Of(FileCalls.fsetxattr(_fd, key, bytes, (nuint)value.Length, 0));
        }
    }

    /// <summary>Reads what <see cref="SetAttribute"/> kept; the result is its length. ENODATA: there is none.</summary>
    public SysResult GetAttribute(ReadOnlySpan<byte> name, Span<byte> into)
    {
        fixed (byte* key = name, bytes = into)
        {
            return SysResult.Of(FileCalls.fgetxattr(_fd, key, bytes, (nuint)into.Length));
        }
    }

    /// <summary>Takes away what <see cref="SetAttribute"/> kept. ENODATA: there is none.</summary>
    public SysResult RemoveAttribute(ReadOnlySpan<byte> name)
    {
        fixed (byte* key = name)
        {
            return SysResult.Of(FileCalls.fremovexattr(_fd, key));
        }
    }

    /// <summary>
    /// Waits until nobody else holds a byte of this file, and holds it: against all who have opened the file
    /// themselves, in this process or another, not against threads that share this object (fcntl(2), open file
    /// description locks). The byte need not exist. It is let go with the descriptor at the latest.
    /// </summary>
    public SysResult LockByte(long at) => Lock(FileCalls.F_WRLCK, at);

    /// <summary>Lets a byte go.</summary>
    public SysResult UnlockByte(long at) => Lock(FileCalls.F_UNLCK, at);

    /// <summary>Closes the descriptor; exactly one call does.</summary>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            SysResult.Of(Libc.close(fd));
        }
    }

    private SysResult Lock(short kind, long at)
    {
        var asked = new FileLock { Kind = kind, Start = at, Length = 1 };
        SysResult result;
        do
        {
            result = SysResult.Of(Libc.fcntl(_fd, FileCalls.F_OFD_SETLKW, (nint)(&asked)));
        }
        while (result.IsError && result.Errno == Errno.Interrupted);
        return result;
    }

    private SysResult ReadOnce(Span<byte> into, long offset)
    {
        fixed (byte* place = into)
        {
            SysResult result;
            do
            {
                result = SysResult.Of(FileCalls.pread(_fd, place, (nuint)into.Length, offset));
            }
            while (result.IsError && result.Errno == Errno.Interrupted);
            return result;
        }
    }

    private SysResult WriteOnce(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* place = bytes)
        {
            SysResult result;
            do
            {
                result = SysResult.Of(FileCalls.pwrite(_fd, place, (nuint)bytes.Length, offset));
            }
            while (result.IsError && result.Errno == Errno.Interrupted);
            return result;
        }
    }
}
