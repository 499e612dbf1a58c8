using Larder.Client.Observing;
using Larder.Client.ServerList;

namespace Larder.Client.Routing;

/// <summary>
/// Lets the servers of a client know what a monitor says of them (<see cref="CacheClientOptions.ServerListPath"/>):
/// one that is down there is down here without a request that had to fail first. Only a list whose monitor lives
/// counts; with any other, and for servers that it does not name, this client judges alone. With
/// <see cref="CacheClientOptions.FollowsServerList"/> the servers themselves are those of the list, too, whether its
/// monitor lives or not.
/// </summary>
internal sealed class SharedVerdicts : IAsyncDisposable
{
    /// <summary>How often the list is looked at: a few loads, where nothing has changed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ServerListReader _reader;
    private readonly Router _router;
    private readonly bool _follows;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watching;
    private ServerListSnapshot? _known; // owner: the watch
    private HashSet<string> _down = []; // owner: the watch

    public SharedVerdicts(string path, Router router, CacheClientOptions options)
    {
        _reader = new ServerListReader(path);
        _router = router;
        _follows = options.FollowsServerList;
        Apply();
        _watching = Task.Run(() => WatchAsync(options.Clock), CancellationToken.None);
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
            if (_follows) Follow(_known, list);
            _known = list;
            _down = [.. list.Servers.Where(static server => server.State == ServerState.Down)
                .Select(static server => new ServerAddress(server.Host, server.Port).ToString())];
        }
        foreach (Server server in _router.Set.Servers) server.IsDownByList = counts && _down.Contains(server.Name);
    }
    /// <summary>Takes the servers over, unless only verdicts have changed.</summary>
    private void Follow(ServerListSnapshot? old, ServerListSnapshot list)
    {
        ServerAddress[] servers = AddressesOf(list);
        if (old is not null && servers.SequenceEqual(AddressesOf(old))) return;
        try
        {
            _router.Update(servers);
        }
        catch (ArgumentException)
        {
            // The servers that were there go on: a client without any would be worse than one that lags behind.
            ClientTelemetry.RefusedLists.Add(1);
        }
    }

    private static ServerAddress[] AddressesOf(ServerListSnapshot list) =>
        [.. list.Servers.Select(static server => new ServerAddress(server.Host, server.Port, server.Weight)
            { Name = server.Name })];
}
