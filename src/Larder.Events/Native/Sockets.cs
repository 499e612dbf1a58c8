using System.Net;
using System.Net.Sockets;

namespace Larder.Events.Native;

/// <summary>Socket calls in the form in which the rest of the core wants them: values in, values out.</summary>
internal static unsafe class Sockets
{
    /// <summary>A stream socket of the end point's family.</summary>
    public static SysResult OpenStream(EndPoint endPoint, bool nonBlocking)
        => Open(endPoint, Libc.SOCK_STREAM, nonBlocking);

    /// <summary>A datagram socket of the end point's family; it never blocks.</summary>
    public static SysResult OpenDatagrams(EndPoint endPoint) => Open(endPoint, Libc.SOCK_DGRAM, nonBlocking: true);

    /// <summary>Another descriptor of the same socket, which no child inherits.</summary>
    public static SysResult Duplicate(int fd) => SysResult.Of(Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 0));

    private static SysResult Open(EndPoint endPoint, int type, bool nonBlocking)
    {
        int family = endPoint.AddressFamily switch
        {
            AddressFamily.InterNetwork => Libc.AF_INET,
            AddressFamily.InterNetworkV6 => Libc.AF_INET6,
            _ => Libc.AF_UNIX,
        };
        int flags = nonBlocking ? Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK : Libc.SOCK_CLOEXEC;
        return SysResult.Of(Libc.socket(family, type | flags, 0));
    }

    public static SysResult Connect(int fd, EndPoint endPoint)
    {
        byte* address = stackalloc byte[SocketAddressBytes.SizeMax];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(address, SocketAddressBytes.SizeMax));
        return SysResult.Of(Libc.connect(fd, address, (uint)length));
    }

    /// <summary>Whether it is bound to take datagrams from the network.</summary>
    public static bool TakesDatagrams(int fd)
    {
        SysResult type = GetOption(fd, Libc.SOL_SOCKET, Libc.SO_TYPE);
        return !type.IsError && type.Int == Libc.SOCK_DGRAM && LocalEndPoint(fd) is IPEndPoint { Port: > 0 };
    }

    /// <summary>Whether it is a listening stream socket; why not, if it is none.</summary>
    public static Errno ListensForStreams(int fd)
    {
        SysResult listening = GetOption(fd, Libc.SOL_SOCKET, Libc.SO_ACCEPTCONN);
        SysResult type = GetOption(fd, Libc.SOL_SOCKET, Libc.SO_TYPE);
        return listening.IsError ? listening.Errno
            : listening.Int != 0 && type.Int == Libc.SOCK_STREAM ? Errno.None : Errno.Invalid;
    }

    /// <summary>
    /// Binds though connections of an earlier server still wait out their time (socket(7), SO_REUSEADDR).
    /// </summary>
    public static SysResult AllowQuickRebinding(int fd) => SetOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);

    /// <summary>The kernel asks silent peers whether they live.</summary>
    public static SysResult KeepAlive(int fd) => SetOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);

    /// <summary>No waiting for more to send: a turn's replies are gathered already (tcp(7), TCP_NODELAY).</summary>
    public static SysResult SendAtOnce(int fd) => SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);

    /// <summary>Leaves the v4 side of the port to a socket of its own.</summary>
    public static SysResult KeepToV6(int fd) => SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);

    private static SysResult SetOption(int fd, int level, int name, int value)
        => SysResult.Of(Libc.setsockopt(fd, level, name, &value, sizeof(int)));

    private static SysResult GetOption(int fd, int level, int name)
    {
        int value = 0;
        uint length = sizeof(int);
        SysResult result = SysResult.Of(Libc.getsockopt(fd, level, name, &value, &length));
        return result.IsError ? result : SysResult.Ok(value);
    }

    public static EndPoint? LocalEndPoint(int fd)
    {
        byte* address = stackalloc byte[SocketAddressBytes.SizeMax];
        uint length = SocketAddressBytes.SizeMax;
        return Libc.getsockname(fd, address, &length) == 0
            ? SocketAddressBytes.Read(new ReadOnlySpan<byte>(address, (int)length)) : null;
    }

    public static EndPoint? PeerEndPoint(int fd)
    {
        byte* address = stackalloc byte[SocketAddressBytes.SizeMax];
        uint length = SocketAddressBytes.SizeMax;
        return Libc.getpeername(fd, address, &length) == 0
            ? SocketAddressBytes.Read(new ReadOnlySpan<byte>(address, (int)length)) : null;
    }

    /// <summary>
    /// Bytes that stand in the socket and were not received yet; 0 also when the question is not answered.
    /// </summary>
    public static int UnreadBytes(int fd)
    {
        int bytes = 0;
        return Libc.ioctl(fd, Libc.FIONREAD, &bytes) == 0 ? bytes : 0;
    }

    /// <summary>
    /// Bytes sent that the peer's kernel has not acknowledged; 0 also when the question is not answered.
    /// </summary>
    public static int UnacknowledgedBytes(int fd)
    {
        int bytes = 0;
        return Libc.ioctl(fd, Libc.SIOCOUTQ, &bytes) == 0 ? bytes : 0;
    }

    /// <summary>Milliseconds since the peer's last bytes came; -1 when the question is not answered.</summary>
    public static int SilentMs(int fd)
    {
        byte* info = stackalloc byte[Libc.TcpInfoBytes];
        uint length = Libc.TcpInfoBytes;
        int result = Libc.getsockopt(fd, Libc.IPPROTO_TCP, Libc.TCP_INFO, info, &length);
        return result == 0 && length == Libc.TcpInfoBytes ? *(int*)(info + Libc.TcpInfoLastReceived) : -1;
    }

    /// <summary>
    /// Bounds how long a blocking call waits, accept(2) among them (socket(7), SO_RCVTIMEO); 0 = without end.
    /// </summary>
    public static SysResult SetReceiveTimeout(int fd, int microseconds)
    {
        var time = new TimeSpec { Nanoseconds = microseconds }; // struct timeval has its microseconds in their place
        return SysResult.Of(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, &time, (uint)sizeof(TimeSpec)));
    }

    /// <summary>
    /// Makes a listening TCP socket deaf for who wants to connect: the first packet of a connection is dropped (RFC
    /// 9293, 3.5), its peer tries again a second later. Handshakes under way are completed. For all who share the
    /// socket, and sockets that are accepted later have it too, where it finds nothing.
    /// </summary>
    public static SysResult DropNewcomers(int fd)
    {
        // Classic BPF (linux/filter.h), from the TCP header on: 16 bits of code, 8 and 8 of jumps, 32 of a number.
        ulong* program = stackalloc ulong[]
        {
            0x30 | (13UL << 32),           // load the byte of flags
            0x54 | (0x12UL << 32),         // of them SYN and ACK
            0x15 | (1UL << 24) | (2UL << 32), // SYN alone?
            0x06,                          // drop
            0x06 | (0xFFFF_FFFFUL << 32),  // take all of it
        };
        ulong* filter = stackalloc ulong[] { 5, (ulong)program };
        return SysResult.Of(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, filter, 16));
    }

    public static void SetNonBlocking(int fd, bool nonBlocking)
    {
        int flags = Libc.fcntl(fd, Libc.F_GETFL, 0);
        int wanted = nonBlocking ? flags | Libc.O_NONBLOCK : flags & ~Libc.O_NONBLOCK;
        if (wanted != flags && Libc.fcntl(fd, Libc.F_SETFL, wanted) != 0)
        {
            throw new InvalidOperationException($"fcntl(F_SETFL) on descriptor {fd} failed");
        }
    }

    public static void SetCloseOnExec(int fd, bool closeOnExec)
    {
        if (Libc.fcntl(fd, Libc.F_SETFD, closeOnExec ? Libc.FD_CLOEXEC : 0) != 0)
        {
            throw new InvalidOperationException($"fcntl(F_SETFD) on descriptor {fd} failed");
        }
    }
}
