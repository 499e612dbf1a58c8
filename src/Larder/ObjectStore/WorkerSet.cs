using System.Collections.Concurrent;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Hosting;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// Processes that serve, all on the listeners of this one, which accepts nothing: it starts them, starts another for
/// each that dies, and ends them when it shall stop. The kernel ends them should it die itself.
/// </summary>
/// <remarks>
/// <code>
///   place 1  started --dies--> waits until a second has passed since its start --> started
///   place 2  started --TTOU, TERM--> leaving --ends--> gone
/// </code>
/// </remarks>
internal sealed class WorkerSet(
    ProcessImage image, IReadOnlyList<Listener> listeners, TimeSpan drainTimeout, HostEvents events, ILogger logger)
    : IStoreWork
{
    /// <summary>Two starts at one place are so many milliseconds apart, so that one that cannot live costs little.
    /// </summary>
    private const int RestartPauseMs = 1_000;

    /// <summary>Beyond the time that requests have, for a process to end in.</summary>
    private const int KillAfterMs = 5_000;

    private readonly ConcurrentQueue<WorkerEnd> _ends = new(); // filled by the threads that wait for processes
    private readonly List<Worker> _workers = [];
    private bool _isStopping;
    private long _killAtMs = long.MaxValue;

    /// <inheritdoc/>
    public IReadOnlyList<Listener> Listeners => listeners;

    /// <inheritdoc/>
    public int WaitMs
    {
        get
        {
            long dueMs = _workers.Where(static worker => worker.ProcessId == 0)
                .Select(static worker => worker.StartedMs + RestartPauseMs)
                .Append(_killAtMs)
                .Min();
            return dueMs == long.MaxValue ? -1 : (int)Math.Clamp(dueMs - Environment.TickCount64, 0, int.MaxValue);
        }
    }

    /// <summary>Starts them and waits until all serve. Otherwise none is left: false.</summary>
    public bool Start(int count)
    {
        for (int number = 1; number <= count; number++)
        {
            var worker = new Worker(number);
            _workers.Add(worker);
            if (worker.Start(image, listeners) is { } reason) StoreLog.WorkerNotStarted(logger, number, reason);
        }

        bool isReady = _workers.TrueForAll(static worker => worker.WaitUntilReady());
        foreach (Worker worker in _workers)
        {
            if (isReady) StoreLog.WorkerStarted(logger, worker.Number, worker.ProcessId);
            else worker.Signal(ProcessStart.Kill);
            worker.Watch(_ends, events);
        }

        return isReady;
    }

    /// <inheritdoc/>
    public void Stop(bool hasHeir)
    {
        _isStopping = true;
        _killAtMs = Environment.TickCount64 + (long)drainTimeout.TotalMilliseconds + KillAfterMs;
        bool isLast = !hasHeir && listeners.All(static listener => !listener.IsShared); // systemd keeps some, too
        foreach (Listener listener in listeners) listener.Dispose();
        foreach (Worker worker in _workers) worker.Leave(isLast);
        _workers.RemoveAll(static worker => worker.ProcessId == 0);
    }

    /// <inheritdoc/>
    public void StopFast()
    {
        _killAtMs = Environment.TickCount64 + KillAfterMs;
        foreach (Worker worker in _workers) worker.Leave();
    }

    /// <inheritdoc/>
    public void Reload()
    {
        foreach (Worker worker in _workers) worker.Signal(ProcessStart.HangUp);
    }

    /// <inheritdoc/>
    public void ChangeWorkers(int by, string cause)
    {
        if (_isStopping) return;
        int staying = _workers.Count(static worker => !worker.IsLeaving);
        if (by < 0 && staying > 1)
        {
            Worker last = _workers.Where(static worker => !worker.IsLeaving).MaxBy(static worker => worker.Number)!;
            last.Leave();
            _workers.RemoveAll(static worker => worker.IsLeaving && worker.ProcessId == 0);
        }
        else if (by > 0 && staying < StoreSettings.WorkerProcessesMax)
        {
            int number = 1;
            while (_workers.Exists(worker => worker.Number == number)) number++;
            var worker = new Worker(number);
            _workers.Add(worker);
            Launch(worker);
        }
        else
        {
            StoreLog.WorkersUnchanged(logger, cause, by < 0 ? "there is one only" : "there are too many");
        }
    }

    /// <inheritdoc/>
    public bool Tend()
    {
        while (_ends.TryDequeue(out WorkerEnd end)) Note(end);
        long nowMs = Environment.TickCount64;
        foreach (Worker worker in _workers)
        {
            bool isDue = worker.ProcessId == 0 && nowMs >= worker.StartedMs + RestartPauseMs;
            if (isDue && !_isStopping) Launch(worker);
            if (nowMs < _killAtMs || worker.ProcessId == 0) continue;
            StoreLog.WorkerKilled(logger, worker.Number, worker.ProcessId);
            worker.Signal(ProcessStart.Kill);
        }

        if (nowMs >= _killAtMs) _killAtMs = long.MaxValue;
        return _isStopping && _workers.Count == 0;
    }

    public void Dispose()
    {
        foreach (Listener listener in listeners) listener.Dispose();
        foreach (Worker worker in _workers) worker.Signal(ProcessStart.Kill);
    }

    private void Launch(Worker worker)
    {
        if (worker.Start(image, listeners) is { } reason)
        {
            StoreLog.WorkerNotStarted(logger, worker.Number, reason);
            return;
        }

        StoreLog.WorkerStarted(logger, worker.Number, worker.ProcessId);
        worker.Watch(_ends, events);
    }

    private void Note(WorkerEnd end)
    {
        Worker? worker = _workers.Find(each => each.Number == end.Number && each.ProcessId == end.ProcessId);
        if (worker is null) return;
        worker.Ended();
        if (worker.IsLeaving)
        {
            StoreLog.WorkerLeft(logger, end.Number, end.ProcessId);
            _workers.Remove(worker);
        }
        else
        {
            StoreLog.WorkerDied(logger, end.Number, end.ProcessId, end.Code);
        }
    }
}
