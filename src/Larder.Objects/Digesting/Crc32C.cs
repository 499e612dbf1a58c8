using System.Numerics;
using System.Runtime.InteropServices;

namespace Larder.Objects.Digesting;

/// <summary>
/// CRC-32C (Castagnoli; RFC 3720, appendix B.4) of bytes that come in pieces. The processor's instruction takes eight
/// bytes at a time where it has one.
/// </summary>
public struct Crc32C
{
    /// <summary>The checksum of all pieces until now; 0 for none.</summary>
    public uint Value { get; private set; }

    /// <summary>The checksum of one stretch of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = default(Crc32C);
        crc.Append(bytes);
        return crc.Value;
    }

    /// <summary>Goes on with the next piece.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~Value;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }
        foreach (byte value in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }
        Value = ~crc;
    }
}
