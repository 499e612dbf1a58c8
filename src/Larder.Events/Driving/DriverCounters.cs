namespace Larder.Events.Driving;

/// <summary>
/// What one thread of a driver has done, counted where it is done. Written by that thread only; others may read the
/// fields at any time and see a value that was true a moment ago.
/// </summary>
public sealed class DriverCounters
{
    // owner: the driver's thread; read by any
#pragma warning disable CA1051 // plain fields: they are incremented on the request's path
    /// <summary>Waits on the poller.</summary>
    public long Waits;
    /// <summary>Events that the poller returned.</summary>
    public long Events;
    /// <summary>Turns given to connections.</summary>
    public long Steps;
    /// <summary>
    /// Turns that ended with work left over, because requests or bytes of the turn, received or sent, were spent.
    /// </summary>
    public long Yields;
    /// <summary>Times that a connection stopped executing because its output stood above the high mark.</summary>
    public long BackPressures;
    /// <summary>
    /// Calls that changed what a connection is watched for: none under an edge-triggered front end, one for each step
    /// of the queue.
    /// </summary>
    public long InterestChanges;
    /// <summary>Receive calls.</summary>
    public long Receives;
    /// <summary>Send calls.</summary>
    public long Sends;
    /// <summary>Datagrams received.</summary>
    public long DatagramsReceived;
    /// <summary>Datagrams received that held no request, or not all of it.</summary>
    public long DatagramsRefused;
    /// <summary>Datagrams sent.</summary>
    public long DatagramsSent;
    /// <summary>Datagrams that were to be sent and that the socket did not take.</summary>
    public long DatagramsDropped;
    /// <summary>Bytes received.</summary>
    public long BytesRead;
    /// <summary>Bytes sent.</summary>
    public long BytesWritten;
    /// <summary>Messages of the mailbox that were run.</summary>
    public long MailRun;
    /// <summary>Times that the mailbox was left with mail because its budget was spent.</summary>
    public long MailYields;
    /// <summary>Events for connections that were closed meanwhile.</summary>
    public long StaleEvents;
    /// <summary>Connections closed because their events came back without progress.</summary>
    public long Runaways;
    /// <summary>Connections closed because they did not take their replies.</summary>
    public long StuckReceivers;
    /// <summary>Connections closed because they did not agree upon TLS in time.</summary>
    public long HandshakeTimeouts;
    /// <summary>Connections closed because they were not admitted in time.</summary>
    public long AdmissionTimeouts;
    /// <summary>Turns put off because the thread had computed its share of handshakes.</summary>
    public long HandshakeWaits;
    /// <summary>Connections closed because they were silent for too long.</summary>
    public long IdleKicks;
    /// <summary>Peers that sent or took less than the protocol demands in time.</summary>
    public long TooSlow;
    /// <summary>Connections closed because a request outgrew the input limit.</summary>
    public long InputOverflows;
#pragma warning restore CA1051
}
