using System.Globalization;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats conns</c>: listeners and connections by descriptor. A connection has no state machine here; its state is
/// the one of memcached's names that says the same: the asking one parses, one with unsent output writes, all others
/// read. A UDP socket stands once for each thread that reads it, and for no listener (memcached).
/// </summary>
internal static class ConnectionStats
{
    /// <summary>Writes all lines but the END.</summary>
    public static void Write(CacheThread thread, StatWriter writer)
    {
        foreach (Listener listener in thread.Engine.Server.Listeners.OrderBy(static listener => listener.Descriptor))
        {
            if (!listener.TakesDatagrams)
            {
                WriteListener(thread, listener, writer);
            }
        }
        WriteClients(thread, static _ => true, writer);
    }

    /// <summary>Writes a listener.</summary>
    public static void WriteListener(CacheThread thread, Listener listener, StatWriter writer)
    {
        string prefix = Prefix(listener.Descriptor);
        writer.Write(prefix + "addr", listener.Name);
        writer.Write(prefix + "state", "conn_listening");
        writer.Write(prefix + "secs_since_last_cmd", thread.Clock.Now - StoreClock.Start);
    }

    /// <summary>Writes the clients that are chosen.</summary>
    public static void WriteClients(CacheThread thread, Predicate<Connection> isChosen, StatWriter writer)
    {
        StreamServer server = thread.Engine.Server;
        var connections = new List<Connection>(server.CurrentConnections + server.DatagramSockets);
        server.ForEachConnection(connection =>
        {
            if (isChosen(connection))
            {
                connections.Add(connection);
            }
        });
        long nowMs = Environment.TickCount64;
        foreach (Connection connection in connections.OrderBy(static connection => connection.Descriptor))
        {
            WriteConnection(thread, connection, nowMs, writer);
        }
    }

    private static void WriteConnection(CacheThread thread, Connection connection, long nowMs, StatWriter writer)
    {
        string prefix = Prefix(connection.Descriptor);
        if (connection is DatagramConnection datagrams)
        {
            writer.Write(prefix + "UDP", "UDP");
            writer.Write(prefix + "addr", datagrams.Listener.Name);
            writer.Write(prefix + "state", StateOf(thread, connection));
        }
        else if (connection.PeerName is { Length: > 0 } peer)
        {
            writer.Write(prefix + "addr", peer);
            writer.Write(prefix + "listen_addr", connection.LocalName);
            writer.Write(prefix + "state", StateOf(thread, connection));
            writer.Write(prefix + "resps_waiting", 0);
        }
        else
        {
            return; // closed meanwhile
        }
        writer.Write(prefix + "secs_since_last_cmd", Math.Max(nowMs - connection.LastActiveMs, 0) / 1000);
    }

    private static string StateOf(CacheThread thread, Connection connection)
    {
        // Queues go from one connection of a thread to its next, so this thread's belongs to the asking one.
        if (ReferenceEquals(connection.Output, thread.Output))
        {
            return "conn_parse_cmd";
        }
        return connection.HasPendingOutput ? "conn_mwrite" : "conn_read";
    }

    private static string Prefix(int descriptor) => string.Create(CultureInfo.InvariantCulture, $"{descriptor}:");
}
