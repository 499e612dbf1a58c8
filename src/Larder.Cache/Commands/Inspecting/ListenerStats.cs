using System.Globalization;
using System.Text;
using Larder.Cache.Serving;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// What stands behind <c>stats conns</c> and is ours: <c>stats conns listeners</c> counts the clients of each listener,
/// and <c>stats conns ADDRESS</c> shows those of one (its <c>addr</c>, or its descriptor).
/// </summary>
internal static class ListenerStats
{
    /// <summary>Writes all lines but the END; none for an address on which nobody listens.</summary>
    public static void Write(CacheThread thread, ReadOnlySpan<byte> which, StatWriter writer)
    {
        string name = Encoding.UTF8.GetString(which);
        foreach (Listener listener in thread.Engine.Server.Listeners.OrderBy(static listener => listener.Descriptor))
        {
            string descriptor = listener.Descriptor.ToString(CultureInfo.InvariantCulture);
            if (name == "listeners")
            {
                WriteSums(thread.Engine.Server, listener, descriptor + ":", writer);
            }
            else if (name == listener.Name || name == descriptor)
            {
                if (!listener.TakesDatagrams)
                {
                    ConnectionStats.WriteListener(thread, listener, writer);
                }
                ConnectionStats.WriteClients(thread, connection => IsOf(connection, listener), writer);
            }
        }
    }

    private static void WriteSums(StreamServer server, Listener listener, string prefix, StatWriter writer)
    {
        long clients = 0;
        long waiting = 0;
        server.ForEachConnection(connection =>
        {
            if (IsOf(connection, listener))
            {
                clients++;
                waiting += connection.HasPendingOutput ? 1 : 0;
            }
        });
        writer.Write(prefix + "addr", listener.Name);
        writer.Write(prefix + "curr_connections", clients);
        writer.Write(prefix + "conn_mwrite", waiting);
    }

    private static bool IsOf(Connection connection, Listener listener)
        => ReferenceEquals(
            (connection as DatagramConnection)?.Listener ?? ((CacheConnection)connection).Listener, listener);
}
