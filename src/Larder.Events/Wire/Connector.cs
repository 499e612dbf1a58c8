using System.Net;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tls;

namespace Larder.Events.Wire;

/// <summary>Opens connections to servers, for clients that run on front ends.</summary>
public static class Connector
{
    /// <summary>
    /// Connects, waiting for the peer on the caller's thread, and gives the connection to a driver. With
    /// <paramref name="tls"/> it agrees upon TLS there, before what it writes first is sent.
    /// </summary>
    /// <exception cref="ConnectException">Refused, unreachable, or no descriptor left.</exception>
    public static void Connect(EndPoint endPoint, Connection connection, Driver driver, TlsClient? tls = null)
    {
        SysResult socket = Sockets.OpenStream(endPoint, nonBlocking: false);
        if (socket.IsError)
        {
            throw new ConnectException(endPoint.ToString()!, socket.Errno);
        }
        int fd = socket.Int;
        SysResult connected = Sockets.Connect(fd, endPoint);
        if (connected.IsError)
        {
            SysResult.Of(Libc.close(fd));
            throw new ConnectException(endPoint.ToString()!, connected.Errno);
        }
        if (endPoint is IPEndPoint)
        {
            Sockets.SendAtOnce(fd);
        }
        Sockets.SetNonBlocking(fd, true);
        driver.Add(connection, fd,
            tls == null ? PlainTransport.Instance : new TlsTransport(tls, TlsVerify.None));
    }
}
