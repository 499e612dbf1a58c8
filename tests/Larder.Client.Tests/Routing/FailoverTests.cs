using System.Text;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Routing;

/// <summary>
/// Aim: when a server dies its keys alone are affected, as the option says, and it comes back by itself. Method:
/// several of Larder's servers, one of them disposed of and started again.
/// </summary>
public sealed class FailoverTests : IDisposable
{
    private const int KeyCount = 200;

    private readonly TestCache[] _caches = [new(), new(), new(), new()];

    public void Dispose()
    {
        foreach (TestCache cache in _caches) cache.Dispose();
    }

    [Fact]
    public async Task Keys_are_spread_over_all_servers_and_found_again()
    {
        await using CacheClient client = ClientOf();
        Dictionary<string, string> owners = await FillAsync(client);
        Assert.Equal(4, owners.Values.Distinct(StringComparer.Ordinal).Count());
        foreach ((string key, string owner) in owners)
        {
            using CacheValue value = await client.GetAsync(key);
            Assert.Equal((CacheStatus.Hit, owner), (value.Result.Status, value.Result.Server));
        }
    }

    [Fact]
    public async Task Keys_of_a_dead_server_go_to_the_next_and_no_others_move()
    {
        await using CacheClient client = ClientOf();
        Dictionary<string, string> owners = await FillAsync(client);
        string dead = Name(_caches[1]);
        _caches[1].Dispose();
        HashSet<string?> heirs = [];
        foreach ((string key, string owner) in owners)
        {
            CacheResult set = await client.TrySetAsync(key, Encoding.UTF8.GetBytes(key));
            // What was on its way when the server died may be ambiguous; then it is known to be down.
            if (owner == dead && set.Status == CacheStatus.Ambiguous)
                set = await client.SetAsync(key, "again"u8.ToArray());
            Assert.Equal(CacheStatus.Done, set.Status);
            bool isRight = owner == dead ? set.Server != dead : set.Server == owner;
            Assert.True(isRight, $"{key} of {owner} went to {set.Server}");
            if (owner == dead) heirs.Add(set.Server);
            using CacheValue value = await client.GetAsync(new GetRequest(key) { WithTtl = true });
            Assert.True(value.IsHit);
            Assert.Equal(owner != dead, value.Result.TtlSeconds == -1);
            Assert.True(value.Result.TtlSeconds <= 60);
        }
        Assert.Equal(3, heirs.Count);
    }

    [Theory]
    [InlineData(FailoverPolicy.Miss, CacheStatus.Miss)]
    [InlineData(FailoverPolicy.Fail, CacheStatus.ServerDown)]
    public async Task Keys_of_a_dead_server_stay_when_the_policy_says_so(FailoverPolicy policy, CacheStatus expected)
    {
        await using CacheClient client = ClientOf(options => options.Failover = policy);
        Dictionary<string, string> owners = await FillAsync(client);
        string dead = Name(_caches[1]);
        _caches[1].Dispose();
        string mine = owners.First(pair => pair.Value == dead).Key;
        await Eventually.HoldsAsync(
            () => StatusOf(client, mine) == expected, "the server is known to be down");
        Assert.Equal(CacheStatus.ServerDown, (await client.TrySetAsync(mine, new byte[1])).Status);
        foreach ((string key, string owner) in owners)
        {
            using CacheValue value = await client.TryGetAsync(key);
            Assert.Equal(owner == dead ? expected : CacheStatus.Hit, value.Result.Status);
        }
    }

    [Fact]
    public async Task Server_that_comes_back_gets_its_keys_back()
    {
        await using CacheClient client = ClientOf();
        Dictionary<string, string> owners = await FillAsync(client);
        string dead = Name(_caches[1]);
        string mine = owners.First(pair => pair.Value == dead).Key;
        int port = _caches[1].Port;
        _caches[1].Dispose();
        await Eventually.HoldsAsync(
            () => client.TrySetAsync(mine, new byte[1]).AsTask().Result.Server != dead, "another server has the key");
        _caches[1] = new TestCache(port: port);
        // Nobody asks for its keys: the probe finds it.
        await Eventually.HoldsAsync(() => _caches[1].Connections > 0, "the server was probed");
        await Eventually.HoldsAsync(
            () => client.TrySetAsync(mine, new byte[1]).AsTask().Result.Server == dead, "the server has its key again");
    }

    [Fact]
    public async Task When_all_are_down_each_is_tried_and_the_first_that_lives_serves()
    {
        await using CacheClient client = ClientOf(options =>
        {
            options.ProbeDelayMin = TimeSpan.FromHours(1); // no probe helps
            options.ProbeDelayMax = TimeSpan.FromHours(1);
        });
        Dictionary<string, string> owners = await FillAsync(client);
        int port = _caches[2].Port;
        string mine = owners.First(pair => pair.Value == Name(_caches[2])).Key;
        foreach (TestCache cache in _caches) cache.Dispose();
        await Eventually.HoldsAsync(
            () => owners.Keys.All(key => StatusOf(client, key) == CacheStatus.ServerDown), "all servers are down");
        _caches[2] = new TestCache(port: port);
        await Eventually.HoldsAsync(
            () => client.TrySetAsync(mine, new byte[1]).AsTask().Result.IsSuccess, "it is served again");
    }

    [Fact]
    public async Task Many_callers_of_a_silent_server_make_few_connections()
    {
        await using ScriptedServer silent = new(static connection => connection.HangAsync());
        await using CacheClient client = ClientOf(options =>
        {
            options.Servers.Clear();
            options.Servers.Add(silent.Address);
            options.Servers.Add(_caches[0].Address);
            options.RequestTimeout = TimeSpan.FromSeconds(2);
            options.ConnectTimeout = Clients.Patience;
        });
        Task<CacheResult>[] callers = [.. Enumerable.Range(0, 500)
            .Select(i => client.TrySetAsync($"key{i}", new byte[1]).AsTask())];
        CacheResult[] results = await Task.WhenAll(callers);
        Assert.Contains(results, static result => result.Status == CacheStatus.Ambiguous);
        Assert.Contains(results, static result => result.Status == CacheStatus.Done);
        // Known to be silent now: nobody waits for it any more.
        for (int i = 0; i < 500; i++)
        {
            GetRequest request = new($"key{i}") { Timeout = Clients.Patience };
            using CacheValue value = await client.TryGetAsync(request);
            Assert.False(value.Result.IsError);
            Assert.Equal(Name(_caches[0]), value.Result.Server);
        }
        Assert.InRange(silent.Accepted, 1, 5);
    }

    [Fact]
    public async Task Large_value_does_not_stand_before_small_ones()
    {
        // The connection for large values is the second one, and never answers.
        TaskCompletionSource<string> large = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = new(async connection =>
        {
            while (await connection.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("ms", StringComparison.Ordinal)) large.TrySetResult(line);
                else await connection.SendAsync($"VA 1 f0 O{ScriptedConnection.OpaqueOf(line)}\r\n1\r\n");
            }
        });
        await using CacheClient client = Clients.Of(server.Address);
        ValueTask<CacheResult> store = client.TrySetAsync("key", new byte[100_000]);
        Assert.StartsWith("ms key 100000", await large.Task, StringComparison.Ordinal);
        using CacheValue value = await client.GetAsync("other");
        Assert.True(value.IsHit);
        Assert.Equal(2, server.Accepted);
        await client.DisposeAsync();
        Assert.Equal(CacheStatus.Ambiguous, (await store).Status);
    }

    [Fact]
    public async Task List_that_changes_under_load_loses_nothing_but_what_moves()
    {
        await using CacheClient client = ClientOf();
        Dictionary<string, string> owners = await FillAsync(client);
        using CancellationTokenSource ending = new();
        Task<int> load = Task.Run(async () =>
        {
            int done = 0;
            while (!ending.IsCancellationRequested)
            {
                foreach (string key in owners.Keys)
                {
                    using CacheValue value = await client.GetAsync(key); // throws if anything fails
                    if (value.IsHit) Assert.Equal(key, Encoding.UTF8.GetString(value.Span));
                    done++;
                }
            }
            return done;
        });
        for (int i = 0; i < 20; i++)
        {
            client.UpdateServers([_caches[0].Address, _caches[1].Address, _caches[3].Address]);
            await client.GetAsync("x");
            client.UpdateServers([.. _caches.Select(static cache => cache.Address)]);
            await client.GetAsync("x");
        }
        await ending.CancelAsync();
        Assert.True(await load > 0);
        foreach ((string key, string owner) in owners)
        {
            using CacheValue value = await client.GetAsync(key);
            Assert.Equal((CacheStatus.Hit, owner), (value.Result.Status, value.Result.Server));
        }
        Assert.Throws<ArgumentException>(() => client.UpdateServers([]));
        Assert.Throws<ArgumentException>(() => client.UpdateServers([_caches[0].Address, _caches[0].Address]));
    }

    private static CacheStatus StatusOf(CacheClient client, string key) =>
        client.TryGetAsync(key).AsTask().Result.Result.Status;

    private static string Name(TestCache cache) => cache.Address.ToString();

    private static async Task<Dictionary<string, string>> FillAsync(CacheClient client)
    {
        Dictionary<string, string> owners = new(StringComparer.Ordinal);
        for (int i = 0; i < KeyCount; i++)
        {
            CacheResult set = await client.SetAsync($"key{i}", Encoding.UTF8.GetBytes($"key{i}"));
            owners.Add($"key{i}", set.Server!);
        }
        return owners;
    }

    private CacheClient ClientOf(Action<CacheClientOptions>? change = null)
    {
        CacheClientOptions options = new()
        {
            RequestTimeout = Clients.Patience,
            ConnectTimeout = Clients.Patience,
            ProbeDelayMin = TimeSpan.FromMilliseconds(10),
        };
        foreach (TestCache cache in _caches) options.Servers.Add(cache.Address);
        change?.Invoke(options);
        return new CacheClient(options);
    }
}
