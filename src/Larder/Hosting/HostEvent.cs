namespace Larder.Hosting;

/// <summary>What the thread that looks after the server is told, by signals, clients and its own helpers.</summary>
internal enum HostEvent
{
    /// <summary>Nothing came in the time that it waited.</summary>
    None,

    /// <summary>Stop at once: SIGINT, SIGTERM, the <c>shutdown</c> command.</summary>
    Stop,

    /// <summary>
    /// Accept nothing more, and stop when the last client has left: SIGUSR1, <c>shutdown graceful</c>.
    /// </summary>
    Drain,

    /// <summary>
    /// As <see cref="Drain"/>, and no other process accepts on the same listeners: who stands in their queues is ours.
    /// </summary>
    DrainLast,

    /// <summary>The last client has left, or the time for it is over.</summary>
    Drained,

    /// <summary>Read files again: SIGHUP.</summary>
    Reload,

    /// <summary>Hand the listeners over to a new version: SIGUSR2.</summary>
    Upgrade,

    /// <summary>The new version serves.</summary>
    SuccessorReady,

    /// <summary>The new version could not start.</summary>
    SuccessorFailed,

    /// <summary>A new version that served beside this one has ended.</summary>
    SuccessorEnded,

    /// <summary>One more worker process: SIGTTIN.</summary>
    AddWorker,

    /// <summary>One worker process less: SIGTTOU.</summary>
    RemoveWorker,

    /// <summary>A worker process has ended.</summary>
    WorkerEnded,
}
