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

    private Successor(ReadyChild child, TimeSpan timeout, HostEvents events)
    {
        _child = child;
        _timeout = timeout;
        _events = events;
        new Thread(Watch) { Name = "larder-successor", IsBackground = true }.Start();
    }

    public int ProcessId => _child.ProcessId;

    /// <summary>Starts it; what becomes of it comes as an event. Null when it could not even be started.</summary>
    public static Successor? Start(
        ProcessImage image, IReadOnlyList<Listener> listeners, TimeSpan timeout, HostEvents events, ILogger logger)
    {
        InheritedDescriptor[] inherited =
            [.. listeners.Select(static each => new InheritedDescriptor(each.Descriptor, !each.IsShared))];
        ReadyChild? child = ReadyChild.Start(
            image, image.SuccessorProgram, inherited, isDaemon: false, out Errno refusal);
        if (child is not null) return new(child, timeout, events);
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
                return;
            }

            // At the end of the pipe it is on its way out and keeps its own exit code.
            ProcessStart.Signal(ProcessId, ProcessStart.Kill);
            int code = _child.ExitCode();
            _events.Post(
                HostEvent.SuccessorFailed,
                status == ReadyStatus.TimedOut
                    ? string.Create(CultureInfo.InvariantCulture, $"it was not ready after {_timeout.TotalSeconds} s")
                    : $"it ended with exit code {code}");
        }
    }
}
