using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// The system calls that the event core makes, with their C names and blittable types only. Errno is read by
/// <see cref="SysResult.Of"/> right after the call, which is why none of them asks the marshaller for it.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;

    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;

    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_TYPE = 3;
    public const int SO_KEEPALIVE = 9;
    public const int SO_RCVTIMEO = 20;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_ACCEPTCONN = 30;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_IPV6 = 41;
    public const int TCP_NODELAY = 1;
    public const int TCP_INFO = 11;
    public const int IPV6_V6ONLY = 26;

    /// <summary>The beginning of struct tcp_info (linux/tcp.h) up to tcpi_last_data_recv, in milliseconds.</summary>
    public const int TcpInfoBytes = 56;

    /// <summary>Where tcpi_last_data_recv stands in it.</summary>
    public const int TcpInfoLastReceived = 52;

    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_MORE = 0x8000;
    public const int SHUT_RD = 0;
    public const int SHUT_WR = 1;
    public const int SHUT_RDWR = 2;

    public const int F_DUPFD_CLOEXEC = 1030;
    public const int F_SETFD = 2;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int FD_CLOEXEC = 1;
    public const int O_NONBLOCK = 0x800;

    /// <summary>FIONREAD: bytes that wait to be received (tcp(7), SIOCINQ).</summary>
    public const nuint FIONREAD = 0x541B;

    /// <summary>SIOCOUTQ: bytes that the peer has not acknowledged yet (tcp(7)).</summary>
    public const nuint SIOCOUTQ = 0x5411;

    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const uint STATX_TYPE = 1;
    public const ushort S_IFMT = 0xF000;
    public const ushort S_IFSOCK = 0xC000;

    /// <summary>sizeof(struct statx), the same on all architectures (statx(2)), and where its stx_mode lies.</summary>
    public const int StatxBytes = 256;
    public const int StatxModeOffset = 28;

    public const int CLOCK_MONOTONIC = 1;
    public const int TFD_NONBLOCK = 0x800;
    public const int TFD_CLOEXEC = 0x80000;

    [LibraryImport(Library)] public static partial int epoll_create1(int flags);
    [LibraryImport(Library)] public static partial int epoll_ctl(int epfd, int op, int fd, void* ev);
    [LibraryImport(Library)] public static partial int epoll_wait(int epfd, void* events, int maxevents, int timeout);

    [LibraryImport(Library)]
    public static partial int epoll_pwait2(int epfd, void* events, int maxevents, TimeSpec* timeout, void* sigmask);

    [LibraryImport(Library)] public static partial int eventfd(uint initval, int flags);
    [LibraryImport(Library)] public static partial int timerfd_create(int clockid, int flags);
    [LibraryImport(Library)] public static partial int timerfd_settime(int fd, int flags, void* value, void* old);

    [LibraryImport(Library)] public static partial nint read(int fd, void* buf, nuint count);
    [LibraryImport(Library)] public static partial nint write(int fd, void* buf, nuint count);
    [LibraryImport(Library)] public static partial nint recv(int fd, void* buf, nuint len, int flags);
    [LibraryImport(Library)] public static partial nint readv(int fd, IoVector* iov, int iovcnt);
    [LibraryImport(Library)] public static partial nint send(int fd, void* buf, nuint len, int flags);
    [LibraryImport(Library)] public static partial nint sendmsg(int fd, MessageHeader* msg, int flags);

    [LibraryImport(Library)]
    public static partial int recvmmsg(int fd, DatagramHeader* msgs, uint count, int flags, TimeSpec* timeout);

    [LibraryImport(Library)] public static partial int sendmmsg(int fd, DatagramHeader* msgs, uint count, int flags);
    [LibraryImport(Library)] public static partial int close(int fd);

    [LibraryImport(Library)] public static partial int socket(int domain, int type, int protocol);
    [LibraryImport(Library)] public static partial int bind(int fd, void* addr, uint len);
    [LibraryImport(Library)] public static partial int listen(int fd, int backlog);
    [LibraryImport(Library)] public static partial int connect(int fd, void* addr, uint len);
    [LibraryImport(Library)] public static partial int accept4(int fd, void* addr, uint* len, int flags);
    [LibraryImport(Library)] public static partial int shutdown(int fd, int how);
    [LibraryImport(Library)] public static partial int getsockname(int fd, void* addr, uint* len);
    [LibraryImport(Library)] public static partial int getpeername(int fd, void* addr, uint* len);
    [LibraryImport(Library)] public static partial int setsockopt(int fd, int level, int name, void* value, uint len);
    [LibraryImport(Library)] public static partial int getsockopt(int fd, int level, int name, void* value, uint* len);
    [LibraryImport(Library)] public static partial int fcntl(int fd, int cmd, nint arg);
    [LibraryImport(Library)] public static partial int ioctl(int fd, nuint request, void* arg);

    [LibraryImport(Library)] public static partial int unlink(byte* path);
    [LibraryImport(Library)] public static partial int fchmod(int fd, uint mode);
    [LibraryImport(Library)] public static partial int statx(int dirfd, byte* path, int flags, uint mask, void* buffer);
    [LibraryImport(Library)] public static partial int sigaction(int signal, void* action, void* old);
    [LibraryImport(Library)] public static partial nint pthread_self();
    [LibraryImport(Library)] public static partial int pthread_kill(nint thread, int signal);
}
