using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Binary;

/// <summary>
/// Writes requests of the binary protocol, without their values. Each method writes from the beginning of its
/// destination, which has at least <see cref="HeadLengthMax"/> bytes, and returns the bytes written.
/// </summary>
public static class BinaryRequestWriter
{
    /// <summary>The most bytes of header, extras and key.</summary>
    public const int HeadLengthMax =
        BinaryFrame.HeaderLength + BinaryFrame.ArithmeticExtrasLength + KeyRules.LengthMax;

    /// <summary>
    /// Writes a request without extras: get and its kin, delete, append, prepend, stat, SASL, and with an empty key
    /// noop, version, quit, flush. <paramref name="valueLength"/> bytes of value follow.
    /// </summary>
    public static int Write(
        Span<byte> destination,
        BinaryOpcode opcode,
        ReadOnlySpan<byte> key,
        uint opaque = 0,
        ulong cas = 0,
        int valueLength = 0)
        => WriteHead(destination, opcode, key, 0, opaque, cas, valueLength);

    /// <summary>Writes set, add or replace; <paramref name="valueLength"/> bytes of value follow.</summary>
    public static int WriteStorage(
        Span<byte> destination,
        BinaryOpcode opcode,
        ReadOnlySpan<byte> key,
        uint clientFlags,
        uint exptime,
        int valueLength,
        uint opaque = 0,
        ulong cas = 0)
    {
        Span<byte> extras = destination[BinaryFrame.HeaderLength..];
        BinaryPrimitives.WriteUInt32BigEndian(extras, clientFlags);
        BinaryPrimitives.WriteUInt32BigEndian(extras[sizeof(uint)..], exptime);
        return WriteHead(destination, opcode, key, BinaryFrame.StorageExtrasLength, opaque, cas, valueLength);
    }

    /// <summary>Writes increment or decrement.</summary>
    public static int WriteArithmetic(
        Span<byte> destination,
        BinaryOpcode opcode,
        ReadOnlySpan<byte> key,
        ulong delta,
        ulong initial,
        uint exptime,
        uint opaque = 0,
        ulong cas = 0)
    {
        Span<byte> extras = destination[BinaryFrame.HeaderLength..];
        BinaryPrimitives.WriteUInt64BigEndian(extras, delta);
        BinaryPrimitives.WriteUInt64BigEndian(extras[sizeof(ulong)..], initial);
        BinaryPrimitives.WriteUInt32BigEndian(extras[(2 * sizeof(ulong))..], exptime);
        return WriteHead(destination, opcode, key, BinaryFrame.ArithmeticExtrasLength, opaque, cas, 0);
    }

    /// <summary>Writes a request with one number: touch and gat, and with an empty key flush and verbosity.</summary>
    public static int WriteWord(
        Span<byte> destination, BinaryOpcode opcode, ReadOnlySpan<byte> key, uint word, uint opaque = 0)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[BinaryFrame.HeaderLength..], word);
        return WriteHead(destination, opcode, key, BinaryFrame.WordExtrasLength, opaque, 0, 0);
    }

    private static int WriteHead(
        Span<byte> destination,
        BinaryOpcode opcode,
        ReadOnlySpan<byte> key,
        int extrasLength,
        uint opaque,
        ulong cas,
        int valueLength)
    {
        int keyAt = BinaryFrame.HeaderLength + extrasLength;
        key.CopyTo(destination[keyAt..]);
        destination = destination[..BinaryFrame.HeaderLength];
        destination[0] = BinaryFrame.RequestMagic;
        destination[BinaryFrame.OpcodeAt] = (byte)opcode;
        BinaryPrimitives.WriteUInt16BigEndian(destination[BinaryFrame.KeyLengthAt..], (ushort)key.Length);
        BinaryPrimitives.WriteUInt32BigEndian(
            destination[BinaryFrame.ExtrasLengthAt..], (uint)extrasLength << 24); // and data type, vbucket: 0
        BinaryPrimitives.WriteUInt32BigEndian(
            destination[BinaryFrame.BodyLengthAt..], (uint)(extrasLength + key.Length + valueLength));
        MemoryMarshal.Write(destination[BinaryFrame.OpaqueAt..], opaque);
        BinaryPrimitives.WriteUInt64BigEndian(destination[BinaryFrame.CasAt..], cas);
        return keyAt + key.Length;
    }
}
