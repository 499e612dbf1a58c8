using Larder.Protocol.Binary;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Binary;

/// <summary>What the server's writer writes, the client's reader understands; and the bytes themselves.</summary>
public class BinaryResponseTests
{
    private readonly byte[] _buffer = new byte[BinaryResponseWriter.ValueHeadLengthMax + 10];

    [Fact]
    public void Value_has_flags_key_and_cas()
    {
        int at = BinaryResponseWriter.WriteValueHead(_buffer, 0x0c, 0x04030201, 0x1122334455667788, 5, "key"u8, 3);
        "val"u8.CopyTo(_buffer.AsSpan(at));
        string hex = Convert.ToHexString(_buffer.AsSpan(0, at + 3));
        Assert.Equal(
            "810C0003" + "04000000" + "0000000A" + "01020304" + "1122334455667788" + "00000005" + "6B6579" + "76616C",
            BitConverter.IsLittleEndian ? hex : hex.Replace("04030201", "01020304", StringComparison.Ordinal));
        Assert.Equal(
            "34: 0c status=0 opaque=4030201 cas=1234605616436508552 flags=5 key=key value=val",
            BinaryDescription.ReadReply(_buffer[..(at + 3)]));
    }

    [Theory]
    [InlineData(BinaryStatus.NotFound, "Not found")]
    [InlineData(BinaryStatus.Exists, "Data exists for key.")]
    [InlineData(BinaryStatus.TooLarge, "Too large.")]
    [InlineData(BinaryStatus.InvalidArguments, "Invalid arguments")]
    [InlineData(BinaryStatus.NotStored, "Not stored.")]
    [InlineData(BinaryStatus.NonNumeric, "Non-numeric server-side value for incr or decr")]
    [InlineData(BinaryStatus.AuthError, "Auth failure.")]
    [InlineData(BinaryStatus.UnknownCommand, "Unknown command")]
    [InlineData(BinaryStatus.OutOfMemory, "Out of memory")]
    [InlineData(BinaryStatus.Success, "")]
    [InlineData(BinaryStatus.AuthContinue, "")]
    public void Error_has_the_text_of_memcached(BinaryStatus status, string text)
    {
        int length = BinaryResponseWriter.WriteError(_buffer, 0x11, 7, status);
        Assert.True(length <= BinaryResponseWriter.ErrorLengthMax);
        Assert.Equal(
            $"{length}: 11 status={(int)status:x} opaque=7 cas=0 flags=0 key= value={text}",
            BinaryDescription.ReadReply(_buffer[..length]));
    }

    [Fact]
    public void Number_has_64_bits()
    {
        int length = BinaryResponseWriter.WriteNumber(_buffer, 5, 1, 2, ulong.MaxValue - 1);
        Assert.Equal(BinaryResponseWriter.NumberLength, length);
        Assert.EndsWith(" number=18446744073709551614", BinaryDescription.ReadReply(_buffer[..length]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Response_cut_at_every_byte_is_incomplete_and_tells_its_length_with_the_header()
    {
        foreach (string text in BinaryCorpus.Responses)
        {
            byte[] whole = Bytes.Of(text);
            for (int length = 0; length < whole.Length; length++)
            {
                BinaryReply reply = default;
                Assert.Equal(ReplyStatus.Incomplete, BinaryResponseReader.Read(whole.AsSpan(0, length), ref reply));
                Assert.Equal(length < BinaryFrame.HeaderLength ? 0 : whole.Length, reply.TotalLength);
            }
            Assert.StartsWith($"{whole.Length}: ", BinaryDescription.ReadReply(whole), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, 0x80)]   // a request
    [InlineData(11, 1)]     // a body shorter than extras and key
    [InlineData(8, 0x41)]   // a body of more than 1 GiB
    public void Response_that_lies_is_malformed(int index, byte value)
    {
        byte[] response = Bytes.Of(BinaryCorpus.Responses[^2]);
        response[index] = value;
        BinaryReply reply = default;
        Assert.Equal(ReplyStatus.Malformed, BinaryResponseReader.Read(response, ref reply));
    }
}
