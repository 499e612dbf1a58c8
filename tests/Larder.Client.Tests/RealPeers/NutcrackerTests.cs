using System.Text;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;
using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Client.Tests.RealPeers;

/// <summary>
/// Aim: the client works through twemproxy, and beside it. Method: Debian's nutcracker in front of Debian's memcached;
/// what goes in through the one must be found by the other, key by key.
/// </summary>
public sealed class NutcrackerTests(MemcachedGroup group) : IClassFixture<MemcachedGroup>
{
    public static TheoryData<string, PlacementKind, KeyHash> Pools => new()
    {
        { "fnv1a_64", PlacementKind.TwemproxyKetama, KeyHash.Fnv64A },
        { "md5", PlacementKind.TwemproxyKetama, KeyHash.Md5 },
        { "one_at_a_time", PlacementKind.TwemproxyKetama, KeyHash.OneAtATime },
        { "crc32a", PlacementKind.TwemproxyKetama, KeyHash.Crc32 },
        { "murmur", PlacementKind.TwemproxyKetama, KeyHash.Murmur2 },
        { "fnv1a_64", PlacementKind.TwemproxyModula, KeyHash.Fnv64A },
        { "crc16", PlacementKind.TwemproxyModula, KeyHash.Crc16 },
    };

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task Key_is_where_nutcracker_puts_it(string hash, PlacementKind kind, KeyHash keyHash)
    {
        Assert.SkipWhen(Nutcracker.MissingBecause is not null, Nutcracker.MissingBecause ?? "");
        string name = kind == PlacementKind.TwemproxyKetama ? "ketama" : "modula";
        string[] settings = [$"hash: {hash}", $"distribution: {name}"];
        PlacementOptions placement = new() { Kind = kind, Hash = keyHash };

        ServerAddress[] plain = group.Addresses(1, 1, 1, 1);
        await ExchangeAsync(settings, plain, placement, $"{name}:{hash}:plain");
        string[] names = ["node10", "node9", "Node9", "z"];
        ServerAddress[] named = [.. group.Addresses(1, 3, 2, 5).Select((server, i) => server with { Name = names[i] })];
        await ExchangeAsync(settings, named, placement, $"{name}:{hash}:named");
        await ExchangeAsync(
            [.. settings, "hash_tag: \"{}\""], named, placement with { HashTag = "{}" }, $"{name}:{hash}:tagged");
    }

    [Fact]
    public async Task Operations_through_nutcracker_end_as_without()
    {
        Assert.SkipWhen(Nutcracker.MissingBecause is not null, Nutcracker.MissingBecause ?? "");
        using Nutcracker nutcracker = new(["hash: fnv1a_64"], group.Addresses(1, 1));
        await using CacheClient client = PeerKeys.ClientOf([nutcracker.Address], new(), ClientProtocol.Text);
        Assert.Equal(CacheStatus.Miss, (await client.TryGetAsync("key")).Result.Status);
        Assert.Equal(CacheStatus.Done, (await client.AddAsync("key", "a"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.NotStored, (await client.AddAsync("key", "b"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.Done, (await client.ReplaceAsync("key", "b"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.Done, (await client.AppendAsync("key", "c"u8.ToArray())).Status);
        Assert.Equal(CacheStatus.Done, (await client.PrependAsync("key", "a"u8.ToArray())).Status);
        using CacheValue read = await client.GetWithCasAsync("key");
        Assert.Equal("abc", Encoding.UTF8.GetString(read.Span));
        Assert.Equal(
            CacheStatus.Exists, (await client.CompareAndSetAsync("key", "d"u8.ToArray(), read.Result.Cas + 99)).Status);
        Assert.Equal(
            CacheStatus.Done, (await client.CompareAndSetAsync("key", "d"u8.ToArray(), read.Result.Cas)).Status);
        Assert.Equal(CacheStatus.NotNumeric, (await client.TryIncrementAsync("key")).Status);
        Assert.Equal(7ul, (await client.IncrementAsync("number", 5, initial: 7)).Number);
        Assert.Equal(12ul, (await client.IncrementAsync("number", 5)).Number);
        Assert.Equal(10ul, (await client.DecrementAsync("number", 2)).Number);
        Assert.Equal(CacheStatus.Done, (await client.TouchAsync("key", TimeSpan.FromMinutes(1))).Status);
        Assert.Equal(CacheStatus.Done, (await client.DeleteAsync("key")).Status);
        Assert.Equal(CacheStatus.Miss, (await client.DeleteAsync("key")).Status);
        await client.SetAsync("large", new byte[900_000]);
        using CacheValue large = await client.GetAsync("large");
        Assert.Equal(900_000, large.Result.ValueLength);
        Assert.True(Assert.Single(await client.VersionAsync()).Result.IsSuccess);
    }

    [Fact]
    public async Task Callers_through_nutcracker_get_their_own_values()
    {
        Assert.SkipWhen(Nutcracker.MissingBecause is not null, Nutcracker.MissingBecause ?? "");
        using Nutcracker nutcracker = new(["hash: md5"], group.Addresses(1, 1, 1, 1));
        await using CacheClient client = PeerKeys.ClientOf([nutcracker.Address], new(), ClientProtocol.Text);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                string key = $"caller{caller}:{i % 10}";
                await client.SetAsync(key, Encoding.UTF8.GetBytes($"{key}={i}"));
                using CacheValue value = await client.GetAsync(key);
                Assert.Equal($"{key}={i}", Encoding.UTF8.GetString(value.Span));
            }
        })));
    }

    /// <summary>What one of both writes the other one finds, both ways.</summary>
    private static async Task ExchangeAsync(
        string[] settings, ServerAddress[] servers, PlacementOptions placement, string kind)
    {
        using Nutcracker nutcracker = new(settings, servers);
        await using CacheClient through = PeerKeys.ClientOf([nutcracker.Address], new(), ClientProtocol.Text);
        await using CacheClient beside = PeerKeys.ClientOf(servers, placement, ClientProtocol.Text);
        string where = $"{kind} of {string.Join(", ", servers.Select(static server => server.ToString()))}: ";

        string[] keys = PeerKeys.For($"{kind}:in");
        await PeerKeys.WriteAsync(through, keys);
        string[] missing = await PeerKeys.FindMissingAsync(beside, keys);
        Assert.True(missing.Length == 0, $"{where}not found beside: {string.Join(' ', missing)}");

        keys = PeerKeys.For($"{kind}:out");
        HashSet<string> used = await PeerKeys.WriteAsync(beside, keys);
        missing = await PeerKeys.FindMissingAsync(through, keys);
        Assert.True(missing.Length == 0, $"{where}not found through: {string.Join(' ', missing)}");
        Assert.InRange(used.Count, 2, servers.Length);
    }
}
