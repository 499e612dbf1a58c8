using System.Net;
using System.Net.Sockets;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>Asks a server for a statistic over a connection of its own; not meant for busy paths.</summary>
internal static class StatsClient
{
    private const int TimeoutMs = 5000;

    private const int ReplyBytesMax = 64 * 1024;

    /// <summary>Garbage collections of a Larder server since its start; null for servers that do not tell.</summary>
    public static long? ReadCollections(EndPoint endPoint) => Read(endPoint, "larder"u8, "gc_collections"u8);

    /// <summary>A number from <c>stats GROUP</c>; null when the server does not have it or does not answer.</summary>
    public static long? Read(EndPoint endPoint, ReadOnlySpan<byte> group, ReadOnlySpan<byte> name)
    {
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = TimeoutMs;
            socket.Connect(endPoint);
            byte[] buffer = new byte[ReplyBytesMax];
            socket.Send(buffer.AsSpan(0, TextRequestWriter.WriteCommand(buffer, TextCommand.Stats, group)));
            return Find(socket, buffer, name);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static long? Find(Socket socket, byte[] buffer, ReadOnlySpan<byte> name)
    {
        int length = 0;
        int at = 0;
        while (length < buffer.Length)
        {
            int received = socket.Receive(buffer.AsSpan(length));
            if (received == 0)
                return null;
            length += received;
            TextReply reply = default;
            while (TextResponseReader.Read(buffer.AsSpan(at, length - at), ref reply) == ReplyStatus.Complete)
            {
                at += (int)reply.TotalLength;
                if (reply.Kind != TextReplyKind.Stat)
                    return null;
                if (reply.Key.SequenceEqual(name))
                    return long.TryParse(reply.Value, out long value) ? value : null;
            }
        }

        return null;
    }
}
