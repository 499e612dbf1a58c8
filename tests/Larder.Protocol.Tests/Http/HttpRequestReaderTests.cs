using Larder.Protocol.Http;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpRequestReaderTests
{
    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "18: Get / 1.0 closes")]
    [InlineData("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "42: Get / 1.0")]
    [InlineData("GET / HTTP/1.1\r\nConnection: TE, Close\r\n\r\n", "41: Get / closes")]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", "61: Get / closes")]
    [InlineData("\r\nGET / HTTP/1.1\r\n\r\n", "20: Get /")]
    [InlineData("HEAD /dev1/x HTTP/1.1\r\nHost: a:1\r\n\r\n", "36: Head /dev1/x host=a:1")]
    [InlineData("GET /x HTTP/1.1\r\nhOST: \t\r\na:\tb\r\nX_Y:\r\n\r\n", "40: Get /x host=")]
    [InlineData("PUT /x HTTP/1.1\r\nContent-length:  12\t\r\n\r\n", "41: Put /x length=12 body")]
    [InlineData("PUT /x HTTP/1.0\r\nExpect: x\r\nContent-Length: 0\r\n\r\n", "49: Put /x 1.0 closes length=0")]
    [InlineData("DELETE /x HTTP/1.1\r\nContent-Length: 1\r\n\r\nabc", "41: Delete /x length=1 body")]
    [InlineData("MKCOL /x/ HTTP/1.1\r\nContent-MD5: x\r\nContent-Range: y\r\n\r\n", "56: Mkcol /x/")]
    [InlineData("PUT /x HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\n\r\n", "47: Put /x chunked body")]
    [InlineData(
        "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nTrailer: Content-MD5\r\n\r\n", "63: Put /x expects announces")]
    [InlineData(
        "PUT /x HTTP/1.1\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/10\r\n\r\n",
        "67: Put /x length=5 body piece=5-9/10")]
    [InlineData(
        "PUT /x HTTP/1.1\r\nContent-Length: 5\r\nContent-Range: bytes 0-4/*\r\n\r\n",
        "66: Put /x length=5 body piece=0-4/-1")]
    [InlineData(
        "PUT /x HTTP/1.1\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n", "58: Put /x md5=1B2M2Y8AsgTpgAmY7PhCfg==")]
    public void Head_that_is_good_has_what_it_says(string head, string expected) =>
        Assert.Equal(expected, HttpDescription.Read(Bytes.Of(head)));

    [Theory]
    [InlineData("POST / HTTP/1.1", 405)]
    [InlineData("OPTIONS * HTTP/1.1", 405)]
    [InlineData("PATCH / HTTP/1.1", 405)]
    [InlineData("TRACE / HTTP/1.1", 405)]
    [InlineData("CONNECT a:1 HTTP/1.1", 405)]
    [InlineData("get / HTTP/1.1", 501)]
    [InlineData("BREW / HTTP/1.1", 501)]
    [InlineData("G(T / HTTP/1.1", 400)]
    [InlineData(" GET / HTTP/1.1", 400)]
    [InlineData("GET  / HTTP/1.1", 400)]
    [InlineData("GET / HTTP/1.1 ", 400)]
    [InlineData("GET /  HTTP/1.1", 400)]
    [InlineData("GET\t/ HTTP/1.1", 400)]
    [InlineData("GET /\x80 HTTP/1.1", 400)]
    [InlineData("GET /\0 HTTP/1.1", 400)]
    [InlineData("GET HTTP/1.1", 400)]
    [InlineData("GET /", 400)]
    [InlineData("GET", 400)]
    [InlineData("GET / http/1.1", 400)]
    [InlineData("GET / HTTP/1,1", 400)]
    [InlineData("GET / HTTP/x.1", 400)]
    [InlineData("GET / HTTP/1.x", 400)]
    [InlineData("GET / HTTP/0.9", 505)]
    [InlineData("GET / HTTP/1.2", 505)]
    [InlineData("GET / HTTP/2.0", 505)]
    public void Request_line_that_is_bad_has_its_status(string line, int status) =>
        Assert.Equal($"{status}", HttpDescription.Read(Bytes.Of(line + "\r\n\r\n")));

    [Theory]
    [InlineData("a", 400)]
    [InlineData(":b", 400)]
    [InlineData("a : b", 400)]
    [InlineData("a\t: b", 400)]
    [InlineData("a b: c", 400)]
    [InlineData("a: b\r\n c", 400)]
    [InlineData("a: b\r\n\tc", 400)]
    [InlineData("a: b\rc", 400)]
    [InlineData("a: b\nc: d", 400)]
    [InlineData("a: \0", 400)]
    [InlineData("a: \x0b", 400)]
    [InlineData("a: \x7f", 400)]
    [InlineData("a\x80: b", 400)]
    [InlineData("Host: a\r\nhost: a", 400)]
    [InlineData("Host: a b", 400)]
    [InlineData("Host: a/b", 400)]
    [InlineData("Host: u@b", 400)]
    [InlineData("Content-Length:", 400)]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Content-Length: +1", 400)]
    [InlineData("Content-Length: 01", 400)]
    [InlineData("Content-Length: 1a", 400)]
    [InlineData("Content-Length: 1 1", 400)]
    [InlineData("Content-Length: 1, 1", 400)]
    [InlineData("Content-Length: 0x1", 400)]
    [InlineData("Content-Length: 3\r\nContent-Length: 5", 400)]
    [InlineData("Content-Length: 3\r\nContent-Length: 3", 400)]
    [InlineData("Content-Length: 9223372036854775808", 507)]
    [InlineData("Content-Length: 18446744073709551617", 507)]
    [InlineData("Content-Length: 99999999999999999999999", 507)]
    [InlineData("Content-Length: 99999999999999999999999x", 400)]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Transfer-Encoding: identity", 501)]
    [InlineData("Transfer-Encoding: gzip, chunked", 501)]
    [InlineData("Transfer-Encoding: xchunked", 501)]
    [InlineData("Transfer-Encoding:", 501)]
    [InlineData("Transfer-Encoding: chunked\x0b", 400)]
    [InlineData("Transfer-Encoding : chunked", 400)]
    [InlineData("Expect: 100-continue, x", 417)]
    [InlineData("Content-MD5:", 400)]
    [InlineData("Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=", 400)]
    [InlineData("Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfgAA", 400)]
    [InlineData("Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfh==", 400)]
    [InlineData("Content-MD5: 1B2M2Y8AsgTpgAmY7P CfgA==", 400)]
    [InlineData("Content-MD5: 1B2M2Y8AsgTpgAmY7P_Cfg==", 400)]
    [InlineData("Range: bytes=0-1\r\nRange: bytes=0-1", 400)]
    [InlineData("Content-Range: bytes 0-4/*", 400)]
    [InlineData("Content-Range: bytes 0-4/*\r\nContent-Length: 4", 400)]
    [InlineData("Content-Range: bytes 0-4/*\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Content-Range: bytes 4-3/*\r\nContent-Length: 0", 400)]
    [InlineData("Content-Range: bytes 0-4/4\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes */5\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes 0-4\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes 0/4-5\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes=0-4/*\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes 00-04/*\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: items 0-4/*\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes 0-9223372036854775807/*\r\nContent-Length: 5", 400)]
    [InlineData("Content-Range: bytes 9223372036854775808-9223372036854775809/*\r\nContent-Length: 2", 507)]
    [InlineData("Content-Range: bytes 0-9223372036854775808/*\r\nContent-Length: 2", 507)]
    [InlineData("Content-Range: bytes 0-1/9223372036854775808\r\nContent-Length: 2", 507)]
    [InlineData("Content-Range: bytes 9223372036854775808-x/*\r\nContent-Length: 2", 400)]
    public void Header_that_is_bad_has_its_status(string lines, int status) =>
        Assert.Equal($"{status}", HttpDescription.Read(Bytes.Of($"PUT /dev1/x HTTP/1.1\r\n{lines}\r\n\r\n")));

    [Fact]
    public void Head_split_at_every_byte_is_the_whole_head()
    {
        foreach (string text in HttpCorpus.Requests)
        {
            byte[] head = Bytes.Of(text);
            string whole = HttpDescription.Read(head);
            Assert.NotEqual("Incomplete", whole);
            int scanned = 0;
            for (int length = 0; length <= head.Length; length++)
            {
                // An array of exactly this size: a reader that looks behind its input fails.
                HttpRequest request = default;
                byte[] part = head[..length];
                ParseStatus status = HttpRequestReader.Read(part, scanned, new HttpLimits(), ref request);
                scanned = request.ScannedLength;
                if (status == ParseStatus.Incomplete)
                    continue;
                Assert.Equal(whole, HttpDescription.Describe(in request));
                Assert.Equal(whole, HttpDescription.Read(part));
                break;
            }
        }
    }

    [Fact]
    public void Requests_one_behind_the_other_are_read_as_if_alone()
    {
        string[] heads =
            [.. HttpCorpus.Good.Select(static t => t[..(t.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)])];
        byte[] all = Bytes.Of(string.Concat(heads));
        int at = 0;
        foreach (string head in heads)
        {
            string expected = HttpDescription.Read(Bytes.Of(head));
            Assert.StartsWith($"{head.Length}: ", expected);
            Assert.Equal(expected, HttpDescription.Read(all[at..]));
            at += head.Length;
        }
        Assert.Equal(all.Length, at);
    }

    [Fact]
    public void Head_at_its_greatest_length_is_read_and_one_byte_more_is_refused()
    {
        const string Start = "GET / HTTP/1.1\r\nA: ";
        string fill = new('a', HttpLimits.HeadLengthMaxDefault - Start.Length - 4);
        Assert.Equal("65535: Get /", HttpDescription.Read(Bytes.Of($"{Start}{fill}\r\n\r\n")));
        Assert.Equal("400", HttpDescription.Read(Bytes.Of($"{Start}{fill}a\r\n\r\n")));
        Assert.Equal("Incomplete", HttpDescription.Read(Bytes.Of($"{Start}{fill}aaaa")));
        Assert.Equal("400", HttpDescription.Read(Bytes.Of($"{Start}{fill}aaaaa")));
    }

    [Fact]
    public void Headers_in_the_greatest_number_are_read_and_one_more_is_refused()
    {
        var limits = new HttpLimits { HeaderCountMax = 3 };
        HttpRequest request = default;
        byte[] head = Bytes.Of("GET / HTTP/1.1\r\nA: b\r\nA: b\r\nA: b\r\n\r\n");
        Assert.Equal(ParseStatus.Complete, HttpRequestReader.Read(head, 0, in limits, ref request));
        Assert.Equal(HttpStatus.None, request.Error);
        head = Bytes.Of("GET / HTTP/1.1\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n");
        Assert.Equal(ParseStatus.Complete, HttpRequestReader.Read(head, 0, in limits, ref request));
        Assert.Equal(HttpStatus.BadRequest, request.Error);
    }

    [Fact]
    public void Every_singular_header_twice_is_refused()
    {
        string[] names =
        [
            "Host", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
            "Want-Digest",
        ];
        foreach (string name in names)
        {
            Assert.Equal("400", HttpDescription.Read(Bytes.Of($"GET / HTTP/1.1\r\n{name}: a\r\n{name}: a\r\n\r\n")));
            Assert.NotEqual("400", HttpDescription.Read(Bytes.Of($"GET / HTTP/1.1\r\n{name}: a\r\n\r\n")));
        }
    }

    [Fact]
    public void First_byte_of_a_tls_handshake_is_refused_at_once() =>
        Assert.Equal("400", HttpDescription.Read([0x16]));
}
