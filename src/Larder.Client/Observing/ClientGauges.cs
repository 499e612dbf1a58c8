using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Larder.Client.Routing;

namespace Larder.Client.Observing;

/// <summary>
/// Numbers that are counted when somebody asks for them: connections and servers of all clients of the process. A
/// server is a pool, by its name, whichever clients it serves. Clients are held weakly: one that nobody disposed of is
/// collected.
/// </summary>
internal sealed class ClientGauges
{
    private const string PoolKey = "db.client.connection.pool.name";
    private const string ConnectionStateKey = "db.client.connection.state";
    private const string StateKey = "state";

    private static readonly KeyValuePair<string, object?> s_idle = new(ConnectionStateKey, "idle");
    private static readonly KeyValuePair<string, object?> s_used = new(ConnectionStateKey, "used");
    private static readonly KeyValuePair<string, object?> s_up = new(StateKey, "up");
    private static readonly KeyValuePair<string, object?> s_down = new(StateKey, "down");

    private readonly Lock _gate = new();
    private readonly List<WeakReference<Router>> _routers = []; // owner: _gate

    public ClientGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter(
            "db.client.connection.count",
            () => Observe(static (pool, counts) => [new(counts.Idle, pool, s_idle), new(counts.Used, pool, s_used)]),
            "{connection}",
            "Connections by their state: used while a reply is awaited.");
        meter.CreateObservableUpDownCounter(
            "db.client.connection.max",
            () => Observe(static (pool, counts) => [new(counts.Max, pool)]),
            "{connection}",
            "The maximum number of open connections allowed.");
        meter.CreateObservableUpDownCounter(
            "db.client.connection.pending_requests",
            () => Observe(static (pool, counts) => [new(counts.Pending, pool)]),
            "{request}",
            "Requests that wait for a connection to be made.");
        meter.CreateObservableUpDownCounter(
            "larder.client.servers",
            () => Observe(static (pool, counts) => [new(counts.Up, pool, s_up), new(counts.Down, pool, s_down)]),
            "{server}",
            "Servers by what clients think of them: up or down.");
    }

    /// <summary>A pool's name as an attribute.</summary>
    public static KeyValuePair<string, object?> Pool(string server) => new(PoolKey, server);

    /// <summary>A client has been made.</summary>
    public void Add(Router router)
    {
        lock (_gate)
        {
            _routers.RemoveAll(static each => !each.TryGetTarget(out _));
            _routers.Add(new WeakReference<Router>(router));
        }
    }

    /// <summary>A client ends.</summary>
    public void Remove(Router router)
    {
        lock (_gate) _routers.RemoveAll(each => !each.TryGetTarget(out Router? known) || known == router);
    }

    private List<Measurement<int>> Observe(
        Func<KeyValuePair<string, object?>, PoolCounts, Measurement<int>[]> measure)
    {
        Router[] routers;
        lock (_gate) routers = [.. _routers.Select(static each => each.TryGetTarget(out Router? router) ? router : null)
            .OfType<Router>()];
        Dictionary<string, PoolCounts> pools = [];
        foreach (Router router in routers)
        {
            foreach (Server server in router.Set.Servers)
                server.Count(ref CollectionsMarshal.GetValueRefOrAddDefault(pools, server.Name, out _));
        }
        return [.. pools.SelectMany(pool => measure(Pool(pool.Key), pool.Value))];
    }
}
