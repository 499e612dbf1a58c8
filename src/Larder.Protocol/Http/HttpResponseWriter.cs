using System.Diagnostics;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Http;

/// <summary>
/// Writes the heads of answers, byte for byte in cmogstored's order and spelling, its <c>Status:</c> line among them:
/// trackers and tests compare them. Each method writes from the beginning of its destination and returns the bytes
/// written; the caller has reserved the most that the constant beside the method states.
/// </summary>
public static class HttpResponseWriter
{
    /// <summary>The most bytes of <see cref="WriteSimple"/>.</summary>
    public const int SimpleLengthMax = 256;

    /// <summary>The most bytes of <see cref="WriteRangeNotSatisfiable"/>.</summary>
    public const int RangeNotSatisfiableLengthMax = 320;

    /// <summary>The most bytes of <see cref="WriteObjectHead"/>.</summary>
    public const int ObjectHeadLengthMax = 448 + HttpObjectHead.ETagLengthMax + HttpObjectHead.DigestLengthMax;

    /// <summary>The interim answer to <c>Expect: 100-continue</c> (RFC 9110, section 15.2.1).</summary>
    public static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    /// <summary>Writes an answer without a body, be it good or an error.</summary>
    /// <param name="destination">At least <see cref="SimpleLengthMax"/> bytes.</param>
    /// <param name="status">Any final status but Ok, PartialContent, NotModified and RangeNotSatisfiable.</param>
    /// <param name="date">Now, as <see cref="HttpDate"/> writes it.</param>
    /// <param name="keepAlive">Whether the connection stays.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteSimple(Span<byte> destination, HttpStatus status, ReadOnlySpan<byte> date, bool keepAlive)
    {
        int at = WriteStart(destination, status, date);
        at += Copy("\r\nContent-Length: 0\r\nContent-Type: text/plain"u8, destination[at..]);
        return at + WriteConnection(destination[at..], keepAlive);
    }

    /// <summary>Writes the answer to ranges of which none lies in the object.</summary>
    /// <param name="destination">At least <see cref="RangeNotSatisfiableLengthMax"/> bytes.</param>
    /// <param name="size">Bytes of the object.</param>
    /// <param name="date">Now.</param>
    /// <param name="keepAlive">Whether the connection stays.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteRangeNotSatisfiable(
        Span<byte> destination, long size, ReadOnlySpan<byte> date, bool keepAlive)
    {
        int at = WriteStart(destination, HttpStatus.RangeNotSatisfiable, date);
        at += Copy(
            "\r\nContent-Length: 0\r\nContent-Type: text/plain\r\nContent-Range: bytes */"u8, destination[at..]);
        at += NumberWriter.Write(destination[at..], (ulong)size);
        return at + WriteConnection(destination[at..], keepAlive);
    }

    /// <summary>
    /// Writes the head of an answer with an object, whole or in pieces, or of a NotModified; the body follows unless
    /// the method was HEAD. What cmogstored does not send stands before Connection.
    /// </summary>
    /// <param name="destination">At least <see cref="ObjectHeadLengthMax"/> bytes.</param>
    /// <param name="head">What to say.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteObjectHead(Span<byte> destination, scoped in HttpObjectHead head)
    {
        Debug.Assert(head.LastModified.Length == HttpDate.Length && head.ETag.Length <= HttpObjectHead.ETagLengthMax);
        Debug.Assert(head.Digest.Length <= HttpObjectHead.DigestLengthMax);
        int at = WriteStart(destination, head.Status, head.Date);
        at += Copy("\r\nLast-Modified: "u8, destination[at..]);
        at += Copy(head.LastModified, destination[at..]);
        if (head.Status == HttpStatus.Ok)
            at += WriteWhole(destination[at..], head.Size);
        else if (head.Status == HttpStatus.PartialContent)
            at += head.Boundary == 0
                ? WritePiece(destination[at..], head.Range, head.Size)
                : WriteMultipart(destination[at..], head.Boundary, head.MultipartLength);
        at += WriteField(destination[at..], "\r\nETag: "u8, head.ETag);
        at += WriteField(destination[at..], "\r\nDigest: "u8, head.Digest);
        if (head.Status == HttpStatus.Ok)
            at += WriteField(destination[at..], "\r\nContent-MD5: "u8, head.ContentMd5);
        return at + WriteConnection(destination[at..], head.KeepAlive);
    }

    private static int WriteStart(Span<byte> destination, HttpStatus status, ReadOnlySpan<byte> date)
    {
        Debug.Assert(date.Length == HttpDate.Length);
        int at;
        if (status == HttpStatus.Ok)
        {
            at = Copy("HTTP/1.1 200 OK\r\nStatus: 200 OK\r\nDate: "u8, destination);
            return at + Copy(date, destination[at..]);
        }
        ReadOnlySpan<byte> line = HttpStatusLines.Of(status);
        at = Copy("HTTP/1.1 "u8, destination);
        at += Copy(line, destination[at..]);
        at += Copy("\r\nStatus: "u8, destination[at..]);
        at += Copy(line, destination[at..]);
        at += Copy("\r\nDate: "u8, destination[at..]);
        return at + Copy(date, destination[at..]);
    }

    private static int WriteWhole(Span<byte> destination, long size)
    {
        int at = WriteLength(destination, size);
        return at + Copy("\r\nContent-Type: application/octet-stream\r\nAccept-Ranges: bytes"u8, destination[at..]);
    }

    private static int WritePiece(Span<byte> destination, HttpRange range, long size)
    {
        int at = WriteLength(destination, range.Length);
        at += Copy("\r\nContent-Type: application/octet-stream\r\nContent-Range: "u8, destination[at..]);
        return at + WriteContentRange(destination[at..], range, size);
    }

    private static int WriteMultipart(Span<byte> destination, ulong boundary, long length)
    {
        int at = WriteLength(destination, length);
        at += Copy("\r\nContent-Type: multipart/byteranges; boundary="u8, destination[at..]);
        return at + HttpMultipartWriter.WriteBoundary(destination[at..], boundary);
    }

    /// <summary>Writes <c>bytes FIRST-LAST/SIZE</c>: 71 bytes at most.</summary>
    internal static int WriteContentRange(Span<byte> destination, HttpRange range, long size)
    {
        int at = Copy("bytes "u8, destination);
        at += NumberWriter.Write(destination[at..], (ulong)range.First);
        destination[at++] = (byte)'-';
        at += NumberWriter.Write(destination[at..], (ulong)range.Last);
        destination[at++] = (byte)'/';
        return at + NumberWriter.Write(destination[at..], (ulong)size);
    }

    private static int WriteLength(Span<byte> destination, long length)
    {
        int at = Copy("\r\nContent-Length: "u8, destination);
        return at + NumberWriter.Write(destination[at..], (ulong)length);
    }

    private static int WriteField(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return 0;
        int at = Copy(name, destination);
        return at + Copy(value, destination[at..]);
    }

    private static int WriteConnection(Span<byte> destination, bool keepAlive) =>
        keepAlive
            ? Copy("\r\nConnection: keep-alive\r\n\r\n"u8, destination)
            : Copy("\r\nConnection: close\r\n\r\n"u8, destination);

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
