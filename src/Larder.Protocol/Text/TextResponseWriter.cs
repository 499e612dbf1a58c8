using System.Runtime.CompilerServices;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// Writes the replies of the classic protocol that are not constants (those are in <see cref="TextReplies"/>). Each
/// method writes from the beginning of its destination and returns the bytes written; the caller has reserved the
/// most that the constant beside the method states, once for a whole reply.
/// </summary>
public static class TextResponseWriter
{
    /// <summary>
    /// The most bytes of <see cref="WriteValueHeader(Span{byte}, ReadOnlySpan{byte}, uint, int)"/> and its cas form.
    /// </summary>
    public const int ValueHeaderLengthMax =
        6 + KeyRules.LengthMax + 1 + NumberWriter.UInt32LengthMax + 1 + NumberWriter.UInt32LengthMax
        + 1 + NumberWriter.UInt64LengthMax + 2;

    /// <summary>The most bytes of <see cref="WriteNumber"/>.</summary>
    public const int NumberLengthMax = NumberWriter.UInt64LengthMax + 2;

    /// <summary>
    /// What <see cref="WriteStat(Span{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> adds to name and value.
    /// </summary>
    public const int StatOverhead = 5 + 1 + 2;

    /// <summary>Writes <c>VALUE key flags bytes CRLF</c>; the value and its CR LF follow.</summary>
    /// <param name="destination">At least <see cref="ValueHeaderLengthMax"/> bytes.</param>
    /// <param name="key">1..250 bytes.</param>
    /// <param name="clientFlags">The client flags.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteValueHeader(
        Span<byte> destination, ReadOnlySpan<byte> key, uint clientFlags, int valueLength)
    {
        int at = WriteValueStart(destination, key, clientFlags, valueLength);
        return at + WriteLineEnd(destination[at..]);
    }

    /// <summary>Writes <c>VALUE key flags bytes cas CRLF</c>; the value and its CR LF follow.</summary>
    /// <param name="destination">At least <see cref="ValueHeaderLengthMax"/> bytes.</param>
    /// <param name="key">1..250 bytes.</param>
    /// <param name="clientFlags">The client flags.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <param name="cas">The cas value.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteValueHeader(
        Span<byte> destination, ReadOnlySpan<byte> key, uint clientFlags, int valueLength, ulong cas)
    {
        int at = WriteValueStart(destination, key, clientFlags, valueLength);
        destination[at++] = (byte)' ';
        at += NumberWriter.Write(destination[at..], cas);
        return at + WriteLineEnd(destination[at..]);
    }

    /// <summary>Writes the answer to incr and decr: the number and CR LF.</summary>
    /// <param name="destination">At least <see cref="NumberLengthMax"/> bytes.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteNumber(Span<byte> destination, ulong value)
    {
        int at = NumberWriter.Write(destination, value);
        return at + WriteLineEnd(destination[at..]);
    }

    /// <summary>Writes <c>VERSION text CRLF</c>.</summary>
    /// <param name="destination">10 bytes more than the text.</param>
    /// <param name="version">The version.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteVersion(Span<byte> destination, ReadOnlySpan<byte> version)
    {
        "VERSION "u8.CopyTo(destination);
        version.CopyTo(destination[8..]);
        return 8 + version.Length + WriteLineEnd(destination[(8 + version.Length)..]);
    }

    /// <summary>Writes <c>STAT name value CRLF</c>.</summary>
    /// <param name="destination">At least <see cref="StatOverhead"/> and the lengths of name and value.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, may be empty.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStat(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int at = WriteStatName(destination, name);
        value.CopyTo(destination[at..]);
        at += value.Length;
        return at + WriteLineEnd(destination[at..]);
    }

    /// <summary>Writes <c>STAT name number CRLF</c>.</summary>
    /// <param name="destination">At least <see cref="StatOverhead"/>, the name's length and 20.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStat(Span<byte> destination, ReadOnlySpan<byte> name, ulong value)
    {
        int at = WriteStatName(destination, name);
        at += NumberWriter.Write(destination[at..], value);
        return at + WriteLineEnd(destination[at..]);
    }

    /// <summary>Writes CR LF.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <returns>2.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteLineEnd(Span<byte> destination)
    {
        "\r\n"u8.CopyTo(destination);
        return 2;
    }

    private static int WriteValueStart(
        Span<byte> destination, ReadOnlySpan<byte> key, uint clientFlags, int valueLength)
    {
        "VALUE "u8.CopyTo(destination);
        key.CopyTo(destination[6..]);
        int at = 6 + key.Length;
        if (clientFlags == 0)
        {
            " 0 "u8.CopyTo(destination[at..]);
            at += 3;
        }
        else
        {
            destination[at++] = (byte)' ';
            at += NumberWriter.Write(destination[at..], clientFlags);
            destination[at++] = (byte)' ';
        }
        return at + NumberWriter.Write(destination[at..], (uint)valueLength);
    }

    private static int WriteStatName(Span<byte> destination, ReadOnlySpan<byte> name)
    {
        "STAT "u8.CopyTo(destination);
        name.CopyTo(destination[5..]);
        destination[5 + name.Length] = (byte)' ';
        return 6 + name.Length;
    }
}
