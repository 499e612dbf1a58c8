using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Binary;

/// <summary>
/// Writes responses of the binary protocol. Each method writes from the beginning of its destination and returns the
/// bytes written; the caller has reserved the most that the constant beside the method states.
/// </summary>
public static class BinaryResponseWriter
{
    /// <summary>The most bytes of <see cref="WriteValueHead"/>; the value follows.</summary>
    public const int ValueHeadLengthMax =
        BinaryFrame.HeaderLength + BinaryFrame.WordExtrasLength + KeyRules.LengthMax;

    /// <summary>The most bytes of <see cref="WriteError"/>.</summary>
    public const int ErrorLengthMax = BinaryFrame.HeaderLength + BinaryStatusText.LengthMax;

    /// <summary>Bytes of <see cref="WriteNumber"/>.</summary>
    public const int NumberLength = BinaryFrame.HeaderLength + sizeof(ulong);

    /// <summary>Writes a header; extras, key and value follow.</summary>
    /// <param name="destination">At least <see cref="BinaryFrame.HeaderLength"/> bytes.</param>
    /// <param name="opcode">The request's, as sent.</param>
    /// <param name="opaque">The request's.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="cas">The item's CAS, or 0.</param>
    /// <param name="extrasLength">Bytes of extras.</param>
    /// <param name="keyLength">Bytes of the key.</param>
    /// <param name="valueLength">Bytes of the value.</param>
    /// <returns>24.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteHeader(
        Span<byte> destination,
        byte opcode,
        uint opaque,
        BinaryStatus status = BinaryStatus.Success,
        ulong cas = 0,
        int extrasLength = 0,
        int keyLength = 0,
        int valueLength = 0)
    {
        destination = destination[..BinaryFrame.HeaderLength];
        destination[0] = BinaryFrame.ResponseMagic;
        destination[BinaryFrame.OpcodeAt] = opcode;
        BinaryPrimitives.WriteUInt16BigEndian(destination[BinaryFrame.KeyLengthAt..], (ushort)keyLength);
        BinaryPrimitives.WriteUInt32BigEndian(
            destination[BinaryFrame.ExtrasLengthAt..], ((uint)extrasLength << 24) | (ushort)status); // data type 0
        BinaryPrimitives.WriteUInt32BigEndian(
            destination[BinaryFrame.BodyLengthAt..], (uint)(extrasLength + keyLength + valueLength));
        MemoryMarshal.Write(destination[BinaryFrame.OpaqueAt..], opaque);
        BinaryPrimitives.WriteUInt64BigEndian(destination[BinaryFrame.CasAt..], cas);
        return BinaryFrame.HeaderLength;
    }

    /// <summary>Writes the answer to a hit up to its value: header, client flags and key.</summary>
    /// <param name="destination">At least <see cref="ValueHeadLengthMax"/> bytes.</param>
    /// <param name="opcode">The request's, as sent.</param>
    /// <param name="opaque">The request's.</param>
    /// <param name="cas">The item's CAS.</param>
    /// <param name="clientFlags">The item's.</param>
    /// <param name="key">The key for GetK and GatK, otherwise empty.</param>
    /// <param name="valueLength">Bytes of the value; 0 for touch.</param>
    /// <returns>The bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteValueHead(
        Span<byte> destination,
        byte opcode,
        uint opaque,
        ulong cas,
        uint clientFlags,
        ReadOnlySpan<byte> key,
        int valueLength)
    {
        int at = WriteHeader(
            destination,
            opcode,
            opaque,
            BinaryStatus.Success,
            cas,
            BinaryFrame.WordExtrasLength,
            key.Length,
            valueLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination[at..], clientFlags);
        at += BinaryFrame.WordExtrasLength;
        key.CopyTo(destination[at..]);
        return at + key.Length;
    }

    /// <summary>Writes an error with its text as the value.</summary>
    /// <param name="destination">At least <see cref="ErrorLengthMax"/> bytes.</param>
    /// <param name="opcode">The request's, as sent.</param>
    /// <param name="opaque">The request's.</param>
    /// <param name="status">What went wrong.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteError(Span<byte> destination, byte opcode, uint opaque, BinaryStatus status)
    {
        ReadOnlySpan<byte> text = BinaryStatusText.Of(status);
        int at = WriteHeader(destination, opcode, opaque, status, valueLength: text.Length);
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    /// <summary>Writes the answer to increment and decrement.</summary>
    /// <param name="destination">At least <see cref="NumberLength"/> bytes.</param>
    /// <param name="opcode">The request's, as sent.</param>
    /// <param name="opaque">The request's.</param>
    /// <param name="cas">The item's CAS.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteNumber(Span<byte> destination, byte opcode, uint opaque, ulong cas, ulong value)
    {
        int at = WriteHeader(destination, opcode, opaque, BinaryStatus.Success, cas, valueLength: sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(destination[at..], value);
        return at + sizeof(ulong);
    }
}
