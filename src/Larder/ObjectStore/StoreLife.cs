using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Hosting;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// The life of an object store: it waits for what signals, trackers and helper threads want, and does one thing after
/// the other, until the process may end. One thread, the main one.
/// </summary>
/// <remarks>
/// <code>
///   serving --USR2--> a new version serves, too --it ends--> serving
///      |                       |
///      +--TERM, INT, QUIT, shutdown--> stopping --no request left, or time over--> end
///                                          +-----a second one--> stopping at once ---^
/// </code>
/// </remarks>
internal sealed class StoreLife(
    IStoreWork work, StoreUpgrade upgrade, HostEvents events, ServiceNotifier notifier, ReloadHooks hooks,
    ILogger logger)
{
    private bool _isStopping;

    /// <summary>What ps shows of the process while it stops.</summary>
    public required string StoppingTitle { get; init; }

    /// <summary>How long requests may take when it shall stop, for the log.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>Whether a master looks after this process: then new versions are the master's to start.</summary>
    public bool IsWorker { get; init; }

    /// <summary>The process that this one is to replace, which has started it; 0 if there is none.</summary>
    public int PredecessorId { get; init; }

    /// <summary>Returns when nothing serves any more.</summary>
    public void Run()
    {
        while (true)
        {
            (HostEvent what, string cause) = events.Take(WaitMs());
            switch (what)
            {
                case HostEvent.Drain: Stop(cause); break;
                case HostEvent.DrainLast: TakeQueues(); Stop(cause); break;
                case HostEvent.Reload: Reload(); break;
                case HostEvent.Upgrade: Upgrade(); break;
                case HostEvent.SuccessorReady: upgrade.Ready(work.Listeners); break;
                case HostEvent.SuccessorFailed or HostEvent.SuccessorEnded: GoOn(cause); break;
                case HostEvent.AddWorker: work.ChangeWorkers(1, cause); break;
                case HostEvent.RemoveWorker: work.ChangeWorkers(-1, cause); break;
                default: break;
            }

            if (work.Tend()) return;
            if (notifier.WatchdogPeriodMs > 0) notifier.Alive();
        }
    }

    private int WaitMs()
    {
        int workMs = work.WaitMs;
        int watchdogMs = notifier.WatchdogPeriodMs;
        return workMs < 0 ? watchdogMs : watchdogMs < 0 ? workMs : Math.Min(workMs, watchdogMs);
    }

    private void Stop(string cause)
    {
        if (_isStopping)
        {
            StoreLog.StoppingFast(logger, cause);
            work.StopFast();
            return;
        }

        _isStopping = true;
        upgrade.Leave();
        if (upgrade.Heir is { } heir) notifier.Ready(heir);
        else notifier.Stopping();
        StoreLog.Stopping(logger, cause, (long)DrainTimeout.TotalSeconds);
        ProcessTitle.Set(StoppingTitle);
        bool hasHeir = upgrade.Heir is not null;
        bool isAlone = PredecessorId != 0 && ProcessControl.ParentId != PredecessorId; // it has ended, as was wanted
        if (isAlone && !hasHeir) TakeQueues();
        work.Stop(hasHeir);
    }

    private void TakeQueues()
    {
        foreach (Listener listener in work.Listeners) listener.KeepQueue();
    }

    private void Reload()
    {
        notifier.Reloading();
        hooks.Run();
        notifier.Ready(Environment.ProcessId);
    }

    private void Upgrade()
    {
        if (IsWorker) StoreLog.UpgradeRefused(logger, "this is a worker process");
        else if (_isStopping) StoreLog.UpgradeRefused(logger, "this process is stopping");
        else upgrade.Begin(work.Listeners);
    }

    private void GoOn(string reason)
    {
        if (!_isStopping) upgrade.Failed(reason);
    }
}
