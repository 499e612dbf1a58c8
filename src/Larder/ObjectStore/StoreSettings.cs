namespace Larder.ObjectStore;

/// <summary>What the command line and the config files say together.</summary>
internal sealed record StoreSettings
{
    /// <summary>More processes than any machine has use for.</summary>
    public const int WorkerProcessesMax = 256;

    /// <summary>Threads of one process.</summary>
    public const int WorkersMax = 1024;

    /// <summary>cmogstored's.</summary>
    public const int ConnectionsDefault = 10_000;

    public const int DrainSecondsDefault = 30;

    /// <summary>Whether it goes on in the background.</summary>
    public bool IsDaemon { get; init; }

    /// <summary>Where the process id is told, absolute, or null.</summary>
    public string? PidFile { get; init; }

    /// <summary>Processes that serve; 0: this one does.</summary>
    public int WorkerProcesses { get; init; }

    /// <summary>Clients of a process at a time.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>How long requests may take when the process shall stop.</summary>
    public TimeSpan DrainTimeout { get; init; }

    /// <summary>One for each root; at least one.</summary>
    public required IReadOnlyList<ServiceSettings> Services { get; init; }

    /// <summary>What is accepted and yet deserves a word.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
