namespace Larder.Client.Routing;

/// <summary>
/// Looks the names of a client's servers up now and then. A server whose address has changed is asked at the new one
/// from then on; it stays the same server, so that no key moves.
/// </summary>
internal sealed class NameWatch : IAsyncDisposable
{
    private readonly Router _router;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watching;

    public NameWatch(Router router, TimeSpan period, TimeProvider clock)
    {
        _router = router;
        // It lives as long as the client: it must not keep the context of whoever happens to make that.
        using (ExecutionContext.SuppressFlow())
            _watching = Task.Run(() => WatchAsync(period, clock), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task WatchAsync(TimeSpan period, TimeProvider clock)
    {
        using PeriodicTimer timer = new(period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                Task[] followed = [.. _router.Set.Servers.Select(static server => server.FollowNameAsync())];
                await Task.WhenAll(followed).WaitAsync(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return; // the client ends
        }
    }
}
