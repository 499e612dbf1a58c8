using System.Diagnostics;
using System.Globalization;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Http;

/// <summary>
/// Writes what stands between the pieces of an answer with several ranges (multipart/byteranges, RFC 9110, section
/// 14.6): a head before each piece, and an end.
/// </summary>
/// <remarks>
/// <code>
/// part = CR LF "--" boundary CR LF "Content-Type: application/octet-stream" CR LF
///        "Content-Range: bytes " first "-" last "/" size CR LF CR LF piece
/// end  = CR LF "--" boundary "--" CR LF
/// </code>
/// </remarks>
public static class HttpMultipartWriter
{
    /// <summary>Characters of a boundary.</summary>
    public const int BoundaryLength = 16;

    /// <summary>The most bytes of <see cref="WritePartHead"/>.</summary>
    public const int PartHeadLengthMax = PartHeadFixedLength + (3 * NumberWriter.UInt64LengthMax);

    /// <summary>Bytes of <see cref="WriteEnd"/>.</summary>
    public const int EndLength = 4 + BoundaryLength + 4;

    // Without the three numbers.
    private const int PartHeadFixedLength = 4 + BoundaryLength + 2 + 38 + 2 + 21 + 2 + 4;

    /// <summary>Bytes of the whole body.</summary>
    /// <param name="ranges">The pieces.</param>
    /// <param name="size">Bytes of the object.</param>
    /// <returns>What to send as Content-Length.</returns>
    public static long Length(ReadOnlySpan<HttpRange> ranges, long size)
    {
        long length = EndLength;
        foreach (HttpRange range in ranges)
            length += PartHeadFixedLength + range.Length + NumberWriter.CountDigits((ulong)range.First)
                + NumberWriter.CountDigits((ulong)range.Last) + NumberWriter.CountDigits((ulong)size);
        return length;
    }

    /// <summary>Writes what stands before a piece.</summary>
    /// <param name="destination">At least <see cref="PartHeadLengthMax"/> bytes.</param>
    /// <param name="boundary">The same for the whole answer, random for each, not 0.</param>
    /// <param name="range">The piece that follows.</param>
    /// <param name="size">Bytes of the object.</param>
    /// <returns>The bytes written.</returns>
    public static int WritePartHead(Span<byte> destination, ulong boundary, HttpRange range, long size)
    {
        "\r\n--"u8.CopyTo(destination);
        int at = 4 + WriteBoundary(destination[4..], boundary);
        ReadOnlySpan<byte> fields = "\r\nContent-Type: application/octet-stream\r\nContent-Range: "u8;
        fields.CopyTo(destination[at..]);
        at += fields.Length;
        at += HttpResponseWriter.WriteContentRange(destination[at..], range, size);
        "\r\n\r\n"u8.CopyTo(destination[at..]);
        return at + 4;
    }

    /// <summary>Writes what stands behind the last piece.</summary>
    /// <param name="destination">At least <see cref="EndLength"/> bytes.</param>
    /// <param name="boundary">The answer's.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteEnd(Span<byte> destination, ulong boundary)
    {
        "\r\n--"u8.CopyTo(destination);
        int at = 4 + WriteBoundary(destination[4..], boundary);
        "--\r\n"u8.CopyTo(destination[at..]);
        return at + 4;
    }

    /// <summary>Writes the boundary in sixteen hexadecimal digits.</summary>
    internal static int WriteBoundary(Span<byte> destination, ulong boundary)
    {
        bool written = boundary.TryFormat(destination, out int length, "x16", CultureInfo.InvariantCulture);
        Debug.Assert(written && length == BoundaryLength, "the caller has reserved the length");
        return length;
    }
}
