using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;

namespace Larder.Protocol.Scan;

/// <summary>Writes decimal numbers as ASCII: no culture, no allocation, two digits at a step.</summary>
public static class NumberWriter
{
    /// <summary>The most digits of an unsigned 64-bit number.</summary>
    public const int UInt64LengthMax = 20;

    /// <summary>The most characters of a signed 64-bit number, with its sign.</summary>
    public const int Int64LengthMax = 20;

    /// <summary>The most digits of an unsigned 32-bit number.</summary>
    public const int UInt32LengthMax = 10;

    private static ReadOnlySpan<byte> Pairs =>
        "00010203040506070809101112131415161718192021222324"u8 + "25262728293031323334353637383940414243444546474849"u8
        + "50515253545556575859606162636465666768697071727374"u8
        + "75767778798081828384858687888990919293949596979899"u8;

    // The smallest number with one digit more than the index says; 0 counts as one digit.
    private static ReadOnlySpan<ulong> PowersOfTen =>
    [
        0, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>How many digits a number has.</summary>
    /// <param name="value">The number.</param>
    /// <returns>1..20.</returns>
    public static int CountDigits(ulong value)
    {
        // 1233/4096 is log10(2) to four places: bits to digits, at most one too many (Hacker's Delight, 11-4).
        int guess = (BitOperations.Log2(value | 1) + 1) * 1233 >> 12;
        return value < PowersOfTen[guess] ? guess : guess + 1;
    }

    /// <summary>Writes an unsigned number.</summary>
    /// <param name="destination">
    /// At least <see cref="UInt64LengthMax"/> bytes, or as many as the number has digits.
    /// </param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written, 1..20.</returns>
    public static int Write(Span<byte> destination, ulong value)
    {
        if (value < 10)
        {
            destination[0] = (byte)('0' + value);
            return 1;
        }
        int length = CountDigits(value);
        int at = length;
        while (value >= 100)
        {
            at -= 2;
            WritePair(destination[at..], (uint)(value % 100));
            value /= 100;
        }
        if (at == 2)
            WritePair(destination, (uint)value);
        else
            destination[0] = (byte)('0' + value);
        return length;
    }

    /// <summary>Writes a signed number.</summary>
    /// <param name="destination">At least <see cref="Int64LengthMax"/> bytes, or as many as the number needs.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written, 1..20.</returns>
    public static int WriteSigned(Span<byte> destination, long value)
    {
        if (value >= 0)
            return Write(destination, (ulong)value);
        destination[0] = (byte)'-';
        return 1 + Write(destination[1..], 0UL - (ulong)value);
    }

    private static void WritePair(Span<byte> destination, uint pair)
    {
        Debug.Assert(pair < 100);
        ushort digits = BinaryPrimitives.ReadUInt16LittleEndian(Pairs[((int)pair * 2)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(destination, digits);
    }
}
