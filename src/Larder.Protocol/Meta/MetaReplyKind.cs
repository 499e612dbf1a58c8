namespace Larder.Protocol.Meta;

/// <summary>What a meta reply is.</summary>
public enum MetaReplyKind : byte
{
    /// <summary>HD: done, without a value.</summary>
    Done,
    /// <summary>VA: with a value.</summary>
    Value,
    /// <summary>EN: mg or me found nothing.</summary>
    Miss,
    /// <summary>NF: not found.</summary>
    NotFound,
    /// <summary>NS: not stored.</summary>
    NotStored,
    /// <summary>EX: the cas value does not match.</summary>
    Exists,
    /// <summary>ME: the answer to me.</summary>
    Debug,
    /// <summary>MN: the answer to mn.</summary>
    Noop,
    /// <summary>ERROR.</summary>
    Error,
    /// <summary>CLIENT_ERROR text.</summary>
    ClientError,
    /// <summary>SERVER_ERROR text.</summary>
    ServerError,
}
