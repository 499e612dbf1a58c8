using System.Buffers.Binary;

namespace Larder.Protocol.Binary;

/// <summary>One response, read. The spans borrow the input of <see cref="BinaryResponseReader"/>.</summary>
public ref struct BinaryReply
{
    /// <summary>The opcode of the request.</summary>
    public BinaryOpcode Opcode { get; internal set; }

    /// <summary>How it ended.</summary>
    public BinaryStatus Status { get; internal set; }

    /// <summary>The request's four bytes, in the machine's order.</summary>
    public uint Opaque { get; internal set; }

    /// <summary>The item's CAS, or 0.</summary>
    public ulong Cas { get; internal set; }

    /// <summary>Bytes of the whole response; known as soon as its header has come, else 0.</summary>
    public long TotalLength { get; internal set; }

    /// <summary>The key, or empty.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The value, or the text of an error.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>The item's client flags; 0 for a response without extras.</summary>
    public readonly uint ClientFlags => Extras.Length < BinaryFrame.WordExtrasLength
        ? 0
        : BinaryPrimitives.ReadUInt32BigEndian(Extras);

    internal ReadOnlySpan<byte> Extras { get; set; }

    /// <summary>The number that increment and decrement answer.</summary>
    /// <returns>False when the value is none.</returns>
    public readonly bool TryGetNumber(out ulong number) => BinaryPrimitives.TryReadUInt64BigEndian(Value, out number)
        && Value.Length == sizeof(ulong);
}
