namespace Larder.Events.Polling;

/// <summary>What an event, or the driver itself, tells a connection.</summary>
[Flags]
public enum Readiness
{
    /// <summary>Nothing new: a turn for what was left over.</summary>
    None = 0,
    /// <summary>Bytes may stand in the socket.</summary>
    Readable = 1,
    /// <summary>The socket may take bytes.</summary>
    Writable = 2,
    /// <summary>
    /// The peer has closed its side, or the socket has an error. Data and FIN may have come under one edge and no
    /// second edge will follow, so the socket is read until it answers 0 (epoll(7), edge-triggered).
    /// </summary>
    HangUp = 4,
}
