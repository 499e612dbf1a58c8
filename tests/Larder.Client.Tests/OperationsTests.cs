using System.Text;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests;

/// <summary>
/// Aim: each operation does what memcached's does, over each protocol, with the same words for how it ended.
/// </summary>
public sealed class OperationsTests : IDisposable
{
    private readonly TestCache _cache = new(static options => options.DebugTimeEnabled = true);

    public static TheoryData<ClientProtocol> Protocols => [.. Enum.GetValues<ClientProtocol>()];

    public void Dispose() => _cache.Dispose();

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Stores_of_all_modes_tell_how_they_ended(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        Assert.Equal(CacheStatus.NotStored, (await client.ReplaceAsync("key", Bytes("a"))).Status);
        Assert.Equal(CacheStatus.NotStored, (await client.AppendAsync("key", Bytes("a"))).Status);
        Assert.Equal(CacheStatus.NotStored, (await client.PrependAsync("key", Bytes("a"))).Status);
        Assert.Equal(CacheStatus.Done, (await client.AddAsync("key", Bytes("b"))).Status);
        Assert.Equal(CacheStatus.NotStored, (await client.AddAsync("key", Bytes("c"))).Status);
        Assert.Equal(CacheStatus.Done, (await client.ReplaceAsync("key", Bytes("d"))).Status);
        Assert.Equal(CacheStatus.Done, (await client.AppendAsync("key", Bytes("e"))).Status);
        Assert.Equal(CacheStatus.Done, (await client.PrependAsync("key", Bytes("f"))).Status);
        Assert.Equal("fde", await TextAsync(client, "key"));
        Assert.Equal(CacheStatus.Done, (await client.TrySetAsync("key", Bytes("g"))).Status);
        Assert.Equal("g", await TextAsync(client, "key"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Store_with_another_cas_value_is_refused(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        await client.SetAsync("key", Bytes("a"));
        using CacheValue read = await client.GetWithCasAsync("key");
        Assert.NotEqual(0ul, read.Result.Cas);
        Assert.Equal(CacheStatus.Done, (await client.CompareAndSetAsync("key", Bytes("b"), read.Result.Cas)).Status);
        Assert.Equal(CacheStatus.Exists, (await client.CompareAndSetAsync("key", Bytes("c"), read.Result.Cas)).Status);
        Assert.Equal(CacheStatus.Miss, (await client.CompareAndSetAsync("none", Bytes("c"), read.Result.Cas)).Status);
        Assert.Equal("b", await TextAsync(client, "key"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Counts_go_up_and_down_and_begin_where_they_are_told(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        Assert.Equal(CacheStatus.Miss, (await client.IncrementAsync("n")).Status);
        CacheResult first = await client.IncrementAsync("n", 5, initial: 100);
        Assert.Equal((CacheStatus.Done, 100ul), (first.Status, first.Number));
        Assert.Equal(105ul, (await client.IncrementAsync("n", 5, initial: 100)).Number);
        Assert.Equal(103ul, (await client.DecrementAsync("n", 2)).Number);
        Assert.Equal(0ul, (await client.DecrementAsync("n", 1000)).Number);
        await client.SetAsync("n", Bytes("word"));
        Assert.Equal(CacheStatus.NotNumeric, (await client.TryIncrementAsync("n")).Status);
        await Assert.ThrowsAsync<CacheException>(async () => await client.IncrementAsync("n"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Expiry_is_set_by_stores_touch_and_read(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        await client.SetAsync("short", Bytes("a"), TimeSpan.FromSeconds(10));
        await client.SetAsync("touched", Bytes("b"), TimeSpan.FromSeconds(10));
        await client.SetAsync("read", Bytes("c"), TimeSpan.FromSeconds(10));
        await client.SetAsync("gone", Bytes("d"), TimeSpan.Zero);
        Assert.Equal(CacheStatus.Done, (await client.TouchAsync("touched", TimeSpan.FromMinutes(5))).Status);
        Assert.Equal(CacheStatus.Miss, (await client.TouchAsync("none", TimeSpan.FromMinutes(5))).Status);
        using CacheValue read = await client.GetAndTouchAsync("read", TimeSpan.FromMinutes(5));
        Assert.Equal("c", Encoding.UTF8.GetString(read.Span));
        await RawCommand.SendAsync(_cache.Port, "debugtime 60");
        Assert.Null(await TextAsync(client, "short"));
        Assert.Null(await TextAsync(client, "gone"));
        Assert.Equal("b", await TextAsync(client, "touched"));
        Assert.Equal("c", await TextAsync(client, "read"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Many_keys_are_read_at_once_in_their_order(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        for (int i = 0; i < 100; i += 2) await client.SetAsync($"key{i}", Bytes($"value{i}"));
        CacheKey[] keys = [.. Enumerable.Range(0, 100).Select(static i => new CacheKey($"key{i}"))];
        CacheValue[] values = await client.TryGetManyAsync(keys);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i % 2 == 0 ? $"value{i}" : "", Encoding.UTF8.GetString(values[i].Span));
            Assert.Equal(i % 2 == 0 ? CacheStatus.Hit : CacheStatus.Miss, values[i].Result.Status);
            values[i].Dispose();
        }
        Assert.Empty(await client.TryGetManyAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.TryGetManyAsync(["good", "not good"]));
        using CancellationTokenSource ended = new();
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await client.TryGetManyAsync(["good"], ended.Token));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Servers_answer_for_themselves(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        await client.SetAsync("key", Bytes("a"));
        Assert.Equal(CacheStatus.Done, Assert.Single(await client.PingAsync()).Result.Status);
        ServerReply version = Assert.Single(await client.VersionAsync());
        Assert.Equal($"127.0.0.1:{_cache.Port}", version.Server);
        Assert.Matches(@"^\d+\.\d+", version.Text);
        IReadOnlyList<KeyValuePair<string, string>> statistics =
            Assert.Single(await client.StatisticsAsync()).Statistics;
        Assert.Contains(statistics, static pair => pair is { Key: "curr_items", Value: "1" });
        Assert.Contains(
            Assert.Single(await client.StatisticsAsync("settings")).Statistics,
            static pair => pair.Key == "maxbytes");
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.StatisticsAsync("a\r\nb"));
        await client.FlushAsync();
        Assert.Null(await TextAsync(client, "key"));
        await client.SetAsync("key", Bytes("b"));
        await client.FlushAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("b", await TextAsync(client, "key"));
        await RawCommand.SendAsync(_cache.Port, "debugtime 60");
        Assert.Null(await TextAsync(client, "key"));
    }

    [Fact]
    public async Task Unknown_statistics_are_an_error_of_the_server()
    {
        await using CacheClient client = ClientOf(ClientProtocol.Meta);
        ServerReply reply = Assert.Single(await client.StatisticsAsync("nonsense"));
        Assert.Equal(CacheStatus.ServerError, reply.Result.Status);
        Assert.Empty(reply.Statistics);
    }

    [Theory]
    [InlineData(ClientProtocol.Text)]
    [InlineData(ClientProtocol.Binary)]
    public async Task What_only_meta_can_is_refused(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(protocol);
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await client.GetAsync(new GetRequest("key") { CreateFor = TimeSpan.FromSeconds(1) }));
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await client.DeleteAsync(new DeleteRequest("key") { StaleFor = TimeSpan.FromSeconds(1) }));
        if (protocol != ClientProtocol.Text) return;
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await client.DeleteAsync(new DeleteRequest("key") { CompareCas = 1 }));
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await client.StoreAsync(new StoreRequest("key", Bytes("a")) { WithCas = true }));
    }

    [Fact]
    public async Task Stale_item_is_won_by_one_reader()
    {
        await using CacheClient client = ClientOf(ClientProtocol.Meta);
        await client.SetAsync("key", Bytes("old"));
        await client.DeleteAsync(new DeleteRequest("key") { StaleFor = TimeSpan.FromMinutes(1) });
        using CacheValue first = await client.GetAsync(new GetRequest("key") { WithCas = true });
        using CacheValue second = await client.GetAsync("key");
        Assert.True(first.Result is { IsStale: true, IsWinner: true, HasOtherWinner: false });
        Assert.True(second.Result is { IsStale: true, IsWinner: false, HasOtherWinner: true });
        Assert.Equal("old", Encoding.UTF8.GetString(second.Span));
        CacheResult stored =
            await client.StoreAsync(new StoreRequest("key", Bytes("new")) { CompareCas = first.Result.Cas });
        Assert.Equal(CacheStatus.Done, stored.Status);
        using CacheValue third = await client.GetAsync("key");
        Assert.True(third.Result is { IsStale: false, IsWinner: false, HasOtherWinner: false });
    }

    [Fact]
    public async Task Missing_item_is_created_for_one_reader()
    {
        await using CacheClient client = ClientOf(ClientProtocol.Meta);
        GetRequest request = new("key") { CreateFor = TimeSpan.FromMinutes(1), WithTtl = true };
        using CacheValue first = await client.GetAsync(request);
        using CacheValue second = await client.GetAsync(request);
        Assert.True(first.Result is { IsHit: true, IsWinner: true });
        Assert.True(second.Result is { IsHit: true, IsWinner: false, HasOtherWinner: true });
        Assert.InRange(second.Result.TtlSeconds, 1, 60);
    }

    [Fact]
    public async Task New_cas_value_and_stale_store_are_obeyed()
    {
        await using CacheClient client = ClientOf(ClientProtocol.Meta);
        StoreRequest store = new("key", Bytes("a")) { NewCas = 1000, WithCas = true };
        Assert.Equal(1000ul, (await client.StoreAsync(store)).Cas);
        StoreRequest older = new("key", Bytes("b")) { CompareCas = 999, StoreStale = true };
        Assert.Equal(CacheStatus.Done, (await client.StoreAsync(older)).Status);
        using CacheValue value = await client.GetAsync(new GetRequest("key") { NoBump = true });
        Assert.True(value.Result.IsStale);
        StoreRequest create = new("fresh", Bytes("c")) { Mode = StoreMode.Append, CreateFor = TimeSpan.FromMinutes(1) };
        Assert.Equal(CacheStatus.Done, (await client.StoreAsync(create)).Status);
        Assert.Equal("c", await TextAsync(client, "fresh"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> TextAsync(CacheClient client, string key)
    {
        using CacheValue value = await client.GetAsync(key);
        return value.IsHit ? Encoding.UTF8.GetString(value.Span) : null;
    }

    private CacheClient ClientOf(ClientProtocol protocol) =>
        Clients.Of(_cache.Address, options => options.Protocol = protocol);
}
