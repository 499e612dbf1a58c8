using System.Net;
using System.Net.Sockets;
using Larder.Events.Driving;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>Opens connections to servers, for clients that run on front ends.</summary>
public static unsafe class Connector
{
    /// <summary>
    /// Connects, waiting for the peer on the caller's thread, and gives the connection to a driver.
    /// </summary>
    /// <exception cref="ConnectException">Refused, unreachable, or no descriptor left.</exception>
    public static void Connect(EndPoint endPoint, Connection connection, Driver driver)
    {
        int family = endPoint.AddressFamily switch
        {
            AddressFamily.InterNetwork => Libc.AF_INET,
            AddressFamily.InterNetworkV6 => Libc.AF_INET6,
            _ => Libc.AF_UNIX,
        };
        SysResult socket = SysResult.Of(Libc.socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        if (socket.IsError)
        {
            throw new ConnectException(endPoint.ToString()!, socket.Errno);
        }
        int fd = socket.Int;
        byte* address = stackalloc byte[SocketAddressBytes.SizeMax];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(address, SocketAddressBytes.SizeMax));
        SysResult connected = SysResult.Of(Libc.connect(fd, address, (uint)length));
        if (connected.IsError)
        {
            SysResult.Of(Libc.close(fd));
            throw new ConnectException(endPoint.ToString()!, connected.Errno);
        }
        if (family != Libc.AF_UNIX)
        {
            Sockets.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        }
        Sockets.SetNonBlocking(fd, true);
        driver.Add(connection, fd);
    }
}
