using System.Net;
using Larder.Cache.Serving;
using Larder.Client.Routing;

namespace Larder.Client.Tests.Support;

/// <summary>Larder's own server in this process, on an ephemeral port of loopback.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly CacheServer _server;

    private readonly IPAddress _address;

    /// <param name="change">Changes the options.</param>
    /// <param name="port">Its port; 0 for any.</param>
    /// <param name="address">Another address of loopback than 127.0.0.1.</param>
    public TestCache(Action<CacheServerOptions>? change = null, int port = 0, IPAddress? address = null)
    {
        _address = address ?? IPAddress.Loopback;
        CacheServerOptions options = new() { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new(_address, port));
        change?.Invoke(options);
        _server = CacheServer.Start(options);
        Port = _server.Endpoints.OfType<IPEndPoint>().First().Port;
    }

    public int Port { get; }

    public ServerAddress Address => new(_address.ToString(), Port);

    public int Connections => _server.CurrentConnections;

    public void Dispose() => _server.Dispose();
}
