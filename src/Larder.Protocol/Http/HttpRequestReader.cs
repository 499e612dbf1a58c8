using System.Buffers;
using Larder.Protocol.Text;

namespace Larder.Protocol.Http;

/// <summary>
/// Reads the head of one HTTP/1 request. Never throws, never allocates, never looks behind the head's empty line, and
/// finds the same in a head whether it comes whole or byte by byte.
/// </summary>
/// <remarks>
/// <code>
/// head   = [CR LF] method SP target SP "HTTP/1." ("0" / "1") CR LF *( line CR LF ) CR LF      ; RFC 9112, section 2.1
/// line   = token ":" *( SP / HTAB ) value *( SP / HTAB )                                     ; RFC 9112, section 5
/// </code>
/// What can be understood in two ways is refused, so that no proxy in front sees other requests than the store does:
/// a lone LF or CR, folded lines, white space before a colon, control characters, a header of <see cref="HttpFields"/>
/// twice, a length beside chunks, numbers with signs or leading zeros, chunks from HTTP/1.0. All other headers are
/// ignored. Every error closes.
/// </remarks>
public static class HttpRequestReader
{
    private const int VersionLength = 8;

    private static readonly SearchValues<byte> s_visible = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Reads a head with the default limits, from its first byte on.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="request">Receives the request; meaningful when the result is Complete.</param>
    /// <returns>Complete or Incomplete.</returns>
    public static ParseStatus Read(ReadOnlySpan<byte> input, ref HttpRequest request) =>
        Read(input, 0, new HttpLimits(), ref request);

    /// <summary>Reads a head.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="scanFrom">
    /// Bytes at the beginning in which the head does not end: 0, or <see cref="HttpRequest.ScannedLength"/> of an
    /// earlier, Incomplete call.
    /// </param>
    /// <param name="limits">How long a head may be.</param>
    /// <param name="request">Receives the request; meaningful when the result is Complete.</param>
    /// <returns>
    /// Complete, with <see cref="HttpRequest.Error"/> set when the request is to be refused, or Incomplete.
    /// </returns>
    public static ParseStatus Read(
        ReadOnlySpan<byte> input, int scanFrom, in HttpLimits limits, ref HttpRequest request)
    {
        request = default;
        request.ContentLength = -1;
        int length = HttpHead.FindEnd(input, scanFrom);
        if (length == HttpHead.LoneLineFeed || Math.Max(length, 0) > limits.HeadLengthMax)
            return Fail(HttpStatus.BadRequest, ref request);
        if (length == HttpHead.NoEnd)
            return WithoutEnd(input, in limits, ref request);
        request.HeadLength = length;
        ReadOnlySpan<byte> rest = input[..(length - 2)];
        // One empty line before a request is what some clients send behind a body (RFC 9112, section 2.2).
        if (rest.StartsWith("\r\n"u8))
            rest = rest[2..];
        if (rest.IsEmpty)
            return Fail(HttpStatus.BadRequest, ref request);
        HttpStatus error = ReadRequestLine(HttpHead.TakeLine(ref rest), ref request);
        for (int count = 0; error == HttpStatus.None && !rest.IsEmpty; count++)
            error = count < limits.HeaderCountMax
                ? ReadHeader(HttpHead.TakeLine(ref rest), ref request)
                : HttpStatus.BadRequest;
        if (error == HttpStatus.None)
            error = Finish(ref request);
        return Fail(error, ref request);
    }

    private static ParseStatus WithoutEnd(ReadOnlySpan<byte> input, in HttpLimits limits, ref HttpRequest request)
    {
        request.ScannedLength = input.Length;
        // What does not begin like a method will not become one: a TLS handshake is refused at its first byte.
        bool isHopeless = !input.IsEmpty && input[0] != '\r' && !HttpHead.IsTokenCharacter(input[0]);
        return isHopeless || input.Length > limits.HeadLengthMax
            ? Fail(HttpStatus.BadRequest, ref request)
            : ParseStatus.Incomplete;
    }

    private static HttpStatus ReadRequestLine(ReadOnlySpan<byte> line, ref HttpRequest request)
    {
        int space = line.IndexOf((byte)' ');
        if (space < 0 || line.Length < space + 1 + 1 + 1 + VersionLength)
            return HttpStatus.BadRequest;
        ReadOnlySpan<byte> method = line[..space];
        ReadOnlySpan<byte> version = line[^VersionLength..];
        ReadOnlySpan<byte> target = line[(space + 1)..^(VersionLength + 1)];
        bool isVersion = version.StartsWith("HTTP/"u8)
            && char.IsAsciiDigit((char)version[5]) && version[6] == '.' && char.IsAsciiDigit((char)version[7]);
        if (!isVersion || line[^(VersionLength + 1)] != ' ' || target.ContainsAnyExcept(s_visible)
            || !HttpHead.IsToken(method))
            return HttpStatus.BadRequest;
        request.Target = target;
        request.Method = MethodOf(method);
        if (request.Method == HttpRequestMethod.None)
            return IsKnownElsewhere(method) ? HttpStatus.MethodNotAllowed : HttpStatus.NotImplemented;
        if (version[5] != '1' || version[7] > '1')
            return HttpStatus.VersionNotSupported;
        request.IsVersion11 = version[7] == '1';
        return HttpStatus.None;
    }

    private static HttpRequestMethod MethodOf(ReadOnlySpan<byte> method) => method switch
    {
        [(byte)'G', (byte)'E', (byte)'T'] => HttpRequestMethod.Get,
        [(byte)'P', (byte)'U', (byte)'T'] => HttpRequestMethod.Put,
        [(byte)'H', (byte)'E', (byte)'A', (byte)'D'] => HttpRequestMethod.Head,
        _ when method.SequenceEqual("DELETE"u8) => HttpRequestMethod.Delete,
        _ when method.SequenceEqual("MKCOL"u8) => HttpRequestMethod.Mkcol,
        _ => HttpRequestMethod.None,
    };

    // RFC 9110, section 9.1: 405 for a method that is known but not allowed, 501 for one that is not known.
    private static bool IsKnownElsewhere(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("POST"u8) || method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("PATCH"u8)
        || method.SequenceEqual("TRACE"u8) || method.SequenceEqual("CONNECT"u8);

    private static HttpStatus ReadHeader(ReadOnlySpan<byte> line, ref HttpRequest request)
    {
        if (!HttpHead.TrySplit(line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            return HttpStatus.BadRequest;
        HttpFields field = FieldOf(name);
        if (field == HttpFields.None)
            return ReadRepeatable(name, value, ref request);
        if ((request.Seen & field) != 0)
            return HttpStatus.BadRequest;
        request.Seen |= field;
        switch (field)
        {
            case HttpFields.Host:
                request.Host = value;
                return HttpPathReader.IsAuthority(value) ? HttpStatus.None : HttpStatus.BadRequest;
            case HttpFields.ContentLength:
                HttpStatus error = HttpNumber.Read(value, out long length);
                request.ContentLength = length;
                return error;
            case HttpFields.TransferEncoding:
                request.IsChunked = AsciiText.EqualsIgnoreCase(value, "chunked"u8);
                return request.IsChunked ? HttpStatus.None : HttpStatus.NotImplemented;
            case HttpFields.ContentMd5:
                request.ContentMd5 = value;
                return HttpStatus.None;
            case HttpFields.ContentRange:
                return ReadContentRange(value, ref request);
            case HttpFields.Range:
                request.Range = value;
                return HttpStatus.None;
            default:
                TakeCondition(field, value, ref request);
                return HttpStatus.None;
        }
    }

    // By length first: most headers are none of these.
    private static HttpFields FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when AsciiText.EqualsIgnoreCase(name, "Host"u8) => HttpFields.Host,
        5 when AsciiText.EqualsIgnoreCase(name, "Range"u8) => HttpFields.Range,
        8 when AsciiText.EqualsIgnoreCase(name, "If-Match"u8) => HttpFields.IfMatch,
        8 when AsciiText.EqualsIgnoreCase(name, "If-Range"u8) => HttpFields.IfRange,
        11 when AsciiText.EqualsIgnoreCase(name, "Content-MD5"u8) => HttpFields.ContentMd5,
        11 when AsciiText.EqualsIgnoreCase(name, "Want-Digest"u8) => HttpFields.WantDigest,
        13 when AsciiText.EqualsIgnoreCase(name, "Content-Range"u8) => HttpFields.ContentRange,
        13 when AsciiText.EqualsIgnoreCase(name, "If-None-Match"u8) => HttpFields.IfNoneMatch,
        14 when AsciiText.EqualsIgnoreCase(name, "Content-Length"u8) => HttpFields.ContentLength,
        17 when AsciiText.EqualsIgnoreCase(name, "Transfer-Encoding"u8) => HttpFields.TransferEncoding,
        17 when AsciiText.EqualsIgnoreCase(name, "If-Modified-Since"u8) => HttpFields.IfModifiedSince,
        19 when AsciiText.EqualsIgnoreCase(name, "If-Unmodified-Since"u8) => HttpFields.IfUnmodifiedSince,
        _ => HttpFields.None,
    };

    private static HttpStatus ReadRepeatable(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref HttpRequest request)
    {
        switch (name.Length)
        {
            case 10 when AsciiText.EqualsIgnoreCase(name, "Connection"u8):
                request.SaidClose |= HttpList.Contains(value, "close"u8);
                request.SaidKeepAlive |= HttpList.Contains(value, "keep-alive"u8);
                return HttpStatus.None;
            case 7 when AsciiText.EqualsIgnoreCase(name, "Trailer"u8):
                request.AnnouncesMd5 |= HttpList.Contains(value, "Content-MD5"u8);
                return HttpStatus.None;
            // HTTP/1.0 knows no interim answers: its expectations are ignored (RFC 9110, section 10.1.1).
            case 6 when request.IsVersion11 && AsciiText.EqualsIgnoreCase(name, "Expect"u8):
                request.ExpectsContinue = AsciiText.EqualsIgnoreCase(value, "100-continue"u8);
                return request.ExpectsContinue ? HttpStatus.None : HttpStatus.ExpectationFailed;
            default:
                return HttpStatus.None;
        }
    }

    // Of meaning for PUT only; RFC 9110, section 14.4, gives it none in other requests.
    private static HttpStatus ReadContentRange(ReadOnlySpan<byte> value, ref HttpRequest request)
    {
        if (request.Method != HttpRequestMethod.Put)
            return HttpStatus.None;
        HttpStatus error = HttpContentRange.Read(value, out HttpContentRange range);
        request.ContentRange = range;
        request.HasContentRange = error == HttpStatus.None;
        return error;
    }

    private static void TakeCondition(HttpFields field, ReadOnlySpan<byte> value, ref HttpRequest request)
    {
        switch (field)
        {
            case HttpFields.IfMatch:
                request.IfMatch = value;
                break;
            case HttpFields.IfNoneMatch:
                request.IfNoneMatch = value;
                break;
            case HttpFields.IfModifiedSince:
                request.IfModifiedSince = value;
                break;
            case HttpFields.IfUnmodifiedSince:
                request.IfUnmodifiedSince = value;
                break;
            case HttpFields.IfRange:
                request.IfRange = value;
                break;
            default:
                request.WantDigest = value;
                break;
        }
    }

    private static HttpStatus Finish(ref HttpRequest request)
    {
        request.KeepAlive = !request.SaidClose && (request.IsVersion11 || request.SaidKeepAlive);
        // RFC 9112, section 6.1: the framing of an HTTP/1.0 request with a transfer coding is faulty.
        if (request.IsChunked && (request.ContentLength >= 0 || !request.IsVersion11))
            return HttpStatus.BadRequest;
        if (request.HasContentRange && request.ContentLength != request.ContentRange.Length)
            return HttpStatus.BadRequest;
        Span<byte> digest = stackalloc byte[HttpMd5.DigestLength];
        if (request.Method != HttpRequestMethod.Put)
            request.ContentMd5 = default;
        else if ((request.Seen & HttpFields.ContentMd5) != 0 && !HttpMd5.TryDecode(request.ContentMd5, digest))
            return HttpStatus.BadRequest;
        return HttpStatus.None;
    }

    private static ParseStatus Fail(HttpStatus error, ref HttpRequest request)
    {
        request.Error = error;
        return ParseStatus.Complete;
    }
}
