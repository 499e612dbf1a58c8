namespace Larder.Events.Wire;

/// <summary>What a connection's step answers to its driver; only the driver talks to the poller.</summary>
public enum Next
{
    /// <summary>The connection is over.</summary>
    Close,
    /// <summary>There is more to do; the others come first.</summary>
    Again,
    /// <summary>Wait until bytes come (and, when output is left, until the socket takes some).</summary>
    WaitRead,
    /// <summary>Wait until the socket takes bytes; nothing is read before that.</summary>
    WaitWrite,
    /// <summary>
    /// Wait for a disk or a peer; nothing is read until its answer has come by <see cref="ParkTicket"/>.
    /// </summary>
    Parked,
}
