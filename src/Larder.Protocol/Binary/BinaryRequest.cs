using System.Buffers.Binary;

namespace Larder.Protocol.Binary;

/// <summary>
/// One request, read in two steps: <see cref="BinaryRequestReader.ReadHeader"/> fills what 24 bytes tell,
/// <see cref="BinaryRequestReader.ReadBody"/> the spans, which borrow the input and die with it.
/// </summary>
public ref struct BinaryRequest
{
    /// <summary>The opcode as sent, to be echoed.</summary>
    public byte Opcode { get; internal set; }

    /// <summary>The opcode without its quietness; meaningless unless it is known.</summary>
    public BinaryOpcode Command { get; internal set; }

    /// <summary>Silent on success or, for gets, on a miss.</summary>
    public bool IsQuiet { get; internal set; }

    /// <summary>
    /// Success, or what the header alone shows to be wrong: answer it; then close if <see cref="MustClose"/>,
    /// otherwise skip <see cref="FrameLength"/> bytes.
    /// </summary>
    public BinaryStatus Error { get; internal set; }

    /// <summary>Behind the answer to the error, the connection cannot be read any further.</summary>
    public bool MustClose { get; internal set; }

    /// <summary>Bytes of the header, the extras and the key.</summary>
    public int HeadLength { get; internal set; }

    /// <summary>Bytes of the value, 0 or more.</summary>
    public int ValueLength { get; internal set; }

    /// <summary>Bytes of the whole frame.</summary>
    public readonly int FrameLength => HeadLength + ValueLength;

    /// <summary>Four bytes of the client's, in the machine's order, to be echoed.</summary>
    public uint Opaque { get; internal set; }

    /// <summary>The item's CAS must be this one; 0 for any.</summary>
    public ulong Cas { get; internal set; }

    /// <summary>The key: at most 250 bytes, empty if there is none.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The value if the frame stood whole in the input, otherwise empty.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>The client flags of set, add and replace.</summary>
    public readonly uint ClientFlags => BinaryPrimitives.ReadUInt32BigEndian(Extras);

    /// <summary>
    /// The last four bytes of the extras: exptime of storage, arithmetic, touch, gat and flush (0 never, up to 2592000
    /// relative, above that UNIX time), or the level of verbosity. 0 without extras.
    /// </summary>
    public readonly uint LastWord => Extras.IsEmpty
        ? 0
        : BinaryPrimitives.ReadUInt32BigEndian(Extras[^BinaryFrame.WordExtrasLength..]);

    /// <summary>The delta of increment and decrement.</summary>
    public readonly ulong Delta => BinaryPrimitives.ReadUInt64BigEndian(Extras);

    /// <summary>The first value of increment and decrement.</summary>
    public readonly ulong Initial => BinaryPrimitives.ReadUInt64BigEndian(Extras[sizeof(ulong)..]);

    internal ReadOnlySpan<byte> Extras { get; set; }

    internal int ExtrasLength { get; set; }
}
