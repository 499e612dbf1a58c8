using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// Writes meta requests, for the client and the load generator: a start with the key, flags one by one, a line end,
/// and for ms the value with another line end. Each method writes from the beginning of its destination and returns
/// the bytes written. Reserve <see cref="LineLengthMax"/> for a line.
/// </summary>
public static class MetaRequestWriter
{
    /// <summary>
    /// The most bytes of a line: 18 flags behind the longest key, each with a number, one of them the opaque.
    /// </summary>
    public const int LineLengthMax =
        3 + KeyBase64.EncodedLengthMax + 11 + (18 * 22) + MetaRequestReader.OpaqueLengthMax + 2;

    /// <summary>Writes <c>mn CRLF</c>.</summary>
    /// <param name="destination">At least 4 bytes.</param>
    /// <returns>4.</returns>
    public static int WriteNoop(Span<byte> destination)
    {
        "mn\r\n"u8.CopyTo(destination);
        return 4;
    }

    /// <summary>Writes the command and the key as it is: <c>mg key</c>.</summary>
    /// <param name="destination">4 bytes more than the key.</param>
    /// <param name="command">
    /// MetaGet, MetaDelete, MetaArithmetic or MetaDebug; for MetaSet see <see cref="WriteSetStart"/>.
    /// </param>
    /// <param name="key">1..250 bytes without space and LF.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStart(Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key)
    {
        TextCommandNames.Of(command).CopyTo(destination);
        destination[2] = (byte)' ';
        key.CopyTo(destination[3..]);
        return 3 + key.Length;
    }

    /// <summary>
    /// Writes the command and the key as base64: <c>mg a2V5</c>. The flag b must follow (for ms behind the length):
    /// <c>WriteFlag(destination, (byte)'b')</c>.
    /// </summary>
    /// <param name="destination">3 bytes more than the encoded key.</param>
    /// <param name="command">MetaGet, MetaDelete, MetaArithmetic or MetaDebug.</param>
    /// <param name="key">1..186 bytes of anything.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStartBase64(Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key)
    {
        TextCommandNames.Of(command).CopyTo(destination);
        destination[2] = (byte)' ';
        return 3 + KeyBase64.Encode(key, destination[3..]);
    }

    /// <summary>Writes <c>ms key length</c>.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="key">1..250 bytes without space and LF, or 1..186 bytes of anything for base64.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <param name="base64">Encode the key, and write the flag b.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteSetStart(
        Span<byte> destination, ReadOnlySpan<byte> key, int valueLength, bool base64 = false)
    {
        int at = base64
            ? WriteStartBase64(destination, TextCommand.MetaSet, key)
            : WriteStart(destination, TextCommand.MetaSet, key);
        destination[at++] = (byte)' ';
        at += NumberWriter.Write(destination[at..], (uint)valueLength);
        return base64 ? at + WriteFlag(destination[at..], (byte)'b') : at;
    }

    /// <summary>Writes a flag without text: <c> v</c>.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <returns>2.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag) => MetaResponseWriter.WriteFlag(destination, flag);

    /// <summary>Writes a flag with an unsigned number: <c> C123</c>.</summary>
    /// <param name="destination">At least 22 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag, ulong value) =>
        MetaResponseWriter.WriteFlag(destination, flag, value);

    /// <summary>Writes a flag with a signed number: <c> T-1</c>.</summary>
    /// <param name="destination">At least 22 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlagSigned(Span<byte> destination, byte flag, long value) =>
        MetaResponseWriter.WriteFlagSigned(destination, flag, value);

    /// <summary>Writes a flag with text: <c> O17</c>, <c> MA</c>.</summary>
    /// <param name="destination">2 bytes more than the text.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="text">The text, may be empty; for O at most 31 bytes.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag, ReadOnlySpan<byte> text) =>
        MetaResponseWriter.WriteFlag(destination, flag, text);

    /// <summary>Writes the letters of several flags that have no text, in the order given.</summary>
    /// <param name="destination">2 bytes for each letter.</param>
    /// <param name="letters">The letters, such as <c>"vtf"u8</c>.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlags(Span<byte> destination, ReadOnlySpan<byte> letters)
    {
        int at = 0;
        foreach (byte letter in letters)
            at += WriteFlag(destination[at..], letter);
        return at;
    }

    /// <summary>Writes CR LF behind a line or a value.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <returns>2.</returns>
    public static int WriteLineEnd(Span<byte> destination) => TextResponseWriter.WriteLineEnd(destination);
}
