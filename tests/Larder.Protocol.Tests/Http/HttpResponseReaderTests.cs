using Larder.Protocol.Http;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpResponseReaderTests
{
    [Theory]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "43: 201 length=0")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "38: 200 1.0 closes length=5")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", "43: 200 1.0")]
    [InlineData("HTTP/1.1 500\r\nConnection: close\r\n\r\n", "35: 500 closes")]
    [InlineData("HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n", "45: 200 chunked")]
    [InlineData("HTTP/1.1 206 a b\r\nContent-Range: bytes 0-4/10\r\n\r\n", "49: 206 piece=0-4/10")]
    [InlineData("HTTP/1.1 416 a\r\nContent-Range: bytes */10\r\n\r\n", "45: 416")]
    [InlineData(
        "HTTP/1.1 200 a\r\nETag: b\r\nLast-Modified: c\r\nContent-MD5: d\r\nContent-Type: e\r\n\r\n",
        "78: 200 etag=b modified=c md5=d type=e")]
    [InlineData("HTTP/1.1 20\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200x\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1  200\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 099\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 600\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.2 200\r\n\r\n", "Malformed")]
    [InlineData("HTTP/2.0 200\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1_200\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 \x01\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\n\n", "Malformed")]
    [InlineData("\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "Malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "Malformed")]
    public void Head_has_what_it_says_or_is_malformed(string head, string expected) =>
        Assert.Equal(expected, HttpReplyDescription.Read(Bytes.Of(head)));

    [Fact]
    public void Head_split_at_every_byte_waits_and_then_is_the_whole_head()
    {
        foreach (string text in HttpReplyCorpus.Replies)
        {
            byte[] head = Bytes.Of(text);
            string whole = HttpReplyDescription.Read(head);
            Assert.NotEqual("Incomplete", whole);
            for (int length = 0; length <= head.Length; length++)
            {
                string part = HttpReplyDescription.Read(head[..length]);
                Assert.True(part == whole || part == "Incomplete", $"{length} bytes: {part}, whole: {whole}");
                if (part == "Incomplete")
                    Assert.Equal(whole, HttpReplyDescription.Read(head, length));
            }
        }
    }

    [Fact]
    public void Head_beyond_the_limits_is_malformed()
    {
        const string Start = "HTTP/1.1 200 OK\r\nA: ";
        string fill = new('a', HttpLimits.HeadLengthMaxDefault - Start.Length - 4);
        Assert.Equal("65535: 200", HttpReplyDescription.Read(Bytes.Of($"{Start}{fill}\r\n\r\n")));
        Assert.Equal("Malformed", HttpReplyDescription.Read(Bytes.Of($"{Start}{fill}a\r\n\r\n")));
        Assert.Equal("Malformed", HttpReplyDescription.Read(Bytes.Of($"{Start}{fill}aaaaa")));
        HttpReply reply = default;
        var limits = new HttpLimits { HeaderCountMax = 1 };
        ReadOnlySpan<byte> head = "HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\n\r\n"u8;
        Assert.Equal(ReplyStatus.Malformed, HttpResponseReader.Read(head, 0, in limits, ref reply));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", HttpRequestMethod.Get, 5)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", HttpRequestMethod.Head, 0)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", HttpRequestMethod.Get, -1)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", HttpRequestMethod.Get, -1)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", HttpRequestMethod.Put, 0)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", HttpRequestMethod.Delete, 0)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", HttpRequestMethod.Get, 0)]
    public void Body_has_the_length_that_method_and_status_give_it(string head, HttpRequestMethod method, long expected)
    {
        HttpReply reply = default;
        Assert.Equal(
            ReplyStatus.Complete, HttpResponseReader.Read(Bytes.Of(head), 0, new HttpLimits(), ref reply));
        Assert.Equal(expected, reply.BodyLength(method));
    }
}
