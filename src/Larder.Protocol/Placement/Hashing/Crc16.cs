namespace Larder.Protocol.Placement.Hashing;

/// <summary>
/// twemproxy's crc16: the CRC of XMODEM (polynomial 0x1021, begun with 0), whose register has 32 bits and keeps what is
/// shifted out of the lower 16.
/// </summary>
internal static class Crc16
{
    private const ushort Polynomial = 0x1021;

    private static readonly ushort[] s_table = Table();

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Any bytes.</param>
    /// <returns>32 bits.</returns>
    public static uint Compute(ReadOnlySpan<byte> key)
    {
        uint crc = 0;
        foreach (byte b in key)
            crc = (crc << 8) ^ s_table[(byte)((crc >> 8) ^ b)];
        return crc;
    }

    private static ushort[] Table()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            table[i] = unchecked((ushort)crc);
        }
        return table;
    }
}
