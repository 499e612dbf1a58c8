namespace Larder.Events.Wire;

/// <summary>What a connection's own thread knows about it.</summary>
[Flags]
internal enum ConnectionState
{
    None = 0,
    Opened = 1 << 0,
    /// <summary>The socket may hold bytes.</summary>
    ReadReady = 1 << 1,
    /// <summary>Read until it answers 0.</summary>
    HangUp = 1 << 2,
    /// <summary>It has answered 0.</summary>
    PeerClosed = 1 << 3,
    /// <summary>The unread input may hold whole requests.</summary>
    MoreToProcess = 1 << 4,
    BackPressured = 1 << 5,
    Parked = 1 << 6,
    /// <summary>Close once the output is sent.</summary>
    Closing = 1 << 7,
    /// <summary>Our side is closed, the peer still reads.</summary>
    Lingering = 1 << 8,
    /// <summary>The server stops or Shutdown was called: a last look, then close.</summary>
    Ending = 1 << 9,
    /// <summary>Sending failed while parked.</summary>
    Broken = 1 << 10,
    /// <summary>What is sent past the queue (a file) waits for room in the socket; nothing is read meanwhile.</summary>
    AwaitsSocket = 1 << 11,
}
