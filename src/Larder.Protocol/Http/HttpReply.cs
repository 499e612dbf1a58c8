namespace Larder.Protocol.Http;

/// <summary>
/// The head of one response, read. All spans borrow the input of <see cref="HttpResponseReader"/> and die with it;
/// those of headers that are not there are empty.
/// </summary>
public ref struct HttpReply
{
    /// <summary>The status code, 100..599.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>Whether the server speaks HTTP/1.1, not 1.0.</summary>
    public bool IsVersion11 { get; internal set; }

    /// <summary>Whether the connection can be used again behind the body.</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Bytes that the head takes in the input, with the empty line. 0 unless the status is Complete.</summary>
    public int HeadLength { get; internal set; }

    /// <summary>
    /// When the status is Incomplete: the bytes in which the head does not end, for the next call's <c>scanFrom</c>.
    /// </summary>
    public int ScannedLength { get; internal set; }

    /// <summary>The Content-Length, or -1. Behind a HEAD it tells of a body that is not sent.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>The body comes in chunks.</summary>
    public bool IsChunked { get; internal set; }

    /// <summary>Whether a Content-Range was there, and is good.</summary>
    public bool HasContentRange { get; internal set; }

    /// <summary>The piece of a 206.</summary>
    public HttpContentRange ContentRange { get; internal set; }

    /// <summary>The value of ETag.</summary>
    public ReadOnlySpan<byte> ETag { get; internal set; }

    /// <summary>The value of Last-Modified.</summary>
    public ReadOnlySpan<byte> LastModified { get; internal set; }

    /// <summary>The value of Content-MD5.</summary>
    public ReadOnlySpan<byte> ContentMd5 { get; internal set; }

    /// <summary>The value of Content-Type.</summary>
    public ReadOnlySpan<byte> ContentType { get; internal set; }

    /// <summary>Which headers were there.</summary>
    internal HttpFields Seen { get; set; }

    /// <summary>What Connection said.</summary>
    internal bool SaidClose { get; set; }

    /// <summary>What Connection said.</summary>
    internal bool SaidKeepAlive { get; set; }

    /// <summary>
    /// Bytes of the body that follow the head, when they are counted: -1 for chunks, and for a body that ends with the
    /// connection (RFC 9112, section 6.3).
    /// </summary>
    /// <param name="method">What the request was.</param>
    /// <returns>0 or more, or -1.</returns>
    public readonly long BodyLength(HttpRequestMethod method) =>
        method == HttpRequestMethod.Head || StatusCode is < 200 or 204 or 304 ? 0
        : IsChunked ? -1
        : ContentLength;
}
