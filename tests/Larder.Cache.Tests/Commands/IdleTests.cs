using System.Net;
using System.Net.Sockets;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: idle_timeout ends those whom memcached's ends (tried on 1.6.18: silent clients of TCP, not those of the UNIX
/// socket, and nobody who watches); but also whoever stops in the middle of a value, who holds memory.
/// Method: silent clients of each kind; when those that came last are closed, the others have been silent for longer.
/// </summary>
public sealed class IdleTests
{
    [Fact]
    public void Silent_clients_are_closed_but_for_watchers_and_the_unix_socket()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("larder-idle-");
        try
        {
            string path = Path.Combine(folder.FullName, "s");
            using (var onUnix = new AdministrationBench(options =>
            {
                options.TcpEndpoints.Clear();
                options.UnixSocketPath = path;
                options.IdleTimeout = TimeSpan.FromSeconds(1);
            }))
            using (var onTcp = new AdministrationBench(static options => options.IdleTimeout = TimeSpan.FromSeconds(1)))
            {
                using var silent = new AskingClient(onUnix.Server.Endpoints[0]);
                Assert.Equal("MN", onUnix.Ask("mn"));
                using AskingClient watcher = onTcp.Connect();
                Assert.Equal("OK", watcher.Ask("watch mutations"));

                using AskingClient never = onTcp.Connect();
                using AskingClient half = onTcp.Connect();
                half.Send("set k 0 0 20000\r\nabc");
                using AskingClient spoke = onTcp.Connect();
                Assert.Equal("MN", spoke.Ask("mn"));
                Assert.Equal("closed", never.ReadLine());
                Assert.Equal("closed", half.ReadLine());
                Assert.Equal("closed", spoke.ReadLine());

                using AskingClient other = onTcp.Connect();
                Assert.Equal("STORED", other.Ask("set k 0 0 1\r\n1"));
                Assert.Contains("key=k", watcher.ReadLine(), StringComparison.Ordinal);
                Assert.Equal("MN", onUnix.Ask("mn"));
                Assert.Equal("MN", silent.Ask("mn"));
                Assert.Equal("0", onUnix.Stat("stats", "idle_kicks"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
