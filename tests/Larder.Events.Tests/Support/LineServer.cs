using System.Net;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>A server of <see cref="LineConnection"/>s on a loopback port of its own.</summary>
internal sealed class LineServer : IConnectionFactory, IDisposable
{
    private readonly StreamServer _server;

    public LineServer(DriverOptions options, int backlog = 1024, int maxConnections = int.MaxValue,
        string rejectMessage = "", int acceptThreads = 1, Func<Listener, SysResult>? accept = null,
        params TlsListen[] tls)
    {
        _server = new StreamServer(options, this)
        {
            MaxConnections = maxConnections,
            RejectMessage = System.Text.Encoding.ASCII.GetBytes(rejectMessage),
            AcceptCall = accept ?? Acceptor.Accept,
        };
        var listen = new ListenOptions { Backlog = backlog, AcceptThreads = acceptThreads };
        _server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), listen);
        foreach (TlsListen each in tls)
        {
            _server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), listen).UseTls(each.Server, each.Verify);
        }
        _server.Start();
    }

    /// <summary>A server on a listener that exists already.</summary>
    public LineServer(DriverOptions options, Listener listener)
    {
        _server = new StreamServer(options, this);
        _server.Listen(listener);
        _server.Start();
    }

    public StreamServer Server => _server;

    public LineLog Log { get; } = new();

    /// <summary>Where it speaks TLS: the listeners behind the plain one.</summary>
    public IPEndPoint TlsEndPoint(int index = 0) => (IPEndPoint)_server.Listeners[index + 1].LocalEndPoint!;

    public IPEndPoint EndPoint => (IPEndPoint)_server.Listeners[0].LocalEndPoint!;

    public static TheoryData<DriverKind, Trigger> Combinations => new()
    {
        { DriverKind.FrontEnds, Trigger.Edge },
        { DriverKind.FrontEnds, Trigger.Level },
        { DriverKind.Queue, Trigger.Edge },
        { DriverKind.Queue, Trigger.Level },
    };

    public Connection Create(Listener listener) => new LineConnection(Log);

    public LineClient Connect() => new(EndPoint);

    public long Sum(Func<DriverCounters, long> counter) => _server.Turns.Sum(turn => counter(turn.Counters));

    public void Dispose() => _server.Dispose();

    /// <summary>Connections for a server whose clients nobody looks at.</summary>
    internal sealed class Unused : IConnectionFactory
    {
        public Connection Create(Listener listener) => new LineConnection(new LineLog());
    }
}
