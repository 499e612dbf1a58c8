using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.RealPeers;

/// <summary>Debian's twemproxy in front of some servers, behind a UNIX socket. Ended by its own pid.</summary>
internal sealed class Nutcracker : IDisposable
{
    public const string Program = "/usr/sbin/nutcracker";

    /// <summary>It wants a port for its statistics, and somebody may take the one that was found free.</summary>
    private const int StartsMax = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-nutcracker-").FullName;
    private readonly Process _process;

    /// <param name="settings">Lines of its pool, such as <c>hash: md5</c>.</param>
    /// <param name="servers">Its servers.</param>
    public Nutcracker(IEnumerable<string> settings, IEnumerable<ServerAddress> servers)
    {
        string configuration = Path.Combine(_folder, "conf");
        IEnumerable<string> lines =
        [
            "larder:", $"  listen: {SocketPath} 0600", "  timeout: 60000",
            .. settings.Select(static line => $"  {line}"),
            "  servers:", .. servers.Select(static server =>
                $"   - {server.Host}:{server.Port}:{server.Weight} {server.Name}".TrimEnd()),
        ];
        File.WriteAllLines(configuration, lines);
        try
        {
            _process = Start(configuration);
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    /// <summary>Why it cannot be used on this machine, or null.</summary>
    public static string? MissingBecause { get; } = File.Exists(Program)
        ? Memcached.MissingBecause
        : $"{Program} is not installed (apt-get install nutcracker)";

    public ServerAddress Address => new(SocketPath);

    private string SocketPath => Path.Combine(_folder, "socket");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(string configuration)
    {
        string log = Path.Combine(_folder, "log");
        string pid = Path.Combine(_folder, "pid");
        for (int i = 0; i < StartsMax; i++)
        {
            ProcessStartInfo info = new(
                Program,
                ["-c", configuration, "-o", log, "-p", pid, "-a", "127.0.0.1", "-s", FreePort()])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            Process process = Process.Start(info)!;
            if (Accepts(process)) return process;
            process.Dispose();
        }
        throw new InvalidOperationException($"nutcracker did not start: {File.ReadAllText(log)}");
    }

    /// <summary>Waits until it can be reached, or has ended.</summary>
    private bool Accepts(Process process)
    {
        var clock = Stopwatch.StartNew();
        using ManualResetEventSlim pause = new();
        while (clock.Elapsed < Clients.Patience && !process.HasExited)
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
                return true;
            }
            catch (SocketException)
            {
                pause.Wait(2);
            }
        }
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        return false;
    }

    private static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
