using System.Text;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Routing;

/// <summary>Aim: a cluster that names its servers is followed. Method: a scripted endpoint, Larder's servers.</summary>
public sealed class ElastiCacheTests
{
    private const string Reply =
        "CONFIG cluster 0 54\r\n12\nhost1|10.0.0.1|11211 host2|10.0.0.2|11212 host3||1\n\r\nEND\r\n";

    [Fact]
    public void Configuration_is_read_whole_and_not_before()
    {
        byte[] whole = Encoding.ASCII.GetBytes(Reply);
        int end = Reply.IndexOf("END", StringComparison.Ordinal);
        for (int cut = 0; cut < end; cut++)
            Assert.False(ClusterConfiguration.TryRead(whole.AsSpan(0, cut), out _), $"cut at {cut}");
        Assert.True(ClusterConfiguration.TryRead(whole, out ClusterConfiguration? found));
        Assert.Equal(12, found!.Version);
        Assert.Equal(["host1:11211", "host2:11212", "host3:1"], found.Servers.Select(static each => each.ToString()));
    }

    [Theory]
    [InlineData("ERROR\r\n")]
    [InlineData("CONFIG cluster 0 x\r\n")]
    [InlineData("CONFIG cluster 0 3\r\nx\na\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 4\r\n1\n\n\n\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 5\r\n1\na|b\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 10\r\n1\na||70000\r\nEND\r\n")]
    public void Configuration_that_is_none_is_refused(string reply) =>
        Assert.Throws<InvalidDataException>(
            () => ClusterConfiguration.TryRead(Encoding.ASCII.GetBytes(reply), out _));

    [Fact]
    public async Task Client_follows_a_larger_version_only()
    {
        using TestCache first = new();
        using TestCache second = new();
        string answer = Answer(5, first);
        await using ScriptedServer endpoint = new(async connection =>
        {
            while (await connection.ReadLineAsync() is { } line)
            {
                Assert.Equal("config get cluster", line);
                await connection.SendAsync(Volatile.Read(ref answer));
            }
        });
        CacheClientOptions options = new() { RequestTimeout = Clients.Patience, ConnectTimeout = Clients.Patience };
        await using ElastiCacheDiscovery discovery =
            await ElastiCacheDiscovery.StartAsync(endpoint.Address, options, TimeSpan.FromMilliseconds(5));
        Assert.Equal(first.Address.ToString(), (await discovery.Client.SetAsync("key", new byte[1])).Server);
        Volatile.Write(ref answer, Answer(4, second));
        int asked = endpoint.Accepted;
        await Eventually.HoldsAsync(() => endpoint.Accepted >= asked + 3, "it was asked again");
        Assert.Equal(first.Address.ToString(), (await discovery.Client.SetAsync("key", new byte[1])).Server);
        Volatile.Write(ref answer, "garbage\r\n");
        await Eventually.HoldsAsync(() => discovery.Failure is not null, "the failure is shown");
        Volatile.Write(ref answer, Answer(6, second));
        await Eventually.HoldsAsync(
            () => discovery.Client.SetAsync("key", new byte[1]).AsTask().Result.Server == second.Address.ToString(),
            "the new list is used");
    }

    [Fact]
    public async Task Endpoint_that_is_none_fails_the_start()
    {
        using TestCache cache = new(); // knows no config command
        await Assert.ThrowsAsync<InvalidDataException>(
            () => ElastiCacheDiscovery.StartAsync(cache.Address, new CacheClientOptions()));
    }

    private static string Answer(int version, TestCache cache)
    {
        string text = $"{version}\n127.0.0.1|127.0.0.1|{cache.Port}\n";
        return $"CONFIG cluster 0 {text.Length}\r\n{text}\r\nEND\r\n";
    }
}
