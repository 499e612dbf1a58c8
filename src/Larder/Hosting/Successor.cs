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
    private const int ReadyTimeoutMs = 120_000;

    private readonly HostEvents _events;
    private readonly ReadyPipe _pipe;

    private Successor(int processId, ReadyPipe pipe, HostEvents events)
    {
        ProcessId = processId;
        _pipe = pipe;
        _events = events;
        new Thread(Watch) { Name = "larder-successor", IsBackground = true }.Start();
    }

    public int ProcessId { get; }

    /// <summary>Starts it; what becomes of it comes as an event. Null when it could not even be started.</summary>
    public static Successor? Start(
        ProcessImage image, IReadOnlyList<Listener> listeners, HostEvents events, ILogger logger)
    {
        InheritedDescriptor[] inherited =
            [.. listeners.Select(static each => new InheritedDescriptor(each.Descriptor, !each.IsShared))];
        var pipe = ReadyPipe.Open();
        Dictionary<string, string> environment = ProcessImage.CopyEnvironment();
        ServiceNotifier.RemoveProcessNames(environment);
        environment[InheritedListeners.Variable] = InheritedListeners.Format(inherited);
        environment[ReadyPipe.Variable] = $"{pipe.WriteEnd}";
        SysResult result = ProcessStart.Start(
            image.SuccessorProgram,
            image.Arguments,
            environment,
            image.Folder,
            [.. inherited.Select(static each => each.Number), pipe.WriteEnd],
            newSession: false);
        pipe.CloseWriteEnd();
        if (!result.IsError) return new(result.Int, pipe, events);
        pipe.Dispose();
        HostLog.SuccessorNotStarted(logger, image.SuccessorProgram, ListenException.Describe(result.Errno));
        return null;
    }

    /// <summary>This process stops before the other is ready: then both do.</summary>
    public void Cancel() => ProcessStart.Signal(ProcessId, ProcessStart.Terminate);

    private void Watch()
    {
        using (_pipe)
        {
            ReadyStatus status = _pipe.Wait(ReadyTimeoutMs);
            if (status == ReadyStatus.Ready)
            {
                _events.Post(HostEvent.SuccessorReady, "");
                return;
            }

            // At the end of the pipe it is on its way out and keeps its own exit code.
            ProcessStart.Signal(ProcessId, ProcessStart.Kill);
            int code = ProcessStart.Wait(ProcessId);
            _events.Post(
                HostEvent.SuccessorFailed,
                status == ReadyStatus.TimedOut ? $"it was not ready after {ReadyTimeoutMs / 1000} s"
                    : $"it ended with exit code {code}");
        }
    }
}
