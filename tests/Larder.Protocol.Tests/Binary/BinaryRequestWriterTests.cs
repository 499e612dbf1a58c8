using Larder.Protocol.Binary;
using Xunit;

namespace Larder.Protocol.Tests.Binary;

/// <summary>What the client's writer writes, the server's reader understands.</summary>
public class BinaryRequestWriterTests
{
    private readonly byte[] _buffer = new byte[BinaryRequestWriter.HeadLengthMax];

    [Fact]
    public void Request_without_extras_is_read_as_written()
    {
        int length = BinaryRequestWriter.Write(_buffer, BinaryOpcode.GetKQ, "key"u8, 0x04030201, 77);
        Assert.Equal("0d opaque=4030201 cas=77 length=27 GetK quiet key=key value=", Read(length));
        length = BinaryRequestWriter.Write(_buffer, BinaryOpcode.Noop, default);
        Assert.Equal("0a opaque=0 cas=0 length=24 Noop key= value=", Read(length));
        length = BinaryRequestWriter.Write(_buffer, BinaryOpcode.Append, "key"u8, valueLength: 2);
        Assert.Equal("0e opaque=0 cas=0 length=29 Append key=key value=xy", Read(length, "xy"));
    }

    [Fact]
    public void Storage_is_read_as_written()
    {
        int length = BinaryRequestWriter.WriteStorage(
            _buffer, BinaryOpcode.Set, "key"u8, uint.MaxValue, 100, 5, 9, ulong.MaxValue);
        Assert.Equal(
            "01 opaque=9 cas=18446744073709551615 length=40 Set key=key flags=4294967295 exp=100 value=value",
            Read(length, "value"));
        length = BinaryRequestWriter.WriteStorage(_buffer, BinaryOpcode.AddQ, "k"u8, 0, 0, 0);
        Assert.Equal("12 opaque=0 cas=0 length=33 Add quiet key=k flags=0 exp=0 value=", Read(length));
    }

    [Fact]
    public void Arithmetic_of_the_longest_key_fills_the_most_that_is_promised()
    {
        string key = new('k', 250);
        int length = BinaryRequestWriter.WriteArithmetic(
            _buffer, BinaryOpcode.Decrement, Bytes.Of(key), ulong.MaxValue, 10, BinaryFrame.DoNotCreate, 1, 2);
        Assert.Equal(BinaryRequestWriter.HeadLengthMax, length);
        Assert.Equal(
            $"06 opaque=1 cas=2 length=294 Decrement key={key} delta=18446744073709551615 initial=10"
            + " exp=4294967295 value=",
            Read(length));
    }

    [Fact]
    public void Request_with_one_number_is_read_as_written()
    {
        int length = BinaryRequestWriter.WriteWord(_buffer, BinaryOpcode.GatK, "key"u8, 3600, 5);
        Assert.Equal("23 opaque=5 cas=0 length=31 GatK key=key word=3600 value=", Read(length));
        length = BinaryRequestWriter.WriteWord(_buffer, BinaryOpcode.FlushQ, default, 1);
        Assert.Equal("18 opaque=0 cas=0 length=28 Flush quiet key= word=1 value=", Read(length));
    }

    private string Read(int length, string value = "")
    {
        byte[] frame = [.. _buffer[..length], .. Bytes.Of(value)];
        return BinaryDescription.Read(frame);
    }
}
