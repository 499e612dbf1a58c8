using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>The counters of a server's threads and acceptors that <c>stats reset</c> begins anew, summed.</summary>
internal sealed class ServerSums
{
    /// <summary>What the threads have executed.</summary>
    public CommandCounters Commands { get; } = new();

    /// <summary>Bytes received from clients.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes sent to clients.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Turns that ended with work left over.</summary>
    public long Yields { get; private set; }

    /// <summary>Connections closed because they were silent for too long.</summary>
    public long IdleKicks { get; private set; }

    /// <summary>Connections accepted, and listeners opened: memcached counts those, too.</summary>
    public long Connections { get; private set; }

    /// <summary>Connections closed at once because the server was full.</summary>
    public long Rejected { get; private set; }

    /// <summary>Times that accepting stopped because the server was full.</summary>
    public long RoomWaits { get; private set; }

    /// <summary>Microseconds spent so.</summary>
    public long RoomWaitMicroseconds { get; private set; }

    /// <summary>Sums what a server has counted since it was started.</summary>
    public static ServerSums Of(StreamServer server)
    {
        var sums = new ServerSums
        {
            Connections = server.Counters.Accepted + server.Listeners.Count,
            Rejected = server.Counters.Rejected,
            RoomWaits = server.Counters.RoomWaits,
            RoomWaitMicroseconds = server.Counters.RoomWaitMicroseconds,
        };
        foreach (Turn turn in server.Turns)
        {
            sums.Commands.Add(((CacheThread)turn.State!).Counters);
            sums.BytesRead += turn.Counters.BytesRead;
            sums.BytesWritten += turn.Counters.BytesWritten;
            sums.Yields += turn.Counters.Yields;
            sums.IdleKicks += turn.Counters.IdleKicks;
        }
        return sums;
    }

    /// <summary>Takes earlier sums of the same server away.</summary>
    public void Subtract(ServerSums earlier)
    {
        Commands.Subtract(earlier.Commands);
        BytesRead -= earlier.BytesRead;
        BytesWritten -= earlier.BytesWritten;
        Yields -= earlier.Yields;
        IdleKicks -= earlier.IdleKicks;
        Connections -= earlier.Connections;
        Rejected -= earlier.Rejected;
        RoomWaits -= earlier.RoomWaits;
        RoomWaitMicroseconds -= earlier.RoomWaitMicroseconds;
    }
}
