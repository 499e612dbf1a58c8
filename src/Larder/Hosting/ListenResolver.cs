using System.Net;
using System.Net.Sockets;
using Larder.Events.Tls;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>Turns -l, -p, -U and -s into the addresses that the server listens on.</summary>
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
        settings.Server.UdpEndpoints.Clear();
        settings.Server.EndpointProtocols.Clear();
        if (settings.Server.UnixSocketPath is not null) return null;

        if (settings.Listen.Count == 0)
        {
            Add(settings, new(null, null), IPAddress.Loopback);
            Add(settings, new(null, null), IPAddress.IPv6Loopback);
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

            try
            {
                foreach (IPAddress address in Addresses(spec.Host, lookUp)) Add(settings, spec, address);
            }
            catch (Exception exception) when (exception is SocketException or ArgumentException)
            {
                return new(
                    $"failed to listen on one of interface(s) {spec.Host}: {exception.Message}", ExitCode.OsError);
            }
        }

        return null;
    }

    /// <summary>Adds what is to be listened on at one address: TCP unless -p 0, UDP with -U.</summary>
    private static void Add(CacheSettings settings, ListenSpec spec, IPAddress address)
    {
        if (spec.Port is not null || settings.Port != 0) AddTcp(settings, At(settings.Port), spec.Tls);
        if (settings.UdpPort != 0) settings.Server.UdpEndpoints.Add(At(settings.UdpPort));

        IPEndPoint At(int port)
        {
            // -1 is an ephemeral port, which bind(2) calls 0
            var endpoint = new IPEndPoint(address, spec.Port ?? Math.Max(port, 0));
            if (spec.Protocol is { } protocol) settings.Server.EndpointProtocols[endpoint] = protocol;
            return endpoint;
        }
    }

    private static void AddTcp(CacheSettings settings, IPEndPoint endpoint, ListenTls tls)
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
