namespace Larder.Protocol.Binary;

/// <summary>The opcodes of memcached's binary protocol (memcached, protocol_binary.h).</summary>
/// <remarks>A Q at the end is the quiet twin: silent on a miss (gets) or on success (the others).</remarks>
public enum BinaryOpcode : byte
{
    /// <summary>Value of a key.</summary>
    Get = 0x00,
    /// <summary>Store always, or with a CAS if unchanged.</summary>
    Set = 0x01,
    /// <summary>Store if absent.</summary>
    Add = 0x02,
    /// <summary>Store if present.</summary>
    Replace = 0x03,
    /// <summary>Remove.</summary>
    Delete = 0x04,
    /// <summary>Add to a number.</summary>
    Increment = 0x05,
    /// <summary>Subtract from a number.</summary>
    Decrement = 0x06,
    /// <summary>Answer, then close.</summary>
    Quit = 0x07,
    /// <summary>Invalidate everything.</summary>
    Flush = 0x08,
    /// <summary>Quiet Get.</summary>
    GetQ = 0x09,
    /// <summary>Nothing but an answer.</summary>
    Noop = 0x0a,
    /// <summary>The server's version.</summary>
    Version = 0x0b,
    /// <summary>Get whose answer holds the key.</summary>
    GetK = 0x0c,
    /// <summary>Quiet GetK.</summary>
    GetKQ = 0x0d,
    /// <summary>Put behind the value.</summary>
    Append = 0x0e,
    /// <summary>Put before the value.</summary>
    Prepend = 0x0f,
    /// <summary>Statistics: one answer for each, then an empty one.</summary>
    Stat = 0x10,
    /// <summary>Quiet Set.</summary>
    SetQ = 0x11,
    /// <summary>Quiet Add.</summary>
    AddQ = 0x12,
    /// <summary>Quiet Replace.</summary>
    ReplaceQ = 0x13,
    /// <summary>Quiet Delete.</summary>
    DeleteQ = 0x14,
    /// <summary>Quiet Increment.</summary>
    IncrementQ = 0x15,
    /// <summary>Quiet Decrement.</summary>
    DecrementQ = 0x16,
    /// <summary>Close without an answer.</summary>
    QuitQ = 0x17,
    /// <summary>Quiet Flush.</summary>
    FlushQ = 0x18,
    /// <summary>Quiet Append.</summary>
    AppendQ = 0x19,
    /// <summary>Quiet Prepend.</summary>
    PrependQ = 0x1a,
    /// <summary>Level of the server's log.</summary>
    Verbosity = 0x1b,
    /// <summary>New expiry of a key.</summary>
    Touch = 0x1c,
    /// <summary>Get and Touch.</summary>
    Gat = 0x1d,
    /// <summary>Quiet Gat.</summary>
    GatQ = 0x1e,
    /// <summary>Which SASL mechanisms there are.</summary>
    SaslList = 0x20,
    /// <summary>First message of a SASL exchange.</summary>
    SaslAuth = 0x21,
    /// <summary>Next message of a SASL exchange.</summary>
    SaslStep = 0x22,
    /// <summary>Gat whose answer holds the key.</summary>
    GatK = 0x23,
    /// <summary>Quiet GatK.</summary>
    GatKQ = 0x24,
}
