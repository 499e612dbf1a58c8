namespace Larder.Client.Routing;

/// <summary>
/// One timer for all deadlines of a client. It runs while somebody waits, and looks at all who do: a deadline costs an
/// operation nothing but a number, and nothing is to be undone when the reply comes, as it nearly always does.
/// </summary>
internal sealed class Deadlines : IAsyncDisposable
{
    /// <summary>How late a deadline may be noticed.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _clock;
    private readonly Router _router;
    private readonly ITimer _timer;
    private int _isRunning; // owner: interlocked
    private int _isTicking; // owner: interlocked

    public Deadlines(TimeProvider clock, Router router)
    {
        _clock = clock;
        _router = router;
        // The timer lives as long as the client: it must not keep the context of whoever happens to make that.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = clock.CreateTimer(
                static self => ((Deadlines)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The moment so much later.</summary>
    public long After(TimeSpan time)
    {
        double ticks = time.TotalSeconds * _clock.TimestampFrequency;
        return ticks < long.MaxValue / 2 ? _clock.GetTimestamp() + (long)ticks : long.MaxValue;
    }

    /// <summary>Somebody waits from now on.</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _isRunning) == 0 && Interlocked.Exchange(ref _isRunning, 1) == 0)
            _timer.Change(s_tick, s_tick);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Tick()
    {
        // A tick that takes longer than the pause must not be met by the next one.
        if (Interlocked.Exchange(ref _isTicking, 1) != 0) return;
        if (!_router.Expire(_clock.GetTimestamp()))
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _isRunning, 0);
            // Pairs with Watch, which came before this and saw the timer running: who waits now is seen here.
            if (_router.Expire(_clock.GetTimestamp())) Watch();
        }
        Volatile.Write(ref _isTicking, 0);
    }
}
