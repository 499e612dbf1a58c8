using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// A listening socket: TCP v4, TCP v6 (v6 only, so that both can have the same port) or UNIX. It blocks: acceptors wait
/// in accept4 itself, and the kernel wakes one of them for each connection, across processes too.
/// </summary>
public sealed unsafe class Listener : IDisposable
{
    private readonly string? _unlinkPath;
    private DescriptorGate _gate;

    private Listener(int fd, EndPoint? endPoint, ListenOptions options, bool isShared, string? unlinkPath)
    {
        Descriptor = fd;
        LocalEndPoint = endPoint;
        Options = options;
        IsShared = isShared;
        _unlinkPath = unlinkPath;
    }

    /// <summary>Where it listens, with the port that the kernel chose; null for an unnamed UNIX socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>The address in memcached's notation (tcp:1.2.3.4:5, tcp6:[::1]:5, unix:/path).</summary>
    public string Name => SocketAddressBytes.Format(LocalEndPoint);

    /// <summary>The listening descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// True when other processes accept on the same socket: what stands in its queue at a stop is theirs, and its
    /// path is not removed.
    /// </summary>
    public bool IsShared { get; private set; }

    /// <summary>Whatever the application wants to find again in <see cref="IConnectionFactory.Create"/>.</summary>
    public object? Tag { get; init; }

    internal ListenOptions Options { get; }

    /// <summary>Binds and listens.</summary>
    /// <exception cref="ListenException">The address is taken, not ours, forbidden, or no descriptor is left.</exception>
    public static Listener Bind(ListenAddress address, ListenOptions options, object? tag = null)
    {
        EndPoint endPoint = address.EndPoint;
        int family = endPoint.AddressFamily switch
        {
            AddressFamily.InterNetwork => Libc.AF_INET,
            AddressFamily.InterNetworkV6 => Libc.AF_INET6,
            _ => Libc.AF_UNIX,
        };
        SysResult socket = SysResult.Of(Libc.socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        if (socket.IsError)
        {
            throw new ListenException(address.ToString(), "socket", socket.Errno);
        }
        int fd = socket.Int;
        try
        {
            string? path = Prepare(fd, family, endPoint, address);
            BindAndListen(fd, endPoint, address, options);
            return new Listener(fd, Sockets.LocalEndPoint(fd), options, isShared: false, path) { Tag = tag };
        }
        catch
        {
            SysResult.Of(Libc.close(fd));
            throw;
        }
    }

    /// <summary>Takes over a socket that listens already, from systemd or from another process of ours.</summary>
    /// <exception cref="ListenException">The descriptor is not a listening stream socket.</exception>
    public static Listener FromDescriptor(int fd, ListenOptions options, object? tag = null)
    {
        SysResult listening = Sockets.GetOption(fd, Libc.SOL_SOCKET, Libc.SO_ACCEPTCONN);
        if (listening.IsError || listening.Int == 0)
        {
            throw new ListenException($"descriptor {fd}", "inherit",
                listening.IsError ? listening.Errno : Errno.Invalid);
        }
        Sockets.SetCloseOnExec(fd, true);
        Sockets.SetNonBlocking(fd, false);
        return new Listener(fd, Sockets.LocalEndPoint(fd), options, isShared: true, null) { Tag = tag };
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

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_gate.Close(Descriptor))
        {
            return;
        }
        if (_unlinkPath != null && !IsShared)
        {
            File.Delete(_unlinkPath);
        }
    }

    private static string? Prepare(int fd, int family, EndPoint endPoint, ListenAddress address)
    {
        if (family == Libc.AF_UNIX)
        {
            string path = endPoint.ToString()!;
            RemoveStaleSocket(path, address);
            return path;
        }
        Require(Sockets.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1), address, "SO_REUSEADDR");
        // Inherited by the accepted sockets on Linux, which saves a system call for each.
        Require(Sockets.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1), address, "SO_KEEPALIVE");
        Require(Sockets.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1), address, "TCP_NODELAY");
        if (family == Libc.AF_INET6)
        {
            Require(Sockets.SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1), address, "IPV6_V6ONLY");
        }
        return null;
    }

    private static void BindAndListen(int fd, EndPoint endPoint, ListenAddress address, ListenOptions options)
    {
        byte* bytes = stackalloc byte[SocketAddressBytes.SizeMax];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(bytes, SocketAddressBytes.SizeMax));
        bool isUnix = address is ListenAddress.Unix;
        uint umask = isUnix ? Libc.umask(~(uint)options.UnixMode & 0x1FF) : 0;
        SysResult bound = SysResult.Of(Libc.bind(fd, bytes, (uint)length));
        if (isUnix)
        {
            _ = Libc.umask(umask); // never fails; what it returns is our own mask
        }
        Require(bound, address, "bind");
        Require(SysResult.Of(Libc.listen(fd, options.Backlog)), address, "listen");
    }

    /// <summary>Removes the socket file that a dead server left; one that is alive keeps it (unix(7), "Notes").</summary>
    private static void RemoveStaleSocket(string path, ListenAddress address)
    {
        if (!File.Exists(path))
        {
            return;
        }
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused
            && (File.GetAttributes(path) & FileAttributes.Directory) == 0 && IsSocketFile(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException)
        {
            // Not a socket, or not ours to ask: bind says what is wrong with the path.
            return;
        }
        throw new ListenException(address.ToString(), "bind", Errno.AddressInUse);
    }

    /// <summary>A socket file has no length and is no regular file, which connect tells by refusing (ENOTSOCK else).</summary>
    private static bool IsSocketFile(string path)
    {
        const UnixFileMode AnyBits = (UnixFileMode)0xFFF;
        return (File.GetUnixFileMode(path) & ~AnyBits) == 0 && new FileInfo(path).Length == 0;
    }

    private static void Require(SysResult result, ListenAddress address, string call)
    {
        if (result.IsError)
        {
            throw new ListenException(address.ToString(), call, result.Errno);
        }
    }
}
