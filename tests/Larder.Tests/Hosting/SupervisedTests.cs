using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Events.Wire;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: systemd, or whoever does as it does, passes sockets and hears what becomes of the service. Method: the test is
/// the supervisor: it binds the sockets, passes them from descriptor 3 on, and reads the messages.
/// </summary>
public sealed class SupervisedTests : IDisposable
{
    /// <summary>The descriptors in FDS become 3 and those behind it.</summary>
    private const string PassSockets =
        "n=3; for fd in $FDS; do eval \"exec $n<&$fd\"; n=$((n + 1)); done; "
        + "export LISTEN_PID=$$ LISTEN_FDS=$((n - 3)); exec \"$0\" \"$@\"";

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _supervisor = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SupervisedTests()
    {
        _supervisor.Bind(new UnixDomainSocketEndPoint(_folder.Combine("notify")));
        _supervisor.ReceiveTimeout = 30_000;
    }

    public void Dispose()
    {
        _supervisor.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Service_on_passed_sockets_tells_ready_reloading_and_stopping()
    {
        using Listener listener = Bind();
        using CacheProcess cache = await Start([listener]);

        Assert.Equal($"MAINPID={cache.Id}\nREADY=1", Receive());
        Assert.Equal([$"{listener.LocalEndPoint}"], cache.Endpoints);
        await cache.Signal("HUP");
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", Receive(), StringComparison.Ordinal);
        Assert.Equal($"MAINPID={cache.Id}\nREADY=1", Receive());
        await cache.Signal("TERM");
        Assert.Equal("STOPPING=1", Receive());
        Assert.Equal(0, (await cache.Finish()).ExitCode);

        // The socket is the supervisor's: it is open, and serves whoever is started next.
        using CacheProcess next = await Start([listener]);
        Assert.Equal($"{next.Id}", await CacheProcess.Stat(listener.LocalEndPoint!, "pid"));
    }

    [Fact]
    public async Task Sockets_of_several_kinds_are_served_in_their_order_and_by_a_new_version()
    {
        using Listener first = Bind();
        using Listener unix = Bind(new ListenAddress.Unix(_folder.Combine("s")));
        using Listener second = Bind(new ListenAddress.Tcp(IPAddress.IPv6Loopback, 0));
        Listener[] all = [first, unix, second];
        // Names are told for those who want to know which is which; here the address says it.
        using CacheProcess cache = await Start(all, ("LISTEN_FDNAMES", "larder:larder-unix:unknown"));
        Assert.Equal(all.Select(static each => $"{each.LocalEndPoint}"), cache.Endpoints);
        foreach (Listener each in all)
            Assert.Equal($"{cache.Id}", await CacheProcess.Stat(each.LocalEndPoint!, "pid"));

        await cache.Signal("USR2");
        int heir = await cache.AwaitHeir();
        Assert.Equal(0, await cache.End());
        foreach (Listener each in all) Assert.Equal($"{heir}", await CacheProcess.Stat(each.LocalEndPoint!, "pid"));

        await CacheProcess.Signal(heir, "TERM");
        while (await cache.NextLine() is not null)
        {
            // what the new one says on its way out
        }

        Assert.True(File.Exists(_folder.Combine("s"))); // its path, as the sockets, is the supervisor's
    }

    [Fact]
    public async Task Passed_datagram_socket_is_served_instead_of_the_options()
    {
        using Listener listener = Bind(new ListenAddress.Udp(IPAddress.Loopback, 0));
        using CacheProcess cache = await Start([listener]);

        Assert.Equal([$"udp:{listener.LocalEndPoint}"], cache.Endpoints);
        using var client = new UdpClient();
        client.Connect((IPEndPoint)listener.LocalEndPoint!);
        client.Client.ReceiveTimeout = 30_000;
        client.Send([0, 1, 0, 0, 0, 1, 0, 0, .. "mn\r\n"u8]);
        IPEndPoint? from = null;
        Assert.Equal((byte[])[0, 1, 0, 0, 0, 1, 0, 0, .. "MN\r\n"u8], client.Receive(ref from));
    }

    [Fact]
    public async Task Supervisor_learns_the_new_process_after_an_upgrade()
    {
        using Listener listener = Bind();
        using CacheProcess old = await Start([listener]);
        Assert.Equal($"MAINPID={old.Id}\nREADY=1", Receive());

        await old.Signal("USR2");
        Assert.StartsWith("RELOADING=1\n", Receive(), StringComparison.Ordinal);
        string heir = Receive(); // the new process's own word, then that of the old one, which systemd believes
        Assert.Matches("^MAINPID=[0-9]+\nREADY=1$", heir);
        Assert.Equal(heir, Receive());
        int id = int.Parse(heir[8..heir.IndexOf('\n', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        Assert.NotEqual(old.Id, id);
        Assert.Equal(0, await old.End());

        await CacheProcess.Signal(id, "TERM");
        Assert.Equal("STOPPING=1", Receive()); // and none of the old process before it
    }

    [Fact]
    public async Task Supervisor_with_a_watchdog_gets_signs_of_life()
    {
        using Listener listener = Bind();
        using CacheProcess cache = await Start([listener], ("WATCHDOG_USEC", "100000"));

        Assert.Equal($"MAINPID={cache.Id}\nREADY=1", Receive());
        for (int i = 0; i < 5; i++) Assert.Equal("WATCHDOG=1", Receive());
    }

    private static Listener Bind(ListenAddress? address = null)
    {
        var listener = Listener.Bind(address ?? new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        listener.Share();
        return listener;
    }

    private Task<CacheProcess> Start(Listener[] listeners, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["FDS"] = string.Join(' ', listeners.Select(static each => each.Descriptor)),
            ["NOTIFY_SOCKET"] = _folder.Combine("notify"),
        };
        foreach ((string name, string value) in more) environment[name] = value;
        return CacheProcess.Start("bash", "", ["-c", PassSockets, SourceTree.Launcher], environment);
    }

    private string Receive()
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, _supervisor.Receive(buffer));
    }
}
