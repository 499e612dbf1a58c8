namespace Larder.Events.Driving;

/// <summary>
/// A named thread that does one piece of work again and again: when its time has come, or when it is woken. Between
/// the pieces it waits.
/// </summary>
public sealed class BackgroundLoop
{
    /// <summary>What the work answers to wait until it is woken.</summary>
    public const int UntilWoken = Timeout.Infinite;

    private readonly Func<int> _work;
    private readonly Thread _thread;
    private readonly object _gate = new(); // a monitor: it is waited on
    private bool _isWoken;             // owner: _gate
    private volatile bool _isStopping; // owner: any thread sets it

    /// <summary>A loop that does not run yet.</summary>
    /// <param name="name">Of the thread.</param>
    /// <param name="work">
    /// Does a piece of work; answers after how many milliseconds the next is due. An exception ends the process.
    /// </param>
    public BackgroundLoop(string name, Func<int> work)
    {
        _work = work;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>True when it is to leave: long work looks at it.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Begins with the first piece of work.</summary>
    public void Start() => _thread.Start();

    /// <summary>Lets the next piece of work begin now; any thread.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Asks it to leave after the present piece of work; returns at once. Any thread.</summary>
    public void RequestStop()
    {
        _isStopping = true;
        Wake();
    }

    /// <summary>Asks it to leave, and waits for it at most so long.</summary>
    /// <returns>False when it still works: it hangs on a device, perhaps.</returns>
    public bool Stop(int timeoutMs = Timeout.Infinite)
    {
        RequestStop();
        return !_thread.IsAlive || _thread.Join(timeoutMs);
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                int waitMs = _work();
                if (waitMs != 0)
                {
                    Wait(waitMs);
                }
            }
        }
        catch (Exception error)
        {
            // A fault of our own in a loop that others depend on: a dump now beats a half-dead server (style 20).
            Environment.FailFast($"{Thread.CurrentThread.Name} died", error);
        }
    }

    private void Wait(int waitMs)
    {
        lock (_gate)
        {
            if (!_isWoken)
            {
                Monitor.Wait(_gate, waitMs);
            }
            _isWoken = false;
        }
    }
}
