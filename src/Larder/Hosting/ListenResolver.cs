using System.Net;
using System.Net.Sockets;
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
        IList<IPEndPoint> endpoints = settings.Server.TcpEndpoints;
        endpoints.Clear();
        if (settings.Server.UnixSocketPath is not null) return null;

        int port = Math.Max(settings.Port, 0); // -1 is an ephemeral port, which bind(2) calls 0
        if (settings.Listen.Count == 0)
        {
            endpoints.Add(new(IPAddress.Loopback, port));
            endpoints.Add(new(IPAddress.IPv6Loopback, port));
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
                    endpoints.Add(new(address, spec.Port ?? port));
            }
            catch (Exception exception) when (exception is SocketException or ArgumentException)
            {
                return new(
                    $"failed to listen on one of interface(s) {spec.Host}: {exception.Message}", ExitCode.OsError);
            }
        }

        return null;
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
