using System.Buffers.Binary;

namespace Larder.Protocol.Scan;

/// <summary>The CRC-32 of zlib and IEEE 802.3, eight bytes at a step (Intel's slicing-by-8).</summary>
public static class Crc32
{
    private const uint Polynomial = 0xedb88320; // reflected
    private const int SliceCount = 8;
    private const int SliceLength = 256;

    private static readonly uint[] s_table = Table();

    /// <summary>Computes the CRC.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>The CRC.</returns>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint[] table = s_table;
        uint crc = uint.MaxValue;
        for (; bytes.Length >= SliceCount; bytes = bytes[SliceCount..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = table[(7 * SliceLength) + (byte)word]
                ^ table[(6 * SliceLength) + (byte)(word >> 8)]
                ^ table[(5 * SliceLength) + (byte)(word >> 16)]
                ^ table[(4 * SliceLength) + (byte)(word >> 24)]
                ^ table[(3 * SliceLength) + (byte)(word >> 32)]
                ^ table[(2 * SliceLength) + (byte)(word >> 40)]
                ^ table[SliceLength + (byte)(word >> 48)]
                ^ table[(byte)(word >> 56)];
        }
        foreach (byte b in bytes)
            crc = (crc >> 8) ^ table[(byte)(crc ^ b)];
        return ~crc;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[SliceCount * SliceLength];
        for (uint i = 0; i < SliceLength; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            table[i] = crc;
        }
        for (int i = SliceLength; i < table.Length; i++)
            table[i] = (table[i - SliceLength] >> 8) ^ table[(byte)table[i - SliceLength]];
        return table;
    }
}
