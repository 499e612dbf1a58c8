using System.Net;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

public sealed class RequestTurnTests
{
    [Theory]
    [MemberData(nameof(LineServer.Combinations), MemberType = typeof(LineServer))]
    public void Turn_asked_for_from_outside_is_had_without_input(DriverKind driver, Trigger trigger)
    {
        var factory = new TickingFactory();
        var options = new DriverOptions { Driver = driver, Trigger = trigger, Threads = 2 };
        using StreamServer server = Serve(factory, options);
        using var client = new LineClient(server.Listeners[0].LocalEndPoint!);
        Assert.Equal("echo", client.Ask("echo"));
        for (int i = 0; i < 100; i++)
        {
            factory.Last!.RequestTurn();
            Assert.Equal("tick", client.ReadLine());
        }
        client.Dispose();
        Until.True(() => server.CurrentConnections == 0, "the connection closes");
        factory.Last!.RequestTurn(); // of one that is gone: nothing happens
        using LineClient other = new(server.Listeners[0].LocalEndPoint!);
        Assert.Equal("echo", other.Ask("echo"));
    }

    [Theory]
    [MemberData(nameof(LineServer.Combinations), MemberType = typeof(LineServer))]
    public void Names_are_known_when_a_connection_is_about_to_close(DriverKind driver, Trigger trigger)
    {
        var factory = new TickingFactory();
        var options = new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 };
        using StreamServer server = Serve(factory, options);
        using var client = new LineClient(server.Listeners[0].LocalEndPoint!);
        Assert.Equal("echo", client.Ask("echo"));
        string name = "tcp:" + client.Socket.LocalEndPoint;
        client.FinishSending();
        Until.True(() => factory.Last!.Closings == 1, "the connection closes");
        Assert.Equal((name, CloseReason.Peer), (factory.Last!.ClosingName, factory.Last.Reason));
        Assert.Equal("", factory.Last.PeerName);
    }

    private static StreamServer Serve(TickingFactory factory, DriverOptions options)
    {
        var server = new StreamServer(options, factory);
        server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        server.Start();
        return server;
    }

    private sealed class TickingFactory : IConnectionFactory
    {
        public TickingConnection? Last { get; private set; }

        public Connection Create(Listener listener) => Last = new TickingConnection();
    }

    /// <summary>Sends back what comes, and a line when it has a turn without input.</summary>
    private sealed class TickingConnection : Connection
    {
        private int _closings;

        public int Closings => Volatile.Read(ref _closings);

        public string ClosingName { get; private set; } = "";

        public CloseReason Reason { get; private set; }

        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = input.Length;
            Output.Write(input.IsEmpty ? "tick\n"u8 : input);
            return InputState.NeedMore;
        }

        protected override void OnClosing(CloseReason reason)
        {
            ClosingName = PeerName;
            Reason = reason;
        }

        protected override void OnClosed(Turn? turn, CloseReason reason) => Interlocked.Increment(ref _closings);
    }
}
