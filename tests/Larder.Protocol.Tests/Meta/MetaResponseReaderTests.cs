using Larder.Protocol.Meta;
using Larder.Protocol.Tests.Text;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Meta;

public class MetaResponseReaderTests
{
    public static TheoryData<string> Replies => [.. ReplyCorpus.Meta];

    [Theory]
    [InlineData("HD\r\n", "4+0: Done")]
    [InlineData("HD c5 kfoo W\r\n", "14+0: Done [c5] [kfoo] [W]")]
    [InlineData("EN\r\n", "4+0: Miss")]
    [InlineData("EN ka O1\r\n", "10+0: Miss [ka] [O1]")]
    [InlineData("NF\r\n", "4+0: NotFound")]
    [InlineData("NS\n", "3+0: NotStored")]
    [InlineData("EX\r\n", "4+0: Exists")]
    [InlineData("MN\r\n", "4+0: Noop")]
    [InlineData("ME a exp=-1 la=0\r\n", "18+0: Debug [a] [exp=-1] [la=0]")]
    [InlineData("ERROR\r\n", "7+0: Error")]
    [InlineData("CLIENT_ERROR invalid flag\r\n", "27+0: ClientError [invalid] [flag]")]
    [InlineData("SERVER_ERROR out of memory\r\n", "28+0: ServerError [out] [of] [memory]")]
    [InlineData("VA 3\r\nabc\r\n", "6+5: Value =abc")]
    [InlineData("VA 0 t-1\r\n\r\n", "10+2: Value [t-1] =")]
    [InlineData("VA 4 kZm9v b Z\r\nEN\r\n\r\n", "16+6: Value [kZm9v] [b] [Z] =EN\r\n")]
    [InlineData("VA  +1  c1\r\nx\r\n", "12+3: Value [c1] =x")]
    public void Reply_is_read(string input, string expected) =>
        Assert.Equal(expected, MetaReplyDescription.Read(Bytes.Of(input), out _));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("H\r\n")]
    [InlineData("XX\r\n")]
    [InlineData("HDX\r\n")]
    [InlineData("hd\r\n")]
    [InlineData("VA\r\n")]
    [InlineData("VA x\r\n")]
    [InlineData("VA -1\r\n")]
    [InlineData("VA 1x\r\nx\r\n")]
    [InlineData("VA 1\r\nxyz")]
    [InlineData("VA 2147483646\r\n")]
    [InlineData("CLIENT_ERRORS\r\n")]
    [InlineData("STORED\r\n")]
    public void Reply_that_is_none_is_malformed(string input) =>
        Assert.Equal("Malformed", MetaReplyDescription.Read(Bytes.Of(input), out _));

    [Theory]
    [MemberData(nameof(Replies))]
    public void Reply_split_at_every_byte_is_incomplete_until_whole(string input)
    {
        byte[] whole = Bytes.Of(input);
        for (int cut = 0; cut < whole.Length; cut++)
            Assert.Equal("Incomplete", MetaReplyDescription.Read(whole.AsSpan(0, cut).ToArray(), out _));
        Assert.NotEqual("Incomplete", MetaReplyDescription.Read(whole, out int length));
        Assert.Equal(whole.Length, length);
        Assert.Equal(
            MetaReplyDescription.Read(whole, out _),
            MetaReplyDescription.Read(Bytes.Of(input + "HD\r\nEN\r\n"), out _));
    }

    [Fact]
    public void Pipelined_replies_are_read_one_by_one()
    {
        byte[] input = Bytes.Of(string.Concat(ReplyCorpus.Meta));
        int at = 0;
        foreach (string reply in ReplyCorpus.Meta)
        {
            Assert.Equal(
                MetaReplyDescription.Read(Bytes.Of(reply), out _),
                MetaReplyDescription.Read(input.AsSpan(at), out int length));
            at += length;
        }
        Assert.Equal(input.Length, at);
    }

    [Fact]
    public void Length_is_known_before_the_value_has_come()
    {
        MetaReply reply = default;
        Assert.Equal(ReplyStatus.Incomplete, MetaResponseReader.Read("VA 1000 c1\r\nx"u8, ref reply));
        Assert.Equal(12, reply.HeaderLength);
        Assert.Equal(1000, reply.ValueLength);
        Assert.Equal(1014, reply.TotalLength);
        Assert.True(reply.TryGetFlag((byte)'c', out ReadOnlySpan<byte> token));
        Assert.Equal("1", Bytes.Text(token));
        Assert.False(reply.TryGetFlag((byte)'t', out _));
    }

    [Fact]
    public void Line_without_end_is_malformed_behind_its_bound()
    {
        Assert.Equal("Incomplete", MetaReplyDescription.Read(new byte[MetaResponseReader.LineLengthMax], out _));
        Assert.Equal("Malformed", MetaReplyDescription.Read(new byte[MetaResponseReader.LineLengthMax + 1], out _));
    }
}
