using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>A blocking client of the binary protocol, of Larder or of memcached.</summary>
internal sealed class BinaryClient : IDisposable
{
    private readonly Socket _socket;
    private byte[] _received = [];

    public BinaryClient(EndPoint endPoint)
    {
        bool isUnix = endPoint is UnixDomainSocketEndPoint;
        ProtocolType protocol = isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol)
        {
            SendTimeout = AskingClient.DeadlineMs,
            ReceiveTimeout = AskingClient.DeadlineMs,
        };
        _socket.Connect(endPoint);
    }

    /// <summary>A request without extras, with its value.</summary>
    public static byte[] Frame(BinaryOpcode opcode, string key = "", string value = "", ulong cas = 0)
    {
        byte[] head = new byte[BinaryRequestWriter.HeadLengthMax];
        int length = BinaryRequestWriter.Write(head, opcode, Encoding.Latin1.GetBytes(key), 7, cas, value.Length);
        return [.. head[..length], .. Encoding.Latin1.GetBytes(value)];
    }

    /// <summary>A set, add or replace.</summary>
    public static byte[] Storage(BinaryOpcode opcode, string key, string value, ulong cas = 0)
    {
        byte[] head = new byte[BinaryRequestWriter.HeadLengthMax];
        int length = BinaryRequestWriter.WriteStorage(
            head, opcode, Encoding.Latin1.GetBytes(key), 0, 0, value.Length, 7, cas);
        return [.. head[..length], .. Encoding.Latin1.GetBytes(value)];
    }

    /// <summary>An increment or decrement.</summary>
    public static byte[] Arithmetic(BinaryOpcode opcode, string key, uint exptime)
    {
        byte[] head = new byte[BinaryRequestWriter.HeadLengthMax];
        return head[..BinaryRequestWriter.WriteArithmetic(head, opcode, Encoding.Latin1.GetBytes(key), 1, 5, exptime)];
    }

    /// <summary>A touch or gat; with an empty key flush or verbosity.</summary>
    public static byte[] Word(BinaryOpcode opcode, string key, uint word)
    {
        byte[] head = new byte[BinaryRequestWriter.HeadLengthMax];
        return head[..BinaryRequestWriter.WriteWord(head, opcode, Encoding.Latin1.GetBytes(key), word)];
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Sends a request and reads one answer.</summary>
    public string Ask(byte[] frame)
    {
        Send(frame);
        return ReadAnswer();
    }

    /// <summary>Bytes have come that nobody has read.</summary>
    public bool HasAnswer => _received.Length > 0 || _socket.Available > 0;

    /// <summary>The next answer: its status, key and value, or "closed".</summary>
    public string ReadAnswer()
    {
        while (true)
        {
            BinaryReply reply = default;
            if (BinaryResponseReader.Read(_received, ref reply) == ReplyStatus.Complete)
            {
                string answer = $"{reply.Status}";
                if (!reply.Key.IsEmpty)
                    answer += $" {Encoding.Latin1.GetString(reply.Key)}";
                if (!reply.Value.IsEmpty)
                    answer += $": {Encoding.Latin1.GetString(reply.Value)}";
                _received = _received[(int)reply.TotalLength..];
                return answer;
            }
            byte[] more = new byte[64 * 1024];
            int count = _socket.Receive(more);
            if (count == 0)
                return _received.Length == 0 ? "closed" : throw new IOException("closed inside of an answer");
            _received = [.. _received, .. more[..count]];
        }
    }

    /// <summary>Statistics, up to the empty answer.</summary>
    public Dictionary<string, string> Stats(string name = "")
    {
        var stats = new Dictionary<string, string>(StringComparer.Ordinal);
        string answer = Ask(Frame(BinaryOpcode.Stat, name));
        for (; answer != "Success"; answer = ReadAnswer())
        {
            string[] parts = answer.Split([' ', ':'], 3);
            Assert.Equal("Success", parts[0]);
            int colon = answer.IndexOf(": ", StringComparison.Ordinal);
            stats.Add(answer[8..(colon < 0 ? answer.Length : colon)], colon < 0 ? "" : answer[(colon + 2)..]);
        }
        return stats;
    }

    public void Dispose() => _socket.Dispose();
}
