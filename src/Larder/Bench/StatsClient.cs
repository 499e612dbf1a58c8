using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>Asks a server for its statistics over a connection of its own, before and after a measurement.</summary>
internal static class StatsClient
{
    private const int TimeoutMs = 5000;

    private const int ReplyBytesMax = 64 * 1024;

    /// <summary>
    /// Collections and allocations of a Larder server since its start, from <c>stats larder</c>; null for servers that
    /// do not tell.
    /// </summary>
    public static HeapUsage? ReadHeap(EndPoint endPoint)
    {
        Dictionary<string, string> stats = Read(endPoint, "larder"u8);
        return IsNumber(stats, "gc_collections_0", out long collections)
            && IsNumber(stats, "gc_allocated_bytes", out long bytes)
            ? new HeapUsage(collections, bytes)
            : null;
    }

    /// <summary>What <c>stats GROUP</c> answers; empty when the server does not know it or does not answer.</summary>
    private static Dictionary<string, string> Read(EndPoint endPoint, ReadOnlySpan<byte> group)
    {
        var stats = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = TimeoutMs;
            socket.Connect(endPoint);
            byte[] buffer = new byte[ReplyBytesMax];
            socket.Send(buffer.AsSpan(0, TextRequestWriter.WriteCommand(buffer, TextCommand.Stats, group)));
            Collect(socket, buffer, stats);
        }
        catch (SocketException)
        {
            stats.Clear();
        }

        return stats;
    }

    private static void Collect(Socket socket, byte[] buffer, Dictionary<string, string> stats)
    {
        int length = 0;
        int at = 0;
        int received;
        while (length < buffer.Length && (received = socket.Receive(buffer.AsSpan(length))) > 0)
        {
            length += received;
            TextReply reply = default;
            while (TextResponseReader.Read(buffer.AsSpan(at, length - at), ref reply) == ReplyStatus.Complete)
            {
                at += (int)reply.TotalLength;
                if (reply.Kind != TextReplyKind.Stat)
                    return;
                stats[Encoding.ASCII.GetString(reply.Key)] = Encoding.ASCII.GetString(reply.Value);
            }
        }
    }

    private static bool IsNumber(Dictionary<string, string> stats, string name, out long value)
    {
        value = 0;
        return stats.TryGetValue(name, out string? text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
