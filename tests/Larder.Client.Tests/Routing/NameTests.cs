using System.Net;
using System.Text;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Client.Tests.Routing;

/// <summary>
/// Aim: a server is where its name says, whenever that changes, and no key moves for it. Method: a resolver of the
/// test's own, and servers on several addresses of loopback with one port.
/// </summary>
public sealed class NameTests
{
    private const string Name = "cache.example.com";

    private static readonly IPAddress s_first = IPAddress.Loopback;
    private static readonly IPAddress s_second = IPAddress.Parse("127.0.0.2");
    private static readonly byte[] s_value = "value"u8.ToArray();

    private readonly TestNames _names = new();

    [Fact]
    public async Task Address_that_changes_is_followed_and_no_key_moves()
    {
        using TestCache other = new();
        (TestCache before, TestCache after) = OnOnePort();
        using TestCache first = before;
        using TestCache second = after;
        _names[Name] = [s_first];
        await using CacheClient client = ClientOf(first.Port, options => options.Servers.Add(other.Address));
        string[] keys = [.. Enumerable.Range(0, 100).Select(static i => $"key{i}")];
        Dictionary<string, string> owners = [];
        foreach (string key in keys) owners[key] = (await client.SetAsync(key, s_value)).Server!;
        Assert.Equal(2, owners.Values.Distinct().Count());
        Assert.Equal(0, second.Connections);

        _names[Name] = [s_second];
        await using CacheClient direct = Clients.Of(second.Address);
        string moved = keys.First(key => owners[key] == $"{Name}:{first.Port}");
        await Eventually.HoldsAsync(
            () =>
            {
                foreach (string key in keys)
                {
                    CacheResult set = client.SetAsync(key, s_value).AsTask().Result; // throws if one fails
                    Assert.Equal(owners[key], set.Server);
                }
                using CacheValue found = direct.GetAsync(moved).AsTask().Result;
                return found.IsHit;
            },
            "requests go to the new address");
        await Eventually.HoldsAsync(() => first.Connections == 0, "the old address is left");
    }

    [Fact]
    public async Task Reply_that_is_awaited_from_the_old_address_still_comes()
    {
        TaskCompletionSource answering = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer slow = new(async connection =>
        {
            while (await connection.ReadLineAsync() is { } line)
            {
                await answering.Task;
                await connection.SendAsync($"HD O{ScriptedConnection.OpaqueOf(line)}\r\n");
            }
        });
        using TestCache second = new(port: slow.Address.Port, address: s_second);
        _names[Name] = [s_first];
        await using CacheClient client = ClientOf(second.Port);
        Task<CacheResult> waiting = client.DeleteAsync("key").AsTask();
        await Eventually.HoldsAsync(() => slow.Accepted == 1, "the old address is asked");

        _names[Name] = [s_second];
        await Eventually.HoldsAsync(() => second.Connections == 1 || IsThere(client), "the new address is asked");
        Assert.False(waiting.IsCompleted);
        answering.SetResult();
        Assert.Equal(CacheStatus.Done, (await waiting).Status);

        static bool IsThere(CacheClient client)
        {
            // A request while nothing has changed yet waits for the slow server: it gives up.
            GetRequest hasty = new("other") { Timeout = TimeSpan.FromMilliseconds(20) };
            using CacheValue value = client.TryGetAsync(hasty).AsTask().Result;
            return value.Result.Status == CacheStatus.Miss;
        }
    }

    [Fact]
    public async Task Server_that_is_lost_is_looked_for_at_its_new_address_at_once()
    {
        (TestCache before, TestCache after) = OnOnePort();
        using TestCache second = after;
        _names[Name] = [s_first];
        await using CacheClient client =
            ClientOf(second.Port, static options => options.NameRefreshPeriod = Timeout.InfiniteTimeSpan);
        await client.SetAsync("key", s_value);
        _names[Name] = [s_second];
        before.Dispose();

        await Eventually.HoldsAsync(
            () => client.TrySetAsync("key", s_value).AsTask().Result.IsSuccess, "the new address is found");
        Assert.Equal(1, second.Connections);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_any_more_keeps_its_address()
    {
        TestCache first = new();
        int port = first.Port;
        _names[Name] = [s_first];
        await using CacheClient client = ClientOf(port);
        await client.SetAsync("key", s_value);
        _names[Name] = [];
        int asked = _names.Asked;
        await Eventually.HoldsAsync(() => _names.Asked > asked + 2, "the name is looked up in vain");
        using (CacheValue value = await client.GetAsync("key"))
            Assert.Equal("value", Encoding.UTF8.GetString(value.Span));

        first.Dispose();
        // Ambiguous where the request is written before the end of the connection is seen.
        CacheResult lost = await client.TrySetAsync("key", s_value);
        Assert.True(lost.Status is CacheStatus.ServerDown or CacheStatus.Ambiguous, $"{lost.Status}");
        using TestCache again = new(port: port);
        await Eventually.HoldsAsync(
            () => client.TrySetAsync("key", s_value).AsTask().Result.IsSuccess, "the server is found again");
    }

    [Fact]
    public async Task Name_that_never_resolved_is_a_server_that_is_down_until_it_does()
    {
        using TestCache cache = new();
        await using CacheClient client = ClientOf(cache.Port);
        CacheResult failed = await client.TrySetAsync("key", s_value);
        Assert.Equal(CacheStatus.ServerDown, failed.Status);
        Assert.NotNull(failed.Message);
        _names[Name] = [s_first];

        await Eventually.HoldsAsync(
            () => client.TrySetAsync("key", s_value).AsTask().Result.IsSuccess, "the name is looked up again");
    }

    [Fact]
    public async Task Resolver_that_hangs_costs_a_connection_its_time_and_no_more()
    {
        TaskCompletionSource<IPAddress[]> answering = new();
        using TestCache cache = new();
        await using CacheClient client = ClientOf(cache.Port, options =>
        {
            options.Resolve = (_, _) => answering.Task;
            options.ConnectTimeout = TimeSpan.FromMilliseconds(50);
        });
        Assert.Equal(CacheStatus.ServerDown, (await client.TrySetAsync("key", s_value)).Status);
        answering.SetResult([s_first]);

        await Eventually.HoldsAsync(
            () => client.TrySetAsync("key", s_value).AsTask().Result.IsSuccess, "the answer is used");
    }

    [Fact]
    public async Task Address_that_is_none_is_not_looked_up()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address, options =>
        {
            options.Resolve = _names.ResolveAsync;
            options.NameRefreshPeriod = TimeSpan.FromMilliseconds(1);
        });
        for (int i = 0; i < 100; i++) await client.SetAsync("key", s_value);

        Assert.Equal(0, _names.Asked);
    }

    [Fact]
    public void Period_that_is_none_is_refused() => Assert.Throws<ArgumentException>(
        static () => Clients.Of(new("a"), static options => options.NameRefreshPeriod = TimeSpan.Zero));

    /// <summary>Two servers with the same port on two addresses.</summary>
    private static (TestCache First, TestCache Second) OnOnePort()
    {
        for (int tries = 0; ; tries++)
        {
            TestCache first = new();
            try
            {
                return (first, new TestCache(port: first.Port, address: s_second));
            }
            catch (ListenException) when (tries < 20)
            {
                first.Dispose();
            }
        }
    }

    private CacheClient ClientOf(int port, Action<CacheClientOptions>? change = null) =>
        Clients.Of(new ServerAddress(Name, port), options =>
        {
            options.Resolve = _names.ResolveAsync;
            options.NameRefreshPeriod = TimeSpan.FromMilliseconds(5);
            options.ProbeDelayMin = TimeSpan.FromMilliseconds(10);
            change?.Invoke(options);
        });
}
