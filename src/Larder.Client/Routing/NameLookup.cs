using System.Net;
using System.Net.Sockets;

namespace Larder.Client.Routing;

/// <summary>
/// The addresses of a server's name: looked up before the first connection, now and then, and when a connection cannot
/// be made. A name that does not resolve any more keeps the addresses that it had. Any thread.
/// </summary>
internal sealed class NameLookup
{
    private readonly string _host;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly Lock _gate = new();
    private Task? _refreshing; // owner: _gate; one lookup at a time, whoever waits for it
    private IPAddress[]? _known; // owner: the lookup; read by any thread
    private Exception? _failure; // owner: the lookup; read after it

    public NameLookup(string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _host = host;
        _resolve = resolve;
    }

    /// <summary>The addresses that were found last; null before the first time.</summary>
    public IPAddress[]? Known => Volatile.Read(ref _known);

    /// <summary>The addresses, looked up if none are known.</summary>
    public async ValueTask<IPAddress[]> GetAsync(CancellationToken token)
    {
        if (Known is null) await RefreshAsync().WaitAsync(token).ConfigureAwait(false);
        return Known ?? throw _failure!;
    }

    /// <summary>Looks the name up, or waits for who does so already. Never throws.</summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_refreshing is null or { IsCompleted: true })
                _refreshing = Task.Run(LookUpAsync, CancellationToken.None);
            return _refreshing;
        }
    }

    private async Task LookUpAsync()
    {
        try
        {
            IPAddress[] found = await _resolve(_host, CancellationToken.None).ConfigureAwait(false);
            if (found.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
            Volatile.Write(ref _known, found);
        }
        catch (Exception failure)
        {
            // What is known goes on; without that the connection says it.
            _failure = failure;
        }
    }
}
