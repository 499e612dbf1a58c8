using Larder.Protocol.Text;

namespace Larder.Protocol.Http;

/// <summary>
/// Reads the head of one HTTP/1 response, as strictly as <see cref="HttpRequestReader"/> a request. An interim response
/// (1xx) is a reply of its own.
/// </summary>
/// <remarks>
/// <code>
/// head = "HTTP/1." ("0" / "1") SP 3DIGIT [ SP phrase ] CR LF *( line CR LF ) CR LF      ; RFC 9112, section 4
/// </code>
/// </remarks>
public static class HttpResponseReader
{
    private const int StatusLineLengthMin = 12;

    /// <summary>Reads a head.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="scanFrom">0, or <see cref="HttpReply.ScannedLength"/> of an earlier, Incomplete call.</param>
    /// <param name="limits">How long a head may be.</param>
    /// <param name="reply">Receives the reply; meaningful when the result is Complete.</param>
    /// <returns>Incomplete, Complete, or Malformed: the connection cannot be used any more.</returns>
    public static ReplyStatus Read(ReadOnlySpan<byte> input, int scanFrom, in HttpLimits limits, ref HttpReply reply)
    {
        reply = default;
        reply.ContentLength = -1;
        int length = HttpHead.FindEnd(input, scanFrom);
        if (length == HttpHead.NoEnd && input.Length <= limits.HeadLengthMax)
        {
            reply.ScannedLength = input.Length;
            return ReplyStatus.Incomplete;
        }
        if (length <= 0 || length > limits.HeadLengthMax)
            return ReplyStatus.Malformed;
        ReadOnlySpan<byte> rest = input[..(length - 2)];
        if (rest.IsEmpty || !TryReadStatusLine(HttpHead.TakeLine(ref rest), ref reply))
            return ReplyStatus.Malformed;
        for (int count = 0; !rest.IsEmpty; count++)
            if (count >= limits.HeaderCountMax || !TryReadHeader(HttpHead.TakeLine(ref rest), ref reply))
                return ReplyStatus.Malformed;
        // RFC 9112, section 6.1: a sender that sends both is not to be trusted with either.
        if (reply.IsChunked && (reply.ContentLength >= 0 || !reply.IsVersion11))
            return ReplyStatus.Malformed;
        reply.KeepAlive = !reply.SaidClose && (reply.IsVersion11 || reply.SaidKeepAlive);
        reply.HeadLength = length;
        return ReplyStatus.Complete;
    }

    private static bool TryReadStatusLine(ReadOnlySpan<byte> line, ref HttpReply reply)
    {
        if (line.Length < StatusLineLengthMin || !line.StartsWith("HTTP/1."u8)
            || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' '
            || (line.Length > StatusLineLengthMin && line[StatusLineLengthMin] != ' '))
            return false;
        reply.IsVersion11 = line[7] == '1';
        if (HttpNumber.Read(line[9..StatusLineLengthMin], out long code) != HttpStatus.None || code is < 100 or > 599)
            return false;
        reply.StatusCode = (int)code;
        return HttpHead.IsValue(line[StatusLineLengthMin..]);
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> line, ref HttpReply reply)
    {
        if (!HttpHead.TrySplit(line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            return false;
        if (AsciiText.EqualsIgnoreCase(name, "Connection"u8))
        {
            reply.SaidClose |= HttpList.Contains(value, "close"u8);
            reply.SaidKeepAlive |= HttpList.Contains(value, "keep-alive"u8);
            return true;
        }
        HttpFields field = FieldOf(name);
        if ((reply.Seen & field) != 0)
            return false;
        reply.Seen |= field;
        return TryTake(field, value, ref reply);
    }

    private static HttpFields FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when AsciiText.EqualsIgnoreCase(name, "ETag"u8) => HttpFields.ETag,
        11 when AsciiText.EqualsIgnoreCase(name, "Content-MD5"u8) => HttpFields.ContentMd5,
        12 when AsciiText.EqualsIgnoreCase(name, "Content-Type"u8) => HttpFields.ContentType,
        13 when AsciiText.EqualsIgnoreCase(name, "Last-Modified"u8) => HttpFields.LastModified,
        13 when AsciiText.EqualsIgnoreCase(name, "Content-Range"u8) => HttpFields.ContentRange,
        14 when AsciiText.EqualsIgnoreCase(name, "Content-Length"u8) => HttpFields.ContentLength,
        17 when AsciiText.EqualsIgnoreCase(name, "Transfer-Encoding"u8) => HttpFields.TransferEncoding,
        _ => HttpFields.None,
    };

    private static bool TryTake(HttpFields field, ReadOnlySpan<byte> value, ref HttpReply reply)
    {
        switch (field)
        {
            case HttpFields.ContentLength:
                HttpStatus error = HttpNumber.Read(value, out long length);
                reply.ContentLength = length;
                return error == HttpStatus.None;
            case HttpFields.TransferEncoding:
                reply.IsChunked = AsciiText.EqualsIgnoreCase(value, "chunked"u8);
                return reply.IsChunked;
            // That of a 416 has another form and is not a piece.
            case HttpFields.ContentRange:
                reply.HasContentRange = HttpContentRange.Read(value, out HttpContentRange range) == HttpStatus.None;
                reply.ContentRange = range;
                return true;
            case HttpFields.ETag:
                reply.ETag = value;
                return true;
            case HttpFields.LastModified:
                reply.LastModified = value;
                return true;
            case HttpFields.ContentMd5:
                reply.ContentMd5 = value;
                return true;
            case HttpFields.ContentType:
                reply.ContentType = value;
                return true;
            default:
                return true;
        }
    }
}
