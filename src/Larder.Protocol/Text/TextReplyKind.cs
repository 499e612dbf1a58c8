namespace Larder.Protocol.Text;

/// <summary>What a classic reply is.</summary>
public enum TextReplyKind : byte
{
    /// <summary>A line that is none of the below, such as those of metadump, slabs or lru commands.</summary>
    Other,
    /// <summary>VALUE: one item, with its value.</summary>
    Value,
    /// <summary>END of values or statistics.</summary>
    End,
    /// <summary>STORED.</summary>
    Stored,
    /// <summary>NOT_STORED.</summary>
    NotStored,
    /// <summary>EXISTS.</summary>
    Exists,
    /// <summary>NOT_FOUND.</summary>
    NotFound,
    /// <summary>DELETED.</summary>
    Deleted,
    /// <summary>TOUCHED.</summary>
    Touched,
    /// <summary>OK.</summary>
    Ok,
    /// <summary>RESET.</summary>
    Reset,
    /// <summary>A number: the answer to incr and decr.</summary>
    Number,
    /// <summary>STAT name value.</summary>
    Stat,
    /// <summary>VERSION text.</summary>
    Version,
    /// <summary>ERROR, alone or with a text.</summary>
    Error,
    /// <summary>CLIENT_ERROR text.</summary>
    ClientError,
    /// <summary>SERVER_ERROR text.</summary>
    ServerError,
}
