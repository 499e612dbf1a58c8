using Larder.Cache.Serving;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// The life of a server that serves: it waits for what signals, clients and helper threads want, and does one thing
/// after the other, until the process may end. One thread, the main one.
/// </summary>
/// <remarks>
/// <code>
///   serving --SIGUSR2--> a successor starts --ready--> listeners handed over --+
///      |  ^                  |                                                 |
///      |  +------failed------+                                                 v
///      +--SIGUSR1, shutdown graceful------------------------------------> draining --nobody left, or time over--+
///      +--SIGTERM, SIGINT, shutdown (also while draining)------------------------------------> stopping <-------+
/// </code>
/// </remarks>
internal sealed class ServerLife(
    CacheServer server, HostEvents events, ServiceNotifier notifier, ReloadHooks hooks, ILogger logger)
{
    private readonly Heartbeat _heartbeat = new(server.Driver);
    private Successor? _successor;
    private bool _isHandedOver;
    private bool _isDraining;
    private bool _isSilent;

    /// <summary>How this process was started: how a new version will be.</summary>
    public required ProcessImage Image { get; init; }

    /// <summary>How long clients may stay when nothing is accepted any more.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>How long a new version may take until it serves.</summary>
    public TimeSpan SuccessorTimeout { get; init; } = Successor.DefaultTimeout;

    /// <summary>The file of -P, or null.</summary>
    public PidFile? PidFile { get; init; }

    /// <summary>Returns when the server has stopped.</summary>
    public void Run()
    {
        while (true)
        {
            (HostEvent what, string cause) = events.Take(notifier.WatchdogPeriodMs);
            switch (what)
            {
                case HostEvent.Stop or HostEvent.Drained: Stop(cause); return;
                case HostEvent.Drain: Drain(cause); break;
                case HostEvent.Reload: Reload(); break;
                case HostEvent.Upgrade: Upgrade(); break;
                case HostEvent.SuccessorReady: HandOver(); break;
                case HostEvent.SuccessorFailed: GoOn(cause); break;
                default: break;
            }

            if (notifier.WatchdogPeriodMs > 0 && !_isHandedOver) ShowLife();
        }
    }

    /// <summary>A supervisor that waits for signs of life hears none of a server whose threads hang.</summary>
    private void ShowLife()
    {
        bool isAlive = _heartbeat.Beat();
        if (isAlive) notifier.Alive();
        else if (!_isSilent) HostLog.FrontEndHangs(logger);
        _isSilent = !isAlive;
    }

    private void Reload()
    {
        notifier.Reloading();
        hooks.Run();
        notifier.Ready(Environment.ProcessId);
    }

    private void Upgrade()
    {
        if (_isDraining || _successor is not null)
        {
            HostLog.UpgradeRefused(logger, _isDraining ? "this process is stopping" : "a new version is starting");
            return;
        }

        HostLog.Upgrading(logger, Image.SuccessorProgram);
        notifier.Reloading();
        PidFile?.MoveAside();
        _successor = Successor.Start(Image, server.Driver.Listeners, SuccessorTimeout, events, logger);
        if (_successor is null) GoOn("nothing was started");
    }

    private void GoOn(string reason)
    {
        if (_isDraining) return; // it was cancelled
        _successor = null;
        HostLog.UpgradeFailed(logger, reason);
        PidFile?.MoveBack();
        notifier.Ready(Environment.ProcessId);
    }

    private void HandOver()
    {
        if (_successor is null) return; // somebody wants this process to stop, and with it the other
        foreach (Listener listener in server.Driver.Listeners) listener.HandOver();
        server.Driver.StopAccepting();
        HostLog.HandedOver(logger, _successor.ProcessId);
        notifier.Ready(_successor.ProcessId);
        _successor = null;
        _isHandedOver = true;
        Drain("SIGUSR2");
    }

    private void Drain(string cause)
    {
        if (_isDraining) return;
        _isDraining = true;
        CancelSuccessor();
        if (!_isHandedOver) notifier.Stopping();
        HostLog.Draining(logger, cause, server.CurrentConnections, (long)DrainTimeout.TotalSeconds);
        var thread = new Thread(() =>
            events.Post(HostEvent.Drained, server.Drain(DrainTimeout) ? "no client is left" : "the time is over"))
        {
            Name = "larder-drain",
            IsBackground = true,
        };
        thread.Start();
    }

    private void Stop(string cause)
    {
        CancelSuccessor();
        if (!_isHandedOver && !_isDraining) notifier.Stopping();
        HostLog.Stopping(logger, cause);
        server.Stop();
    }

    /// <summary>Who stops does not want a server back that was only about to come.</summary>
    private void CancelSuccessor()
    {
        _successor?.Cancel();
        _successor = null;
    }
}
