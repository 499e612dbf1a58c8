namespace Larder.Protocol.Http;

/// <summary>The status codes that Larder sends, by their number (RFC 9110, section 15).</summary>
public enum HttpStatus : ushort
{
    /// <summary>No status: nothing is wrong.</summary>
    None = 0,

    /// <summary>The client may send the body.</summary>
    Continue = 100,

    /// <summary>The whole object.</summary>
    Ok = 200,

    /// <summary>PUT has stored, whether or not there was something before.</summary>
    Created = 201,

    /// <summary>DELETE has removed.</summary>
    NoContent = 204,

    /// <summary>One or several ranges of the object.</summary>
    PartialContent = 206,

    /// <summary>The client's copy is good.</summary>
    NotModified = 304,

    /// <summary>The request is malformed.</summary>
    BadRequest = 400,

    /// <summary>The path is not to be served.</summary>
    Forbidden = 403,

    /// <summary>No such object.</summary>
    NotFound = 404,

    /// <summary>The request has not come whole in time.</summary>
    RequestTimeout = 408,

    /// <summary>A method that this listener does not serve.</summary>
    MethodNotAllowed = 405,

    /// <summary>A PUT that tells neither its length nor that it comes in chunks.</summary>
    LengthRequired = 411,

    /// <summary>A condition of the request does not hold.</summary>
    PreconditionFailed = 412,

    /// <summary>No range lies in the object.</summary>
    RangeNotSatisfiable = 416,

    /// <summary>An expectation other than 100-continue.</summary>
    ExpectationFailed = 417,

    /// <summary>The disk failed.</summary>
    InternalServerError = 500,

    /// <summary>A method or a transfer coding that nobody here knows.</summary>
    NotImplemented = 501,

    /// <summary>The device or the server takes no requests now.</summary>
    ServiceUnavailable = 503,

    /// <summary>Neither HTTP/1.0 nor HTTP/1.1.</summary>
    VersionNotSupported = 505,

    /// <summary>The disk is full, or a length is beyond all disks.</summary>
    InsufficientStorage = 507,
}
