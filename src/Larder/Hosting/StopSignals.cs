using System.Runtime.InteropServices;
using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// Waits for the wish to stop: SIGINT and SIGTERM at once, SIGUSR1 or the <c>shutdown</c> command gracefully. The
/// second SIGINT or SIGTERM ends a stop that takes too long for somebody's patience. SIGHUP has nothing to reload yet;
/// SIGPIPE is ignored by the runtime. Made before the server starts, so that no signal is too early.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>SIGUSR1, which <see cref="PosixSignal"/> has no name for; raw numbers are positive.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    private readonly ILogger _logger;
    private readonly ManualResetEvent _requested = new(initialState: false);
    private readonly PosixSignalRegistration[] _registrations;
    private int _requests; // Interlocked: the first wish counts, _requested.Set publishes the two fields below
    private bool _isGraceful;
    private string _cause = "";

    public StopSignals(ILogger logger)
    {
        _logger = logger;
        ProcessControl.RestoreInterrupt();
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop),
            PosixSignalRegistration.Create(UserSignal, OnGracefulStop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnReload),
        ];
    }

    /// <summary>Asks to stop; any thread, returns at once. False if somebody asked before.</summary>
    public bool Request(bool graceful, string cause)
    {
        if (Interlocked.Increment(ref _requests) != 1) return false;
        _isGraceful = graceful;
        _cause = cause;
        _requested.Set();
        return true;
    }

    /// <summary>Blocks until somebody asks to stop; whether gracefully, and who it was.</summary>
    public (bool IsGraceful, string Cause) Wait()
    {
        _requested.WaitOne();
        return (_isGraceful, _cause);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _requested.Dispose();
    }

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!Request(graceful: false, context.Signal.ToString())) Environment.Exit(Verbs.ExitCode.Success);
    }

    private void OnGracefulStop(PosixSignalContext context)
    {
        context.Cancel = true;
        Request(graceful: true, "SIGUSR1");
    }

    private void OnReload(PosixSignalContext context)
    {
        context.Cancel = true;
        HostLog.NothingToReload(_logger);
    }
}
