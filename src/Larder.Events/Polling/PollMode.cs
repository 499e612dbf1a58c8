namespace Larder.Events.Polling;

/// <summary>How epoll reports a descriptor (epoll(7)).</summary>
public enum PollMode
{
    /// <summary>Again at each wait while it is ready.</summary>
    Level,
    /// <summary>Once for each change; registered for reading and writing once and for all.</summary>
    Edge,
    /// <summary>
    /// <see cref="Level"/>, for a socket that several pollers watch: a change wakes one of them (EPOLLEXCLUSIVE).
    /// </summary>
    SharedLevel,
    /// <summary><see cref="Edge"/> in the same way, for reading only.</summary>
    SharedEdge,
    /// <summary>Once, then not before it is armed again: the event belongs to the thread that took it.</summary>
    OneShot,
    /// <summary><see cref="OneShot"/> with an edge: arming again reports what is ready at that time.</summary>
    OneShotEdge,
}
