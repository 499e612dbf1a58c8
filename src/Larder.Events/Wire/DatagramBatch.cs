using System.Diagnostics;
using System.Runtime.InteropServices;
using Larder.Events.Driving;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// The memory with which datagrams are received and answered, several with one system call: a row of places for what
/// comes, another for what goes. Owned by one thread at a time; freed once.
/// </summary>
/// <remarks>
/// <code>
///   in:   [ headers x 16 ][ vectors ][ senders ][ 64 KiB each ]   pages that no datagram has reached cost nothing
///   out:  [ headers x 64 ][ vectors ]           [ 1400 bytes each ]
/// </code>
/// An answer is sent to the place where the datagram's sender stands, so all answers go before the next receive.
/// </remarks>
internal sealed unsafe class DatagramBatch : IDisposable
{
    /// <summary>The largest payload of UDP, rounded up (RFC 768: the length has 16 bits).</summary>
    public const int DatagramLengthMax = 65536;

    /// <summary>
    /// Bytes of an answer's datagram (memcached's UDP_MAX_PAYLOAD_SIZE): with its headers it fits an Ethernet frame.
    /// </summary>
    public const int ReplyLengthMax = 1400;

    /// <summary>Datagrams taken by one call: its cost is then a few percent of theirs.</summary>
    private const int ReceiveMax = 16;

    /// <summary>Datagrams sent by one call: those of a 64 KiB answer fit.</summary>
    private const int SendMax = 64;

    /// <summary>Room for struct sockaddr_in6, 28 bytes.</summary>
    private const int AddressBytes = 32;

    /// <summary>One cache line more than a power of two, so that datagrams do not share their cache sets.</summary>
    private const int PlaceBytes = DatagramLengthMax + 64;

    private readonly byte* _memory;
    private readonly DatagramHeader* _in;
    private readonly DatagramHeader* _out;
    private readonly byte* _senders;
    private readonly byte* _places;
    private readonly byte* _replies;
    private int _replyCount;
    private bool _isFreed;

    public DatagramBatch()
    {
        const int Headers = (ReceiveMax + SendMax) * 64;
        const int Vectors = (ReceiveMax + SendMax) * 16;
        const int Senders = ReceiveMax * AddressBytes;
        const int Places = ReceiveMax * PlaceBytes;
        const int Replies = SendMax * ReplyLengthMax;
        _memory = (byte*)NativeMemory.AlignedAlloc(Headers + Vectors + Senders + Places + Replies, 64);
        _in = (DatagramHeader*)_memory;
        _out = _in + ReceiveMax;
        var vectors = (IoVector*)(_memory + Headers);
        _senders = (byte*)vectors + Vectors;
        _places = _senders + Senders;
        _replies = _places + Places;
        for (int i = 0; i < ReceiveMax; i++)
        {
            vectors[i] = new IoVector { Base = _places + (i * PlaceBytes), Length = DatagramLengthMax };
            _in[i] = new DatagramHeader
            {
                Message = { Name = _senders + (i * AddressBytes), Vectors = vectors + i, VectorCount = 1 },
            };
        }
        for (int i = 0; i < SendMax; i++)
        {
            IoVector* vector = vectors + ReceiveMax + i;
            *vector = new IoVector { Base = _replies + (i * ReplyLengthMax) };
            _out[i] = new DatagramHeader { Message = { Vectors = vector, VectorCount = 1 } };
        }
    }

    /// <summary>As many datagrams as one call takes: fewer means that none is left.</summary>
    public static int Capacity => ReceiveMax;

    /// <summary>Takes what has come, up to <see cref="Capacity"/> datagrams; the result is their number.</summary>
    public SysResult Receive(int fd, DriverCounters counters)
    {
        Debug.Assert(_replyCount == 0, "answers would go to the next senders");
        for (int i = 0; i < ReceiveMax; i++)
        {
            _in[i].Message.NameLength = AddressBytes;
        }
        counters.Receives++;
        SysResult result = SysResult.Of(Libc.recvmmsg(fd, _in, ReceiveMax, Libc.MSG_DONTWAIT, null));
        for (int i = 0; i < (result.IsError ? 0 : result.Int); i++)
        {
            counters.BytesRead += _in[i].Length;
            counters.DatagramsReceived++;
        }
        return result;
    }

    /// <summary>A datagram that was received; valid until the next receive.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => new(_places + (index * PlaceBytes), (int)_in[index].Length);

    /// <summary>The socket address of who sent it.</summary>
    public ReadOnlySpan<byte> Sender(int index)
        => new(_senders + (index * AddressBytes), (int)Math.Min(_in[index].Message.NameLength, AddressBytes));

    /// <summary>
    /// Room for a datagram to the sender of another; when no place is left the earlier ones are sent first.
    /// </summary>
    public Span<byte> Reply(int index, int length, int fd, DriverCounters counters)
    {
        Debug.Assert(length is > 0 and <= ReplyLengthMax, "an answer that does not fit its place");
        if (_replyCount == SendMax)
        {
            Send(fd, counters);
        }
        DatagramHeader* reply = _out + _replyCount++;
        reply->Message.Name = _in[index].Message.Name;
        reply->Message.NameLength = _in[index].Message.NameLength;
        reply->Message.Vectors->Length = (nuint)length;
        return new Span<byte>(reply->Message.Vectors->Base, length);
    }

    /// <summary>
    /// Sends all answers. What the socket does not take is dropped and counted, as a network would: nobody waits for
    /// a datagram. One that cannot be sent at all (no route, a forbidden address) does not keep the others.
    /// </summary>
    public void Send(int fd, DriverCounters counters)
    {
        int sent = 0;
        while (sent < _replyCount)
        {
            counters.Sends++;
            SysResult result = SysResult.Of(
                Libc.sendmmsg(fd, _out + sent, (uint)(_replyCount - sent), Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL));
            if (!result.IsError)
            {
                CountSent(sent, result.Int, counters);
                sent += result.Int;
            }
            else if (result.Errno is Errno.Again or Errno.NoBuffers or Errno.NoMemory)
            {
                counters.DatagramsDropped += _replyCount - sent;
                break;
            }
            else if (result.Errno != Errno.Interrupted)
            {
                counters.DatagramsDropped++;
                sent++;
            }
        }
        _replyCount = 0;
    }

    private void CountSent(int first, int count, DriverCounters counters)
    {
        counters.DatagramsSent += count;
        for (int i = first; i < first + count; i++)
        {
            counters.BytesWritten += _out[i].Length;
        }
    }

    public void Dispose()
    {
        if (!_isFreed)
        {
            _isFreed = true;
            NativeMemory.AlignedFree(_memory);
        }
    }
}
