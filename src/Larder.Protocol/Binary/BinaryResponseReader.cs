using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Larder.Protocol.Text;

namespace Larder.Protocol.Binary;

/// <summary>Reads responses of the binary protocol, for clients. Nothing is copied.</summary>
public static class BinaryResponseReader
{
    /// <summary>Reads the response at the beginning of the input.</summary>
    /// <param name="input">Bytes received, from the response's first on.</param>
    /// <param name="reply">
    /// Receives the response when it is complete; when only its header is there, its
    /// <see cref="BinaryReply.TotalLength"/>.
    /// </param>
    /// <returns>
    /// Malformed when this is no response, its lengths do not add up, or it is longer than
    /// <see cref="BinaryFrame.BodyLengthMax"/>.
    /// </returns>
    public static ReplyStatus Read(ReadOnlySpan<byte> input, ref BinaryReply reply)
    {
        reply = default;
        if (!input.IsEmpty && input[0] != BinaryFrame.ResponseMagic)
            return ReplyStatus.Malformed;
        if (input.Length < BinaryFrame.HeaderLength)
            return ReplyStatus.Incomplete;
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(input[BinaryFrame.KeyLengthAt..]);
        int extrasLength = input[BinaryFrame.ExtrasLengthAt];
        uint bodyLength = BinaryPrimitives.ReadUInt32BigEndian(input[BinaryFrame.BodyLengthAt..]);
        if ((uint)(extrasLength + keyLength) > bodyLength || bodyLength > BinaryFrame.BodyLengthMax)
            return ReplyStatus.Malformed;
        reply.TotalLength = BinaryFrame.HeaderLength + bodyLength;
        if (input.Length < reply.TotalLength)
            return ReplyStatus.Incomplete;
        reply.Opcode = (BinaryOpcode)input[BinaryFrame.OpcodeAt];
        reply.Status = (BinaryStatus)BinaryPrimitives.ReadUInt16BigEndian(input[BinaryFrame.StatusAt..]);
        reply.Opaque = MemoryMarshal.Read<uint>(input[BinaryFrame.OpaqueAt..]);
        reply.Cas = BinaryPrimitives.ReadUInt64BigEndian(input[BinaryFrame.CasAt..]);
        ReadOnlySpan<byte> body = input.Slice(BinaryFrame.HeaderLength, (int)bodyLength);
        reply.Extras = body[..extrasLength];
        reply.Key = body.Slice(extrasLength, keyLength);
        reply.Value = body[(extrasLength + keyLength)..];
        return ReplyStatus.Complete;
    }
}
