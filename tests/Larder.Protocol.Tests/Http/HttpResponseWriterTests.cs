using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpResponseWriterTests
{
    private const string Date = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Epoch = "Thu, 01 Jan 1970 00:00:00 GMT";

    private static ReadOnlySpan<byte> DateBytes => "Sun, 06 Nov 1994 08:49:37 GMT"u8;
    private static ReadOnlySpan<byte> EpochBytes => "Thu, 01 Jan 1970 00:00:00 GMT"u8;

    [Theory]
    [InlineData(HttpStatus.Created, "201 Created")]
    [InlineData(HttpStatus.NoContent, "204 No Content")]
    [InlineData(HttpStatus.BadRequest, "400 Bad Request")]
    [InlineData(HttpStatus.Forbidden, "403 Forbidden")]
    [InlineData(HttpStatus.NotFound, "404 Not Found")]
    [InlineData(HttpStatus.MethodNotAllowed, "405 Method Not Allowed")]
    [InlineData(HttpStatus.InternalServerError, "500 Internal Server Error")]
    [InlineData(HttpStatus.InsufficientStorage, "507 Insufficient Storage")]
    public void Simple_answer_is_the_original_byte_for_byte(HttpStatus status, string line)
    {
        Assert.Equal(
            $"HTTP/1.1 {line}\r\nStatus: {line}\r\nDate: {Date}\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n"
            + "Connection: keep-alive\r\n\r\n",
            Simple(status, keepAlive: true));
        Assert.EndsWith("\r\nConnection: close\r\n\r\n", Simple(status, keepAlive: false));
    }

    [Fact]
    public void Every_status_has_its_line_and_fits_the_stated_length()
    {
        foreach (HttpStatus status in Enum.GetValues<HttpStatus>().Where(static s => s != HttpStatus.None))
        {
            string line = Bytes.Text(HttpStatusLines.Of(status));
            Assert.StartsWith($"{(int)status} ", line);
            Assert.True(line.Length <= HttpStatusLines.LengthMax, line);
            Assert.True(Simple(status, keepAlive: true).Length <= HttpResponseWriter.SimpleLengthMax);
        }
        Assert.Contains(
            Enum.GetValues<HttpStatus>(), static s => HttpStatusLines.Of(s).Length == HttpStatusLines.LengthMax);
    }

    [Fact]
    public void Object_whole_is_the_original_byte_for_byte() =>
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nStatus: 200 OK\r\nDate: {Date}\r\nLast-Modified: {Epoch}\r\nContent-Length: 0\r\n"
            + "Content-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n",
            Head(Whole(0)));

    [Fact]
    public void Object_with_stored_checksums_says_them_before_connection()
    {
        HttpObjectHead head = Whole(12);
        head.ETag = "\"abc\""u8;
        head.Digest = "md5=1B2M2Y8AsgTpgAmY7PhCfg=="u8;
        head.ContentMd5 = "1B2M2Y8AsgTpgAmY7PhCfg=="u8;
        head.KeepAlive = true;
        Assert.EndsWith(
            "\r\nContent-Length: 12\r\nContent-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\n"
            + "ETag: \"abc\"\r\n"
            + "Digest: md5=1B2M2Y8AsgTpgAmY7PhCfg==\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n"
            + "Connection: keep-alive\r\n\r\n",
            Head(head));
        head.Status = HttpStatus.PartialContent;
        Assert.DoesNotContain("Content-MD5", Head(head));
    }

    [Fact]
    public void Piece_of_an_object_is_the_original_byte_for_byte()
    {
        HttpObjectHead head = Whole(100);
        head.Status = HttpStatus.PartialContent;
        head.Range = new HttpRange(5, 9);
        head.KeepAlive = true;
        Assert.Equal(
            $"HTTP/1.1 206 Partial Content\r\nStatus: 206 Partial Content\r\nDate: {Date}\r\nLast-Modified: {Epoch}\r\n"
            + "Content-Length: 5\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 5-9/100\r\n"
            + "Connection: keep-alive\r\n\r\n",
            Head(head));
    }

    [Fact]
    public void Not_modified_has_validators_and_no_length()
    {
        HttpObjectHead head = Whole(100);
        head.Status = HttpStatus.NotModified;
        head.ETag = "\"a\""u8;
        Assert.Equal(
            $"HTTP/1.1 304 Not Modified\r\nStatus: 304 Not Modified\r\nDate: {Date}\r\nLast-Modified: {Epoch}\r\n"
            + "ETag: \"a\"\r\nConnection: close\r\n\r\n",
            Head(head));
    }

    [Fact]
    public void Range_not_satisfiable_is_the_original_byte_for_byte()
    {
        byte[] buffer = new byte[HttpResponseWriter.RangeNotSatisfiableLengthMax];
        int length = HttpResponseWriter.WriteRangeNotSatisfiable(buffer, long.MaxValue, DateBytes, keepAlive: true);
        Assert.Equal(
            "HTTP/1.1 416 Requested Range Not Satisfiable\r\nStatus: 416 Requested Range Not Satisfiable\r\n"
            + $"Date: {Date}\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n"
            + $"Content-Range: bytes */{long.MaxValue}\r\nConnection: keep-alive\r\n\r\n",
            Bytes.Text(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Several_pieces_have_the_length_that_was_announced()
    {
        HttpRange[] ranges = [new(0, 0), new(100, 199), new(long.MaxValue - 10, long.MaxValue - 1)];
        byte[] buffer = new byte[HttpMultipartWriter.PartHeadLengthMax];
        long sum = 0;
        string body = "";
        foreach (HttpRange range in ranges)
        {
            int length = HttpMultipartWriter.WritePartHead(buffer, 0xab, range, long.MaxValue);
            body += Bytes.Text(buffer.AsSpan(0, length)) + "*";
            sum += length + range.Length;
        }
        int end = HttpMultipartWriter.WriteEnd(buffer, 0xab);
        Assert.Equal(HttpMultipartWriter.EndLength, end);
        Assert.Equal(sum + end, HttpMultipartWriter.Length(ranges, long.MaxValue));
        Assert.StartsWith(
            "\r\n--00000000000000ab\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Range: bytes 0-0/9223372036854775807\r\n\r\n*\r\n--00000000000000ab\r\n",
            body);
        Assert.Equal("\r\n--00000000000000ab--\r\n", Bytes.Text(buffer.AsSpan(0, end)));
    }

    [Fact]
    public void Head_of_several_pieces_names_the_boundary()
    {
        HttpObjectHead head = Whole(100);
        head.Status = HttpStatus.PartialContent;
        head.Boundary = ulong.MaxValue;
        head.MultipartLength = 321;
        Assert.Contains(
            "\r\nContent-Length: 321\r\nContent-Type: multipart/byteranges; boundary=ffffffffffffffff\r\nConnection",
            Head(head));
    }

    [Fact]
    public void Longest_head_fits_the_stated_length()
    {
        HttpObjectHead head = Whole(long.MaxValue);
        head.ETag = Bytes.Of(new string('e', HttpObjectHead.ETagLengthMax));
        head.Digest = Bytes.Of(new string('d', HttpObjectHead.DigestLengthMax));
        head.ContentMd5 = "1B2M2Y8AsgTpgAmY7PhCfg=="u8;
        head.KeepAlive = true;
        Assert.True(Head(head).Length <= HttpResponseWriter.ObjectHeadLengthMax);
        head.Status = HttpStatus.PartialContent;
        head.Range = new HttpRange(long.MaxValue - 2, long.MaxValue - 1);
        Assert.True(Head(head).Length <= HttpResponseWriter.ObjectHeadLengthMax);
    }

    [Fact]
    public void Continue_is_a_head_without_fields() =>
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Bytes.Text(HttpResponseWriter.Continue));

    private static string Simple(HttpStatus status, bool keepAlive)
    {
        byte[] buffer = new byte[HttpResponseWriter.SimpleLengthMax];
        return Bytes.Text(buffer.AsSpan(0, HttpResponseWriter.WriteSimple(buffer, status, DateBytes, keepAlive)));
    }

    private static HttpObjectHead Whole(long size) => new()
    {
        Status = HttpStatus.Ok,
        Date = DateBytes,
        LastModified = EpochBytes,
        Size = size,
    };

    private static string Head(in HttpObjectHead head)
    {
        byte[] buffer = new byte[HttpResponseWriter.ObjectHeadLengthMax];
        return Bytes.Text(buffer.AsSpan(0, HttpResponseWriter.WriteObjectHead(buffer, in head)));
    }
}
