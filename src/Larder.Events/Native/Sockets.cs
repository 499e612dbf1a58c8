using System.Net;

namespace Larder.Events.Native;

/// <summary>Socket calls in the form in which the rest of the core wants them: values in, values out.</summary>
internal static unsafe class Sockets
{
    public static SysResult SetOption(int fd, int level, int name, int value)
        => SysResult.Of(Libc.setsockopt(fd, level, name, &value, sizeof(int)));

    public static SysResult GetOption(int fd, int level, int name)
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

    /// <summary>Bytes sent that the peer's kernel has not acknowledged; 0 also when the question is not answered.</summary>
    public static int UnacknowledgedBytes(int fd)
    {
        int bytes = 0;
        return Libc.ioctl(fd, Libc.SIOCOUTQ, &bytes) == 0 ? bytes : 0;
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
