namespace Larder.Protocol.Text;

/// <summary>What a response reader found at the beginning of its input.</summary>
public enum ReplyStatus
{
    /// <summary>Not a whole reply yet: read more bytes and ask again.</summary>
    Incomplete,

    /// <summary>One whole reply, its value included.</summary>
    Complete,

    /// <summary>Not the protocol: the connection cannot be used any more.</summary>
    Malformed,
}
