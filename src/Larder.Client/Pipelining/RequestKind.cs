namespace Larder.Client.Pipelining;

/// <summary>What a request is.</summary>
internal enum RequestKind : byte
{
    /// <summary>A read, with its value.</summary>
    Get,
    /// <summary>A new expiry without a read.</summary>
    Touch,
    /// <summary>A store in one of the modes.</summary>
    Store,
    /// <summary>Up or down.</summary>
    Count,
    /// <summary>A delete or an invalidation.</summary>
    Delete,
    /// <summary>Nothing but a reply: is the server there?</summary>
    Ping,
    /// <summary>The server's version: the reply's value.</summary>
    Version,
    /// <summary>Invalidates all items.</summary>
    Flush,
    /// <summary>Statistics: the reply's value has one line for each, <c>name value LF</c>.</summary>
    Stats,
}
