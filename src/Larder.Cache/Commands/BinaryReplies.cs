using Larder.Events.Buffers;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>Appends binary answers that are no values to the output.</summary>
internal static class BinaryReplies
{
    /// <summary>Success, with nothing but the item's CAS; a quiet request is not answered.</summary>
    public static void Done(WriteQueue output, in BinaryEcho echo, ulong cas = 0)
    {
        if (!echo.IsQuiet)
        {
            Span<byte> span = output.GetSpan(BinaryFrame.HeaderLength);
            output.Advance(BinaryResponseWriter.WriteHeader(
                span, echo.Opcode, echo.Opaque, BinaryStatus.Success, cas));
        }
    }

    /// <summary>An error with its text. Quiet requests have it, too.</summary>
    public static void Error(WriteQueue output, byte opcode, uint opaque, BinaryStatus status)
    {
        Span<byte> span = output.GetSpan(BinaryResponseWriter.ErrorLengthMax);
        output.Advance(BinaryResponseWriter.WriteError(span, opcode, opaque, status));
    }

    /// <inheritdoc cref="Error(WriteQueue, byte, uint, BinaryStatus)"/>
    public static void Error(WriteQueue output, in BinaryEcho echo, BinaryStatus status)
        => Error(output, echo.Opcode, echo.Opaque, status);

    /// <summary>A statistic with a value of any length.</summary>
    public static void Stat(WriteQueue output, in BinaryEcho echo, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> span = output.GetSpan(BinaryFrame.HeaderLength);
        output.Advance(BinaryResponseWriter.WriteHeader(
            span, echo.Opcode, echo.Opaque, keyLength: name.Length, valueLength: value.Length));
        output.Write(name);
        output.Write(value);
    }

    /// <summary>A status with a value of any length.</summary>
    public static void Value(WriteQueue output, in BinaryEcho echo, BinaryStatus status, ReadOnlySpan<byte> value)
    {
        Span<byte> span = output.GetSpan(BinaryFrame.HeaderLength);
        output.Advance(BinaryResponseWriter.WriteHeader(
            span, echo.Opcode, echo.Opaque, status, valueLength: value.Length));
        output.Write(value);
    }
}
