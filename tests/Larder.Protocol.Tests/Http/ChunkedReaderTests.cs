using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class ChunkedReaderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "5: ")]
    [InlineData("000\r\n\r\nGET", "7: ")]
    [InlineData("5\r\nhello\r\nA\r\n, good day\r\n0\r\n\r\n", "30: hello, good day")]
    [InlineData("5;a=b\r\nhello\r\n0;c\r\n\r\n", "21: hello")]
    [InlineData("5 \t;a\r\nhello\r\n0\r\n\r\n", "19: hello")]
    [InlineData("0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n", "44:  md5=1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("0\r\nA: b\r\ncontent-md5:\t1B2M2Y8AsgTpgAmY7PhCfg== \r\n\r\n", "51:  md5=1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("0\r\nContent-MD55: x\r\nContent-MD: y\r\nx:\r\n\r\n", "41: ")]
    [InlineData("5\r\nhel", "Incomplete: hel")]
    [InlineData("5\r\nhello\r\n0\r\n", "Incomplete: hello")]
    [InlineData("\r\n", "400 behind ")]
    [InlineData(" 5\r\n", "400 behind ")]
    [InlineData("+5\r\n", "400 behind ")]
    [InlineData("-5\r\n", "400 behind ")]
    [InlineData("g\r\n", "400 behind ")]
    [InlineData("0x5\r\n", "400 behind ")]
    [InlineData("5\nhello", "400 behind ")]
    [InlineData("5\rhello", "400 behind ")]
    [InlineData("5 \r\nhello", "400 behind ")]
    [InlineData("5 5\r\nhello", "400 behind ")]
    [InlineData("5;a\nhello", "400 behind ")]
    [InlineData("5;\0\r\nhello", "400 behind ")]
    [InlineData("5;\r\rhello", "400 behind ")]
    [InlineData("5\r\nhello0", "400 behind hello")]
    [InlineData("5\r\nhello\n0", "400 behind hello")]
    [InlineData("5\r\nhello\r0", "400 behind hello")]
    [InlineData("0\r\n\n", "400 behind ")]
    [InlineData("0\r\n\r\r", "400 behind ")]
    [InlineData("0\r\n a: b\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na: b\r\n c\r\n\r\n", "400 behind ")]
    [InlineData("0\r\n: b\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na : b\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na: \x01\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na: b\nc: d\r\n\r\n", "400 behind ")]
    [InlineData("0\r\na: b\rc", "400 behind ")]
    [InlineData("0\r\nContent-MD5:\r\n\r\n", "400 behind ")]
    [InlineData("0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=\r\n\r\n", "400 behind ")]
    [InlineData("0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg===\r\n\r\n", "400 behind ")]
    [InlineData("0\r\nContent-MD5: 1B2M2Y8AsgTp gAmY7PhCfg==\r\n\r\n", "400 behind ")]
    [InlineData("0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfh==\r\n\r\n", "400 behind ")]
    [InlineData(
        "0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n", "400 behind ")]
    [InlineData("7fffffffffffffff\r\na", "Incomplete: a")]
    [InlineData("8000000000000000\r\na", "507 behind ")]
    [InlineData("ffffffffffffffff;", "507 behind ")]
    [InlineData("0000000000000005\r\nhello", "Incomplete: hello")]
    [InlineData("00000000000000005", "507 behind ")]
    [InlineData("1\r\na\r\n7fffffffffffffff\r\n", "507 behind a")]
    public void Body_whole_or_byte_by_byte_is_read_the_same(string text, string expected)
    {
        Assert.Equal(expected, ChunkedDescription.Read(Bytes.Of(text)));
        Assert.Equal(expected, ChunkedDescription.Read([.. Bytes.Of(text).Select(static b => new[] { b })]));
    }

    [Fact]
    public void Body_split_at_every_byte_is_the_whole_body()
    {
        foreach (string text in HttpCorpus.Chunks)
        {
            byte[] body = Bytes.Of(text);
            string whole = ChunkedDescription.Read(body);
            for (int at = 0; at <= body.Length; at++)
                Assert.Equal(whole, ChunkedDescription.Read(body[..at], body[at..]));
        }
    }

    [Fact]
    public void Extension_at_its_greatest_length_is_read_and_one_byte_more_is_refused()
    {
        string longest = ";" + new string('e', ChunkedReader.ExtensionLengthMax - 1);
        Assert.StartsWith("Incomplete: h", ChunkedDescription.Read(Bytes.Of($"5{longest}\r\nh")));
        Assert.Equal("400 behind ", ChunkedDescription.Read(Bytes.Of($"5{longest}e")));
        string spaces = new string(' ', ChunkedReader.ExtensionLengthMax);
        Assert.Equal("400 behind ", ChunkedDescription.Read(Bytes.Of($"5{spaces};")));
    }

    [Fact]
    public void Trailers_at_their_greatest_length_are_read_and_one_byte_more_is_refused()
    {
        string longest = "a:" + new string('b', ChunkedReader.TrailerLengthMax - 6) + "\r\n";
        Assert.EndsWith(": ", ChunkedDescription.Read(Bytes.Of($"0\r\n{longest}\r\n")));
        Assert.Equal("400 behind ", ChunkedDescription.Read(Bytes.Of($"0\r\na{longest}\r")));
    }

    [Fact]
    public void Lengths_of_chunks_are_counted_and_what_remains()
    {
        ChunkedReader reader = default;
        Assert.Equal(ChunkedStatus.Data, reader.Read("3\r\nabc\r\n10\r\nde"u8, out int consumed, out _));
        Assert.Equal((6, 3, 0), (consumed, reader.Length, reader.Remaining));
        Assert.Equal(ChunkedStatus.Data, reader.Read("\r\n10\r\nde"u8, out consumed, out ReadOnlySpan<byte> data));
        Assert.Equal((8, 19, 14, 2), (consumed, reader.Length, reader.Remaining, data.Length));
        Assert.False(reader.TryGetContentMd5(new byte[16]));
    }

    [Theory]
    [InlineData("0\r\n\r\n", ChunkedStatus.Complete)]
    [InlineData("x", ChunkedStatus.Failed)]
    public void Reader_that_has_ended_consumes_nothing_more(string body, ChunkedStatus status)
    {
        ChunkedReader reader = default;
        Assert.Equal(status, reader.Read(Bytes.Of(body), out _, out _));
        Assert.Equal(status, reader.Read("5\r\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
    }
}
