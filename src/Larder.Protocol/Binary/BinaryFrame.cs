namespace Larder.Protocol.Binary;

/// <summary>
/// How a frame is laid out, the same both ways. All numbers are big-endian but the opaque, which is bytes.
/// </summary>
/// <remarks>
/// <code>
///   0 magic  1 opcode  2 key length (2)  4 extras length  5 data type  6 vbucket | status (2)
///   8 body length (4)  12 opaque (4)  16 CAS (8)  24 extras, key, value: together the body
/// </code>
/// </remarks>
public static class BinaryFrame
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 24;

    /// <summary>First byte of a request.</summary>
    public const byte RequestMagic = 0x80;

    /// <summary>First byte of a response.</summary>
    public const byte ResponseMagic = 0x81;

    /// <summary>The longest body that is read, 1 GiB: the largest item of memcached (1.6.45).</summary>
    public const int BodyLengthMax = 1 << 30;

    /// <summary>Extras of set, add and replace: client flags and exptime.</summary>
    public const int StorageExtrasLength = 8;

    /// <summary>Extras of increment and decrement: delta, initial value and exptime.</summary>
    public const int ArithmeticExtrasLength = 20;

    /// <summary>Extras of touch, gat, flush and verbosity: one number. Extras of a value: the client flags.</summary>
    public const int WordExtrasLength = 4;

    /// <summary>The exptime of increment and decrement that forbids creating the item.</summary>
    public const uint DoNotCreate = uint.MaxValue;

    internal const int OpcodeAt = 1;
    internal const int KeyLengthAt = 2;
    internal const int ExtrasLengthAt = 4;
    internal const int StatusAt = 6;
    internal const int BodyLengthAt = 8;
    internal const int OpaqueAt = 12;
    internal const int CasAt = 16;
}
