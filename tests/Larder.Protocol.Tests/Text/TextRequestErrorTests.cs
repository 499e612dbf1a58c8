using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

public class TextRequestErrorTests
{
    private static readonly string s_key251 = new('k', 251);

    [Theory]
    [InlineData("\r\n", "Unknown error=BadLine skip=0")]
    [InlineData("\n", "Unknown error=BadLine skip=0")]
    [InlineData("a\r\n", "Unknown error=BadLine skip=0")]
    [InlineData("mn\n", "Unknown error=BadLine skip=0")]
    [InlineData("    \r\n", "Unknown error=BadLine skip=0")]
    [InlineData("   \n", "Unknown error=BadLine skip=0")]
    public void Line_too_short_or_empty_is_a_bad_line(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("GET a\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("getx a\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("getsx a\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("mq a\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("mgx a\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("get\ta\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("bogus noreply\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("bogus HTTP/1.1 x\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("bogus xHTTP/1.1\r\n", "Unknown error=UnknownCommand skip=0")]
    [InlineData("HTTP/1.1\r\n", "Unknown error=UnknownCommand skip=0")]
    public void Unknown_command_is_an_error(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("bogus HTTP/\n")]
    public void Unknown_command_that_ends_in_http_closes(string line) =>
        Assert.Equal("Close", TextDescription.Read(Bytes.Of(line)));

    [Theory]
    [InlineData("get\r\n", "Get error=BadLine skip=0")]
    [InlineData("get \r\n", "Get error=BadLine skip=0")]
    [InlineData("gets\r\n", "Gets error=BadLine skip=0")]
    [InlineData("gets \r\n", "Gets error=BadLine skip=0")]
    [InlineData("gat\r\n", "Gat error=BadLine skip=0")]
    [InlineData("gat 5\r\n", "Gat error=BadLine skip=0")]
    [InlineData("gats x\r\n", "Gats error=BadLine skip=0")]
    [InlineData("gat x a\r\n", "Gat error=InvalidExptime skip=0")]
    [InlineData("delete\r\n", "Delete error=BadLine skip=0")]
    [InlineData("incr a\r\n", "Incr error=BadLine skip=0")]
    [InlineData("incr a 1 2 3\r\n", "Incr error=BadLine skip=0")]
    [InlineData("incr a -1\r\n", "Incr error=InvalidDelta skip=0")]
    [InlineData("incr a 1x\r\n", "Incr error=InvalidDelta skip=0")]
    [InlineData("decr a 18446744073709551616\r\n", "Decr error=InvalidDelta skip=0")]
    [InlineData("decr a zz noreply\r\n", "Decr error=InvalidDelta skip=0 noreply")]
    [InlineData("touch a\r\n", "Touch error=BadLine skip=0")]
    [InlineData("touch a 0 1 2\r\n", "Touch error=BadLine skip=0")]
    [InlineData("touch a x\r\n", "Touch error=InvalidExptime skip=0")]
    [InlineData("touch a x noreply\r\n", "Touch error=InvalidExptime skip=0 noreply")]
    [InlineData("flush_all x\r\n", "FlushAll error=InvalidExptime skip=0")]
    [InlineData("flush_all x noreply\r\n", "FlushAll error=InvalidExptime skip=0 noreply")]
    [InlineData("flush_all 1 2 3\r\n", "FlushAll error=UnknownCommand skip=0")]
    [InlineData("verbosity\r\n", "Verbosity error=UnknownCommand skip=0")]
    [InlineData("verbosity x\r\n", "Verbosity error=BadLine skip=0")]
    [InlineData("verbosity noreply\r\n", "Verbosity error=BadLine skip=0 noreply")]
    [InlineData("cache_memlimit\r\n", "CacheMemlimit error=UnknownCommand skip=0")]
    [InlineData("slabs\r\n", "Slabs error=UnknownCommand skip=0")]
    [InlineData("lru\r\n", "Lru error=UnknownCommand skip=0")]
    [InlineData("lru_crawler\r\n", "LruCrawler error=UnknownCommand skip=0")]
    [InlineData("extstore\r\n", "Extstore error=UnknownCommand skip=0")]
    public void Bad_arguments_are_an_error(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("set\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 noreply\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 1 foo noreply\r\n", "Set error=BadLine skip=0")]
    [InlineData("cas a 0 0 1\r\n", "Cas error=BadLine skip=0")]
    [InlineData("cas a 0 0 1 2 noreply x\r\n", "Cas error=BadLine skip=0")]
    [InlineData("set a 0 0 x\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 1a\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 \t\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 2147483646\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 4294967297\r\n", "Set error=BadLine skip=0")]
    [InlineData("set a 0 0 -1 noreply\r\n", "Set error=BadLine skip=0")]
    public void Storage_line_without_a_length_skips_nothing(string line, string expected) =>
        AssertReads(line, expected);

    [Theory]
    [InlineData("set a q 0 1\r\n", "Set error=BadLine skip=3")]
    [InlineData("set a -5 0 1\r\n", "Set error=BadLine skip=3")]
    [InlineData("set a 18446744073709551616 0 1\r\n", "Set error=BadLine skip=3")]
    [InlineData("set a 0x10 0 1\r\n", "Set error=BadLine skip=3")]
    [InlineData("set a 0 q 7\r\n", "Set error=BadLine skip=9")]
    [InlineData("add a 0 99999999999999999999 7\r\n", "Add error=BadLine skip=9")]
    [InlineData("set a q 0 1 noreply\r\n", "Set error=BadLine skip=3 noreply")]
    [InlineData("cas a 0 0 1 x\r\n", "Cas error=BadLine skip=3")]
    [InlineData("cas a 0 0 1 -1 noreply\r\n", "Cas error=BadLine skip=3 noreply")]
    [InlineData("cas a 0 0 1 noreply\r\n", "Cas error=BadLine skip=3 noreply")]
    public void Bad_number_in_a_storage_line_skips_the_value(string line, string expected) =>
        AssertReads(line, expected);

    [Theory]
    [InlineData("get {0}\r\n", "Get error=BadLine skip=0")]
    [InlineData("get {0} b\r\n", "Get error=BadLine skip=0")]
    [InlineData("gats 5 {0}\r\n", "Gats error=BadLine skip=0")]
    [InlineData("set {0} 0 0 5\r\n", "Set error=BadLine skip=7")]
    [InlineData("append {0} 0 0 5 noreply\r\n", "Append error=BadLine skip=7 noreply")]
    [InlineData("delete {0}\r\n", "Delete error=BadLine skip=0")]
    [InlineData("delete {0} noreply\r\n", "Delete error=BadLine skip=0 noreply")]
    [InlineData("incr {0} 1\r\n", "Incr error=BadLine skip=0")]
    [InlineData("touch {0} 1 noreply\r\n", "Touch error=BadLine skip=0 noreply")]
    public void Key_of_251_bytes_is_a_bad_line(string format, string expected) =>
        AssertReads(format.Replace("{0}", s_key251, StringComparison.Ordinal), expected);

    [Fact]
    public void Every_error_has_a_line_that_ends_properly()
    {
        foreach (RequestError error in Enum.GetValues<RequestError>())
        {
            string line = Bytes.Text(RequestErrors.Line(error));
            Assert.True(
                error == RequestError.None ? line.Length == 0 : line.EndsWith("\r\n", StringComparison.Ordinal));
            Assert.InRange(line.Length, 0, RequestErrors.LineLengthMax);
        }
    }

    [Theory]
    [InlineData(RequestError.UnknownCommand, "ERROR\r\n")]
    [InlineData(RequestError.BadLine, "CLIENT_ERROR bad command line format\r\n")]
    [InlineData(RequestError.InvalidExptime, "CLIENT_ERROR invalid exptime argument\r\n")]
    [InlineData(RequestError.InvalidDelta, "CLIENT_ERROR invalid numeric delta argument\r\n")]
    [InlineData(RequestError.MetaTooManyFlags, "CLIENT_ERROR options flags are too long\r\n")]
    [InlineData(RequestError.MetaOpaqueTooLong, "CLIENT_ERROR opaque token too long\r\n")]
    [InlineData(RequestError.MetaInvalidOrDuplicateFlag, "CLIENT_ERROR invalid or duplicate flag\r\n")]
    public void Error_line_is_memcacheds(RequestError error, string expected) =>
        Assert.Equal(expected, Bytes.Text(RequestErrors.Line(error)));

    private static void AssertReads(string line, string expected) =>
        Assert.Equal($"{line.Length}: {expected}", TextDescription.Read(Bytes.Of(line)));
}
