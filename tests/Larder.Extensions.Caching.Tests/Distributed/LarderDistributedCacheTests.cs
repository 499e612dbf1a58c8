using System.Buffers;
using System.Text;
using Larder.Client;
using Larder.Extensions.Caching.Distributed;
using Larder.Extensions.Caching.Tests.Support;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Distributed;

/// <summary>
/// Aim: ASP.NET Core's contract of a distributed cache, against a server. Method: what the server has of an item's
/// time is asked for by a second client; two caches on two clients stand for two processes.
/// </summary>
public sealed class LarderDistributedCacheTests : IClassFixture<CacheFixture>
{
    private readonly CacheFixture _server;

    public LarderDistributedCacheTests(CacheFixture server) => _server = server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Value_comes_back_in_every_form()
    {
        await using CacheClient client = _server.Connect();
        LarderDistributedCache cache = CacheOf(client);
        byte[] value = Encoding.UTF8.GetBytes("value");
        ReadOnlySequence<byte> halves = Sequences.Of(value[..2], value[2..]);

        await cache.SetAsync("forms a", value, new(), Token);
        await cache.SetAsync("forms b", halves, Sliding(60), Token);
        cache.Set("forms c", value, Absolute(60));
        cache.Set(
            "forms d",
            halves,
            new() { SlidingExpiration = s_minute, AbsoluteExpirationRelativeToNow = s_minute * 2 });

        foreach (string key in new[] { "forms a", "forms b", "forms c", "forms d" })
        {
            ArrayBufferWriter<byte> writer = new();
            Assert.Equal(value, await cache.GetAsync(key, Token));
            Assert.Equal(value, cache.Get(key));
            Assert.True(await cache.TryGetAsync(key, writer, Token));
            Assert.True(cache.TryGet(key, writer));
            Assert.Equal("valuevalue", Encoding.UTF8.GetString(writer.WrittenSpan));
        }
    }

    [Fact]
    public async Task Key_that_is_not_there_or_was_removed_is_null()
    {
        await using CacheClient client = _server.Connect();
        LarderDistributedCache cache = CacheOf(client);
        await cache.SetAsync("removed", [1], new(), Token);
        await cache.RemoveAsync("removed", Token);
        cache.Remove("removed");

        Assert.Null(await cache.GetAsync("removed", Token));
        Assert.Null(cache.Get("never was"));
        Assert.False(cache.TryGet("never was", new ArrayBufferWriter<byte>()));
        await cache.RefreshAsync("never was", Token);
    }

    [Fact]
    public async Task Entry_without_options_lives_for_ever_as_plain_bytes()
    {
        await using CacheClient client = _server.Connect();
        await CacheOf(client).SetAsync("plain", [1, 2, 3], new(), Token);

        using CacheValue item = await client.GetAsync(new GetRequest("plain") { WithTtl = true }, Token);

        Assert.Equal([1, 2, 3], item.Span.ToArray());
        Assert.Equal(0u, item.Result.ClientFlags);
        Assert.Equal(-1, item.Result.TtlSeconds);
    }

    [Fact]
    public async Task Read_renews_what_slides_also_where_another_process_stored_it()
    {
        await using CacheClient one = _server.Connect();
        await using CacheClient other = _server.Connect();
        await CacheOf(one).SetAsync("slides", [1], Sliding(1000), Token);
        await ShortenAsync(one, "slides", 100);

        // The first read of a process learns the span; its repair is not waited for.
        LarderDistributedCache cache = CacheOf(other);
        await cache.GetAsync("slides", Token);
        await UntilTtlIsAsync(one, "slides", 1000);

        // From now on one round trip: the answer itself carries the new time.
        await ShortenAsync(one, "slides", 100);
        await cache.GetAsync("slides", Token);
        Assert.InRange(await TtlAsync(one, "slides"), 990, 1000);
    }

    [Fact]
    public async Task Refresh_renews_without_reading()
    {
        await using CacheClient one = _server.Connect();
        await using CacheClient other = _server.Connect();
        await CacheOf(one).SetAsync("refreshed", [1], Sliding(1000), Token);
        await ShortenAsync(one, "refreshed", 100);

        LarderDistributedCache cache = CacheOf(other);
        await cache.RefreshAsync("refreshed", Token);
        Assert.InRange(await TtlAsync(one, "refreshed"), 990, 1000);
        await ShortenAsync(one, "refreshed", 100);
        cache.Refresh("refreshed");
        Assert.InRange(await TtlAsync(one, "refreshed"), 990, 1000);
    }

    [Fact]
    public async Task Sliding_goes_no_further_than_the_absolute_end()
    {
        ManualClock clock = new();
        await using CacheClient client = _server.Connect();
        LarderDistributedCache cache = CacheOf(client, clock);
        DistributedCacheEntryOptions options = new()
        {
            SlidingExpiration = TimeSpan.FromSeconds(1000),
            AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(1500),
        };
        await cache.SetAsync("both", [7], options, Token);

        clock.Advance(TimeSpan.FromSeconds(900));
        Assert.Equal([7], await cache.GetAsync("both", Token));
        await UntilTtlIsAsync(client, "both", 600);
        clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Null(await cache.GetAsync("both", Token));
    }

    [Fact]
    public async Task Wrong_guess_is_taken_back()
    {
        await using CacheClient one = _server.Connect();
        await using CacheClient other = _server.Connect();
        LarderDistributedCache guesses = CacheOf(one);
        await guesses.SetAsync("guessed a", [1], Sliding(100), Token);
        await guesses.SetAsync("guessed b", [1], Sliding(100), Token);
        await guesses.SetAsync("guessed c", [1], Sliding(100), Token);
        await CacheOf(other).SetAsync("guessed a", [2], new(), Token);
        await CacheOf(other).SetAsync("guessed b", [2], Absolute(1000), Token);
        await CacheOf(other).SetAsync("guessed c", [2], Absolute(1000), Token);

        Assert.Equal([2], await guesses.GetAsync("guessed a", Token));
        Assert.Equal([2], await guesses.GetAsync("guessed b", Token));
        await guesses.RefreshAsync("guessed c", Token);

        await UntilTtlIsAsync(one, "guessed a", -1);
        await UntilTtlIsAsync(one, "guessed b", 1000);
        await UntilTtlIsAsync(one, "guessed c", 1000);
    }

    [Fact]
    public async Task Prefix_keeps_applications_apart()
    {
        await using CacheClient client = _server.Connect();
        LarderDistributedCache one = new(client, Options.Create(new LarderCacheOptions { KeyPrefix = "one:" }));
        LarderDistributedCache two = new(client, Options.Create(new LarderCacheOptions { KeyPrefix = "two:" }));
        await one.SetAsync("shared", [1], new(), Token);

        Assert.Null(await two.GetAsync("shared", Token));
        Assert.Equal([1], await one.GetAsync("shared", Token));
    }

    [Fact]
    public async Task Server_that_is_down_is_an_error_and_no_miss()
    {
        await using CacheClient client = new(new CacheClientOptions { Servers = { "127.0.0.1:1" } });
        LarderDistributedCache cache = CacheOf(client);

        await Assert.ThrowsAsync<CacheException>(() => cache.GetAsync("key", Token));
        await Assert.ThrowsAsync<CacheException>(() => cache.SetAsync("key", [1], new(), Token));
    }

    [Fact]
    public async Task Bad_arguments_are_refused()
    {
        await using CacheClient client = _server.Connect();
        LarderDistributedCache cache = CacheOf(client);

        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.GetAsync(null!, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => cache.GetAsync("", Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.SetAsync("key", null!, new(), Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.SetAsync("key", [1], null!, Token));
    }

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private static LarderDistributedCache CacheOf(CacheClient client, TimeProvider? clock = null) =>
        new(client, Options.Create(new LarderCacheOptions { Clock = clock ?? TimeProvider.System }));

    private static DistributedCacheEntryOptions Sliding(int seconds) =>
        new() { SlidingExpiration = TimeSpan.FromSeconds(seconds) };

    private static DistributedCacheEntryOptions Absolute(int seconds) =>
        new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(seconds) };

    private static async Task ShortenAsync(CacheClient client, string key, int seconds)
    {
        GetRequest request = new(key) { NoValue = true, Touch = TimeSpan.FromSeconds(seconds) };
        using CacheValue item = await client.GetAsync(request, Token);
        Assert.True(item.IsHit);
    }

    private static async Task<int> TtlAsync(CacheClient client, string key)
    {
        GetRequest request = new(key) { NoValue = true, NoBump = true, WithTtl = true };
        using CacheValue item = await client.GetAsync(request, Token);
        Assert.True(item.IsHit);
        return item.Result.TtlSeconds;
    }

    private static async Task UntilTtlIsAsync(CacheClient client, string key, int seconds)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(CacheFixture.Patience);
        int last = await TtlAsync(client, key);
        while (seconds < 0 ? last >= 0 : last < seconds - 30 || last > seconds)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
            last = await TtlAsync(client, key);
        }
    }
}
