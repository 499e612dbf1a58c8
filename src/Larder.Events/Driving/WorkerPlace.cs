namespace Larder.Events.Driving;

/// <summary>
/// One worker as its <see cref="WorkerGate"/> sees it: whether it may take events, and whether it is at one.
/// </summary>
internal sealed class WorkerPlace
{
    private const int Outside = 0; // has no place: before the gate, or at the last event of one that was lent
    private const int Waiting = 1; // has a place and waits for an event
    private const int Working = 2; // has a place and is at an event

    [ThreadStatic]
    private static WorkerPlace? s_ofThread;

    private readonly WorkerGate _gate;
    private readonly object _bell = new(); // a monitor: it is waited on
    private int _state;        // owner: interlocked
    private long _events;      // owner: its worker; read by the clock
    private long _eventsSeen;  // owner: the clock
    private bool _isLetIn;     // owner: _bell

    public WorkerPlace(WorkerGate gate) => _gate = gate;

    /// <summary>Of the calling thread; null when it is no worker.</summary>
    public static WorkerPlace? OfThread => s_ofThread;

    /// <summary>The one below in the stack of those who wait outside.</summary>
    public WorkerPlace? Next { get; set; } // owner: the gate's lock

    public bool IsWaiting => Volatile.Read(ref _state) == Waiting;

    public bool IsWorking => Volatile.Read(ref _state) == Working;

    /// <summary>The worker's thread: waits until there is a place for it.</summary>
    public void Enter()
    {
        s_ofThread = this;
        if (_gate.TryTakePlace(this))
        {
            Volatile.Write(ref _state, Waiting);
            return;
        }
        lock (_bell)
        {
            while (!_isLetIn)
            {
                Monitor.Wait(_bell);
            }
            _isLetIn = false;
        }
    }

    /// <summary>The worker's thread: an event has come.</summary>
    public void Begin()
    {
        Volatile.Write(ref _events, _events + 1);
        Interlocked.Exchange(ref _state, Working); // pairs with WorkerGate.Look: either sees the other
        _gate.NoteBusy();
    }

    /// <summary>The worker's thread: the event is done with. Waits outside if the place was lent meanwhile.</summary>
    public void End()
    {
        if (Interlocked.CompareExchange(ref _state, Waiting, Working) != Working)
        {
            Enter();
        }
    }

    /// <summary>The worker's thread leaves for good; its place, if it has one, goes to another.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _state, Outside) != Outside)
        {
            _gate.PassOn();
        }
        s_ofThread = null;
    }

    /// <summary>The worker's thread is about to wait.</summary>
    public void Lend() => _gate.Lend(this);

    /// <summary>Takes the place away from a worker that is at an event; any thread.</summary>
    public bool TryLend() => Interlocked.CompareExchange(ref _state, Outside, Working) == Working;

    /// <summary>Lets it in who waits outside, with a place; any thread.</summary>
    public void LetIn()
    {
        Volatile.Write(ref _state, Waiting); // nobody else writes it as long as its worker waits outside
        lock (_bell)
        {
            _isLetIn = true;
            Monitor.Pulse(_bell);
        }
    }

    /// <summary>Whether it is at the same event as at the last call; the clock.</summary>
    public bool IsStuck()
    {
        long events = Volatile.Read(ref _events);
        bool isSame = events == _eventsSeen;
        _eventsSeen = events;
        return isSame && IsWorking;
    }
}
