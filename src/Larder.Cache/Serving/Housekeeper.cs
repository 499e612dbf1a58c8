using Larder.Cache.Store;
using Larder.Events.Driving;

namespace Larder.Cache.Serving;

/// <summary>
/// The server's background thread: it moves the clock, gets memory ahead of those who fill it, gives free memory back,
/// and has the front ends maintain the items. It does nothing for a request, and takes no lock of an item: whoever
/// wants one never waits for a thread that has lost its core to him. (Under the queue, which has no front ends and
/// whose workers may lose their cores to each other at any time, it maintains the items as well.)
/// </summary>
internal sealed class Housekeeper : IDisposable
{
    /// <summary>
    /// Ten times a second: the clock's second is met to a tenth, and a wake-up costs some microseconds.
    /// </summary>
    private const int PeriodMs = 100;

    /// <summary>While there is more to maintain: others run in between.</summary>
    private const int BusyPeriodMs = 1;

    /// <summary>Items looked at in one slice: 50 to 150 microseconds, for which clients wait.</summary>
    private const int SliceBudget = 200;

    /// <summary>
    /// Slices of a front end with clients in a busy period: an eighth of its time, 400,000 expired items a second.
    /// </summary>
    private const int BusySlices = 2;

    /// <summary>The same of one that is idle.</summary>
    private const int IdleSlices = 8;

    private readonly ItemStore _store;
    private readonly StoreClock _clock;
    private readonly Upkeep _upkeep;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();

    public Housekeeper(ItemStore store, StoreClock clock, StreamServer server)
    {
        _store = store;
        _clock = clock;
        _upkeep = new Upkeep(server, () => store.MaintainItems(SliceBudget), BusySlices, IdleSlices);
        _thread = new Thread(Run) { Name = "larder-housekeeper", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Makes the thread leave and waits for it.</summary>
    public void Stop()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Run()
    {
        int waitMs = 0;
        try
        {
            while (!_stop.Wait(waitMs))
            {
                _clock.Advance();
                bool isMore = MaintainItems();
                isMore |= _store.MaintainMemory();
                waitMs = isMore ? BusyPeriodMs : PeriodMs;
            }
        }
        catch (Exception error)
        {
            Environment.FailFast("larder-housekeeper died", error);
        }
    }

    private bool MaintainItems()
    {
        if (!_upkeep.HasFrontEnds)
        {
            return _store.MaintainItems(SliceBudget * IdleSlices);
        }
        _ = _upkeep.TryBegin();
        return _upkeep.HasMore;
    }
}
