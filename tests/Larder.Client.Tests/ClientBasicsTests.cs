using System.Buffers;
using System.Text;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests;

/// <summary>
/// Aim: a value that was stored is found, one that was deleted is not. Method: against Larder's own server.
/// </summary>
public sealed class ClientBasicsTests : IDisposable
{
    private readonly TestCache _cache = new();

    public static TheoryData<ClientProtocol> Protocols => [.. Enum.GetValues<ClientProtocol>()];

    public void Dispose() => _cache.Dispose();

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Value_that_was_set_is_found(ClientProtocol protocol)
    {
        await using CacheClient client = Clients.Of(_cache.Address, options => options.Protocol = protocol);
        CacheResult set = await client.StoreAsync(new StoreRequest("key", "value"u8.ToArray()) { ClientFlags = 77 });
        Assert.Equal(CacheStatus.Done, set.Status);

        using CacheValue value = await client.GetAsync("key");
        Assert.Equal("value", Encoding.UTF8.GetString(value.Span));
        Assert.Equal(77u, value.Result.ClientFlags);

        ArrayBufferWriter<byte> writer = new();
        CacheResult read = await client.GetAsync("key", writer);
        Assert.Equal((CacheStatus.Hit, 5), (read.Status, read.ValueLength));
        Assert.Equal("value", Encoding.UTF8.GetString(writer.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Key_that_was_deleted_is_missed(ClientProtocol protocol)
    {
        await using CacheClient client = Clients.Of(_cache.Address, options => options.Protocol = protocol);
        Assert.Equal(CacheStatus.Miss, (await client.DeleteAsync("key")).Status);
        await client.SetAsync("key", "value"u8.ToArray());
        Assert.Equal(CacheStatus.Done, (await client.DeleteAsync("key")).Status);

        using CacheValue value = await client.GetAsync("key");
        Assert.Equal(CacheStatus.Miss, value.Result.Status);
        Assert.True(value.Memory.IsEmpty);
        ArrayBufferWriter<byte> writer = new();
        Assert.Equal(CacheStatus.Miss, (await client.GetAsync("key", writer)).Status);
        Assert.Equal(0, writer.WrittenCount);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Values_of_all_lengths_come_back_whole(ClientProtocol protocol)
    {
        await using CacheClient client = Clients.Of(_cache.Address, options => options.Protocol = protocol);
        foreach (int length in new[] { 0, 1, 2, 100, 4095, 16_384, 65_535, 65_536, 65_537, 200_000, 1_000_000 })
        {
            byte[] value = new byte[length];
            new Random(length).NextBytes(value);
            await client.SetAsync("key", value);
            using CacheValue found = await client.GetAsync("key");
            Assert.True(found.IsHit);
            Assert.True(found.Span.SequenceEqual(value), $"{length} bytes came back otherwise");
        }
    }

    [Fact]
    public async Task Value_beyond_the_servers_limit_is_too_large()
    {
        foreach (ClientProtocol protocol in new[] { ClientProtocol.Meta, ClientProtocol.Text, ClientProtocol.Binary })
        {
            await using CacheClient client = Clients.Of(_cache.Address, options => options.Protocol = protocol);
            await client.SetAsync("key", "old"u8.ToArray());
            CacheResult set = await client.TrySetAsync("key", new byte[2 << 20]);
            Assert.Equal(CacheStatus.TooLarge, set.Status);
            CacheException thrown = await Assert.ThrowsAsync<CacheException>(
                async () => await client.SetAsync("key", new byte[2 << 20]));
            Assert.Equal(CacheStatus.TooLarge, thrown.Status);
            await client.SetAsync("key", "new"u8.ToArray());
        }
    }

    [Fact]
    public async Task Value_that_was_disposed_of_cannot_be_read()
    {
        await using CacheClient client = Clients.Of(_cache.Address);
        await client.SetAsync("key", "value"u8.ToArray());
        CacheValue value = await client.GetAsync("key");
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Memory);
        value.Dispose();
        using CacheValue next = await client.GetAsync("key");
        value.Dispose();
        Assert.Equal("value", Encoding.UTF8.GetString(next.Span));
    }

    [Fact]
    public async Task Result_that_was_awaited_cannot_be_awaited_again()
    {
        await using CacheClient client = Clients.Of(_cache.Address);
        ValueTask<CacheResult> task = client.SetAsync("key", "value"u8.ToArray());
        await task;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await task);
    }

    [Fact]
    public async Task Client_that_was_disposed_of_refuses()
    {
        CacheClient client = Clients.Of(_cache.Address);
        await client.SetAsync("key", "value"u8.ToArray());
        await client.DisposeAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.GetAsync("key"));
    }

    [Fact]
    public async Task Writer_that_throws_fails_its_own_read_only()
    {
        await using CacheClient client = Clients.Of(_cache.Address);
        await client.SetAsync("key", "value"u8.ToArray());
        ValueTask<CacheResult> broken = client.GetAsync("key", new FullWriter());
        ValueTask<CacheValue> good = client.GetAsync("key");
        await Assert.ThrowsAsync<InsufficientMemoryException>(async () => await broken);
        using CacheValue value = await good;
        Assert.True(value.IsHit);
    }

    [Fact]
    public async Task Unix_socket_is_spoken_to()
    {
        string path = Path.Combine(Path.GetTempPath(), $"larder-client-{Guid.NewGuid():N}");
        using TestCache cache = new(options => options.UnixSocketPath = path);
        await using CacheClient client = Clients.Of(path);
        await client.SetAsync("key", "value"u8.ToArray());
        using CacheValue value = await client.GetAsync("key");
        Assert.Equal(path, value.Result.Server);
    }
}
