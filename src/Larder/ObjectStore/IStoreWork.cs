using Larder.Events.Wire;

namespace Larder.ObjectStore;

/// <summary>What serves, as the thread that looks after it sees it: servers of this process, or processes.</summary>
internal interface IStoreWork : IDisposable
{
    /// <summary>What it serves on.</summary>
    IReadOnlyList<Listener> Listeners { get; }

    /// <summary>Milliseconds until <see cref="Tend"/> has something to do without an event; -1: never.</summary>
    int WaitMs { get; }

    /// <summary>Accepts nothing any more, and ends when requests have; returns at once.</summary>
    /// <param name="hasHeir">Whether another process goes on with the listeners.</param>
    void Stop(bool hasHeir);

    /// <summary>Ends at once what still runs.</summary>
    void StopFast();

    /// <summary>Adds or removes processes.</summary>
    /// <param name="by">1 or -1.</param>
    /// <param name="cause">Who wants it, for the log.</param>
    void ChangeWorkers(int by, string cause);

    /// <summary>Has other processes that serve read their files again.</summary>
    void Reload();

    /// <summary>Does what is due; true when all has ended.</summary>
    bool Tend();
}
