using System.Diagnostics;
using System.Globalization;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Http;

/// <summary>
/// Writes requests piece by piece: the start, fields, the end of the head; then the body, or chunks. Each method writes
/// from the beginning of its destination and returns the bytes written.
/// </summary>
public static class HttpRequestWriter
{
    /// <summary>What <see cref="WriteStart"/> adds to path and host, at most.</summary>
    public const int StartOverhead = 64;

    /// <summary>What <see cref="WriteField"/> adds to name and value.</summary>
    public const int FieldOverhead = 4;

    /// <summary>The most bytes of the methods that write a field of numbers.</summary>
    public const int NumberFieldLengthMax = 96;

    /// <summary>The most bytes of <see cref="WriteChunkStart"/>.</summary>
    public const int ChunkStartLengthMax = 18;

    /// <summary>The end of a head, of a chunk, and of trailers.</summary>
    public static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>What announces a body in chunks with a Content-MD5 behind it: two fields.</summary>
    public static ReadOnlySpan<byte> ChunkedFields => "Transfer-Encoding: chunked\r\nTrailer: Content-MD5\r\n"u8;

    /// <summary>The last chunk; trailers and <see cref="LineEnd"/> follow.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n"u8;

    /// <summary>Writes the request line of HTTP/1.1, Host, and Connection if it is to close.</summary>
    /// <param name="destination">At least <see cref="StartOverhead"/> and the lengths of path and host.</param>
    /// <param name="method">Not None.</param>
    /// <param name="path">As it is to be sent, what needs it as <c>%xx</c>.</param>
    /// <param name="host">Host, and port if it is not 80.</param>
    /// <param name="keepAlive">Whether the connection will be used again.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStart(
        Span<byte> destination,
        HttpRequestMethod method,
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> host,
        bool keepAlive)
    {
        int at = Copy(NameOf(method), destination);
        at += Copy(path, destination[at..]);
        at += Copy(" HTTP/1.1\r\nHost: "u8, destination[at..]);
        at += Copy(host, destination[at..]);
        return at + Copy(keepAlive ? "\r\n"u8 : "\r\nConnection: close\r\n"u8, destination[at..]);
    }

    /// <summary>Writes a field.</summary>
    /// <param name="destination">At least <see cref="FieldOverhead"/> and the lengths of name and value.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteField(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int at = Copy(name, destination);
        at += Copy(": "u8, destination[at..]);
        at += Copy(value, destination[at..]);
        return at + Copy(LineEnd, destination[at..]);
    }

    /// <summary>Writes Content-Length.</summary>
    /// <param name="destination">At least <see cref="NumberFieldLengthMax"/> bytes.</param>
    /// <param name="length">Bytes of the body.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteContentLength(Span<byte> destination, long length)
    {
        int at = Copy("Content-Length: "u8, destination);
        at += NumberWriter.Write(destination[at..], (ulong)length);
        return at + Copy(LineEnd, destination[at..]);
    }

    /// <summary>Writes Range for one range.</summary>
    /// <param name="destination">At least <see cref="NumberFieldLengthMax"/> bytes.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="last">The last byte, or -1 for the end.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteRange(Span<byte> destination, long first, long last)
    {
        int at = Copy("Range: bytes="u8, destination);
        at += NumberWriter.Write(destination[at..], (ulong)first);
        destination[at++] = (byte)'-';
        if (last >= 0)
            at += NumberWriter.Write(destination[at..], (ulong)last);
        return at + Copy(LineEnd, destination[at..]);
    }

    /// <summary>Writes Content-Range for a piece of an object.</summary>
    /// <param name="destination">At least <see cref="NumberFieldLengthMax"/> bytes.</param>
    /// <param name="range">The piece; the total is <c>*</c> if it is -1.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteContentRange(Span<byte> destination, HttpContentRange range)
    {
        int at = Copy("Content-Range: bytes "u8, destination);
        at += NumberWriter.Write(destination[at..], (ulong)range.First);
        destination[at++] = (byte)'-';
        at += NumberWriter.Write(destination[at..], (ulong)range.Last);
        destination[at++] = (byte)'/';
        at += range.Total < 0
            ? Copy("*"u8, destination[at..])
            : NumberWriter.Write(destination[at..], (ulong)range.Total);
        return at + Copy(LineEnd, destination[at..]);
    }

    /// <summary>Writes the size of a chunk; its bytes and <see cref="LineEnd"/> follow.</summary>
    /// <param name="destination">At least <see cref="ChunkStartLengthMax"/> bytes.</param>
    /// <param name="length">Bytes of the chunk, more than 0.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteChunkStart(Span<byte> destination, long length)
    {
        bool written = length.TryFormat(destination, out int at, "x", CultureInfo.InvariantCulture);
        Debug.Assert(written, "the caller has reserved the length");
        return at + Copy(LineEnd, destination[at..]);
    }

    private static ReadOnlySpan<byte> NameOf(HttpRequestMethod method) => method switch
    {
        HttpRequestMethod.Head => "HEAD "u8,
        HttpRequestMethod.Put => "PUT "u8,
        HttpRequestMethod.Delete => "DELETE "u8,
        HttpRequestMethod.Mkcol => "MKCOL "u8,
        _ => "GET "u8,
    };

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
