using Larder.Events.Native;
using Larder.Events.Polling;

namespace Larder.Events.Driving;

/// <summary>
/// The threads that take events from a <see cref="OneShotQueue"/>. They may block (on a disk); their number can be
/// changed while they run.
/// </summary>
/// <remarks>
/// A <see cref="WorkerGate"/> lets some of them wait for events; the kernel wakes the thread that began to wait last,
/// so with little work a few hot threads do all of it. Leaving: one eventfd stays readable and bounces through the
/// workers until as many have left as are to leave.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private readonly OneShotQueue _queue;
    private readonly DriverOptions _options;
    private readonly StopSignal _stop;
    private readonly WorkerGate _gate;
    private readonly Lock _lock = new();
    private readonly List<Thread> _threads = []; // owner: _lock; those that have left are swept out
    private readonly List<Turn> _turns = [];     // owner: _lock; by index, kept for their counters
    private readonly Stack<Turn> _idleTurns = []; // owner: _lock; of workers that have left, for the next ones
    private int _target;                         // owner: whoever sets the count; read by the workers
    private int _running;                        // owner: interlocked

    public WorkerPool(OneShotQueue queue, DriverOptions options, StopSignal stop)
    {
        _queue = queue;
        _options = options;
        _stop = stop;
        _gate = new WorkerGate(options.Places, $"{options.ThreadNamePrefix}-clock");
    }

    /// <summary>Who may take events.</summary>
    public WorkerGate Gate => _gate;

    /// <summary>How many workers there are to be; may be set at any time, 1 or more while serving.</summary>
    public int Count
    {
        get => Volatile.Read(ref _target);
        set => Resize(value);
    }

    /// <summary>Workers that have not left yet.</summary>
    public int Running => Volatile.Read(ref _running);

    public IReadOnlyList<Turn> Turns
    {
        get
        {
            lock (_lock)
            {
                return _turns.ToArray();
            }
        }
    }

    /// <summary>Waits until all workers have left; after <see cref="Count"/> was set to 0.</summary>
    public void Join()
    {
        Thread[] threads;
        lock (_lock)
        {
            threads = [.. _threads];
        }
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private void Resize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Volatile.Write(ref _target, count);
        lock (_lock)
        {
            while (Volatile.Read(ref _running) < count)
            {
                StartOne();
            }
        }
        if (Volatile.Read(ref _running) > count)
        {
            _queue.Wakeup.Wake();
        }
    }

    private void StartOne()
    {
        if (!_idleTurns.TryPop(out Turn? turn))
        {
            if (_turns.Count == 0)
            {
                _gate.Start();
            }
            turn = new Turn(_turns.Count, _options, _queue.Timers, _stop);
            _turns.Add(turn);
        }
        turn.AcquireBuffers();
        Interlocked.Increment(ref _running);
        _threads.RemoveAll(static left => !left.IsAlive);
        var thread = new Thread(() => Run(turn))
        {
            Name = $"{_options.ThreadNamePrefix}-worker-{turn.Index}",
            IsBackground = true,
        };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run(Turn turn)
    {
        turn.Claim();
        using var batch = new PollBatch(1); // one event at a time: nobody waits behind a slow one that we also took
        var place = new WorkerPlace(_gate);
        _gate.Add(place);
        try
        {
            place.Enter();
            while (TakeOne(batch, turn, place))
            {
            }
            place.Leave();
        }
        catch (Exception error)
        {
            // A fault of our own in a loop that thousands depend on: a dump now beats a half-dead server (style 20).
            Environment.FailFast($"{Thread.CurrentThread.Name} died", error);
        }
        _gate.Remove(place);
        turn.Disown();
        turn.ReleaseBuffers();
        lock (_lock)
        {
            _idleTurns.Push(turn);
        }
    }

    private bool TakeOne(PollBatch batch, Turn turn, WorkerPlace place)
    {
        SysResult result = _queue.Poller.Wait(batch, -1);
        if (result.IsError)
        {
            throw new InvalidOperationException($"epoll_wait failed: {result}");
        }
        turn.Counters.Waits++;
        if (batch.Count == 0)
        {
            return true; // a signal
        }
        turn.Counters.Events++;
        turn.BeginCycle();
        if (batch[0].Key != Waker.Key)
        {
            place.Begin();
            _queue.Handle(batch[0], turn);
            place.End();
            return true;
        }
        return !Leaves();
    }

    private bool Leaves()
    {
        int running = Volatile.Read(ref _running);
        while (running > Volatile.Read(ref _target))
        {
            int seen = Interlocked.CompareExchange(ref _running, running - 1, running);
            if (seen == running)
            {
                return true;
            }
            running = seen;
        }
        _queue.Wakeup.Reset(); // enough have left
        if (Volatile.Read(ref _running) > Volatile.Read(ref _target))
        {
            _queue.Wakeup.Wake(); // the target was lowered between our look and the reset
        }
        return false;
    }
}
