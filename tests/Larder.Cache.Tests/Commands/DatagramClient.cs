using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Protocol.Datagrams;

namespace Larder.Cache.Tests.Commands;

/// <summary>A client by UDP, of Larder or of memcached.</summary>
internal sealed class DatagramClient : IDisposable
{
    private readonly Socket _socket;
    private ushort _requestId;

    public DatagramClient(IPEndPoint endPoint)
    {
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = AskingClient.DeadlineMs,
        };
        _socket.Connect(endPoint);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static byte[] Framed(ReadOnlySpan<byte> requests, int requestId = 0, int part = 0, int partCount = 1)
    {
        var datagram = new byte[DatagramFrame.HeaderLength + requests.Length];
        DatagramFrame.Write(datagram, (ushort)requestId, part, partCount);
        requests.CopyTo(datagram.AsSpan(DatagramFrame.HeaderLength));
        return datagram;
    }

    public void SendRaw(ReadOnlySpan<byte> datagram) => _socket.Send(datagram);

    public byte[] ReceiveRaw()
    {
        var buffer = new byte[65536];
        return buffer[..ReceiveInto(buffer)];
    }

    /// <summary>Sends requests, and puts the parts of their answer together.</summary>
    public byte[] Ask(ReadOnlySpan<byte> requests, out int parts)
    {
        SendRaw(Framed(requests, ++_requestId));
        var answer = new List<byte>();
        int next = 0;
        do
        {
            byte[] part = ReceiveRaw();
            Assert.Equal(_requestId, Number(part, 0));
            Assert.Equal(next++, Number(part, 2));
            Assert.Equal(0, Number(part, 6));
            Assert.InRange(part.Length, DatagramFrame.HeaderLength + 1, 1400);
            parts = Number(part, 4);
            Assert.True(part.Length == 1400 || next == parts, "a part that is neither full nor the last");
            answer.AddRange(part.AsSpan(DatagramFrame.HeaderLength));
        }
        while (next < parts);
        return [.. answer];
    }

    public string Ask(string requests) => Encoding.Latin1.GetString(Ask(Encoding.Latin1.GetBytes(requests), out _));

    public void Dispose() => _socket.Dispose();

    private static int Number(byte[] part, int at) => (part[at] << 8) | part[at + 1];

    private int ReceiveInto(byte[] buffer) => _socket.Receive(buffer);
}
