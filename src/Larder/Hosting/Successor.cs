using System.Globalization;
using Larder.Events.Native;
using Larder.Events.Wire;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// A new version of this program, started beside it with its listeners. It tells on a pipe that it serves; until then,
/// and for good if it does not, this process goes on as if nothing had happened.
/// </summary>
internal sealed class Successor
{
    /// <summary>
    /// A start takes a tenth of a second; the launcher may have to build first. Whoever is not there after this long
    /// will not come.
    /// </summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(120);

    private readonly HostEvents _events;
    private readonly ReadyChild _child;
    private readonly TimeSpan _timeout;
    private readonly bool _isWatchedOn;

    private Successor(ReadyChild child, TimeSpan timeout, HostEvents events, bool isWatchedOn)
    {
        _child = child;
        _timeout = timeout;
        _events = events;
        _isWatchedOn = isWatchedOn;
        new Thread(Watch) { Name = "larder-successor", IsBackground = true }.Start();
    }

    public int ProcessId => _child.ProcessId;

    /// <summary>
    /// Starts one that takes this process's place; what becomes of it comes as an event. Null when it could not even be
    /// started.
    /// </summary>
    public static Successor? Start(
        ProcessImage image, IReadOnlyList<Listener> listeners, TimeSpan timeout, HostEvents events, ILogger logger)
    {
        InheritedDescriptor[] inherited =
            [.. listeners.Select(static each => new InheritedDescriptor(each.Descriptor, !each.IsShared))];
        return Start(image, inherited, InheritedListeners.Variable, false, timeout, events, logger);
    }

    /// <summary>
    /// Starts one that serves beside this process, on the same listeners; that it ends later is an event, too.
    /// </summary>
    /// <param name="image">How this process was started.</param>
    /// <param name="listeners">What both serve.</param>
    /// <param name="variable">The environment variable in which it finds their numbers.</param>
    /// <param name="timeout">How long it may take until it serves.</param>
    /// <param name="events">Where what becomes of it is told.</param>
    /// <param name="logger">For why it could not be started.</param>
    public static Successor? StartBeside(
        ProcessImage image, IReadOnlyList<Listener> listeners, string variable, TimeSpan timeout, HostEvents events,
        ILogger logger)
    {
        InheritedDescriptor[] inherited =
            [.. listeners.Select(static each => new InheritedDescriptor(each.Descriptor, false))];
        return Start(image, inherited, variable, true, timeout, events, logger);
    }

    private static Successor? Start(
        ProcessImage image, InheritedDescriptor[] inherited, string variable, bool isWatchedOn, TimeSpan timeout,
        HostEvents events, ILogger logger)
    {
        ReadyChild? child = ReadyChild.Start(
            image, image.SuccessorProgram, inherited, isDaemon: false, out Errno refusal, variable);
        if (child is not null) return new(child, timeout, events, isWatchedOn);
        HostLog.SuccessorNotStarted(logger, image.SuccessorProgram, ListenException.Describe(refusal));
        return null;
    }

    /// <summary>This process stops before the other is ready: then both do.</summary>
    public void Cancel() => ProcessStart.Signal(ProcessId, ProcessStart.Terminate);

    private void Watch()
    {
        using (_child)
        {
            ReadyStatus status = _child.Wait((int)_timeout.TotalMilliseconds);
            if (status == ReadyStatus.Ready)
            {
                _events.Post(HostEvent.SuccessorReady, "");
                if (_isWatchedOn) _events.Post(HostEvent.SuccessorEnded, EndedWith(_child.ExitCode()));
                return;
            }

            // At the end of the pipe it is on its way out and keeps its own exit code.
            ProcessStart.Signal(ProcessId, ProcessStart.Kill);
            int code = _child.ExitCode();
            _events.Post(
                HostEvent.SuccessorFailed,
                status == ReadyStatus.TimedOut
                    ? string.Create(CultureInfo.InvariantCulture, $"it was not ready after {_timeout.TotalSeconds} s")
                    : EndedWith(code));
        }
    }

    private static string EndedWith(int code) => $"it ended with exit code {code}";
}
