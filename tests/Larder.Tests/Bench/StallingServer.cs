using System.Net;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Tests.Bench;

/// <summary>Answers every line with END, but stands still for a time, once, when it is told to.</summary>
internal sealed class StallingServer : IConnectionFactory, IDisposable
{
    private readonly ManualResetEventSlim _never = new();
    private readonly StreamServer _server;
    private readonly TimeSpan _stall;
    private int _told;   // 1 from being told until the front end takes it back
    private int _stalls; // how often it was told

    public StallingServer(TimeSpan stall)
    {
        _stall = stall;
        _server = new StreamServer(new DriverOptions { Threads = 1 }, this);
        _server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        _server.Start();
    }

    public EndPoint EndPoint => _server.Listeners[0].LocalEndPoint!;

    public Connection Create(Listener listener) => new LineConnection(this);

    public void Dispose()
    {
        _server.Stop(StopMode.Fast);
        _server.Dispose();
        _never.Dispose();
    }

    /// <summary>Stands still at the next line; only the first call counts.</summary>
    public void StallOnce()
    {
        if (Interlocked.Increment(ref _stalls) == 1)
            Volatile.Write(ref _told, 1);
    }

    private void StallIfTold()
    {
        if (Interlocked.Exchange(ref _told, 0) == 1)
            _never.Wait(_stall);
    }

    private sealed class LineConnection(StallingServer server) : Connection
    {
        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = 0;
            int length;
            while ((length = input[consumed..].IndexOf((byte)'\n')) >= 0)
            {
                consumed += length + 1;
                server.StallIfTold();
                Output.Write("END\r\n"u8);
            }

            return InputState.NeedMore;
        }
    }
}
