namespace Larder.Cache.Commands.Watching;

/// <summary>The counters of <c>watch</c>, by their names in <c>stats</c>.</summary>
internal struct WatchTotals
{
    /// <summary>log_worker_dropped: events for which a thread's ring had no room.</summary>
    public long Dropped;

    /// <summary>log_worker_written: events that were told.</summary>
    public long Written;

    /// <summary>log_watcher_skipped: lines for which a watcher had no room.</summary>
    public long Skipped;

    /// <summary>log_watcher_sent: lines given to watchers.</summary>
    public long Sent;

    /// <summary>log_watchers: watchers now.</summary>
    public long Watchers;

    /// <summary>What has come since an earlier sum.</summary>
    public readonly WatchTotals Since(in WatchTotals earlier) => new()
    {
        Dropped = Dropped - earlier.Dropped,
        Written = Written - earlier.Written,
        Skipped = Skipped - earlier.Skipped,
        Sent = Sent - earlier.Sent,
        Watchers = Watchers,
    };
}
