using System.Net;
using System.Net.Sockets;
using Larder.Cache.Authentication;
using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Protocol.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Cache.Serving;

/// <summary>
/// A running cache server that memcached's clients talk to. Several may run in one process; each has its own memory,
/// threads and ports.
/// </summary>
/// <example>
/// <code>
/// using CacheServer server = CacheServer.Start(new CacheServerOptions());
/// </code>
/// </example>
public sealed class CacheServer : IDisposable
{
    /// <summary>How long a graceful stop waits for half received requests unless told otherwise.</summary>
    public const int GracefulDeadlineMs = 10_000;

    private const int FastDeadlineMs = 2_000;

    /// <summary>
    /// A client whose answers waited goes on at a quarter of the limit, so that it does not flutter around it.
    /// </summary>
    private const int ReplyLowShare = 4;

    private readonly CacheEngine _engine;
    private readonly StreamServer _server;
    private readonly ItemStore _store;
    private readonly Housekeeper _housekeeper;
    private int _disposed; // owner: interlocked

    private CacheServer(CacheEngine engine, Housekeeper housekeeper)
    {
        _engine = engine;
        _server = engine.Server;
        _store = engine.Store;
        _housekeeper = housekeeper;
    }

    /// <summary>Where it listens, in the order of the options, with the ports that the kernel chose.</summary>
    public IReadOnlyList<EndPoint> Endpoints => [.. EndPointsOf(_server.Listeners, datagrams: false)];

    /// <summary>Where it takes requests by UDP, in the same way.</summary>
    public IReadOnlyList<IPEndPoint> UdpEndpoints
        => [.. EndPointsOf(_server.Listeners, datagrams: true).Cast<IPEndPoint>()];

    /// <summary>Connections now.</summary>
    public int CurrentConnections => _server.CurrentConnections;

    /// <summary>What drives it: counters of its threads, connections, listeners. For hosts that watch it.</summary>
    public StreamServer Driver => _server;

    /// <summary>Maps the memory, binds the listeners, starts the threads. Clients are served when it returns.</summary>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or two contradict each other.</exception>
    /// <exception cref="OutOfMemoryException">The system gives no memory for the store.</exception>
    public static CacheServer Start(CacheServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = new StoreClock();
        var store = new ItemStore(StoreOptionsOf(options), clock);
        StreamServer? server = null;
        Entrance? entrance = null;
        CacheEngine? engine = null;
        try
        {
            entrance = Entrance.From(options);
            engine = new CacheEngine(options, store, clock, entrance);
            server = new StreamServer(DriverOptionsOf(options, engine), new CacheConnectionFactory(engine))
            {
                MaxConnections = options.ConnectionsMax,
                RejectMessage = options.RefuseAtConnectionsMax ? TextReplies.TooManyConnections.ToArray() : default,
            };
            engine.Server = server;
            if (options is { Tls: { } tls, Logger: { } logger })
            {
                tls.Logger = logger;
            }
            Listen(server, options);
            NameProtocols(server, options);
            CheckRights(server, options, entrance);
            Show(engine);
            var housekeeper = new Housekeeper(store, clock, server);
            server.Start();
            housekeeper.Start();
            return new CacheServer(engine, housekeeper);
        }
        catch
        {
            server?.Dispose();
            engine?.Watches.Stop();
            entrance?.Dispose();
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Accepts nothing any more and serves the clients that are there, until the last has left or the time is over;
    /// <see cref="Stop"/> ends it sooner. Returns whether no client is left.
    /// </summary>
    /// <param name="timeout">The longest time, up to 24 days.</param>
    public bool Drain(TimeSpan timeout) =>
        _server.Drain((int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue));

    /// <summary>
    /// Stops serving: executed requests are answered and the answers delivered; graceful, half received requests may
    /// be completed up to the deadline. Memory is kept until <see cref="Dispose"/>.
    /// </summary>
    /// <param name="graceful">Wait for half received requests.</param>
    /// <param name="deadlineMs">The longest wait in milliseconds; 0 takes 2 s, graceful 10 s.</param>
    public void Stop(bool graceful = false, int deadlineMs = 0)
    {
        StopMode mode = graceful ? StopMode.Graceful : StopMode.Fast;
        int deadline = deadlineMs > 0 ? deadlineMs : graceful ? GracefulDeadlineMs : FastDeadlineMs;
        _server.Stop(mode, deadline);
        _engine.Entrance?.Hashes?.Stop();
        _engine.Watches.Stop();
        _housekeeper.Stop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        Stop();
        _server.Dispose();
        _engine.Entrance?.Dispose();
        _housekeeper.Dispose();
        _store.Dispose();
    }

    private static IEnumerable<EndPoint> EndPointsOf(IEnumerable<Listener> listeners, bool datagrams)
        => listeners.Where(listener => listener.TakesDatagrams == datagrams).Select(static each => each.LocalEndPoint!);

    /// <summary>A listener with a protocol of its own carries it.</summary>
    private static void NameProtocols(StreamServer server, CacheServerOptions options)
    {
        foreach (Listener listener in server.Listeners)
        {
            foreach ((IPEndPoint asked, CacheProtocol protocol) in options.EndpointProtocols)
            {
                if (listener.LocalEndPoint is IPEndPoint at && IsAt(asked, at))
                {
                    listener.Tag = protocol;
                }
            }
        }
    }

    /// <summary>Nobody can say by a datagram who he is, also by one that a supervisor's socket takes.</summary>
    private static void CheckRights(StreamServer server, CacheServerOptions options, Entrance? entrance)
    {
        if (entrance is not null && server.Listeners.Any(static listener => listener.TakesDatagrams))
        {
            throw new ArgumentException("UDP cannot be used where clients must authenticate", nameof(options));
        }
        if (entrance is not null
            && options.EndpointProtocols.Values.Any(each => entrance.Restrict(each) != each))
        {
            throw new ArgumentException("a listener has a protocol in which nobody is authenticated", nameof(options));
        }
    }

    /// <summary>From -vv on: where it listens, in memcached's words, and then what is said there.</summary>
    private static void Show(CacheEngine engine)
    {
        engine.Watches.SetVerbosity(engine.Verbosity);
        foreach (Listener listener in engine.Server.Listeners)
        {
            string what = listener.TakesDatagrams ? "udp" : engine.ProtocolOf(listener) switch
            {
                CacheProtocol.Binary => "binary",
                CacheProtocol.Ascii => "ascii",
                _ => "auto-negotiate",
            };
            engine.Watches.Show(LogLine.Request, listener.Descriptor, $"server listening ({what})");
        }
    }

    private static ItemStoreOptions StoreOptionsOf(CacheServerOptions options) => new()
    {
        MemoryLimitBytes = options.MemoryLimit,
        ItemSizeMax = options.ItemSizeMax,
        EvictionsEnabled = options.EvictionsEnabled,
        CasEnabled = options.CasEnabled,
        HashPowerInit = options.HashPower == 0 ? new ItemStoreOptions().HashPowerInit : options.HashPower,
    };

    private static DriverOptions DriverOptionsOf(CacheServerOptions options, CacheEngine engine) => new()
    {
        Driver = options.Driver == CacheDriver.Queue ? DriverKind.Queue : DriverKind.FrontEnds,
        Trigger = options.Trigger == CacheTrigger.Level ? Trigger.Level : Trigger.Edge,
        Threads = options.Driver == CacheDriver.Queue && options.Workers > 0 ? options.Workers : options.Threads,
        RequestsPerTurn = options.RequestsPerTurnMax,
        InputLimit = engine.InputLimit,
        OutputHighBytes = options.ReplyBytesMax,
        OutputLowBytes = options.ReplyBytesMax / ReplyLowShare,
        IdleTimeoutMs = (int)Math.Min(options.IdleTimeout.TotalMilliseconds, int.MaxValue),
        StuckReceiverTimeoutMs = (int)Math.Min(options.StuckReceiverTimeout.TotalMilliseconds, int.MaxValue),
        ThreadState = _ => new CacheThread(engine),
        Logger = (ILogger?)options.Logger ?? NullLogger.Instance,
    };

    private static void Listen(StreamServer server, CacheServerOptions options)
    {
        var listen = new ListenOptions
        {
            Backlog = options.ListenBacklog,
            UnixMode = (int)options.UnixSocketMode,
        };
        IReadOnlyList<InheritedDescriptor> inherited = options.InheritListeners ? InheritedListeners.TakeNames() : [];
        if (inherited.Any(static each => !each.IsHandedOver))
        {
            foreach (InheritedDescriptor descriptor in inherited)
            {
                var listener = Listener.FromDescriptor(descriptor, listen);
                Secure(listener, options);
                server.Listen(listener);
            }
            return;
        }
        using var heritage = new ListenerHeritage(inherited);
        if (options.UnixSocketPath != null)
        {
            Listen(server, heritage, new ListenAddress.Unix(options.UnixSocketPath), listen);
        }
        ListenException? skipped = null;
        foreach (IPEndPoint endpoint in options.TcpEndpoints)
        {
            var address = new ListenAddress.Tcp(endpoint.Address, endpoint.Port);
            skipped = ListenAt(server, heritage, address, endpoint.Address, listen, null) ?? skipped;
        }
        foreach (IPEndPoint endpoint in options.UdpEndpoints)
        {
            var address = new ListenAddress.Udp(endpoint.Address, endpoint.Port);
            skipped = ListenAt(server, heritage, address, endpoint.Address, listen, null) ?? skipped;
        }
        foreach (TlsEndpoint endpoint in options.TlsEndpoints)
        {
            Action<Listener> secure = RequireTls(options, endpoint);
            var address = new ListenAddress.Tcp(endpoint.EndPoint.Address, endpoint.EndPoint.Port);
            skipped = ListenAt(server, heritage, address, endpoint.EndPoint.Address, listen, secure) ?? skipped;
        }
        if (server.Listeners.Count == 0)
        {
            throw (Exception?)skipped
                ?? new ArgumentException("the options name nothing to listen on", nameof(options));
        }
    }

    private static Action<Listener> RequireTls(CacheServerOptions options, TlsEndpoint endpoint)
    {
        TlsServer tls = options.Tls ?? throw new ArgumentException("TLS endpoints need certificates", nameof(options));
        return listener => listener.UseTls(tls, endpoint.Verify);
    }

    /// <summary>
    /// A listener of systemd's speaks what the options say of its address, and TLS when they say nothing of it.
    /// </summary>
    private static void Secure(Listener inherited, CacheServerOptions options)
    {
        if (options.Tls == null || inherited.TakesDatagrams || inherited.LocalEndPoint is not IPEndPoint at)
        {
            return;
        }
        TlsEndpoint? named = options.TlsEndpoints.FirstOrDefault(each => IsAt(each.EndPoint, at));
        if (named != null || !options.TcpEndpoints.Any(each => IsAt(each, at)))
        {
            inherited.UseTls(options.Tls, named?.Verify);
        }
    }

    private static bool IsAt(IPEndPoint asked, IPEndPoint found)
        => asked.Address.Equals(found.Address) && (asked.Port == 0 || asked.Port == found.Port);

    /// <summary>Takes over the listener that another process has there, or listens anew.</summary>
    private static Listener Listen(
        StreamServer server, ListenerHeritage heritage, ListenAddress address, ListenOptions listen)
    {
        Listener listener = heritage.Claim(address, listen) ?? Listener.Bind(address, listen);
        server.Listen(listener);
        return listener;
    }

    /// <summary>Listens; an IPv6 loopback or wildcard address that this machine lacks is only reported back.</summary>
    private static ListenException? ListenAt(StreamServer server, ListenerHeritage heritage, ListenAddress address,
        IPAddress ip, ListenOptions listen, Action<Listener>? secure)
    {
        try
        {
            Listener listener = Listen(server, heritage, address, listen);
            secure?.Invoke(listener);
            return null;
        }
        catch (ListenException lacks) when (ip.AddressFamily == AddressFamily.InterNetworkV6
            && (IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.IPv6Any))
            && lacks.Errno is Errno.FamilyNotSupported or Errno.AddressNotAvailable)
        {
            return lacks;
        }
    }
}
