using System.Runtime.InteropServices;
using Larder.Events.Native;

namespace Larder.Hosting;

/// <summary>
/// The queue between whoever wants something of the process (signals, clients, helper threads) and the one thread that
/// does it. The second wish to stop at once ends a stop that takes too long for somebody's patience. Made before the
/// server starts, so that no signal is too early; SIGPIPE is ignored by the runtime.
/// </summary>
internal sealed class HostEvents : IDisposable
{
    /// <summary>
    /// SIGUSR1 and SIGUSR2, which <see cref="PosixSignal"/> has no names for; raw numbers are positive.
    /// </summary>
    private const PosixSignal UserSignal1 = (PosixSignal)10;
    private const PosixSignal UserSignal2 = (PosixSignal)12;

    /// <summary>Far more than any operator sends before the first is looked at; what is beyond it is dropped.</summary>
    private const int PendingMax = 64;

    private readonly object _monitor = new();
    private readonly Queue<(HostEvent Event, string Cause)> _pending = new(); // owner: _monitor
    private readonly PosixSignalRegistration[] _registrations;
    private bool _isStopRequested; // owner: _monitor

    /// <summary>With the cache's signals, which are memcached's.</summary>
    public HostEvents()
    {
        ProcessControl.RestoreInterrupt();
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop),
            Register(UserSignal1, HostEvent.Drain, "SIGUSR1"),
            Register(UserSignal2, HostEvent.Upgrade, "SIGUSR2"),
            Register(PosixSignal.SIGHUP, HostEvent.Reload, "SIGHUP"),
        ];
    }

    private HostEvents(IEnumerable<(PosixSignal Signal, HostEvent Event)> signals) =>
        _registrations = [.. signals.Select(each => Register(each.Signal, each.Event, NameOf(each.Signal)))];

    /// <summary>With the object store's signals, which are cmogstored's; SIGWINCH is ignored anyway.</summary>
    /// <param name="isWorker">Whether a master looks after it: that one says by SIGQUIT that all workers end, by
    /// SIGTERM that this one does.</param>
    public static HostEvents ForStore(bool isWorker)
    {
        ProcessControl.RestoreInterrupt();
        ProcessControl.RestoreQuit();
        return new(
        [
            (PosixSignal.SIGINT, HostEvent.Drain),
            (PosixSignal.SIGTERM, HostEvent.Drain),
            (PosixSignal.SIGQUIT, isWorker ? HostEvent.DrainLast : HostEvent.Drain),
            (UserSignal1, HostEvent.None),
            (UserSignal2, HostEvent.Upgrade),
            (PosixSignal.SIGHUP, HostEvent.Reload),
            (PosixSignal.SIGTTIN, HostEvent.AddWorker),
            (PosixSignal.SIGTTOU, HostEvent.RemoveWorker),
        ]);
    }

    /// <summary>Tells it; any thread, returns at once. False if it is the second wish to stop at once.</summary>
    /// <param name="what">What happened, or shall happen.</param>
    /// <param name="cause">Who wants it, for the log.</param>
    public bool Post(HostEvent what, string cause)
    {
        lock (_monitor)
        {
            bool isRepeated = what == HostEvent.Stop && _isStopRequested;
            _isStopRequested |= what == HostEvent.Stop;
            if (!isRepeated && (_pending.Count < PendingMax || what == HostEvent.Stop)) _pending.Enqueue((what, cause));
            Monitor.Pulse(_monitor);
            return !isRepeated;
        }
    }

    /// <summary>Waits for the next; one thread.</summary>
    /// <param name="timeoutMs">The longest wait in milliseconds; -1: without end.</param>
    public (HostEvent Event, string Cause) Take(int timeoutMs)
    {
        lock (_monitor)
        {
            if (_pending.Count == 0) Monitor.Wait(_monitor, timeoutMs);
            return _pending.TryDequeue(out (HostEvent Event, string Cause) next) ? next : (HostEvent.None, "");
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, HostEvent what, string cause) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = true;
                Post(what, cause);
            });

    private static string NameOf(PosixSignal signal) => signal switch
    {
        UserSignal1 => "SIGUSR1",
        UserSignal2 => "SIGUSR2",
        _ => signal.ToString(),
    };

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!Post(HostEvent.Stop, context.Signal.ToString())) Environment.Exit(Verbs.ExitCode.Success);
    }
}
