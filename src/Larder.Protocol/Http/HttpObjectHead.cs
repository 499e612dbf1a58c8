namespace Larder.Protocol.Http;

/// <summary>
/// What the head of an answer with an object says, for <see cref="HttpResponseWriter.WriteObjectHead"/>. Headers whose
/// span is empty are left out.
/// </summary>
public ref struct HttpObjectHead
{
    /// <summary>The longest ETag with its quotes, in bytes.</summary>
    public const int ETagLengthMax = 80;

    /// <summary>The longest value of Digest, in bytes.</summary>
    public const int DigestLengthMax = 160;

    /// <summary>Ok, PartialContent or NotModified.</summary>
    public HttpStatus Status { get; set; }

    /// <summary>Whether the connection stays.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Now, <see cref="HttpDate.Length"/> bytes.</summary>
    public ReadOnlySpan<byte> Date { get; set; }

    /// <summary>When the object changed, <see cref="HttpDate.Length"/> bytes.</summary>
    public ReadOnlySpan<byte> LastModified { get; set; }

    /// <summary>Bytes of the object.</summary>
    public long Size { get; set; }

    /// <summary>The piece that is sent with PartialContent, unless <see cref="Boundary"/> is set.</summary>
    public HttpRange Range { get; set; }

    /// <summary>
    /// What separates the pieces of a PartialContent with several (<see cref="HttpMultipartWriter"/>); 0 for one piece.
    /// </summary>
    public ulong Boundary { get; set; }

    /// <summary>Bytes of the body of several pieces.</summary>
    public long MultipartLength { get; set; }

    /// <summary>The ETag with its quotes.</summary>
    public ReadOnlySpan<byte> ETag { get; set; }

    /// <summary>
    /// The value of Digest (RFC 3230, section 4.3.2): a digest of the whole object, also with a piece.
    /// </summary>
    public ReadOnlySpan<byte> Digest { get; set; }

    /// <summary>
    /// The value of Content-MD5, <see cref="HttpMd5.TextLength"/> bytes; sent with Ok only, as it is the body's.
    /// </summary>
    public ReadOnlySpan<byte> ContentMd5 { get; set; }
}
