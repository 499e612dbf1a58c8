using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// Talks to a server over a connection of its own, before and after a measurement: asks for statistics, and flushes.
/// </summary>
internal static class StatsClient
{
    private const int TimeoutMs = 5000;

    private const int ReplyBytesMax = 64 * 1024;

    /// <summary>
    /// Collections and allocations of a Larder server since its start, from <c>stats larder</c>; null for servers that
    /// do not tell.
    /// </summary>
    /// <param name="endPoint">The server.</param>
    /// <param name="tls">Whether it speaks TLS; one that wants a certificate of ours does not tell.</param>
    public static HeapUsage? ReadHeap(EndPoint endPoint, bool tls)
    {
        Dictionary<string, string> stats = Read(endPoint, "larder"u8, tls);
        return IsNumber(stats, "gc_collections_0", out long collections)
            && IsNumber(stats, "gc_allocated_bytes", out long bytes)
            ? new HeapUsage(collections, bytes)
            : null;
    }

    /// <summary>What a server says it holds, from <c>stats</c>; null when it does not tell.</summary>
    public static StoreUsage? ReadStore(EndPoint endPoint)
    {
        Dictionary<string, string> stats = Read(endPoint, default, tls: false);
        return IsNumber(stats, "curr_items", out long items)
            && IsNumber(stats, "bytes", out long bytes)
            && IsNumber(stats, "limit_maxbytes", out long limit)
            && IsNumber(stats, "evictions", out long evictions)
            ? new StoreUsage(items, bytes, limit, evictions)
            : null;
    }

    /// <summary>Makes a server forget all items, with <c>flush_all</c>.</summary>
    /// <exception cref="BenchException">It is not there, or refuses.</exception>
    public static void Flush(EndPoint endPoint)
    {
        try
        {
            using Stream server = Connect(endPoint, tls: false);
            byte[] buffer = new byte[ReplyBytesMax];
            server.Write(buffer.AsSpan(0, TextRequestWriter.WriteFlushAll(buffer)));
            int length = 0;
            int received;
            TextReply reply = default;
            while (TextResponseReader.Read(buffer.AsSpan(0, length), ref reply) == ReplyStatus.Incomplete)
            {
                if (length == buffer.Length || (received = server.Read(buffer.AsSpan(length))) == 0)
                    throw new BenchException($"{endPoint}: flush_all was not answered");
                length += received;
            }

            if (reply.Kind != TextReplyKind.Ok)
                throw new BenchException($"{endPoint}: flush_all: {Encoding.Latin1.GetString(reply.Line)}");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new BenchException($"{endPoint}: {e.Message}", e);
        }
    }

    /// <summary>What <c>stats GROUP</c> answers; empty when the server does not know it or does not answer.</summary>
    private static Dictionary<string, string> Read(EndPoint endPoint, ReadOnlySpan<byte> group, bool tls)
    {
        var stats = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using Stream server = Connect(endPoint, tls);
            byte[] buffer = new byte[ReplyBytesMax];
            server.Write(buffer.AsSpan(0, TextRequestWriter.WriteCommand(buffer, TextCommand.Stats, group)));
            Collect(server, buffer, stats);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            stats.Clear();
        }

        return stats;
    }

    private static Stream Connect(EndPoint endPoint, bool tls)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = TimeoutMs,
        };
        try
        {
            socket.Connect(endPoint);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return tls ? Secure(plain) : plain;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>TLS with whoever is there: the load has verified the server already, if it was to.</summary>
    private static SslStream Secure(NetworkStream plain)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, found, _, _) => found is not null,
        });
        return secure;
    }

    private static void Collect(Stream server, byte[] buffer, Dictionary<string, string> stats)
    {
        int length = 0;
        int at = 0;
        int received;
        while (length < buffer.Length && (received = server.Read(buffer.AsSpan(length))) > 0)
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
