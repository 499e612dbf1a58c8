using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Binary;

/// <summary>
/// Reads requests of the binary protocol: the header first, then, when enough has come, the body. Nothing is copied.
/// </summary>
public static class BinaryRequestReader
{
    /// <summary>Reads the header at the beginning of the input and checks it against the table of opcodes.</summary>
    /// <param name="input">Bytes received, from the frame's first on.</param>
    /// <param name="request">Receives what the header tells; it is overwritten.</param>
    /// <returns>
    /// Incomplete: less than <see cref="BinaryFrame.HeaderLength"/> bytes. Close: this is no request. Complete: look at
    /// <see cref="BinaryRequest.Error"/>.
    /// </returns>
    public static ParseStatus ReadHeader(ReadOnlySpan<byte> input, scoped ref BinaryRequest request)
    {
        if (input.Length < BinaryFrame.HeaderLength)
            return !input.IsEmpty && input[0] != BinaryFrame.RequestMagic ? ParseStatus.Close : ParseStatus.Incomplete;
        input = input[..BinaryFrame.HeaderLength];
        if (input[0] != BinaryFrame.RequestMagic)
            return ParseStatus.Close;
        byte opcode = input[BinaryFrame.OpcodeAt];
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(input[BinaryFrame.KeyLengthAt..]);
        int extrasLength = input[BinaryFrame.ExtrasLengthAt];
        uint bodyLength = BinaryPrimitives.ReadUInt32BigEndian(input[BinaryFrame.BodyLengthAt..]);
        ref readonly BinaryRule rule = ref BinaryRules.Of(opcode);
        request.Opcode = opcode;
        request.Command = rule.Command;
        request.IsQuiet = rule.IsQuiet;
        request.Opaque = MemoryMarshal.Read<uint>(input[BinaryFrame.OpaqueAt..]);
        request.Cas = BinaryPrimitives.ReadUInt64BigEndian(input[BinaryFrame.CasAt..]);
        request.ExtrasLength = extrasLength;
        request.HeadLength = BinaryFrame.HeaderLength + extrasLength + keyLength;
        request.Error = Check(in rule, extrasLength, keyLength, bodyLength, out bool mustClose);
        request.MustClose = mustClose;
        request.ValueLength = mustClose ? 0 : (int)bodyLength - extrasLength - keyLength;
        return ParseStatus.Complete;
    }

    /// <summary>Finds extras, key and, if it is all there, the value.</summary>
    /// <param name="input">
    /// The same as for the header, with at least <see cref="BinaryRequest.HeadLength"/> bytes.
    /// </param>
    /// <param name="request">What the header told, without an error.</param>
    public static void ReadBody(ReadOnlySpan<byte> input, ref BinaryRequest request)
    {
        Debug.Assert(request.Error == BinaryStatus.Success, "a bad frame has no body");
        int keyAt = BinaryFrame.HeaderLength + request.ExtrasLength;
        request.Extras = input[BinaryFrame.HeaderLength..keyAt];
        request.Key = input[keyAt..request.HeadLength];
        request.Value = input.Length >= request.FrameLength
            ? input.Slice(request.HeadLength, request.ValueLength)
            : default;
    }

    // In memcached's order, so that a frame with several mistakes has its answer.
    private static BinaryStatus Check(
        in BinaryRule rule, int extrasLength, int keyLength, uint bodyLength, out bool mustClose)
    {
        mustClose = true;
        if ((uint)(extrasLength + keyLength) > bodyLength)
            return BinaryStatus.UnknownCommand;
        if (keyLength > KeyRules.LengthMax || bodyLength > BinaryFrame.BodyLengthMax)
            return BinaryStatus.InvalidArguments;
        if (!rule.IsKnown)
        {
            mustClose = false;
            return BinaryStatus.UnknownCommand;
        }
        if (!rule.Allows(extrasLength, keyLength, (int)bodyLength - extrasLength - keyLength))
            return BinaryStatus.InvalidArguments;
        mustClose = false;
        return BinaryStatus.Success;
    }
}
