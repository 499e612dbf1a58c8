using System.Net;
using Larder.Cache.Serving;
using Larder.Client;
using Larder.Client.Routing;

namespace Larder.Extensions.Caching.Tests.Support;

/// <summary>A cache server in this process, for the tests of one class; each test has keys of its own.</summary>
public sealed class CacheFixture : IDisposable
{
    /// <summary>No test fails because the machine is slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CacheServer _server;

    public CacheFixture()
    {
        CacheServerOptions options = new() { MemoryLimit = 64L << 20, Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        _server = CacheServer.Start(options);
        Port = ((IPEndPoint)_server.Endpoints[0]).Port;
    }

    public int Port { get; }

    /// <summary>A client of its own, as another process would have one.</summary>
    public CacheClient Connect(Action<CacheClientOptions>? change = null)
    {
        CacheClientOptions options = new()
        {
            RequestTimeout = Patience,
            ConnectTimeout = Patience,
            InvalidKeys = InvalidKeyRule.Hash,
        };
        options.Servers.Add(new ServerAddress("127.0.0.1", Port));
        change?.Invoke(options);
        return new CacheClient(options);
    }

    public void Dispose() => _server.Dispose();
}
