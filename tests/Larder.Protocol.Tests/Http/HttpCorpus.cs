namespace Larder.Protocol.Tests.Http;

/// <summary>Heads, bodies and paths of every kind as Latin-1 text, for tests that read many inputs.</summary>
internal static class HttpCorpus
{
    private const string Md5 = "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n";

    /// <summary>Requests that are served.</summary>
    public static string[] Good { get; } =
    [
        "GET / HTTP/1.0\r\n\r\n",
        "GET /dev1/0/000/000/0000000001.fid HTTP/1.1\r\nHost: a:7500\r\nConnection: close\r\n\r\n",
        "\r\nHEAD //dev1/x HTTP/1.1\r\nHost:\r\nX:\r\nx_y: a\tb\r\n\r\n",
        "GET http://a.b:80/dev1/x HTTP/1.0\r\nConnection: Keep-Alive\r\nAccept: */*\r\n\r\n",
        "GET /dev1/x HTTP/1.0\r\nConnection: keep-alive, TE\r\nRange: bytes=0-1,-5\r\n\r\n",
        "GET /dev1/x HTTP/1.1\r\nIf-Match: \"a\"\r\nIf-None-Match: W/\"b\", *\r\nWant-Digest: md5\r\n\r\n",
        "GET /dev1/x HTTP/1.1\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            + "If-Unmodified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\nIf-Range: \"a\"\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "PUT /dev1/x HTTP/1.0\r\nContent-length: 9223372036854775807\r\nExpect: 100-continue\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\ncontent-length:5 \r\nExpect: 100-Continue\r\n" + Md5 + "\r\nhello",
        "PUT /dev1/x HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nTrailer: a, content-md5\r\n\r\n0\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/*\r\n\r\nhello",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-Range: Bytes 0-4/5\r\n\r\nhello",
        "DELETE /dev1/x HTTP/1.1\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
        "DELETE /dev1/x HTTP/1.1\r\nContent-Length: 3\r\nContent-MD5: bad\r\nContent-Range: bad\r\n\r\nabc",
        "MKCOL /dev1/test-write/ HTTP/1.0\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
    ];

    /// <summary>Requests that are refused.</summary>
    public static string[] Bad { get; } =
    [
        "POST / HTTP/1.1\r\n\r\n", "BREW / HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.2\r\n\r\n", "GET / HTTP/1.1\n\n", "GET /\r\n\r\n", "\x16\x03\x01", "\r\n\r\n",
        "GET / HTTP/1.1\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nA: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nExpect: 200-ok\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "PUT /dev1/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/9\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-MD5: x\r\n\r\n",
    ];

    /// <summary>All of them.</summary>
    public static string[] Requests { get; } = [.. Good, .. Bad];

    /// <summary>Targets of requests, good and bad.</summary>
    public static string[] Targets { get; } =
    [
        "/", "/dev1", "/dev1/", "/dev1/x", "//dev1//x", "/dev1/a/b/c.fid", "/dev16777215/x", "/dev16777216/x",
        "/dev01/x", "/dev/x", "/devx/y", "/dev1x/y", "/x", "/dev1/..", "/dev1/../x", "/dev1/a..b", "/dev1/./x",
        "/dev1/.", "/.x", "/dev1/x?y", "/dev1/a_b", "/dev1/%41%2e", "/dev1/%2e%2E/x", "/dev1/a%2fb", "/dev1/a%00",
        "/dev1/%zz", "/dev1/%4", "*", "", "x", "http://", "http://h", "http://h/", "HTTPS://h:1/dev1/x", "http:///x",
        "http://a@b/x", "/dev1/" + new string('a', 31), "/dev1/" + new string('a', 32),
        "/dev1/" + new string('b', 255), "/dev1/" + new string('b', 256), new string('/', 300) + "dev1/x",
        "http://" + new string('h', 300) + "/dev1/x", string.Concat(Enumerable.Repeat("/abcdefg", 385)),
        string.Concat(Enumerable.Repeat("/%41bcdefg", 384)), string.Concat(Enumerable.Repeat("/%41bcdefg", 385)),
    ];

    /// <summary>Bodies in chunks, good and bad, some with a request behind them.</summary>
    public static string[] Chunks { get; } =
    [
        "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "00A;a=\"b;c\"\r\n0123456789\r\n0 ;x\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n",
        "0\r\nA: b\tc\r\ncontent-md5:1B2M2Y8AsgTpgAmY7PhCfg== \r\nContent-MD5x:\r\nContent-MD: a\r\n\r\n",
        "0\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg\r\n\r\n", "0\r\nContent-MD5:\r\n\r\n", "0\r\na b: c\r\n\r\n",
        "0\r\nA: b\r\n c\r\n\r\n", "0\r\n: b\r\n\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", "5\nhello\n0\n\n", "\r\n",
        "5\r\nhello0\r\n\r\n", "7fffffffffffffff\r\na", "8000000000000000\r\na", "00000000000000005\r\n", "5 5\r\n",
        "1\r\na\r\n7fffffffffffffff\r\na", "5;\x01\r\n", "5;" + new string('e', 1022) + "\r\nhello\r\n0\r\n\r\n",
        "5;" + new string('e', 1024) + "\r\nhello\r\n0\r\n\r\n", "0\r\n\ra", "0\r\na: b\rc", "5\r\nhello\ra",
    ];

    /// <summary>Values of Range, good and bad.</summary>
    public static string[] Ranges { get; } =
    [
        "bytes=0-0", "bytes=0-", "bytes=-1", "bytes=-0", "bytes=-100", "bytes=-101", "bytes=-", "bytes=99-",
        "bytes=100-",
        "bytes=5-4", "bytes=0-1000", "bytes=0-9,200-", "bytes=0-1,300-301,-2", "bytes=0-9,5-19", "bytes=500-600,0-1",
        "bytes=0-1, 2-3 ,,4-5", "bytes=", "bytes=,", "bytes", "bytes=a-b", "bytes=1", "bytes=1-2-3", "bytes= 1-2",
        "items=0-1", "b ytes=0-1", "=0-1", "BYTES=0-1", "bytes=01-2", "bytes=+1-2", "bytes=9223372036854775807-",
        "bytes=0-9223372036854775808", "bytes=-9223372036854775808", "bytes=0-0,200-200,400-400,600-600,800-800",
    ];
}
