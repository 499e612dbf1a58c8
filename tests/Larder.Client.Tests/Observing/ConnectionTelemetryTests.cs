using System.Net.Security;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Observing;

/// <summary>
/// Aim: connections and servers are counted as they are. Method: servers that answer, hang, or never let anybody in.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class ConnectionTelemetryTests
{
    private const string Count = "db.client.connection.count";

    [Fact]
    public async Task Connection_is_idle_when_nobody_waits_and_used_when_somebody_does()
    {
        using TestCache cache = new();
        await using ScriptedServer silent = new(static connection => connection.HangAsync());
        using TelemetryListener listener = new();
        await using CacheClient client = Clients.Of(cache.Address, static options => options.ConnectionsPerServer = 2);
        await using CacheClient second = Clients.Of(cache.Address);
        await using CacheClient third = Clients.Of(silent.Address);
        string pool = cache.Address.ToString();
        Assert.Equal(0, listener.Ask(Count, pool, "idle"));
        Assert.Equal(5, listener.Ask("db.client.connection.max", pool));

        await client.SetAsync("key", new byte[1]);
        await second.SetAsync("key", new byte[1]);
        MeasuredValue[] made = [.. listener.Of("db.client.connection.create_time")];
        Assert.Equal(2, made.Length);
        Assert.All(made, value => Assert.Equal(("s", pool), (value.Unit, value["db.client.connection.pool.name"])));
        Assert.Equal(2, listener.Ask(Count, pool, "idle"));
        Assert.Equal(0, listener.Ask(Count, pool, "used"));

        using CancellationTokenSource giving = new();
        Task<CacheValue> waiting = third.GetAsync("key", giving.Token).AsTask();
        string other = silent.Address.ToString();
        await Eventually.HoldsAsync(() => listener.Ask(Count, other, "used") == 1, "a connection is used");
        Assert.Equal(0, listener.Ask(Count, other, "idle"));
        Assert.Equal(0, listener.Ask("db.client.connection.pending_requests", other));
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await second.DisposeAsync();
        Assert.Equal(1, listener.Ask(Count, pool, "idle"));
        Assert.Equal(3, listener.Ask("db.client.connection.max", pool));
    }

    [Fact]
    public async Task Requests_that_wait_for_a_connection_are_pending()
    {
        await using ScriptedServer silent = new(static connection => connection.HangAsync());
        using TelemetryListener listener = new();
        await using CacheClient client = Clients.Of(
            silent.Address, static options => options.Tls = static _ => new SslClientAuthenticationOptions());
        using CancellationTokenSource giving = new();
        Task<CacheValue> waiting = client.GetAsync("key", giving.Token).AsTask();

        Assert.Equal(1, listener.Ask("db.client.connection.pending_requests", silent.Address.ToString()));
        Assert.Equal(0, listener.Ask(Count, silent.Address.ToString(), "used"));
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Connection_that_takes_too_long_is_a_timeout_and_its_server_down()
    {
        await using ScriptedServer silent = new(static connection => connection.HangAsync());
        using TelemetryListener listener = new();
        await using CacheClient client = Clients.Of(silent.Address, static options =>
        {
            options.Tls = static _ => new SslClientAuthenticationOptions();
            options.ConnectTimeout = TimeSpan.FromMilliseconds(50);
        });
        string pool = silent.Address.ToString();
        Assert.Equal(1, listener.Ask("larder.client.servers", pool, "up"));
        Assert.Equal(CacheStatus.ServerDown, (await client.TryGetAsync("key")).Result.Status);

        Assert.All(
            listener.Of("db.client.connection.timeouts"),
            value => Assert.Equal(("{timeout}", pool), (value.Unit, value["db.client.connection.pool.name"])));
        Assert.NotEmpty(listener.Of("db.client.connection.timeouts"));
        Assert.Equal(1, listener.Ask("larder.client.servers", pool, "down"));
        Assert.Equal(0, listener.Ask("larder.client.servers", pool, "up"));
    }

    [Fact]
    public async Task Client_that_has_ended_is_not_counted()
    {
        using TestCache cache = new();
        using TelemetryListener listener = new();
        CacheClient client = Clients.Of(cache.Address);
        await client.SetAsync("key", new byte[1]);
        Assert.Equal(1, listener.Ask(Count, cache.Address.ToString(), "idle"));
        await client.DisposeAsync();
        listener.Forget();

        Assert.Throws<Xunit.Sdk.SingleException>(() => listener.Ask(Count, cache.Address.ToString(), "idle"));
    }
}
