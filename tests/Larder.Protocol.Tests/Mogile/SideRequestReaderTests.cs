using Larder.Protocol.Http;
using Larder.Protocol.Mogile;
using Xunit;

namespace Larder.Protocol.Tests.Mogile;

public class SideRequestReaderTests
{
    [Theory]
    [InlineData("size /dev1/x\r\n", "14: Size /dev1/x file=/dev1/x")]
    [InlineData("size /dev1/x\n", "13: Size /dev1/x file=/dev1/x")]
    [InlineData("size //dev1//x \n", "16: Size //dev1//x file=/dev1/x")]
    [InlineData("MD5 /dev1/x\r\n", "13: Md5 /dev1/x file=/dev1/x")]
    [InlineData("MD5 /dev1/x fsck\r\n", "18: Md5 /dev1/x file=/dev1/x reason=fsck fsck")]
    [InlineData("SHA-1 /x replicate\n", "19: Sha1 /x file=/x reason=replicate")]
    [InlineData("watch\n", "6: Watch")]
    [InlineData("shutdown\r\n", "10: Shutdown")]
    [InlineData("shutdown graceful\n", "18: Shutdown")]
    [InlineData("server aio_threads = 7\n", "23: AioThreads 7")]
    [InlineData("Server AIO_THREADS=100\r\n", "24: AioThreads 100")]
    [InlineData("server aio_threads=007 \r\n", "25: AioThreads 7")]
    [InlineData("server aio_threads=0\n", "21: AioThreads 0")]
    [InlineData("server aio_threads=101\n", "23: AioThreads 0")]
    [InlineData("server aio_threads=99999999999999999999\n", "40: AioThreads 0")]
    [InlineData("larder scrub pause\n", "19: Scrub Pause -1")]
    [InlineData("larder scrub resume dev0\r\n", "26: Scrub Resume 0")]
    [InlineData("larder scrub status dev16777215\n", "32: Scrub Status 16777215")]
    [InlineData("larder scrub report dev12\n", "26: Scrub Report 12")]
    [InlineData("larder scrub report\n", "20: Unknown larder")]
    [InlineData("larder scrub pause dev01\n", "25: Unknown larder")]
    [InlineData("larder scrub pause dev16777216\n", "31: Unknown larder")]
    [InlineData("larder scrub pause 1\n", "21: Unknown larder")]
    [InlineData("larder scrub pause dev1 now\n", "28: Unknown larder")]
    [InlineData("larder scrub stop\n", "18: Unknown larder")]
    [InlineData("larder pause\n", "13: Unknown larder")]
    [InlineData("Larder scrub pause\n", "19: Unknown Larder")]
    [InlineData("\r\n", "2: Blank")]
    [InlineData("\n", "1: Blank")]
    [InlineData(" \t \r\n", "5: Blank")]
    [InlineData("size /dev1/..\n", "14: UriInvalid")]
    [InlineData("size /dev1/a..b\n", "16: UriInvalid")]
    [InlineData("MD5 /12345678901234567890123456789012345678\n", "44: UriInvalid")]
    [InlineData("size\n", "5: Unknown size")]
    [InlineData("size x\n", "7: Unknown size")]
    [InlineData("size http://h/x\n", "16: Unknown size")]
    [InlineData("size /x y\n", "10: Unknown size")]
    [InlineData("size /x_y\n", "10: Unknown size")]
    [InlineData("MD5 /x a-b\n", "11: Unknown MD5")]
    [InlineData("MD5 /x a b\n", "11: Unknown MD5")]
    [InlineData("SHA-256 /x\n", "11: Unknown SHA-256")]
    [InlineData("WATCH\n", "6: Unknown WATCH")]
    [InlineData("watch 1\n", "8: Unknown watch")]
    [InlineData("shutdown now\n", "13: Unknown shutdown")]
    [InlineData("shutdown graceful now\n", "22: Unknown shutdown")]
    [InlineData("server\n", "7: Unknown server")]
    [InlineData("server x = 1\n", "13: Unknown server")]
    [InlineData("server aio_threads 1\n", "21: Unknown server")]
    [InlineData("server aio_threads =\n", "21: Unknown server")]
    [InlineData("server aio_threads = x\n", "23: Unknown server")]
    [InlineData("a\x01" + "b c\n", "6: Unknown a")]
    [InlineData("\x80\n", "2: Unknown ")]
    public void Line_has_its_meaning(string line, string expected) =>
        Assert.Equal(expected, SideDescription.Read(Bytes.Of(line)));

    [Theory]
    [InlineData("size /a_b\n", "10: Size /a_b file=/a_b")]
    [InlineData("MD5 /%41%20b fsck\n", "18: Md5 /%41%20b file=/A b reason=fsck fsck")]
    [InlineData("size /%2e%2e/x\n", "15: UriInvalid")]
    [InlineData("size /%zz\n", "10: Unknown size")]
    public void Line_with_wide_names_has_its_meaning(string line, string expected) =>
        Assert.Equal(expected, SideDescription.Read(Bytes.Of(line), HttpNames.Wide));

    [Fact]
    public void Line_split_at_every_byte_waits_and_then_is_the_whole_line()
    {
        foreach (string text in SideCorpus.Lines)
        {
            byte[] line = Bytes.Of(text);
            for (int length = 0; length < line.Length; length++)
            {
                Assert.Equal($"Incomplete {length}", SideDescription.Read(line[..length]));
                Assert.Equal(SideDescription.Read(line), SideDescription.Read(line, HttpNames.Narrow, length));
            }
            Assert.Equal(SideDescription.Read(line), SideDescription.Read([.. line, .. "size"u8]));
        }
    }

    [Theory]
    [InlineData(HttpNames.Narrow, SideRequestReader.NarrowLineLengthMax)]
    [InlineData(HttpNames.Wide, SideRequestReader.WideLineLengthMax)]
    public void Line_at_its_greatest_length_is_read_and_one_byte_more_closes(HttpNames names, int lengthMax)
    {
        string longest = new string('a', lengthMax - 1);
        Assert.StartsWith($"{lengthMax}: Unknown a", SideDescription.Read(Bytes.Of(longest + "\n"), names));
        Assert.Equal($"Incomplete {lengthMax}", SideDescription.Read(Bytes.Of(longest + "a"), names));
        Assert.Equal("Close", SideDescription.Read(Bytes.Of(longest + "a\n"), names));
        Assert.Equal("Close", SideDescription.Read(Bytes.Of(longest + "aa"), names));
    }
}
