using System.Net;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Tests.Bench.Replaying;

/// <summary>Closes a connection instead of answering.</summary>
internal sealed class ClosingServer : IConnectionFactory, IDisposable
{
    private readonly StreamServer _server;

    public ClosingServer()
    {
        _server = new StreamServer(new DriverOptions { Threads = 1 }, this);
        _server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        _server.Start();
    }

    public EndPoint EndPoint => _server.Listeners[0].LocalEndPoint!;

    public Connection Create(Listener listener) => new MuteConnection();

    public void Dispose()
    {
        _server.Stop(StopMode.Fast);
        _server.Dispose();
    }

    private sealed class MuteConnection : Connection
    {
        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = input.Length;
            return InputState.Close;
        }
    }
}
