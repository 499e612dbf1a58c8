using Larder.Client.ServerList;

namespace Larder.Client.Routing;

/// <summary>
/// Lets the servers of a client know what a monitor says of them (<see cref="CacheClientOptions.ServerListPath"/>):
/// one that is down there is down here without a request that had to fail first. Only a list whose monitor lives
/// counts; with any other, and for servers that it does not name, this client judges alone.
/// </summary>
internal sealed class SharedVerdicts : IAsyncDisposable
{
    /// <summary>How often the list is looked at: a few loads, where nothing has changed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ServerListReader _reader;
    private readonly Router _router;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watching;
    private ServerListSnapshot? _known; // owner: the watch
    private HashSet<string> _down = []; // owner: the watch

    public SharedVerdicts(string path, Router router, TimeProvider clock)
    {
        _reader = new ServerListReader(path);
        _router = router;
        Apply();
        _watching = Task.Run(() => WatchAsync(clock), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _reader.Dispose();
        _closing.Dispose();
    }

    private async Task WatchAsync(TimeProvider clock)
    {
        using PeriodicTimer timer = new(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false)) Apply();
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            foreach (Server server in _router.Set.Servers) server.IsDownByList = false;
        }
    }

    private void Apply()
    {
        bool counts = _reader.Refresh() == ServerListStatus.Fresh;
        if (_reader.Current is { } list && !ReferenceEquals(list, _known))
        {
            _known = list;
            _down = [.. list.Servers.Where(static server => server.State == ServerState.Down)
                .Select(static server => new ServerAddress(server.Host, server.Port).ToString())];
        }
        foreach (Server server in _router.Set.Servers) server.IsDownByList = counts && _down.Contains(server.Name);
    }
}
