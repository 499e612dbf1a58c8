using Larder.Events.Wire;

namespace Larder.Objects.Load;

/// <summary>
/// The latest report, and who waits for the next: each is given a turn, in which it sends the latest if it can. One
/// that is slow misses reports, so nothing is kept for it. Any thread.
/// </summary>
internal sealed class LoadReports
{
    private readonly Lock _lock = new();
    private readonly HashSet<Connection> _watchers = []; // owner: _lock
    private volatile LoadReport? _latest;

    /// <summary>The latest report; null before the first.</summary>
    public LoadReport? Latest => _latest;

    /// <summary>Who waits for reports.</summary>
    public int Watchers
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    /// <summary>Called when somebody has come; set before the first comes.</summary>
    public Action OnWatch { get; set; } = static () => { };

    /// <summary>A connection wants reports from now on.</summary>
    public void Add(Connection watcher)
    {
        lock (_lock)
        {
            _watchers.Add(watcher);
        }
        OnWatch();
    }

    /// <summary>A connection is over.</summary>
    public void Remove(Connection watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    /// <summary>Gives a report to all who wait.</summary>
    public void Publish(ReadOnlyMemory<byte> text)
    {
        Connection[] watchers;
        lock (_lock)
        {
            _latest = new LoadReport((_latest?.Number ?? 0) + 1, text);
            watchers = [.. _watchers];
        }
        foreach (Connection watcher in watchers)
        {
            watcher.RequestTurn();
        }
    }
}
