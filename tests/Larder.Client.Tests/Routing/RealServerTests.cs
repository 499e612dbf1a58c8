using System.Collections.Concurrent;
using System.Text;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Routing;

/// <summary>
/// Aim: with memcached itself, one of several killed, frozen or restarted under load costs its own keys' callers one
/// deadline at most, and nobody else anything. Method: Debian's memcached, signals by pid.
/// </summary>
public sealed class RealServerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(500);

    public static TheoryData<ClientProtocol> Protocols => [.. Enum.GetValues<ClientProtocol>()];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Operations_against_memcached_end_as_against_larder(ClientProtocol protocol)
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        using Memcached memcached = new();
        await using CacheClient client = Clients.Of(memcached.Address, options => options.Protocol = protocol);
        Assert.Equal(CacheStatus.Miss, (await client.TryGetAsync("key")).Result.Status);
        Assert.Equal(CacheStatus.Done, (await client.AddAsync("key", "a"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.NotStored, (await client.AddAsync("key", "b"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.Done, (await client.AppendAsync("key", "c"u8.ToArray())).Status);
        using CacheValue read = await client.GetWithCasAsync("key");
        Assert.Equal("ac", Encoding.UTF8.GetString(read.Span));
        Assert.Equal(CacheStatus.Exists, (await client.CompareAndSetAsync("key", "d"u8.ToArray(), 1)).Status);
        Assert.Equal(
            CacheStatus.Done, (await client.CompareAndSetAsync("key", "d"u8.ToArray(), read.Result.Cas)).Status);
        Assert.Equal(CacheStatus.NotNumeric, (await client.TryIncrementAsync("key")).Status);
        Assert.Equal(7ul, (await client.IncrementAsync("n", 5, initial: 7)).Number);
        Assert.Equal(12ul, (await client.IncrementAsync("n", 5, initial: 7)).Number);
        Assert.Equal(CacheStatus.Done, (await client.TouchAsync("key", TimeSpan.FromMinutes(1))).Status);
        using CacheValue touched = await client.GetAndTouchAsync("key", TimeSpan.FromMinutes(1));
        Assert.True(touched.IsHit);
        Assert.Equal(CacheStatus.TooLarge, (await client.TrySetAsync("key", new byte[2 << 20])).Status);
        await client.SetAsync("large", new byte[1_000_000]);
        using CacheValue large = await client.GetAsync("large");
        Assert.Equal(1_000_000, large.Result.ValueLength);
        Assert.Equal(CacheStatus.Done, (await client.DeleteAsync("n")).Status);
        Assert.Contains("1.", Assert.Single(await client.VersionAsync()).Text, StringComparison.Ordinal);
        Assert.NotEmpty(Assert.Single(await client.StatisticsAsync()).Statistics);
        await client.FlushAsync();
        Assert.Equal(CacheStatus.Miss, (await client.TryGetAsync("large")).Result.Status);
    }

    [Fact]
    public Task Killed_server_costs_its_own_keys_only() => LoseOneAsync(static server => server.Kill());

    [Fact]
    public Task Frozen_server_costs_its_own_keys_only() => LoseOneAsync(static server => server.Freeze());

    [Fact]
    public async Task Server_that_restarts_under_load_serves_again_and_mixes_nothing_up()
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        using Memcached memcached = new();
        await using CacheClient client = Clients.Of(
            memcached.Address, static options => options.ProbeDelayMin = TimeSpan.FromMilliseconds(10));
        using CancellationTokenSource ending = new();
        Task[] load = [.. Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            for (int round = 0; !ending.IsCancellationRequested; round++)
            {
                string key = $"key{(i * 1000) + (round % 100)}";
                await client.TrySetAsync(key, Encoding.UTF8.GetBytes(key));
                using CacheValue value = await client.TryGetAsync(key);
                if (value.IsHit) Assert.Equal(key, Encoding.UTF8.GetString(value.Span));
            }
        }))];
        for (int i = 0; i < 5; i++)
        {
            memcached.Kill();
            memcached.StartAgain();
            await Eventually.HoldsAsync(
                () => client.TrySetAsync("probe", new byte[1]).AsTask().Result.Status == CacheStatus.Done,
                "it is served again");
        }
        await ending.CancelAsync();
        await Task.WhenAll(load);
    }

    [Fact]
    public async Task Frozen_server_that_goes_on_is_used_again()
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        using Memcached first = new();
        using Memcached second = new();
        await using CacheClient client = Clients.Of(first.Address, options =>
        {
            options.Servers.Add(second.Address);
            options.RequestTimeout = s_deadline;
            options.ProbeDelayMin = TimeSpan.FromMilliseconds(10);
            options.ProbeDelayMax = TimeSpan.FromMilliseconds(100);
        });
        string name = first.Address.ToString();
        string mine = "";
        for (int i = 0; mine.Length == 0; i++)
        {
            if ((await client.TrySetAsync($"key{i}", new byte[1])).Server == name) mine = $"key{i}";
        }
        first.Freeze();
        await Eventually.HoldsAsync(
            () => client.TrySetAsync(mine, new byte[1]).AsTask().Result is { Status: CacheStatus.Done } set
                && set.Server != name,
            "another server has the key");
        first.Thaw();
        await Eventually.HoldsAsync(
            () => client.TrySetAsync(mine, new byte[1]).AsTask().Result.Server == name, "it has its key again");
    }

    /// <summary>
    /// Four servers under load; one is lost; what each caller sees is counted by the key's own server.
    /// </summary>
    private static async Task LoseOneAsync(Action<Memcached> lose)
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        Memcached[] servers = [new(), new(), new(), new()];
        try
        {
            CacheClientOptions options = new()
            {
                RequestTimeout = s_deadline, // of those who do not say otherwise: the lost server's callers
                ConnectTimeout = Clients.Patience,
                ProbeDelayMin = Clients.Patience,
                ProbeDelayMax = Clients.Patience,
            };
            foreach (Memcached server in servers) options.Servers.Add(server.Address);
            await using CacheClient client = new(options);
            Dictionary<string, string> owners = new(StringComparer.Ordinal);
            for (int i = 0; i < 400; i++)
            {
                string key = $"key{i}";
                StoreRequest store = new(key, Encoding.UTF8.GetBytes(key)) { Timeout = Clients.Patience };
                owners.Add(key, (await client.StoreAsync(store)).Server!);
            }
            string lost = servers[2].Address.ToString();
            ConcurrentBag<string> wrong = [];
            using CancellationTokenSource ending = new();
            Task[] load = [.. owners.Where(pair => pair.Value != lost).Select(pair => Task.Run(async () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    GetRequest get = new(pair.Key) { Timeout = Clients.Patience };
                    using CacheValue value = await client.TryGetAsync(get);
                    if (!value.IsHit || value.Result.Server != pair.Value) wrong.Add($"{pair.Key}: {value.Result}");
                    else if (Encoding.UTF8.GetString(value.Span) != pair.Key) wrong.Add($"{pair.Key}: mixed up");
                }
            }))];
            lose(servers[2]);
            // Its own keys: each caller waits for one short deadline at most, then the next server has the key.
            string[] mine = [.. owners.Where(pair => pair.Value == lost).Select(static pair => pair.Key)];
            foreach (string key in mine.Take(3))
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskOnceAsync(client, key)));
            int errors = 0;
            foreach (string key in mine)
            {
                GetRequest get = new(key) { Timeout = Clients.Patience };
                using CacheValue value = await client.TryGetAsync(get);
                if (value.Result.IsError) errors++;
                Assert.NotEqual(lost, value.Result.Server);
            }
            Assert.Equal(0, errors);
            await ending.CancelAsync();
            await Task.WhenAll(load);
            Assert.Empty(wrong);
        }
        finally
        {
            foreach (Memcached server in servers) server.Dispose();
        }
    }

    private static async Task AskOnceAsync(CacheClient client, string key)
    {
        using CacheValue value = await client.TryGetAsync(new GetRequest(key));
        Assert.True(value.Result.Status is CacheStatus.Miss or CacheStatus.Timeout or CacheStatus.ServerDown);
    }
}
