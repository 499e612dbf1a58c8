using System.Net;
using Larder.Cache.Serving;
using Larder.Client.Routing;

namespace Larder.Client.Tests.Support;

/// <summary>Larder's own server in this process, on an ephemeral port of loopback.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly CacheServer _server;

    public TestCache(Action<CacheServerOptions>? change = null, int port = 0)
    {
        CacheServerOptions options = new() { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new(IPAddress.Loopback, port));
        change?.Invoke(options);
        _server = CacheServer.Start(options);
        Port = _server.Endpoints.OfType<IPEndPoint>().First().Port;
    }

    public int Port { get; }

    public ServerAddress Address => new("127.0.0.1", Port);

    public int Connections => _server.CurrentConnections;

    public void Dispose() => _server.Dispose();
}
