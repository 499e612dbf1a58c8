namespace Larder.Protocol.Http;

/// <summary>Why a target is no path of an object.</summary>
public enum HttpPathError : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Characters that are not allowed, or no path at all: 400, and the connection is closed.</summary>
    Malformed,

    /// <summary>Too long, or a segment of it: 400, and the connection is closed.</summary>
    TooLong,

    /// <summary>It leads upwards or has a segment of one dot: 403, and the connection stays.</summary>
    Forbidden,
}
