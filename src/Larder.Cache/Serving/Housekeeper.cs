using Larder.Cache.Store;

namespace Larder.Cache.Serving;

/// <summary>
/// The server's background thread: it moves the clock and lets the store do its maintenance in small steps. It does
/// nothing for a request.
/// </summary>
internal sealed class Housekeeper : IDisposable
{
    /// <summary>
    /// Ten times a second: the clock's second is met to a tenth, and a wake-up costs some microseconds.
    /// </summary>
    private const int PeriodMs = 100;

    /// <summary>While there is more to maintain: others run in between.</summary>
    private const int BusyPeriodMs = 1;

    /// <summary>Items looked at in one step: about 100 microseconds.</summary>
    private const int StepBudget = 1_000;

    private readonly ItemStore _store;
    private readonly StoreClock _clock;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();

    public Housekeeper(ItemStore store, StoreClock clock)
    {
        _store = store;
        _clock = clock;
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
                waitMs = _store.Maintain(StepBudget) ? BusyPeriodMs : PeriodMs;
            }
        }
        catch (Exception error)
        {
            Environment.FailFast("larder-housekeeper died", error);
        }
    }
}
