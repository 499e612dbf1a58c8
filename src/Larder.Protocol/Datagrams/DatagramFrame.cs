using System.Buffers.Binary;

namespace Larder.Protocol.Datagrams;

/// <summary>
/// What stands before requests and answers in a datagram of UDP, in text and in binary.
/// </summary>
/// <remarks>
/// <code>
///   0 request id (2)  2 part, from 0 (2)  4 parts (2)  6 reserved (2), all big-endian; 8 requests or answers
/// </code>
/// A request stands in one datagram (memcached 1.6 drops the others, and so do its clients); its part is not looked at.
/// All answers to a datagram are one row of bytes, cut into numbered parts under the request's id.
/// </remarks>
public static class DatagramFrame
{
    /// <summary>Bytes before the requests.</summary>
    public const int HeaderLength = 8;

    private const int PartAt = 2;
    private const int PartsAt = 4;
    private const int ReservedAt = 6;

    /// <summary>Reads a request's header; false for what memcached drops: too short, or one of several parts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out ushort requestId)
    {
        requestId = 0;
        if (datagram.Length <= HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(datagram[PartsAt..]) != 1)
        {
            return false;
        }
        requestId = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        return true;
    }

    /// <summary>Writes the header of a part of an answer.</summary>
    /// <param name="head">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="requestId">The request's.</param>
    /// <param name="part">Its number, from 0.</param>
    /// <param name="partCount">Up to 65535.</param>
    public static void Write(Span<byte> head, ushort requestId, int part, int partCount)
    {
        BinaryPrimitives.WriteUInt16BigEndian(head, requestId);
        BinaryPrimitives.WriteUInt16BigEndian(head[PartAt..], (ushort)part);
        BinaryPrimitives.WriteUInt16BigEndian(head[PartsAt..], (ushort)partCount);
        BinaryPrimitives.WriteUInt16BigEndian(head[ReservedAt..], 0);
    }
}
