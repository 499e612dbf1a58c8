namespace Larder.Protocol.Binary;

/// <summary>Whether an opcode's request has a key.</summary>
public enum BinaryKeyRule : byte
{
    /// <summary>It must not.</summary>
    Forbidden,
    /// <summary>It must, of 1 to 250 bytes.</summary>
    Required,
    /// <summary>It may.</summary>
    Optional,
}
