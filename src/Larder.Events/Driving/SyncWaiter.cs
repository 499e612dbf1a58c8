using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>A parked connection's place in a <see cref="GroupSync"/>: part of the connection, used again.</summary>
public sealed class SyncWaiter
{
    private SysResult _result; // owner: the group while waiting, then the connection

    /// <summary>How the sync ended; read it after the connection has gone on.</summary>
    public SysResult Result => _result;

    internal ParkTicket Ticket { get; set; }
    internal SyncWaiter? Next { get; set; } // owner: the group's lock

    internal void End(SysResult result)
    {
        _result = result; // before the ticket: its completion publishes it
        Ticket.Complete();
    }
}
