using Larder.Protocol.Http;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpConditionsTests
{
    private const long Modified = 784111777;
    private const long Now = 1795000000;
    private const string Same = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Before = "Sun, 06 Nov 1994 08:49:36 GMT";
    private const string Behind = "Sun, 06 Nov 1994 08:49:38 GMT";

    [Theory]
    [InlineData("*", "\"a\"", true, true)]
    [InlineData("\"a\"", "\"a\"", true, true)]
    [InlineData("\"a\"", "\"b\"", false, false)]
    [InlineData("\"b\", \"a\"", "\"a\"", true, true)]
    [InlineData(",\"b\"\t,, \"a\",", "\"a\"", true, true)]
    [InlineData("\"b,\"a\"", "\"a\"", false, false)]
    [InlineData("W/\"a\"", "\"a\"", false, true)]
    [InlineData("\"a\"", "W/\"a\"", false, true)]
    [InlineData("w/\"a\"", "\"a\"", false, false)]
    [InlineData("\"a\"", "", false, false)]
    [InlineData("a", "\"a\"", false, false)]
    [InlineData("\"a", "\"a\"", false, false)]
    [InlineData("\"b\" \"a\"", "\"a\"", false, false)]
    [InlineData("\"a\"x", "\"a\"", false, false)]
    [InlineData("*, \"a\"", "\"a\"", false, false)]
    [InlineData("\"\"", "\"\"", true, true)]
    public void ETag_in_a_list_matches_strongly_or_weakly(string list, string etag, bool strongly, bool weakly)
    {
        Assert.Equal(strongly, HttpETags.Contains(Bytes.Of(list), Bytes.Of(etag), isStrong: true));
        Assert.Equal(weakly, HttpETags.Contains(Bytes.Of(list), Bytes.Of(etag), isStrong: false));
    }

    [Theory]
    [InlineData("GET", "", HttpCondition.Proceed)]
    [InlineData("GET", "If-Match: \"a\"", HttpCondition.Proceed)]
    [InlineData("GET", "If-Match: \"b\"", HttpCondition.Failed)]
    [InlineData("PUT", "If-Match: W/\"a\"", HttpCondition.Failed)]
    [InlineData("PUT", "If-Match: *", HttpCondition.Proceed)]
    [InlineData("PUT", "If-Match: \"a\"\r\nIf-Unmodified-Since: " + Before, HttpCondition.Proceed)]
    [InlineData("PUT", "If-Unmodified-Since: " + Before, HttpCondition.Failed)]
    [InlineData("PUT", "If-Unmodified-Since: " + Same, HttpCondition.Proceed)]
    [InlineData("PUT", "If-Unmodified-Since: never", HttpCondition.Proceed)]
    [InlineData("GET", "If-None-Match: W/\"a\"", HttpCondition.NotModified)]
    [InlineData("HEAD", "If-None-Match: *", HttpCondition.NotModified)]
    [InlineData("PUT", "If-None-Match: *", HttpCondition.Failed)]
    [InlineData("DELETE", "If-None-Match: \"a\"", HttpCondition.Failed)]
    [InlineData("GET", "If-None-Match: \"b\"\r\nIf-Modified-Since: " + Same, HttpCondition.Proceed)]
    [InlineData("GET", "If-Match: \"a\"\r\nIf-None-Match: \"a\"", HttpCondition.NotModified)]
    [InlineData("GET", "If-Modified-Since: " + Same, HttpCondition.NotModified)]
    [InlineData("HEAD", "If-Modified-Since: " + Behind, HttpCondition.NotModified)]
    [InlineData("GET", "If-Modified-Since: " + Before, HttpCondition.Proceed)]
    [InlineData("GET", "If-Modified-Since: 1", HttpCondition.Proceed)]
    [InlineData("PUT", "If-Modified-Since: " + Same, HttpCondition.Proceed)]
    [InlineData("GET", "If-Range: \"a\"", HttpCondition.Proceed)]
    [InlineData("GET", "If-Range: W/\"a\"", HttpCondition.ProceedWhole)]
    [InlineData("GET", "If-Range: \"b\"", HttpCondition.ProceedWhole)]
    [InlineData("GET", "If-Range: *", HttpCondition.ProceedWhole)]
    [InlineData("GET", "If-Range: " + Same, HttpCondition.Proceed)]
    [InlineData("GET", "If-Range: " + Before, HttpCondition.ProceedWhole)]
    [InlineData("GET", "If-Range: " + Behind, HttpCondition.ProceedWhole)]
    [InlineData("GET", "If-None-Match: \"a\"\r\nIf-Range: \"b\"", HttpCondition.NotModified)]
    public void Conditions_on_an_object_are_evaluated_in_order(string method, string lines, HttpCondition expected) =>
        Assert.Equal(expected, Evaluate(method, lines, exists: true));

    [Theory]
    [InlineData("PUT", "If-None-Match: *", HttpCondition.Proceed)]
    [InlineData("PUT", "If-Match: *", HttpCondition.Failed)]
    [InlineData("PUT", "If-Unmodified-Since: " + Before, HttpCondition.Proceed)]
    [InlineData("GET", "If-Modified-Since: " + Same, HttpCondition.Proceed)]
    public void Conditions_on_nothing_are_evaluated(string method, string lines, HttpCondition expected) =>
        Assert.Equal(expected, Evaluate(method, lines, exists: false));

    [Fact]
    public void Date_of_an_object_that_changed_within_the_second_is_no_strong_validator()
    {
        Assert.Equal(HttpCondition.ProceedWhole, Evaluate("GET", $"If-Range: {Same}", exists: true, now: Modified));
        Assert.Equal(HttpCondition.Proceed, Evaluate("GET", $"If-Range: {Same}", exists: true, now: Modified + 1));
    }

    private static HttpCondition Evaluate(string method, string lines, bool exists, long now = Now)
    {
        string head = $"{method} /dev1/x HTTP/1.1\r\n{lines}{(lines.Length == 0 ? "" : "\r\n")}\r\n";
        HttpRequest request = default;
        Assert.Equal(ParseStatus.Complete, HttpRequestReader.Read(Bytes.Of(head), ref request));
        Assert.Equal(HttpStatus.None, request.Error);
        return HttpConditions.Evaluate(in request, exists, "\"a\""u8, Modified, now);
    }
}
