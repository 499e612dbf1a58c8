using Larder.Client.Serializing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests;

/// <summary>Aim: a typed value comes back as it was; of many who miss it, one makes it.</summary>
public sealed class ValuesTests : IDisposable
{
    private readonly TestCache _cache = new(static options => options.DebugTimeEnabled = true);

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData(CacheCompression.None)]
    [InlineData(CacheCompression.Brotli)]
    [InlineData(CacheCompression.Deflate)]
    public async Task Typed_value_comes_back_as_it_was(CacheCompression compression)
    {
        await using CacheClient client = ClientOf(options => options.Compression = compression);
        foreach (int length in new[] { 0, 1, 2048, 2049, 100_000 })
        {
            byte[] regular = [.. Enumerable.Range(0, length).Select(static i => (byte)(i % 10))];
            byte[] random = new byte[length];
            new Random(length).NextBytes(random);
            await client.SetValueAsync("regular", regular);
            await client.SetValueAsync("random", random);
            await client.SetValueAsync("text", new string('ü', length));
            Assert.Equal(regular, (await client.GetValueAsync<byte[]>("regular")).Value);
            Assert.Equal(random, (await client.GetValueAsync<ReadOnlyMemory<byte>>("random")).Value.ToArray());
            Assert.Equal(new string('ü', length), (await client.GetValueAsync<string>("text")).Value);
            using CacheValue stored = await client.GetAsync("regular");
            bool isPacked = compression != CacheCompression.None && length > 2048;
            Assert.Equal(isPacked, stored.Result.ValueLength < length * 0.85);
        }
        await client.SetValueAsync("point", new TestPoint(1, -2));
        Assert.Equal(new TestPoint(1, -2), (await client.TryGetValueAsync<TestPoint>("point")).Value);
        await client.TrySetValueAsync<TestPoint?>("nothing", null);
        CacheItem<TestPoint> nothing = await client.GetValueAsync<TestPoint>("nothing");
        Assert.True(nothing.IsHit);
        Assert.Null(nothing.Value);
        Assert.False((await client.GetValueAsync<string>("none")).IsHit);
    }

    [Fact]
    public async Task Flags_of_stored_values_never_change()
    {
        await using CacheClient client = ClientOf();
        await AssertFlagsAsync(client, new byte[1], 0x4C44_0001);
        await AssertFlagsAsync(client, "a", 0x4C44_0002);
        await AssertFlagsAsync(client, new TestPoint(1, 2), 0x4C44_0003);
        await AssertFlagsAsync<string?>(client, null, 0x4C44_0004);
        await AssertFlagsAsync(client, new string('a', 3000), 0x4C44_0012);
        await using CacheClient deflating = ClientOf(static options => options.Compression = CacheCompression.Deflate);
        await AssertFlagsAsync(deflating, new string('a', 3000), 0x4C44_0022);
    }

    [Fact]
    public async Task Value_of_another_client_is_read_as_its_type()
    {
        await using CacheClient client = ClientOf();
        await client.StoreAsync(new StoreRequest("key", "{\"X\":1,\"Y\":2}"u8.ToArray()) { ClientFlags = 274 });
        Assert.Equal(new TestPoint(1, 2), (await client.GetValueAsync<TestPoint>("key")).Value);
        Assert.StartsWith("{", (await client.GetValueAsync<string>("key")).Value, StringComparison.Ordinal);
        Assert.Equal(13, (await client.GetValueAsync<byte[]>("key")).Value!.Length);
    }

    [Theory]
    [InlineData(0x4C44_0012u)] // Brotli
    [InlineData(0x4C44_0022u)] // Deflate
    [InlineData(0x4C44_0092u)] // a compression that does not exist
    public async Task Damaged_value_is_an_error_of_its_data(uint flags)
    {
        await using CacheClient client = ClientOf();
        await client.StoreAsync(new StoreRequest("key", "\u00ff\u00fe\u00ff"u8.ToArray()) { ClientFlags = flags });
        await Assert.ThrowsAsync<InvalidDataException>(async () => await client.GetValueAsync<string>("key"));
    }

    [Fact]
    public async Task Value_that_unpacks_to_too_much_is_refused()
    {
        await using CacheClient client = ClientOf(static options => options.UnpackedBytesMax = 10_000);
        await client.SetValueAsync("key", new string('a', 10_001));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await client.GetValueAsync<string>("key"));
        await client.SetValueAsync("key", new string('a', 10_000));
        Assert.Equal(10_000, (await client.GetValueAsync<string>("key")).Value!.Length);
    }

    [Fact]
    public async Task Value_of_another_form_or_without_serializer_is_refused()
    {
        await using CacheClient client = ClientOf();
        await client.SetValueAsync("key", "text");
        await Assert.ThrowsAsync<InvalidDataException>(async () => await client.GetValueAsync<TestPoint>("key"));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await client.SetValueAsync("key", 1.5m));
        await using CacheClient bare = Clients.Of(_cache.Address);
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await bare.SetValueAsync("key", new TestPoint(1, 2)));
    }

    [Fact]
    public async Task Missing_value_is_made_once_for_all_clients()
    {
        await using CacheClient one = ClientOf();
        await using CacheClient other = ClientOf();
        int made = 0;
        Task<string?>[] callers = [.. Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? one : other).GetOrCreateAsync<string>("key", async _ =>
            {
                Interlocked.Increment(ref made);
                await Task.Yield();
                return "made";
            }, new CreateOptions { WaitMax = Clients.Patience })))];
        Assert.All(await Task.WhenAll(callers), static value => Assert.Equal("made", value));
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task Value_that_could_not_be_made_is_made_by_the_next()
    {
        await using CacheClient client = ClientOf();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.GetOrCreateAsync<string>(
            "key", static _ => throw new InvalidOperationException()));
        Assert.Equal("made", await client.GetOrCreateAsync("key", static _ => ValueTask.FromResult<string?>("made")));
        Assert.Equal("made", await client.GetOrCreateAsync("key", static _ => ValueTask.FromResult<string?>("again")));
    }

    [Fact]
    public async Task Stale_value_is_made_anew_by_one_and_shown_to_others()
    {
        await using CacheClient client = ClientOf();
        await client.SetValueAsync("key", "old", TimeSpan.FromMinutes(5));
        await client.DeleteAsync(new DeleteRequest("key") { StaleFor = TimeSpan.FromMinutes(5) });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.GetOrCreateAsync<string>(
            "key", static _ => throw new InvalidOperationException()));
        string? winner = await client.GetOrCreateAsync<string>("key", async token =>
        {
            string? loser = await client.GetOrCreateAsync(
                "key", static _ => ValueTask.FromResult<string?>("never"), null, token);
            return $"new after {loser}";
        });
        Assert.Equal("new after old", winner);
        Assert.Equal("new after old", (await client.GetValueAsync<string>("key")).Value);
    }

    [Fact]
    public async Task Who_waited_long_enough_makes_his_own()
    {
        await using CacheClient client = ClientOf();
        using CacheValue winner = await client.GetAsync(new GetRequest("key") { CreateFor = TimeSpan.FromMinutes(1) });
        Assert.True(winner.Result.IsWinner);
        string? own = await client.GetOrCreateAsync(
            "key",
            static _ => ValueTask.FromResult<string?>("own"),
            new CreateOptions { WaitMax = TimeSpan.FromMilliseconds(20) });
        Assert.Equal("own", own);
        using CacheValue left = await client.GetAsync("key");
        Assert.Equal(0, left.Result.ValueLength);
    }

    [Fact]
    public async Task Cache_that_fails_costs_the_making_unless_asked_otherwise()
    {
        await using ScriptedServer gone = new(static connection => connection.HangAsync());
        await gone.DisposeAsync();
        await using CacheClient client = Clients.Of(gone.Address);
        Assert.Equal("made", await client.GetOrCreateAsync("key", static _ => ValueTask.FromResult<string?>("made")));
        await Assert.ThrowsAsync<CacheException>(async () => await client.GetOrCreateAsync(
            "key",
            static _ => ValueTask.FromResult<string?>("made"),
            new CreateOptions { ThrowOnCacheError = true }));
    }

    [Theory]
    [InlineData(ClientProtocol.Text)]
    [InlineData(ClientProtocol.Binary)]
    public async Task Other_protocols_make_what_is_missing_and_store_it(ClientProtocol protocol)
    {
        await using CacheClient client = ClientOf(options => options.Protocol = protocol);
        Assert.Equal("made", await client.GetOrCreateAsync("key", static _ => ValueTask.FromResult<string?>("made")));
        Assert.Equal("made", await client.GetOrCreateAsync("key", static _ => ValueTask.FromResult<string?>("again")));
    }

    private static async Task AssertFlagsAsync<T>(CacheClient client, T value, uint flags)
    {
        await client.SetValueAsync("key", value);
        using CacheValue stored = await client.GetAsync("key");
        Assert.Equal(flags, stored.Result.ClientFlags);
    }

    private CacheClient ClientOf(Action<CacheClientOptions>? change = null) => Clients.Of(_cache.Address, options =>
    {
        options.Serializer = new JsonCacheSerializer(TestJson.Default);
        change?.Invoke(options);
    });
}
