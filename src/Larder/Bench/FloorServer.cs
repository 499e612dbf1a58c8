using System.Net;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Bench;

/// <summary>
/// The fixed-reply server: the smallest work that a server on this event core, or on any that uses epoll, can do for
/// a request. What a cache server costs above it is its own.
/// </summary>
internal sealed class FloorServer : IConnectionFactory, IDisposable
{
    private readonly StreamServer _server;
    private readonly FloorReplies _replies;

    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public FloorServer(FloorOptions options)
    {
        _replies = new FloorReplies(options.KeySize, options.ReplyBytes);
        _server = new StreamServer(
            new DriverOptions { Threads = options.Threads, ThreadNamePrefix = "larder-floor" }, this);
        _server.Listen(new ListenAddress.Tcp(options.Address, options.Port), new ListenOptions());
        _server.Start();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_server.Listeners[0].LocalEndPoint!;

    Connection IConnectionFactory.Create(Listener listener) => new FloorConnection(_replies);

    public void Dispose()
    {
        _server.Stop(StopMode.Fast);
        _server.Dispose();
    }
}
