namespace Larder.Client.Serializing;

/// <summary>
/// What the bytes of a value are. The numbers stand in the flags of stored values: they never change.
/// </summary>
internal enum ValueForm : byte
{
    /// <summary>Not from this client: bytes, text or what the serializer reads, as the reader's type has it.</summary>
    Foreign = 0,
    Bytes = 1,
    /// <summary>UTF-8.</summary>
    Text = 2,
    /// <summary>What the client's serializer wrote.</summary>
    Serialized = 3,
    /// <summary>Null.</summary>
    Nothing = 4,
}
