namespace Larder.Protocol.Http;

/// <summary>The methods that an object store serves (RFC 9110, section 9; MKCOL: RFC 4918, section 9.3).</summary>
public enum HttpRequestMethod : byte
{
    /// <summary>None of these; only beside an error.</summary>
    None,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>MKCOL, which trackers send and which is answered 400.</summary>
    Mkcol,
}
