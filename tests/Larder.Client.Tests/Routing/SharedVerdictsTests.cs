using Larder.Client.Routing;
using Larder.Client.ServerList;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Routing;

/// <summary>
/// Aim: a client believes a living monitor, and nobody else. Method: servers that all live, and a list that says
/// otherwise of one of them: where requests go shows whom the client believes.
/// </summary>
public sealed class SharedVerdictsTests : IDisposable
{
    /// <summary>No list is too old, however slow the machine is.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private readonly TestCache[] _caches = [new(), new(), new()];
    private readonly string _folder = Directory.CreateTempSubdirectory("larder-verdicts-").FullName;

    private string ListPath => Path.Combine(_folder, "servers");

    public void Dispose()
    {
        foreach (TestCache cache in _caches) cache.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Server_that_a_living_monitor_calls_down_is_passed_over_until_it_is_up()
    {
        using var writer = ServerListWriter.Create(ListPath, s_period, List());
        await using CacheClient client = ClientOf();
        (string key, string owner) = await OwnedByAsync(client, _caches[1]);

        writer.Publish(List(_caches[1]));
        await Eventually.HoldsAsync(() => ServerOf(client, key) != owner, "the list is believed");
        foreach (TestCache other in new[] { _caches[0], _caches[2] })
        {
            (_, string others) = await OwnedByAsync(client, other);
            Assert.Equal(other.Address.ToString(), others);
        }

        writer.Publish(List());
        await Eventually.HoldsAsync(() => ServerOf(client, key) == owner, "the list is believed again");
    }

    [Fact]
    public async Task Verdict_that_stands_at_the_start_holds_for_the_first_request()
    {
        string key;
        await using (CacheClient before = ClientOf()) (key, _) = await OwnedByAsync(before, _caches[1]);
        using var writer = ServerListWriter.Create(ListPath, s_period, List(_caches[1]));
        await using CacheClient client = ClientOf();

        Assert.NotEqual(_caches[1].Address.ToString(), ServerOf(client, key));
    }

    [Fact]
    public async Task Monitor_that_has_stopped_is_not_believed()
    {
        var writer = ServerListWriter.Create(ListPath, s_period, List(_caches[1]));
        await using CacheClient client = ClientOf();
        writer.Dispose();

        await Eventually.HoldsAsync(
            () => OwnedByAsync(client, _caches[1], tries: 50).Result.Key.Length > 0, "the client judges alone");
    }

    [Fact]
    public async Task List_that_calls_all_down_is_not_believed()
    {
        using var writer = ServerListWriter.Create(ListPath, s_period, List(_caches));
        await using CacheClient client = ClientOf();

        Assert.Equal(CacheStatus.Done, (await client.SetAsync("key", new byte[1])).Status);
    }

    private static string? ServerOf(CacheClient client, string key) =>
        client.TrySetAsync(key, new byte[1]).AsTask().Result.Server;

    /// <summary>A key that goes to the cache.</summary>
    private static async Task<(string Key, string Owner)> OwnedByAsync(
        CacheClient client, TestCache cache, int tries = 1000)
    {
        string owner = cache.Address.ToString();
        for (int i = 0; i < tries; i++)
        {
            CacheResult set = await client.SetAsync($"key{i}", new byte[1]);
            if (set.Server == owner) return ($"key{i}", owner);
        }
        return ("", "");
    }

    private List<ServerVerdict> List(params TestCache[] down) =>
        [.. _caches.Select(cache => new ServerVerdict(
            cache.Address.Host, cache.Address.Port, 1, down.Contains(cache) ? ServerState.Down : ServerState.Up))];

    private CacheClient ClientOf()
    {
        CacheClientOptions options = new()
        {
            RequestTimeout = Clients.Patience,
            ConnectTimeout = Clients.Patience,
            ServerListPath = ListPath,
        };
        foreach (TestCache cache in _caches) options.Servers.Add(cache.Address);
        return new CacheClient(options);
    }
}
