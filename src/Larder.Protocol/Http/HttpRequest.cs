namespace Larder.Protocol.Http;

/// <summary>
/// The head of one request, read. All spans borrow the input of <see cref="HttpRequestReader"/> and die with it. What a
/// request does not have keeps its default.
/// </summary>
/// <remarks>
/// What to do with an error: send it with <see cref="HttpResponseWriter.WriteSimple"/> and close, since the position of
/// the next request is unknown.
/// </remarks>
public ref struct HttpRequest
{
    /// <summary>What is wrong, or None. The connection is to be closed behind the answer.</summary>
    public HttpStatus Error { get; internal set; }

    /// <summary>Which method.</summary>
    public HttpRequestMethod Method { get; internal set; }

    /// <summary>Whether the client speaks HTTP/1.1, not 1.0.</summary>
    public bool IsVersion11 { get; internal set; }

    /// <summary>The client wants to send more requests on the connection, or leaves that to the server.</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Bytes that the head takes in the input, with the empty line. 0 unless the status is Complete.</summary>
    public int HeadLength { get; internal set; }

    /// <summary>
    /// When the status is Incomplete: the bytes in which the head does not end. The next call on the same head, grown
    /// longer, may pass this as its <c>scanFrom</c>.
    /// </summary>
    public int ScannedLength { get; internal set; }

    /// <summary>
    /// What the request is for, as sent: visible ASCII. <see cref="HttpPathReader"/> makes a path of it.
    /// </summary>
    public ReadOnlySpan<byte> Target { get; internal set; }

    /// <summary>The value of Host, may be empty.</summary>
    public ReadOnlySpan<byte> Host { get; internal set; }

    /// <summary>Whether there is a Host header. A request without one is served, whatever its version.</summary>
    public readonly bool HasHost => (Seen & HttpFields.Host) != 0;

    /// <summary>Bytes of the body, or -1 when no length was sent.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>The body comes in chunks: <see cref="ChunkedReader"/> reads it.</summary>
    public bool IsChunked { get; internal set; }

    /// <summary>Whether bytes follow the head that belong to this request, with any method.</summary>
    public readonly bool HasBody => IsChunked || ContentLength > 0;

    /// <summary>
    /// The client waits for <see cref="HttpResponseWriter.Continue"/>, or a final answer, before it sends the body.
    /// </summary>
    public bool ExpectsContinue { get; internal set; }

    /// <summary>The Content-MD5 of a PUT: <see cref="HttpMd5.TextLength"/> good characters, or empty.</summary>
    public ReadOnlySpan<byte> ContentMd5 { get; internal set; }

    /// <summary>The Trailer header announces a Content-MD5 behind the chunks.</summary>
    public bool AnnouncesMd5 { get; internal set; }

    /// <summary>Whether a PUT brings a piece of an object: <see cref="ContentRange"/>.</summary>
    public bool HasContentRange { get; internal set; }

    /// <summary>The piece that a PUT brings; its length is <see cref="ContentLength"/>.</summary>
    public HttpContentRange ContentRange { get; internal set; }

    /// <summary>The value of Range, for <see cref="HttpRanges"/>; empty when there is none.</summary>
    public ReadOnlySpan<byte> Range { get; internal set; }

    /// <summary>The value of If-Match, or empty.</summary>
    public ReadOnlySpan<byte> IfMatch { get; internal set; }

    /// <summary>The value of If-None-Match, or empty.</summary>
    public ReadOnlySpan<byte> IfNoneMatch { get; internal set; }

    /// <summary>The value of If-Modified-Since, or empty.</summary>
    public ReadOnlySpan<byte> IfModifiedSince { get; internal set; }

    /// <summary>The value of If-Unmodified-Since, or empty.</summary>
    public ReadOnlySpan<byte> IfUnmodifiedSince { get; internal set; }

    /// <summary>The value of If-Range, or empty.</summary>
    public ReadOnlySpan<byte> IfRange { get; internal set; }

    /// <summary>The value of Want-Digest (RFC 3230, section 4.3.1), or empty.</summary>
    public ReadOnlySpan<byte> WantDigest { get; internal set; }

    /// <summary>Which headers were there.</summary>
    internal HttpFields Seen { get; set; }

    /// <summary>What Connection said.</summary>
    internal bool SaidClose { get; set; }

    /// <summary>What Connection said.</summary>
    internal bool SaidKeepAlive { get; set; }
}
