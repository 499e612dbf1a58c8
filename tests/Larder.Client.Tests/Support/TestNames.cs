using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Larder.Client.Tests.Support;

/// <summary>A resolver whose names get other addresses while a client runs.</summary>
internal sealed class TestNames
{
    private readonly ConcurrentDictionary<string, IPAddress[]> _addresses = [];
    private int _asked;

    /// <summary>How often it was asked for any name.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The addresses of a name; none: it does not resolve.</summary>
    public IPAddress[] this[string name]
    {
        set => _addresses[name] = value;
    }

    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _asked);
        return _addresses.TryGetValue(name, out IPAddress[]? found) && found.Length > 0
            ? Task.FromResult(found)
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
    }
}
