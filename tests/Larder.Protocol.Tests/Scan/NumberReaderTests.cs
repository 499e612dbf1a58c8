using System.Globalization;
using Larder.Protocol.Scan;
using Xunit;

namespace Larder.Protocol.Tests.Scan;

public class NumberReaderTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1", 1UL)]
    [InlineData("00007", 7UL)]
    [InlineData("+5", 5UL)]
    [InlineData("-0", 0UL)]
    [InlineData("\t5", 5UL)]
    [InlineData("5\t", 5UL)]
    [InlineData("5\tz", 5UL)]
    [InlineData("\r\v\f5\r9", 5UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("00018446744073709551615", ulong.MaxValue)]
    public void Unsigned_number_is_read(string token, ulong expected)
    {
        Assert.True(NumberReader.TryReadUInt64(Bytes.Of(token), out ulong value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("\t")]
    [InlineData("x")]
    [InlineData("1x")]
    [InlineData("0x10")]
    [InlineData("1.5")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("- 1")]
    [InlineData("-1")]
    [InlineData("-18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999")]
    [InlineData("1\0")]
    public void Unsigned_number_is_refused(string token)
    {
        Assert.False(NumberReader.TryReadUInt64(Bytes.Of(token), out ulong value));
        Assert.Equal(0UL, value);
        Assert.False(NumberReader.TryReadLength(Bytes.Of(token), out _));
        Assert.False(NumberReader.TryReadUInt32(Bytes.Of(token), out _));
        Assert.False(NumberReader.TryReadFlagsTruncated(Bytes.Of(token), out _));
    }

    [Theory]
    [InlineData("-1", -1L)]
    [InlineData("+1", 1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Signed_number_is_read(string token, long expected)
    {
        Assert.True(NumberReader.TryReadInt64(Bytes.Of(token), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("a")]
    [InlineData("")]
    public void Signed_number_is_refused(string token)
    {
        Assert.False(NumberReader.TryReadInt64(Bytes.Of(token), out _));
        Assert.False(NumberReader.TryReadExptime(Bytes.Of(token), out _));
    }

    [Theory]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2147483648", int.MinValue)]
    [InlineData("-2147483649", int.MaxValue)]
    [InlineData("-1", -1)]
    [InlineData("4294967296", 0)]
    public void Exptime_keeps_its_low_32_bits(string token, int expected)
    {
        Assert.True(NumberReader.TryReadExptime(Bytes.Of(token), out int exptime));
        Assert.Equal(expected, exptime);
    }

    [Theory]
    [InlineData("4294967295", 4294967295u)]
    [InlineData("4294967297", 1u)]
    [InlineData("18446744073709551615", 4294967295u)]
    public void Classic_flags_keep_their_low_32_bits(string token, uint expected)
    {
        Assert.True(NumberReader.TryReadFlagsTruncated(Bytes.Of(token), out uint flags));
        Assert.Equal(expected, flags);
    }

    [Theory]
    [InlineData("4294967295", true)]
    [InlineData("4294967296", false)]
    public void Unsigned_32_bit_number_has_its_bound(string token, bool expected) =>
        Assert.Equal(expected, NumberReader.TryReadUInt32(Bytes.Of(token), out _));

    [Theory]
    [InlineData("2147483645", true)]
    [InlineData("2147483646", false)]
    [InlineData("4294967297", false)]
    public void Length_has_its_bound(string token, bool expected) =>
        Assert.Equal(expected, NumberReader.TryReadLength(Bytes.Of(token), out _));

    [Fact]
    public void Every_number_near_a_power_of_ten_is_written_and_read_back()
    {
        byte[] buffer = new byte[NumberWriter.UInt64LengthMax];
        foreach (ulong value in NearPowers())
        {
            int length = NumberWriter.Write(buffer, value);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Bytes.Text(buffer.AsSpan(0, length)));
            Assert.Equal(length, NumberWriter.CountDigits(value));
            Assert.True(NumberReader.TryReadUInt64(buffer.AsSpan(0, length), out ulong back));
            Assert.Equal(value, back);
        }
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(-10L)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Signed_number_is_written(long value)
    {
        byte[] buffer = new byte[NumberWriter.Int64LengthMax];
        int length = NumberWriter.WriteSigned(buffer, value);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Bytes.Text(buffer.AsSpan(0, length)));
    }

    private static IEnumerable<ulong> NearPowers()
    {
        for (ulong value = 0; value < 2100; value++)
            yield return value;
        for (ulong power = 10; power <= 1_000_000_000_000_000_000; power *= 10)
            foreach (ulong near in (ulong[])[power - 1, power, power + 1, (power * 5) + 37])
                yield return near;
        for (int bit = 0; bit < 64; bit++)
            yield return 1UL << bit;
        yield return 10_000_000_000_000_000_000;
        yield return 9_999_999_999_999_999_999;
        yield return ulong.MaxValue;
    }
}
