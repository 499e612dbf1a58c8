namespace Larder.Events.Driving;

/// <summary>
/// Lets so many workers of a pool take events at once and no more: a worker that has lost its core keeps the client
/// waiting whose request it has in its hands, so more runnable workers than cores are only a longer tail.
/// </summary>
/// <remarks>
/// <code>
///   outside (a stack: hot threads stay hot) --place--> waits for an event, works, waits ...
///      ^--at the end of its event-- has lent its place: before a wait (LongCall), or since it is stuck (the clock)
/// </code>
/// A worker that waits for a disk must not keep others from working. Where it says so before, its place goes to
/// another at once, unless one with a place is free anyway; where it does not, a clock sees it at the same event in
/// two looks. Whoever has lent its place goes on without and waits outside after the event. The clock runs
/// only while somebody is at work and somebody else could be let in. As a place goes on when its worker leaves, all
/// are let in one after the other to be told of a stop.
/// </remarks>
internal sealed class WorkerGate : IDisposable
{
    /// <summary>
    /// Milliseconds between two looks of the clock; a wait that nobody announced costs the others two of them at most.
    /// A look takes 20 to 50 us with what it does to caches, and a worker that was only preempted is mostly back in
    /// 3 ms, a slice of the scheduler.
    /// </summary>
    internal const int LookMs = 5;

    private readonly int _places;
    private readonly BackgroundLoop _clock;
    private readonly Lock _lock = new();
    private WorkerPlace[] _workers = []; // owner: _lock for writing; replaced
    private WorkerPlace? _outside;       // owner: _lock; read by any
    private int _taken;                  // owner: _lock
    private int _standingBy;             // owner: _lock; those outside
    private long _lent;                  // owner: interlocked
    private long _stuck;                 // owner: the clock
    private int _isClockAsleep;          // owner: interlocked

    /// <summary>A gate with nobody in it.</summary>
    /// <param name="places">How many may take events at once; 1 or more.</param>
    /// <param name="name">Of the clock's thread.</param>
    public WorkerGate(int places, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        _places = places;
        _clock = new BackgroundLoop(name, Look);
    }

    /// <summary>Workers that wait outside.</summary>
    public int StandingBy
    {
        get
        {
            lock (_lock)
            {
                return _standingBy;
            }
        }
    }

    /// <summary>Places that were lent because their worker was about to wait, or was stuck.</summary>
    public long Lent => Interlocked.Read(ref _lent);

    /// <summary>Those of them that the clock has lent.</summary>
    public long Stuck => Interlocked.Read(ref _stuck);

    public void Start() => _clock.Start();

    /// <summary>No worker is left.</summary>
    public void Dispose() => _clock.Stop();

    public void Add(WorkerPlace worker)
    {
        lock (_lock)
        {
            _workers = [.. _workers, worker];
        }
    }

    public void Remove(WorkerPlace worker)
    {
        lock (_lock)
        {
            _workers = [.. _workers.Where(each => each != worker)];
        }
    }

    /// <summary>Takes a free place, or puts the worker before those who wait outside.</summary>
    public bool TryTakePlace(WorkerPlace worker)
    {
        lock (_lock)
        {
            if (_taken < _places)
            {
                _taken++;
                return true;
            }
            worker.Next = _outside;
            _outside = worker;
            _standingBy++;
        }
        WakeClock(); // all with a place may be stuck, and were nobody's concern as long as nobody could be let in
        return false;
    }

    /// <summary>A place is free: the one who came outside last has it, if there is one.</summary>
    public void PassOn()
    {
        WorkerPlace? next;
        lock (_lock)
        {
            next = _outside;
            if (next == null)
            {
                _taken--;
                return;
            }
            _outside = next.Next;
            next.Next = null;
            _standingBy--;
        }
        next.LetIn();
    }

    /// <summary>The worker is about to wait: another has its place from now on, unless one is free anyway.</summary>
    public void Lend(WorkerPlace worker)
    {
        if (Volatile.Read(ref _outside) == null || IsAnyWaiting(Volatile.Read(ref _workers)))
        {
            return;
        }
        if (worker.TryLend())
        {
            Interlocked.Increment(ref _lent);
            PassOn();
        }
    }

    /// <summary>A worker is at work from now on.</summary>
    public void NoteBusy()
    {
        if (Volatile.Read(ref _isClockAsleep) != 0 && Volatile.Read(ref _outside) != null)
        {
            WakeClock();
        }
    }

    private void WakeClock()
    {
        if (Interlocked.Exchange(ref _isClockAsleep, 0) != 0)
        {
            _clock.Wake();
        }
    }

    /// <summary>Lends the places of those who are stuck, unless somebody is free anyway.</summary>
    private int Look()
    {
        WorkerPlace[] workers = Volatile.Read(ref _workers);
        bool isAnyWaiting = IsAnyWaiting(workers);
        foreach (WorkerPlace worker in workers)
        {
            if (worker.IsStuck() && !isAnyWaiting && Volatile.Read(ref _outside) != null && worker.TryLend())
            {
                Interlocked.Increment(ref _lent);
                _stuck++;
                PassOn();
            }
        }
        if (IsNeeded(workers))
        {
            return LookMs;
        }
        Interlocked.Exchange(ref _isClockAsleep, 1); // before the second look: pairs with WorkerPlace.Begin
        if (IsNeeded(Volatile.Read(ref _workers)) && Interlocked.Exchange(ref _isClockAsleep, 0) != 0)
        {
            return LookMs;
        }
        return BackgroundLoop.UntilWoken;
    }

    private bool IsNeeded(WorkerPlace[] workers)
        => Volatile.Read(ref _outside) != null && Array.Exists(workers, static worker => worker.IsWorking);

    private static bool IsAnyWaiting(WorkerPlace[] workers)
        => Array.Exists(workers, static worker => worker.IsWaiting);
}
