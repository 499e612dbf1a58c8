namespace Larder.Protocol.Binary;

/// <summary>The status of a response (memcached, protocol_binary.h).</summary>
public enum BinaryStatus : ushort
{
    /// <summary>Done.</summary>
    Success = 0x00,
    /// <summary>No such key.</summary>
    NotFound = 0x01,
    /// <summary>The key exists, or its CAS is another.</summary>
    Exists = 0x02,
    /// <summary>The item is larger than the server takes.</summary>
    TooLarge = 0x03,
    /// <summary>Wrong lengths for the opcode. The server closes the connection behind it.</summary>
    InvalidArguments = 0x04,
    /// <summary>Nothing to append to.</summary>
    NotStored = 0x05,
    /// <summary>The value is no number.</summary>
    NonNumeric = 0x06,
    /// <summary>Not authenticated, or not allowed.</summary>
    AuthError = 0x20,
    /// <summary>The SASL exchange goes on.</summary>
    AuthContinue = 0x21,
    /// <summary>The opcode is not known.</summary>
    UnknownCommand = 0x81,
    /// <summary>No memory for the item.</summary>
    OutOfMemory = 0x82,
    /// <summary>Not now: try again later.</summary>
    TemporaryFailure = 0x86,
}
