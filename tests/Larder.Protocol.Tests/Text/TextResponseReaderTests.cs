using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

public class TextResponseReaderTests
{
    public static TheoryData<string> Replies => [.. ReplyCorpus.Classic];

    [Theory]
    [InlineData("END\r\n", "5+0: End")]
    [InlineData("END\n", "4+0: End")]
    [InlineData("STORED\r\n", "8+0: Stored")]
    [InlineData("NOT_STORED\r\n", "12+0: NotStored")]
    [InlineData("EXISTS\r\n", "8+0: Exists")]
    [InlineData("NOT_FOUND\r\n", "11+0: NotFound")]
    [InlineData("DELETED\r\n", "9+0: Deleted")]
    [InlineData("TOUCHED\r\n", "9+0: Touched")]
    [InlineData("OK\r\n", "4+0: Ok")]
    [InlineData("RESET\r\n", "7+0: Reset")]
    [InlineData("ERROR\r\n", "7+0: Error")]
    [InlineData("ERROR no such thing\r\n", "21+0: Error =no such thing")]
    [InlineData("CLIENT_ERROR bad data chunk\r\n", "29+0: ClientError =bad data chunk")]
    [InlineData("SERVER_ERROR out of memory\r\n", "28+0: ServerError =out of memory")]
    [InlineData("SERVER_ERROR: shutdown not enabled\r\n", "36+0: ServerError =shutdown not enabled")]
    [InlineData("VERSION 1.6.45\r\n", "16+0: Version =1.6.45")]
    [InlineData("STAT pid 123\r\n", "14+0: Stat pid =123")]
    [InlineData("STAT name a b \r\n", "16+0: Stat name =a b ")]
    [InlineData("STAT name\r\n", "11+0: Stat name =")]
    [InlineData("12\r\n", "4+0: Number 12")]
    [InlineData("18446744073709551615\r\n", "22+0: Number 18446744073709551615")]
    [InlineData("18446744073709551616\r\n", "22+0: Other 18446744073709551616")]
    [InlineData("BUSY now\r\n", "10+0: Other BUSY now")]
    [InlineData("ENDLESS\r\n", "9+0: Other ENDLESS")]
    [InlineData("-\r\n", "3+0: Other -")]
    [InlineData("VALUE a 0 3\r\nabc\r\n", "13+5: Value a 0 - =abc")]
    [InlineData("VALUE a 4294967295 0\r\n\r\n", "22+2: Value a 4294967295 - =")]
    [InlineData("VALUE a 0 5 77\r\n\r\nEND\r\n", "16+7: Value a 0 77 =\r\nEND")]
    [InlineData("VALUE a 0 3\nabc\r\n", "12+5: Value a 0 - =abc")]
    public void Reply_is_read(string input, string expected) =>
        Assert.Equal(expected, TextReplyDescription.Read(Bytes.Of(input), out _));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("VALUE \r\n")]
    [InlineData("VALUE \nkey 0 1\r\nx\r\n")]
    [InlineData("VALUE a\r\n")]
    [InlineData("VALUE a x 1\r\nx\r\n")]
    [InlineData("VALUE a 4294967296 1\r\nx\r\n")]
    [InlineData("VALUE a 0\r\n")]
    [InlineData("VALUE a 0 x\r\nx\r\n")]
    [InlineData("VALUE a 0 -1\r\nx\r\n")]
    [InlineData("VALUE a 0 2147483646\r\nx\r\n")]
    [InlineData("VALUE a 0 1 x\r\nx\r\n")]
    [InlineData("VALUE a 0 1 2 3\r\nx\r\n")]
    [InlineData("VALUE a 0 1\r\nxyz\r\n")]
    [InlineData("VALUE a 0 1\r\nx\n\n")]
    public void Reply_that_is_none_is_malformed(string input) =>
        Assert.Equal("Malformed", TextReplyDescription.Read(Bytes.Of(input), out _));

    [Fact]
    public void Key_of_251_bytes_is_malformed() =>
        Assert.Equal(
            "Malformed", TextReplyDescription.Read(Bytes.Of($"VALUE {new string('k', 251)} 0 1\r\nx\r\n"), out _));

    [Theory]
    [MemberData(nameof(Replies))]
    public void Reply_split_at_every_byte_is_incomplete_until_whole(string input)
    {
        byte[] whole = Bytes.Of(input);
        for (int cut = 0; cut < whole.Length; cut++)
            Assert.Equal("Incomplete", TextReplyDescription.Read(whole.AsSpan(0, cut).ToArray(), out _));
        Assert.NotEqual("Incomplete", TextReplyDescription.Read(whole, out int length));
        Assert.Equal(whole.Length, length);
        Assert.Equal(
            TextReplyDescription.Read(whole, out _),
            TextReplyDescription.Read(Bytes.Of(input + "END\r\nSTORED\r\n"), out _));
    }

    [Fact]
    public void Pipelined_replies_are_read_one_by_one()
    {
        byte[] input = Bytes.Of(string.Concat(ReplyCorpus.Classic));
        int at = 0;
        foreach (string reply in ReplyCorpus.Classic)
        {
            Assert.Equal(
                TextReplyDescription.Read(Bytes.Of(reply), out _),
                TextReplyDescription.Read(input.AsSpan(at), out int length));
            at += length;
        }
        Assert.Equal(input.Length, at);
    }

    [Fact]
    public void Length_is_known_before_the_value_has_come()
    {
        TextReply reply = default;
        Assert.Equal(ReplyStatus.Incomplete, TextResponseReader.Read("VALUE a 0 1000\r\nx"u8, ref reply));
        Assert.Equal(16, reply.HeaderLength);
        Assert.Equal(1000, reply.ValueLength);
        Assert.Equal(1018, reply.TotalLength);
    }

    [Fact]
    public void Line_without_end_is_malformed_behind_its_bound()
    {
        Assert.Equal("Incomplete", TextReplyDescription.Read(new byte[TextResponseReader.LineLengthMax], out _));
        Assert.Equal("Malformed", TextReplyDescription.Read(new byte[TextResponseReader.LineLengthMax + 1], out _));
    }

    [Fact]
    public void Errors_are_marked()
    {
        TextReply reply = default;
        Assert.Equal(ReplyStatus.Complete, TextResponseReader.Read("CLIENT_ERROR x\r\n"u8, ref reply));
        Assert.True(reply.IsError);
        Assert.Equal(ReplyStatus.Complete, TextResponseReader.Read("VERSION x\r\n"u8, ref reply));
        Assert.False(reply.IsError);
    }
}
