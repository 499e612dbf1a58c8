using Larder.Events.Wire;
using Larder.Hosting;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// A new version beside this process, cmogstored's way: both serve the same listeners until somebody sends this one
/// QUIT, or the new one ends and all is as before. One thread, the main one.
/// </summary>
internal sealed class StoreUpgrade(ProcessImage image, PidFile? pidFile, HostEvents events, ILogger logger)
{
    private Successor? _successor;
    private readonly List<Listener> _handedOver = [];
    private bool _serves;

    /// <summary>How long a new version may take until it serves.</summary>
    public TimeSpan Timeout { get; init; } = Successor.DefaultTimeout;

    /// <summary>The process that goes on when this one stops, or null.</summary>
    public int? Heir => _serves ? _successor?.ProcessId : null;

    /// <summary>Starts one.</summary>
    public void Begin(IReadOnlyList<Listener> listeners)
    {
        if (_successor is not null)
        {
            StoreLog.UpgradeRefused(logger, _serves ? "a new version serves already" : "a new version is starting");
            return;
        }

        StoreLog.Upgrading(logger, image.SuccessorProgram);
        pidFile?.MoveAside();
        _successor = Successor.StartBeside(image, listeners, StoreHeritage.Variable, Timeout, events, logger);
        if (_successor is null) Failed("nothing was started");
    }

    /// <summary>It serves.</summary>
    public void Ready(IReadOnlyList<Listener> listeners)
    {
        if (_successor is null) return; // this process stops, and with it the other
        _serves = true;
        _handedOver.AddRange(listeners.Where(static listener => !listener.IsShared));
        foreach (Listener listener in _handedOver) listener.HandOver(); // who waits in the queue is the other's as well
        StoreLog.UpgradeServes(logger, _successor.ProcessId);
    }

    /// <summary>It did not start, or has ended.</summary>
    public void Failed(string reason)
    {
        _successor = null;
        _serves = false;
        foreach (Listener listener in _handedOver) listener.KeepQueue();
        _handedOver.Clear();
        pidFile?.MoveBack(); // before it is told, for those who wait for the line
        StoreLog.UpgradeFailed(logger, reason);
    }

    /// <summary>This process stops: one that does not serve yet is not wanted any more.</summary>
    public void Leave()
    {
        if (_serves) return;
        _successor?.Cancel();
        _successor = null;
    }
}
