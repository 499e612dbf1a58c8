using System.Net;
using System.Net.Sockets;
using Larder.Events.Tls;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>Turns -l, -p and -s into the addresses that the server listens on.</summary>
internal static class ListenResolver
{
    /// <summary>Sets the server's endpoints; null, or why the program must end.</summary>
    /// <param name="settings">What the command line said.</param>
    /// <param name="lookUp">Finds the addresses of a host's name; throws <see cref="SocketException"/> for one that
    /// nobody knows, and <see cref="ArgumentException"/> for what can be no name (longer than 255 characters).</param>
    public static OptionExit? Apply(CacheSettings settings, Func<string, IPAddress[]> lookUp)
    {
        settings.Server.TcpEndpoints.Clear();
        settings.Server.TlsEndpoints.Clear();
        if (settings.Server.UnixSocketPath is not null) return null;

        int port = Math.Max(settings.Port, 0); // -1 is an ephemeral port, which bind(2) calls 0
        if (settings.Listen.Count == 0)
        {
            Add(settings, new(IPAddress.Loopback, port), ListenTls.Unsaid);
            Add(settings, new(IPAddress.IPv6Loopback, port), ListenTls.Unsaid);
            return null;
        }

        foreach (ListenSpec spec in settings.Listen)
        {
            if (spec.UnixPath is { } path)
            {
                if (settings.Server.UnixSocketPath is not null)
                    return new($"failed to listen on UNIX socket: {path}: there may be only one", ExitCode.OsError);

                settings.Server.UnixSocketPath = path;
                continue;
            }

            if (spec.Port is null && settings.Port == 0) continue; // -p 0: no TCP
            try
            {
                foreach (IPAddress address in Addresses(spec.Host, lookUp))
                    Add(settings, new(address, spec.Port ?? port), spec.Tls);
            }
            catch (Exception exception) when (exception is SocketException or ArgumentException)
            {
                return new(
                    $"failed to listen on one of interface(s) {spec.Host}: {exception.Message}", ExitCode.OsError);
            }
        }

        return null;
    }

    private static void Add(CacheSettings settings, IPEndPoint endpoint, ListenTls tls)
    {
        if (tls == ListenTls.Off || !settings.Tls.IsEnabled)
        {
            settings.Server.TcpEndpoints.Add(endpoint);
            return;
        }

        TlsVerify? verify = tls switch
        {
            ListenTls.Basic => TlsVerify.None,
            ListenTls.Mutual => TlsVerify.Require,
            _ => null,
        };
        settings.Server.TlsEndpoints.Add(new(endpoint, verify));
    }

    private static IPAddress[] Addresses(string? host, Func<string, IPAddress[]> lookUp)
    {
        if (host is null) return [IPAddress.Any, IPAddress.IPv6Any];
        if (IPAddress.TryParse(host, out IPAddress? address)) return [address];
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];

        return lookUp(host);
    }
}
