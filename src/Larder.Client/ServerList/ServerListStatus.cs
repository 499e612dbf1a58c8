namespace Larder.Client.ServerList;

/// <summary>Whether a shared list can be relied on.</summary>
public enum ServerListStatus
{
    /// <summary>There is no file, or none that can be read: each client judges for itself.</summary>
    Missing,

    /// <summary>The monitor lives: its verdicts go.</summary>
    Fresh,

    /// <summary>
    /// The monitor has stopped, or has been silent for three of its periods: the servers are those of the list, and
    /// each client judges for itself who is down.
    /// </summary>
    Stale,
}
