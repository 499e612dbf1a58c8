using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.RealPeers;

/// <summary>Several of Debian's memcached, shared by the tests of a class; none where it is not installed.</summary>
public sealed class MemcachedGroup : IDisposable
{
    private const int Count = 4;

    private readonly Memcached[] _servers =
        Memcached.MissingBecause is null ? [.. Enumerable.Range(0, Count).Select(static _ => new Memcached())] : [];

    /// <summary>Where they are, with the weights.</summary>
    internal ServerAddress[] Addresses(params int[] weights) =>
        [.. weights.Select((weight, i) => _servers[i].Address with { Weight = weight })];

    public void Dispose()
    {
        foreach (Memcached server in _servers) server.Dispose();
    }
}
