using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpRequestWriterTests
{
    private readonly byte[] _buffer = new byte[256];
    private int _length;

    [Fact]
    public void Request_written_is_read_back()
    {
        Add(HttpRequestWriter.WriteStart(Rest, HttpRequestMethod.Put, "/dev1/x"u8, "a:7500"u8, keepAlive: true));
        Add(HttpRequestWriter.WriteContentLength(Rest, 5));
        Add(HttpRequestWriter.WriteContentRange(Rest, new HttpContentRange(5, 9, -1)));
        Add(HttpRequestWriter.WriteField(Rest, "If-Match"u8, "*"u8));
        End();
        Assert.Equal(
            $"{_length}: Put /dev1/x host=a:7500 length=5 body piece=5-9/-1 match=*",
            HttpDescription.Read(_buffer[.._length]));
    }

    [Fact]
    public void Request_in_chunks_is_read_back()
    {
        Add(HttpRequestWriter.WriteStart(Rest, HttpRequestMethod.Put, "/dev1/x"u8, "a"u8, keepAlive: false));
        Copy(HttpRequestWriter.ChunkedFields);
        End();
        int head = _length;
        Add(HttpRequestWriter.WriteChunkStart(Rest, 26));
        Copy("abcdefghijklmnopqrstuvwxyz"u8);
        End();
        Copy(HttpRequestWriter.LastChunk);
        Add(HttpRequestWriter.WriteField(Rest, "Content-MD5"u8, "1B2M2Y8AsgTpgAmY7PhCfg=="u8));
        End();
        Assert.Equal(
            $"{head}: Put /dev1/x closes host=a chunked body announces", HttpDescription.Read(_buffer[.._length]));
        Assert.Equal(
            $"{_length - head}: abcdefghijklmnopqrstuvwxyz md5=1B2M2Y8AsgTpgAmY7PhCfg==",
            ChunkedDescription.Read(_buffer[head.._length]));
    }

    [Theory]
    [InlineData(HttpRequestMethod.Get)]
    [InlineData(HttpRequestMethod.Head)]
    [InlineData(HttpRequestMethod.Put)]
    [InlineData(HttpRequestMethod.Delete)]
    [InlineData(HttpRequestMethod.Mkcol)]
    public void Method_written_is_read_back(HttpRequestMethod method)
    {
        Add(HttpRequestWriter.WriteStart(Rest, method, "/"u8, "a"u8, keepAlive: true));
        Add(HttpRequestWriter.WriteRange(Rest, 5, -1));
        End();
        Assert.Equal($"{_length}: {method} / host=a range=bytes=5-", HttpDescription.Read(_buffer[.._length]));
    }

    [Fact]
    public void Longest_fields_fit_the_stated_length()
    {
        byte[] field = new byte[HttpRequestWriter.NumberFieldLengthMax];
        const long Max = long.MaxValue;
        int length = HttpRequestWriter.WriteRange(field, Max, Max);
        Assert.Equal($"Range: bytes={Max}-{Max}\r\n", Bytes.Text(field.AsSpan(0, length)));
        length = HttpRequestWriter.WriteContentRange(field, new HttpContentRange(Max, Max, Max));
        Assert.Equal($"Content-Range: bytes {Max}-{Max}/{Max}\r\n", Bytes.Text(field.AsSpan(0, length)));
        length = HttpRequestWriter.WriteContentLength(field, Max);
        Assert.Equal($"Content-Length: {Max}\r\n", Bytes.Text(field.AsSpan(0, length)));
        byte[] chunk = new byte[HttpRequestWriter.ChunkStartLengthMax];
        Assert.Equal(chunk.Length, HttpRequestWriter.WriteChunkStart(chunk, Max));
        byte[] start = new byte[HttpRequestWriter.StartOverhead + 2];
        Assert.NotEqual(
            0, HttpRequestWriter.WriteStart(start, HttpRequestMethod.Delete, "/"u8, "a"u8, keepAlive: false));
    }

    private Span<byte> Rest => _buffer.AsSpan(_length);

    private void Add(int length) => _length += length;

    private void End() => Copy(HttpRequestWriter.LineEnd);

    private void Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        Add(text.Length);
    }
}
