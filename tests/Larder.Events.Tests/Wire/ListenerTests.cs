using System.Net;
using System.Net.Sockets;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>Binding: what is taken, stale, in the way or too long; and several listeners of one server.</summary>
public sealed class ListenerTests : IDisposable
{
    private static readonly ListenOptions s_options = new();

    private readonly string _directory = Directory.CreateTempSubdirectory("larder-").FullName;

    private string SocketPath => Path.Combine(_directory, "s");

    [Fact]
    public void Server_on_v4_v6_and_unix_serves_all_of_them()
    {
        var log = new LineLog();
        using var server = new StreamServer(new DriverOptions { Threads = 2 }, new Factory(log));
        server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
        server.Listen(new ListenAddress.Tcp(IPAddress.IPv6Loopback, 0), s_options);
        server.Listen(new ListenAddress.Unix(SocketPath), s_options);
        server.Start();
        foreach (Listener listener in server.Listeners)
        {
            using var client = new LineClient(listener.LocalEndPoint!);
            Assert.Equal("x", client.Ask("echo x"));
        }
        Assert.Equal(3, log.Executed);
        Assert.StartsWith("tcp:127.0.0.1:", server.Listeners[0].Name, StringComparison.Ordinal);
        Assert.StartsWith("tcp6:[::1]:", server.Listeners[1].Name, StringComparison.Ordinal);
        Assert.Equal("unix:" + SocketPath, server.Listeners[2].Name);
    }

    /// <summary>
    /// Aim: a client that comes between the last accept and the close is refused, and not reset with its connection
    /// made. Method: exactly then. The kernel tries a refused TCP connection again after a second.
    /// </summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData(null)]
    public async Task Client_behind_the_last_accept_is_refused(string? address)
    {
        var listener = Listener.Bind(
            address != null ? new ListenAddress.Tcp(IPAddress.Parse(address), 0) : new ListenAddress.Unix(SocketPath),
            s_options);
        EndPoint endPoint = listener.LocalEndPoint!;
        ProtocolType protocol = address == null ? ProtocolType.Unspecified : ProtocolType.Tcp;
        using var queued = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        using var late = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        await queued.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        var target = new LastClients();
        Acceptor.DrainQueue(listener, target);
        Assert.Equal(1, target.Taken);
        Task connecting = late.ConnectAsync(endPoint, TestContext.Current.CancellationToken).AsTask();
        listener.Dispose();
        var error = await Assert.ThrowsAsync<SocketException>(() => connecting);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        target.Close();
        Assert.Equal(0, await queued.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Port_of_v4_is_free_for_v6()
    {
        using var v4 = Listener.Bind(new ListenAddress.Tcp(IPAddress.Any, 0), s_options);
        int port = ((IPEndPoint)v4.LocalEndPoint!).Port;
        using var v6 = Listener.Bind(new ListenAddress.Tcp(IPAddress.IPv6Any, port), s_options);
        Assert.Equal(port, ((IPEndPoint)v6.LocalEndPoint!).Port);
    }

    [Fact]
    public void Port_in_use_is_refused()
    {
        using var first = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
        int port = ((IPEndPoint)first.LocalEndPoint!).Port;
        var error = Assert.Throws<ListenException>(
            () => Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, port), s_options));
        Assert.Equal(Errno.AddressInUse, error.Errno);
        Assert.Contains("Address already in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stale_socket_file_is_replaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath)); // never listens, and leaves its file behind
            File.Move(SocketPath, SocketPath + "2");             // .NET would remove it
        }
        File.Move(SocketPath + "2", SocketPath);
        using (Listener.Bind(new ListenAddress.Unix(SocketPath), s_options))
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        }
        Assert.False(File.Exists(SocketPath), "a socket file is removed with its listener");
    }

    [Fact]
    public void Live_socket_file_is_in_use_even_when_its_queue_is_full()
    {
        var short1 = new ListenOptions { Backlog = 0 };
        using var first = Listener.Bind(new ListenAddress.Unix(SocketPath), short1);
        for (int i = 0; i < 3; i++)
        {
            var error = Assert.Throws<ListenException>(
                () => Listener.Bind(new ListenAddress.Unix(SocketPath), s_options));
            Assert.Equal(Errno.AddressInUse, error.Errno);
        }
        Assert.True(File.Exists(SocketPath));
    }

    [Theory]
    [InlineData(""), InlineData("content")]
    public void File_that_is_no_socket_is_named_and_kept(string content)
    {
        File.WriteAllText(SocketPath, content);
        var error = Assert.Throws<ListenException>(() => Listener.Bind(new ListenAddress.Unix(SocketPath), s_options));
        Assert.Equal(Errno.Exists, error.Errno);
        Assert.Contains(SocketPath, error.Message, StringComparison.Ordinal);
        Assert.Contains("not a socket", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(SocketPath));
    }

    [Fact]
    public void Directory_and_link_in_the_way_are_kept()
    {
        Directory.CreateDirectory(SocketPath);
        Assert.Throws<ListenException>(() => Listener.Bind(new ListenAddress.Unix(SocketPath), s_options));
        Directory.Delete(SocketPath);
        File.CreateSymbolicLink(SocketPath, "/dev/null");
        Assert.Throws<ListenException>(() => Listener.Bind(new ListenAddress.Unix(SocketPath), s_options));
        Assert.NotNull(new FileInfo(SocketPath).LinkTarget);
    }

    [Theory]
    [InlineData(0x1C0), InlineData(0x1FF), InlineData(0x1B6), InlineData(0x180)]
    public void Unix_socket_has_the_mode_asked_for_whatever_the_umask(int mode)
    {
        using var listener = Listener.Bind(new ListenAddress.Unix(SocketPath), new ListenOptions { UnixMode = mode });
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void Path_too_long_empty_or_nowhere_is_refused()
    {
        Assert.Equal(Errno.NameTooLong, Refused(new string('p', 108)));
        Assert.Equal(Errno.NoEntry, Refused(""));
        Assert.Equal(Errno.NoEntry, Refused(Path.Combine(_directory, "none", "s")));
    }

    [Fact]
    public void Failed_bind_leaves_no_descriptor_open()
    {
        File.WriteAllText(SocketPath, "");
        using (var probe = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options))
        {
            for (int i = 0; i < 3_000; i++)
            {
                Assert.Throws<ListenException>(() => Listener.Bind(new ListenAddress.Unix(SocketPath), s_options));
            }
            using var after = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
            Assert.True(after.Descriptor < probe.Descriptor + 2_500, "descriptors leak");
        }
    }

    [Fact]
    public void Descriptor_that_does_not_listen_is_refused()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int fd = (int)socket.Handle;
        Assert.Equal(Errno.Invalid, Assert.Throws<ListenException>(() => Listener.FromDescriptor(fd, s_options)).Errno);
        using FileStream file = File.OpenRead("/dev/null");
        int plain = (int)file.SafeFileHandle.DangerousGetHandle();
        Assert.Equal(Errno.NotSocket,
            Assert.Throws<ListenException>(() => Listener.FromDescriptor(plain, s_options)).Errno);
        Assert.Equal(Errno.BadDescriptor,
            Assert.Throws<ListenException>(() => Listener.FromDescriptor(1_000_000, s_options)).Errno);
    }

    [Fact]
    public void Listener_that_is_handed_over_leaves_its_file_and_its_queue_to_the_new_owner()
    {
        var old = Listener.Bind(new ListenAddress.Unix(SocketPath), s_options);
        Listener Inherit() => Listener.FromDescriptor(
            new InheritedDescriptor(Duplicate.Of(old.Descriptor), true), s_options);

        // A new owner whose start failed takes nothing away.
        Inherit().Dispose();
        Assert.True(File.Exists(SocketPath));
        Assert.False(old.IsShared);

        Listener heir = Inherit();
        Assert.True(heir.IsShared);
        heir.TakeOver();
        old.HandOver();
        Assert.False(heir.IsShared);
        Assert.True(old.IsShared);
        old.Dispose();
        using (var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        }
        heir.Dispose();
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void Heritage_is_claimed_by_address_and_what_is_left_is_closed()
    {
        using var first = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
        using var second = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
        using var unix = Listener.Bind(new ListenAddress.Unix(SocketPath), s_options);
        InheritedDescriptor[] copies =
            [.. new[] { first, second, unix }.Select(each => new InheritedDescriptor(Copy(each.Descriptor), true))];
        int port = ((IPEndPoint)second.LocalEndPoint!).Port;
        using (var heritage = new ListenerHeritage(copies))
        {
            using Listener? any = heritage.Claim(new ListenAddress.Tcp(IPAddress.Loopback, 0), s_options);
            Assert.Equal(first.LocalEndPoint, any!.LocalEndPoint);
            Assert.Null(heritage.Claim(new ListenAddress.Tcp(IPAddress.IPv6Loopback, 0), s_options));
            Assert.Null(heritage.Claim(new ListenAddress.Tcp(IPAddress.Any, port), s_options));
            Assert.Null(heritage.Claim(new ListenAddress.Unix(SocketPath + "2"), s_options));
            using Listener? exact = heritage.Claim(new ListenAddress.Tcp(IPAddress.Loopback, port), s_options);
            Assert.Equal(second.LocalEndPoint, exact!.LocalEndPoint);
            Assert.Null(heritage.Claim(new ListenAddress.Tcp(IPAddress.Loopback, port), s_options));
        }
        unix.HandOver();
        unix.Dispose();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var refused = Assert.Throws<SocketException>(() => client.Connect(new UnixDomainSocketEndPoint(SocketPath)));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public void Listener_that_others_keep_is_never_taken_over()
    {
        using var old = Listener.Bind(new ListenAddress.Unix(SocketPath), s_options);
        var shared = Listener.FromDescriptor(Duplicate.Of(old.Descriptor), s_options);
        shared.TakeOver();
        Assert.True(shared.IsShared);
        shared.Dispose();
        Assert.True(File.Exists(SocketPath));
    }

    /// <summary>Another descriptor of a socket, which no child of another test inherits.</summary>
    private static int Copy(int descriptor)
    {
        const int DuplicateClosingOnExec = 1030; // F_DUPFD_CLOEXEC of fcntl(2)
        return Libc.fcntl(descriptor, DuplicateClosingOnExec, 0);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Errno Refused(string path)
        => Assert.Throws<ListenException>(() => Listener.Bind(new ListenAddress.Unix(path), s_options)).Errno;

    private sealed class Factory(LineLog log) : IConnectionFactory
    {
        public Connection Create(Listener listener) => new LineConnection(log);
    }
}
