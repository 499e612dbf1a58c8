namespace Larder.Protocol.Http;

/// <summary>Code and phrase of each status, as they stand in the status line and in the <c>Status:</c> line.</summary>
public static class HttpStatusLines
{
    /// <summary>The longest of them, in bytes.</summary>
    public const int LengthMax = 35;

    /// <summary>Code and phrase, as <c>404 Not Found</c>.</summary>
    /// <param name="status">One of the enumeration's values except None.</param>
    /// <returns>A constant of the program's image.</returns>
    public static ReadOnlySpan<byte> Of(HttpStatus status) => status switch
    {
        HttpStatus.Continue => "100 Continue"u8,
        HttpStatus.Ok => "200 OK"u8,
        HttpStatus.Created => "201 Created"u8,
        HttpStatus.NoContent => "204 No Content"u8,
        HttpStatus.PartialContent => "206 Partial Content"u8,
        HttpStatus.NotModified => "304 Not Modified"u8,
        HttpStatus.BadRequest => "400 Bad Request"u8,
        HttpStatus.Forbidden => "403 Forbidden"u8,
        HttpStatus.NotFound => "404 Not Found"u8,
        HttpStatus.MethodNotAllowed => "405 Method Not Allowed"u8,
        HttpStatus.RequestTimeout => "408 Request Timeout"u8,
        HttpStatus.LengthRequired => "411 Length Required"u8,
        HttpStatus.PreconditionFailed => "412 Precondition Failed"u8,
        HttpStatus.RangeNotSatisfiable => "416 Requested Range Not Satisfiable"u8,
        HttpStatus.ExpectationFailed => "417 Expectation Failed"u8,
        HttpStatus.NotImplemented => "501 Not Implemented"u8,
        HttpStatus.ServiceUnavailable => "503 Service Unavailable"u8,
        HttpStatus.VersionNotSupported => "505 HTTP Version Not Supported"u8,
        HttpStatus.InsufficientStorage => "507 Insufficient Storage"u8,
        _ => "500 Internal Server Error"u8,
    };
}
