namespace Larder.Protocol.Http;

/// <summary>What a Range header comes to for one object.</summary>
public enum HttpRangeOutcome : byte
{
    /// <summary>The whole object is sent, as if there were no Range.</summary>
    Whole,

    /// <summary>One or several pieces are sent: 206.</summary>
    Partial,

    /// <summary>No range lies in the object: 416, and the connection stays.</summary>
    NotSatisfiable,

    /// <summary>No ranges: 400, and the connection is closed.</summary>
    Malformed,

    /// <summary>A number above 2^63-1: 507, and the connection is closed.</summary>
    TooLarge,
}
