using System.Collections.Concurrent;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Hosting;

namespace Larder.ObjectStore;

/// <summary>
/// A place among the worker processes, and the process in it if there is one. One thread, the master's.
/// </summary>
internal sealed class Worker(int number)
{
    private ReadyChild? _child;

    public int Number => number;

    /// <summary>The process, or 0 when there is none.</summary>
    public int ProcessId => _child?.ProcessId ?? 0;

    /// <summary>Whether it was told to end, so that none follows it.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>When its process was started, or was to be.</summary>
    public long StartedMs { get; private set; }

    /// <summary>Starts a process that has these listeners; null, or why there is none.</summary>
    public string? Start(ProcessImage image, IReadOnlyList<Listener> listeners)
    {
        StartedMs = Environment.TickCount64;
        _child = ReadyChild.Start(
            image,
            image.Program,
            [.. listeners.Select(static each => new InheritedDescriptor(each.Descriptor, false))],
            isDaemon: true, // a session of its own: what is typed at a terminal is the master's to pass on
            out Errno refusal,
            mark: new WorkerIdentity(number, Environment.ProcessId).ToVariable());
        return _child is null ? ListenException.Describe(refusal) : null;
    }

    /// <summary>Waits until it serves; false when it has ended instead.</summary>
    public bool WaitUntilReady() => _child?.Wait(-1) == ReadyStatus.Ready;

    /// <summary>Has a thread wait for its end.</summary>
    public void Watch(ConcurrentQueue<WorkerEnd> ends, HostEvents events)
    {
        if (_child is not { } child) return;
        var thread = new Thread(() =>
        {
            ends.Enqueue(new(number, child.ProcessId, child.ExitCode())); // before the event, which is only a nudge
            events.Post(HostEvent.WorkerEnded, "");
        })
        {
            Name = "larder-worker",
            IsBackground = true,
        };
        thread.Start();
    }

    /// <summary>Tells it to end when its requests have; told twice, at once.</summary>
    /// <param name="isLast">Whether all others do, too: then who waits to be accepted is served by those that end.
    /// </param>
    public void Leave(bool isLast = false)
    {
        IsLeaving = true;
        Signal(isLast ? ProcessStart.Quit : ProcessStart.Terminate);
    }

    public void Signal(int signal)
    {
        if (_child is { } child) ProcessStart.Signal(child.ProcessId, signal);
    }

    /// <summary>Its process has ended.</summary>
    public void Ended()
    {
        _child?.Dispose();
        _child = null;
    }
}
