namespace Larder.Events.Driving;

/// <summary>What the acceptors of a server have done; read by any thread.</summary>
public sealed class ServerCounters
{
    private long _accepted;
    private long _rejected;
    private long _acceptPauses;
    private long _roomWaits;
    private long _roomWaitUs;

    /// <summary>Connections accepted and given to the driver.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections closed at once because the server was full.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Times that accepting paused for lack of descriptors or memory.</summary>
    public long AcceptPauses => Volatile.Read(ref _acceptPauses);

    /// <summary>Times that accepting stopped because the server was full (without a reject message).</summary>
    public long RoomWaits => Volatile.Read(ref _roomWaits);

    /// <summary>Microseconds spent so.</summary>
    public long RoomWaitMicroseconds => Volatile.Read(ref _roomWaitUs);

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);

    internal void CountRejected() => Interlocked.Increment(ref _rejected);

    internal void CountAcceptPause() => Interlocked.Increment(ref _acceptPauses);

    internal void CountRoomWait() => Interlocked.Increment(ref _roomWaits);

    internal void AddRoomWait(long microseconds) => Interlocked.Add(ref _roomWaitUs, microseconds);

    internal void Reset()
    {
        Volatile.Write(ref _accepted, 0);
        Volatile.Write(ref _rejected, 0);
        Volatile.Write(ref _acceptPauses, 0);
        Volatile.Write(ref _roomWaits, 0);
        Volatile.Write(ref _roomWaitUs, 0);
    }
}
