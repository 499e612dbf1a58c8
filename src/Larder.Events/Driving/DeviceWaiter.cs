using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// A parked connection's place in a <see cref="DeviceQueue"/>: part of the connection, used again for each wait.
/// </summary>
public sealed class DeviceWaiter
{
    private volatile SlotOutcome _outcome; // owner: the queue while waiting, then the connection

    /// <summary>What became of the wait; read it after the connection has gone on, or was closed.</summary>
    public SlotOutcome Outcome => _outcome;

    internal ParkTicket Ticket { get; private set; }
    internal long SinceMs { get; private set; } // owner: the queue's lock
    internal DeviceWaiter? Next { get; set; }   // owner: the queue's lock

    /// <summary>The connection has taken note of the outcome; it owes the queue nothing by this wait.</summary>
    public void Reset() => _outcome = SlotOutcome.None;

    internal void Begin(ParkTicket ticket, long nowMs)
    {
        Ticket = ticket;
        SinceMs = nowMs;
        Next = null;
        _outcome = SlotOutcome.Waiting;
    }

    /// <summary>Ends the wait; outside the queue's lock, since waking a connection is a system call.</summary>
    internal void End(SlotOutcome outcome)
    {
        _outcome = outcome; // before the ticket: its completion publishes it
        Ticket.Complete();
    }
}
