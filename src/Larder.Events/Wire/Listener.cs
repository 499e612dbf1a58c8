using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Events.Native;
using Larder.Events.Tls;

namespace Larder.Events.Wire;

/// <summary>
/// A listening socket: TCP v4, TCP v6 (v6 only, so that both can have the same port) or UNIX. It blocks: acceptors wait
/// in accept4 itself, and the kernel wakes one of them for each connection, across processes too. Or a UDP socket,
/// which accepts nothing: <see cref="DatagramConnection"/>s receive on it, and it does not block.
/// </summary>
public sealed unsafe class Listener : IDisposable
{
    private string? _unlinkPath; // owner: who starts and stops the server
    private bool _isHandedOver;  // owner: who starts and stops the server
    private DescriptorGate _gate;

    private Listener(int fd, EndPoint? endPoint, ListenOptions options, bool isShared, string? unlinkPath)
    {
        TakesDatagrams = Sockets.TakesDatagrams(fd);
        Descriptor = fd;
        LocalEndPoint = endPoint;
        Options = options;
        IsShared = isShared;
        _unlinkPath = unlinkPath;
    }

    /// <summary>Where it listens, with the port that the kernel chose; null for an unnamed UNIX socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>The address in memcached's notation (tcp:1.2.3.4:5, udp6:[::1]:5, unix:/path).</summary>
    public string Name => SocketAddressBytes.Format(LocalEndPoint, TakesDatagrams);

    /// <summary>It is a UDP socket.</summary>
    public bool TakesDatagrams { get; }

    /// <summary>The listening descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// True when other processes accept on the same socket: what stands in its queue at a stop is theirs, and its
    /// path is not removed.
    /// </summary>
    public bool IsShared { get; private set; }

    /// <summary>
    /// Whatever the application wants to find again in <see cref="IConnectionFactory.Create"/>; set before the server
    /// starts.
    /// </summary>
    public object? Tag { get; set; }

    /// <summary>TLS for its clients; null: they speak plainly.</summary>
    public TlsServer? Tls { get; private set; }

    internal TlsVerify TlsVerify { get; private set; }

    internal ListenOptions Options { get; }

    /// <summary>Its clients speak TLS. Before the server starts.</summary>
    /// <param name="tls">Whose certificates.</param>
    /// <param name="verify">What is asked of clients' certificates; null: what <paramref name="tls"/> says.</param>
    public void UseTls(TlsServer tls, TlsVerify? verify = null)
    {
        ArgumentNullException.ThrowIfNull(tls);
        Tls = tls;
        TlsVerify = verify ?? tls.Options.Verify;
    }

    /// <summary>Binds and listens.</summary>
    /// <exception cref="ListenException">
    /// The address is taken, not ours, forbidden, too long, or no descriptor is left.
    /// </exception>
    public static Listener Bind(ListenAddress address, ListenOptions options, object? tag = null)
    {
        if (address is ListenAddress.Unix { Path: var path })
        {
            RequirePath(path);
        }
        EndPoint endPoint = address.EndPoint;
        SysResult socket = address.TakesDatagrams
            ? Sockets.OpenDatagrams(endPoint) : Sockets.OpenStream(endPoint, nonBlocking: false);
        if (socket.IsError)
        {
            throw new ListenException(address.ToString(), "socket", socket.Errno);
        }
        int fd = socket.Int;
        try
        {
            string? unlinkPath = Prepare(fd, endPoint, address);
            BindAndListen(fd, endPoint, address, options);
            return new Listener(fd, Sockets.LocalEndPoint(fd), options, isShared: false, unlinkPath) { Tag = tag };
        }
        catch (ListenException)
        {
            SysResult.Of(Libc.close(fd));
            throw;
        }
    }

    /// <summary>Takes over a socket that listens already, from systemd or from another process of ours.</summary>
    /// <exception cref="ListenException">It is neither a listening stream socket nor a bound UDP one.</exception>
    public static Listener FromDescriptor(int fd, ListenOptions options, object? tag = null)
        => FromDescriptor(new InheritedDescriptor(fd, false), options, tag);

    /// <summary>
    /// Takes over a socket that listens already. One that is handed over counts as shared until
    /// <see cref="TakeOver"/>.
    /// </summary>
    /// <exception cref="ListenException">It is neither a listening stream socket nor a bound UDP one.</exception>
    public static Listener FromDescriptor(InheritedDescriptor inherited, ListenOptions options, object? tag = null)
    {
        int fd = inherited.Number;
        bool takesDatagrams = Sockets.TakesDatagrams(fd);
        Errno reason = Sockets.ListensForStreams(fd);
        if (reason != Errno.None && !takesDatagrams)
        {
            throw new ListenException($"descriptor {fd}", "inherit", reason);
        }
        Sockets.SetCloseOnExec(fd, true);
        Sockets.SetNonBlocking(fd, takesDatagrams);
        EndPoint? endPoint = Sockets.LocalEndPoint(fd);
        if (endPoint is IPEndPoint && !takesDatagrams)
        {
            SetTcpOptions(fd, $"descriptor {fd}");
        }
        return new Listener(fd, endPoint, options, isShared: true, null)
        {
            Tag = tag,
            _isHandedOver = inherited.IsHandedOver,
        };
    }

    /// <summary>
    /// Lets a child process inherit the socket under the same number; from now on it counts as shared. Name the number
    /// in the child's <see cref="InheritedListeners.Variable"/>.
    /// </summary>
    public void Share()
    {
        IsShared = true;
        Sockets.SetCloseOnExec(Descriptor, false);
    }

    /// <summary>
    /// Gives the socket up to another process that has the descriptor already: what stands in its queue is the other's,
    /// and so is the file of a UNIX socket.
    /// </summary>
    public void HandOver() => IsShared = true;

    /// <summary>
    /// Makes a listener that another process gave up ours alone, with its queue and the file of a UNIX socket; without
    /// effect on one that others keep.
    /// </summary>
    public void TakeOver()
    {
        if (!_isHandedOver)
        {
            return;
        }
        _isHandedOver = false;
        IsShared = false;
        _unlinkPath = LocalEndPoint is UnixDomainSocketEndPoint unix ? Path.GetFullPath(unix.ToString()!) : null;
    }

    /// <summary>
    /// Nobody else will accept on it any more, although other processes may have it still: what stands in its queue
    /// when we stop is ours.
    /// </summary>
    public void KeepQueue() => IsShared = false;

    /// <summary>
    /// Lets nobody in who has not connected yet, for all who share the socket: who does so between the last accept and
    /// the close would be reset. A client of a TCP socket tries again and is refused then, one of a UNIX socket is
    /// refused at once. What stands in the queue stays there.
    /// </summary>
    /// <remarks>shutdown(2) of a listening TCP socket would reset its queue, so that one gets a filter.</remarks>
    internal SysResult ShutDoor() => LocalEndPoint is IPEndPoint
        ? Sockets.DropNewcomers(Descriptor) : SysResult.Of(Libc.shutdown(Descriptor, Libc.SHUT_RD));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_gate.Close(Descriptor))
        {
            return;
        }
        if (_unlinkPath != null && !IsShared)
        {
            SocketFile.Remove(_unlinkPath);
        }
    }

    private static void RequirePath(string path)
    {
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes is 0 or > SocketAddressBytes.UnixPathMax)
        {
            throw new ListenException(path, "bind", bytes == 0 ? Errno.NoEntry : Errno.NameTooLong);
        }
    }

    private static string? Prepare(int fd, EndPoint endPoint, ListenAddress address)
    {
        if (address is ListenAddress.Unix { Path: var path })
        {
            RemoveStaleSocket(endPoint, path);
            return Path.GetFullPath(path); // the working directory may change before the socket is removed
        }
        if (!address.TakesDatagrams) // there it would let another server take the same port (socket(7))
        {
            Require(Sockets.AllowQuickRebinding(fd), address.ToString(), "setsockopt");
            SetTcpOptions(fd, address.ToString());
        }
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Require(Sockets.KeepToV6(fd), address.ToString(), "setsockopt");
        }
        return null;
    }

    /// <summary>Inherited by the accepted sockets on Linux, which saves two system calls for each.</summary>
    private static void SetTcpOptions(int fd, string name)
    {
        Require(Sockets.KeepAlive(fd), name, "setsockopt");
        Require(Sockets.SendAtOnce(fd), name, "setsockopt");
    }

    private static void BindAndListen(int fd, EndPoint endPoint, ListenAddress address, ListenOptions options)
    {
        byte* bytes = stackalloc byte[SocketAddressBytes.SizeMax];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(bytes, SocketAddressBytes.SizeMax));
        string name = address.ToString();
        if (address is ListenAddress.Unix { Path: var path })
        {
            // The file gets the socket's own mode less the umask, so it is never open to more than it will be; then the
            // bits that the umask took come back. Changing the umask instead would reach into other threads.
            Require(SysResult.Of(Libc.fchmod(fd, (uint)options.UnixMode)), name, "fchmod");
            Require(SysResult.Of(Libc.bind(fd, bytes, (uint)length)), name, "bind");
            File.SetUnixFileMode(path, (UnixFileMode)options.UnixMode);
        }
        else
        {
            Require(SysResult.Of(Libc.bind(fd, bytes, (uint)length)), name, "bind");
        }
        if (!address.TakesDatagrams)
        {
            Require(SysResult.Of(Libc.listen(fd, options.Backlog)), name, "listen");
        }
    }

    /// <summary>
    /// Removes the socket file that a dead server left (unix(7), "Notes"). One that is alive keeps it, and what is no
    /// socket is never touched: connect answers ECONNREFUSED for a regular file too.
    /// </summary>
    private static void RemoveStaleSocket(EndPoint endPoint, string path)
    {
        if (!SocketFile.Exists(path, out bool isSocket))
        {
            return;
        }
        if (!isSocket)
        {
            throw new ListenException(path, "bind", Errno.Exists);
        }
        if (Probe(endPoint) != Errno.ConnectionRefused)
        {
            throw new ListenException(path, "bind", Errno.AddressInUse);
        }
        SocketFile.Remove(path);
    }

    /// <summary>
    /// What a connection attempt says; it never waits, and a live server sees a client that leaves at once.
    /// </summary>
    private static Errno Probe(EndPoint endPoint)
    {
        SysResult probe = Sockets.OpenStream(endPoint, nonBlocking: true);
        if (probe.IsError)
        {
            return probe.Errno;
        }
        Errno errno = Sockets.Connect(probe.Int, endPoint).Errno;
        SysResult.Of(Libc.close(probe.Int));
        return errno;
    }

    private static void Require(SysResult result, string name, string call)
    {
        if (result.IsError)
        {
            throw new ListenException(name, call, result.Errno);
        }
    }
}
