using System.Globalization;
using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpDateTests
{
    private const long Now = 1795000000; // November 2026

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 784111777)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 784111777)]
    [InlineData("Wednesday, 06-Nov-76 00:00:00 GMT", 3371846400)]
    [InlineData("Wednesday, 06-Nov-77 00:00:00 GMT", 247622400)]
    [InlineData("Sun Nov  6 08:49:37 1994", 784111777)]
    [InlineData("Sun Nov 16 08:49:37 1994", 784975777)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("Wed, 31 Dec 1969 23:59:59 GMT", -1)]
    [InlineData("Mon, 29 Feb 2016 23:59:60 GMT", 1456790400)]
    [InlineData("Sat, 01 Jan 0001 00:00:00 GMT", -62135596800)]
    public void Date_in_each_format_is_read(string text, long expected)
    {
        Assert.True(HttpDate.TryRead(Bytes.Of(text), Now, out long unixSeconds));
        Assert.Equal(expected, unixSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("onT, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 29 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 ovD 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:61 GMT")]
    [InlineData("Sun, 06 Nov 1994 08-49-37 GMT")]
    [InlineData("Sun, 06 Nov 1994 -8:49:37 GMT")]
    [InlineData("Sun,_06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 194x")]
    [InlineData("Sun Nov    08:49:37 1994")]
    [InlineData("Son Nov  6 08:49:37 1994")]
    [InlineData("Sunday, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-xx 08:49:37 GMT")]
    [InlineData("Sonntag, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sunday, 06 Nov 94 08:49:37 GMT")]
    public void Text_that_is_no_date_is_refused(string text) =>
        Assert.False(HttpDate.TryRead(Bytes.Of(text), Now, out _));

    [Fact]
    public void Date_written_is_the_frameworks_and_is_read_back()
    {
        byte[] buffer = new byte[HttpDate.Length];
        for (long seconds = -5_000_000_000; seconds < 9_000_000_000; seconds += 86_400_000 / 37)
        {
            Assert.Equal(HttpDate.Length, HttpDate.Write(buffer, seconds));
            string expected = DateTimeOffset.FromUnixTimeSeconds(seconds)
                .ToString("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", CultureInfo.InvariantCulture);
            Assert.Equal(expected, Bytes.Text(buffer));
            Assert.True(HttpDate.TryRead(buffer, Now, out long back));
            Assert.Equal(seconds, back);
        }
    }

    [Fact]
    public void Date_out_of_range_is_written_as_the_nearest()
    {
        byte[] buffer = new byte[HttpDate.Length];
        HttpDate.Write(buffer, long.MaxValue);
        Assert.Equal("Fri, 31 Dec 9999 23:59:59 GMT", Bytes.Text(buffer));
        HttpDate.Write(buffer, long.MinValue);
        Assert.Equal("Mon, 01 Jan 0001 00:00:00 GMT", Bytes.Text(buffer));
    }
}
