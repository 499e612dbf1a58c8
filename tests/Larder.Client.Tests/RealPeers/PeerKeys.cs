using System.Globalization;
using System.Text;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;
using Larder.Protocol.Placement;

namespace Larder.Client.Tests.RealPeers;

/// <summary>Keys that two programs must put on the same servers, and clients that write and look for them.</summary>
internal static class PeerKeys
{
    private const int Count = 400;

    /// <summary>Short and long ones, digits, and bytes above 127, which C takes as negative.</summary>
    /// <param name="kind">Keeps the keys of tests apart that share servers.</param>
    public static string[] For(string kind) =>
    [
        .. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{kind}:{i}")),
        .. Enumerable.Range(0, Count / 4).Select(i => $"{kind}:{{tag{i % 7}}}:ключ-{i:D3}-鍵"),
        .. Enumerable.Range(0, 20).Select(i => $"{kind}:{i}:".PadRight(250 - i, 'x')),
    ];

    /// <summary>A client of these servers that never looks anywhere but where a key belongs.</summary>
    public static CacheClient ClientOf(
        IEnumerable<ServerAddress> servers, PlacementOptions placement, ClientProtocol protocol = ClientProtocol.Meta)
    {
        CacheClientOptions options = new()
        {
            RequestTimeout = Clients.Patience,
            ConnectTimeout = Clients.Patience,
            Placement = placement,
            Protocol = protocol,
            Failover = FailoverPolicy.Fail,
        };
        foreach (ServerAddress server in servers) options.Servers.Add(server);
        return new CacheClient(options);
    }

    /// <summary>Stores each key with itself as value.</summary>
    /// <returns>The servers that got them.</returns>
    public static async Task<HashSet<string>> WriteAsync(CacheClient client, string[] keys)
    {
        HashSet<string> servers = [];
        foreach (string key in keys)
            servers.Add((await client.SetAsync(key, Encoding.UTF8.GetBytes(key))).Server!);
        return servers;
    }

    /// <summary>The keys that are not found with themselves as value.</summary>
    public static async Task<string[]> FindMissingAsync(CacheClient client, string[] keys)
    {
        CacheValue[] values = await client.TryGetManyAsync([.. keys.Select(static key => new CacheKey(key))]);
        string[] missing = [.. keys.Where((key, i) =>
            !values[i].IsHit || !values[i].Span.SequenceEqual(Encoding.UTF8.GetBytes(key)))];
        foreach (CacheValue value in values) value.Dispose();
        return missing;
    }
}
