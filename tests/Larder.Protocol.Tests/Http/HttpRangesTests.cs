using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpRangesTests
{
    [Theory]
    [InlineData("bytes=0-0", "0-0")]
    [InlineData("bytes=0-", "0-99")]
    [InlineData("bytes=99-", "99-99")]
    [InlineData("bytes=10-1000", "10-99")]
    [InlineData("bytes=10-9223372036854775807", "10-99")]
    [InlineData("Bytes=1-2", "1-2")]
    [InlineData("bytes=-1", "99-99")]
    [InlineData("bytes=-100", "0-99")]
    [InlineData("bytes=-101", "Whole")]
    [InlineData("items=x", "Whole")]
    [InlineData("bytes=-0", "NotSatisfiable")]
    [InlineData("bytes=-", "NotSatisfiable")]
    [InlineData("bytes=100-", "NotSatisfiable")]
    [InlineData("bytes=5-4", "NotSatisfiable")]
    [InlineData("bytes=100-,-0", "NotSatisfiable")]
    [InlineData("bytes", "Malformed")]
    [InlineData("bytes=", "Malformed")]
    [InlineData("bytes=,", "Malformed")]
    [InlineData("bytes=1", "Malformed")]
    [InlineData("bytes=a-", "Malformed")]
    [InlineData("bytes=-a", "Malformed")]
    [InlineData("bytes=1-2-3", "Malformed")]
    [InlineData("bytes=1 -2", "Malformed")]
    [InlineData("bytes=01-2", "Malformed")]
    [InlineData("bytes=+1-2", "Malformed")]
    [InlineData("bytes 0-1", "Malformed")]
    [InlineData("by tes=0-1", "Malformed")]
    [InlineData("=0-1", "Malformed")]
    [InlineData("bytes=0-1,x", "Malformed")]
    [InlineData("bytes=9223372036854775808-x", "Malformed")]
    [InlineData("bytes=9223372036854775808-", "TooLarge")]
    [InlineData("bytes=0-9223372036854775808", "TooLarge")]
    [InlineData("bytes=-9223372036854775808", "TooLarge")]
    [InlineData("bytes=0-0,98-,-1", "0-0 98-99")]
    [InlineData("bytes=98-, 0-0 ,,", "98-99 0-0")]
    [InlineData("bytes=0-0,100-", "0-0")]
    [InlineData("bytes=-200,5-6", "0-99")]
    [InlineData("bytes=0-0,82-82", "0-0 82-82")]
    [InlineData("bytes=0-0,81-81", "0-81")]
    [InlineData("bytes=82-82,0-0", "82-82 0-0")]
    [InlineData("bytes=81-81,0-0", "0-81")]
    public void Ranges_of_a_hundred_bytes_are_resolved(string value, string expected) =>
        Assert.Equal(expected, HttpDescription.ResolveRanges(Bytes.Of(value), 100));

    [Theory]
    [InlineData("bytes=0-", "NotSatisfiable")]
    [InlineData("bytes=0-0", "NotSatisfiable")]
    [InlineData("bytes=-1", "Whole")]
    [InlineData("bytes=-1,-2", "NotSatisfiable")]
    public void Ranges_of_nothing_are_never_partial(string value, string expected) =>
        Assert.Equal(expected, HttpDescription.ResolveRanges(Bytes.Of(value), 0));

    [Theory]
    [InlineData("bytes=0-9,1000-1009,2000-2009,3000-3009", "0-9 1000-1009 2000-2009 3000-3009")]
    [InlineData("bytes=0-9,1000-1009,2000-2009,3000-3009,4000-", "Whole")]
    [InlineData("bytes=5000-5009,0-9,3000-3009,100-2950", "5000-5009 0-9 100-3009")]
    [InlineData("bytes=5000-5009,0-9,3000-3009,10-4990", "0-5009")]
    [InlineData("bytes=0-9,3000-3009,3000-3009,0-9", "0-9 3000-3009")]
    public void Ranges_that_touch_are_joined_and_too_many_are_the_whole(string value, string expected) =>
        Assert.Equal(expected, HttpDescription.ResolveRanges(Bytes.Of(value), 10000, countMax: 4));

    [Fact]
    public void Ranges_at_the_end_of_the_greatest_size_do_not_overflow() =>
        Assert.Equal(
            "9223372036854775806-9223372036854775806 0-0",
            HttpDescription.ResolveRanges("bytes=-1,0-0"u8.ToArray(), long.MaxValue));

    [Fact]
    public void Every_outcome_of_ranges_has_its_status()
    {
        HttpStatus[] expected =
        [
            HttpStatus.Ok, HttpStatus.PartialContent, HttpStatus.RangeNotSatisfiable, HttpStatus.BadRequest,
            HttpStatus.InsufficientStorage,
        ];
        Assert.Equal(expected, Enum.GetValues<HttpRangeOutcome>().Select(HttpRanges.StatusOf));
    }
}
