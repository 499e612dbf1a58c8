using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

public class HttpPathTests
{
    [Theory]
    [InlineData("/", "/ device=-1 rest= root slash")]
    [InlineData("///", "/ device=-1 rest= root slash")]
    [InlineData("http://h", "/ device=-1 rest= root slash")]
    [InlineData("HTTPS://h:1/dev1/x", "/dev1/x device=1 rest=x put")]
    [InlineData("http://h//dev1//x", "/dev1/x device=1 rest=x put")]
    [InlineData("/dev1", "/dev1 device=1 rest=")]
    [InlineData("/dev1/", "/dev1/ device=1 rest= slash")]
    [InlineData("/dev0/a/b.fid", "/dev0/a/b.fid device=0 rest=a/b.fid put")]
    [InlineData("/dev1/a/", "/dev1/a/ device=1 rest=a/ slash")]
    [InlineData("/dev1///a//", "/dev1/a/ device=1 rest=a/ slash")]
    [InlineData("/dev16777215/a", "/dev16777215/a device=16777215 rest=a put")]
    [InlineData("/dev16777216/a", "/dev16777216/a device=-1 rest=dev16777216/a put")]
    [InlineData("/dev123456789/a", "/dev123456789/a device=-1 rest=dev123456789/a put")]
    [InlineData("/dev01/a", "/dev01/a device=-1 rest=dev01/a put")]
    [InlineData("/dev/a", "/dev/a device=-1 rest=dev/a")]
    [InlineData("/dev1x/a", "/dev1x/a device=-1 rest=dev1x/a")]
    [InlineData("/Dev1/a", "/Dev1/a device=-1 rest=Dev1/a")]
    [InlineData("/a", "/a device=-1 rest=a")]
    [InlineData("/.a", "/.a device=-1 rest=.a")]
    [InlineData("/dev1/..", "Forbidden")]
    [InlineData("/../x", "Forbidden")]
    [InlineData("/dev1/../x", "Forbidden")]
    [InlineData("/dev1/./x", "Forbidden")]
    [InlineData("/dev1/.", "Forbidden")]
    [InlineData("", "Malformed")]
    [InlineData("*", "Malformed")]
    [InlineData("dev1/x", "Malformed")]
    [InlineData("http:///x", "Malformed")]
    [InlineData("http://u@h/x", "Malformed")]
    [InlineData("ftp://h/x", "Malformed")]
    [InlineData("/dev1/x?y", "Malformed")]
    [InlineData("/dev1/x#y", "Malformed")]
    [InlineData("/dev1/%zz", "Malformed")]
    public void Target_with_any_names_is_the_path_or_the_error(string target, string expected)
    {
        Assert.Equal(expected, HttpDescription.ReadPath(Bytes.Of(target), HttpNames.Narrow));
        Assert.Equal(expected, HttpDescription.ReadPath(Bytes.Of(target), HttpNames.Wide));
    }

    [Theory]
    [InlineData("/dev1/a_b", "Malformed", "/dev1/a_b device=1 rest=a_b put")]
    [InlineData("/dev1/a..b", "Forbidden", "/dev1/a..b device=1 rest=a..b put")]
    [InlineData("/dev1/%41%5f%c3%a9", "Malformed", "/dev1/A_\xc3\xa9 device=1 rest=A_\xc3\xa9 put")]
    [InlineData("/dev1/a%25b", "Malformed", "/dev1/a%b device=1 rest=a%b put")]
    [InlineData("/%64ev1/a", "Malformed", "/dev1/a device=1 rest=a put")]
    [InlineData("/dev1/a%3Fb+c%20d", "Malformed", "/dev1/a?b+c d device=1 rest=a?b+c d put")]
    [InlineData("/dev1/%2e%2E/x", "Malformed", "Forbidden")]
    [InlineData("/dev1/%2e", "Malformed", "Forbidden")]
    [InlineData("/dev1/a%2fb", "Malformed", "Malformed")]
    [InlineData("/dev1/a%2F", "Malformed", "Malformed")]
    [InlineData("/dev1/%00", "Malformed", "Malformed")]
    [InlineData("/dev1/%0a", "Malformed", "Malformed")]
    [InlineData("/dev1/%7f", "Malformed", "Malformed")]
    [InlineData("/dev1/%", "Malformed", "Malformed")]
    [InlineData("/dev1/%4", "Malformed", "Malformed")]
    [InlineData("/dev1/%4g", "Malformed", "Malformed")]
    [InlineData("/dev1/\xe9", "Malformed", "Malformed")]
    public void Target_depends_on_the_names(string target, string narrow, string wide)
    {
        Assert.Equal(narrow, HttpDescription.ReadPath(Bytes.Of(target), HttpNames.Narrow));
        Assert.Equal(wide, HttpDescription.ReadPath(Bytes.Of(target), HttpNames.Wide));
    }

    [Fact]
    public void Path_at_its_greatest_length_is_read_and_one_byte_more_is_refused()
    {
        AssertLongest("/dev1/" + new string('a', 31), "a", HttpNames.Narrow);
        AssertLongest("/dev1/" + new string('a', 255), "a", HttpNames.Wide);
        AssertLongest("/dev1/" + string.Concat(Enumerable.Repeat("%41", 255)), "%41", HttpNames.Wide);
        string longest = string.Concat(Enumerable.Repeat("/abcdefg", HttpPathReader.WideLengthMax / 8));
        AssertLongest(longest, "h", HttpNames.Wide);
        AssertLongest(longest.Replace("a", "%61", StringComparison.Ordinal), "h", HttpNames.Wide);
        Assert.Equal("Malformed", HttpDescription.ReadPath(Bytes.Of(longest + "hhhh%zz"), HttpNames.Wide));
        Assert.Equal("TooLong", HttpDescription.ReadPath(Bytes.Of("/a//" + new string('a', 34)), HttpNames.Narrow));
    }

    [Fact]
    public void Slashes_and_hosts_before_a_path_do_not_count()
    {
        Assert.Equal("/dev1/x device=1 rest=x put", HttpDescription.ReadPath(
            Bytes.Of(new string('/', 300) + "dev1/x"), HttpNames.Narrow));
        Assert.Equal("/dev1/x device=1 rest=x put", HttpDescription.ReadPath(
            Bytes.Of("http://" + new string('h', 300) + "/dev1/x"), HttpNames.Narrow));
    }

    [Fact]
    public void Path_error_has_the_status_of_the_original()
    {
        Assert.Equal(HttpStatus.Forbidden, HttpPathReader.StatusOf(HttpPathError.Forbidden));
        Assert.Equal(HttpStatus.BadRequest, HttpPathReader.StatusOf(HttpPathError.Malformed));
        Assert.Equal(HttpStatus.BadRequest, HttpPathReader.StatusOf(HttpPathError.TooLong));
    }

    private static void AssertLongest(string path, string more, HttpNames names)
    {
        Assert.EndsWith(" put", HttpDescription.ReadPath(Bytes.Of(Rooted(path)), names));
        Assert.Equal("TooLong", HttpDescription.ReadPath(Bytes.Of(Rooted(path) + more), names));
    }

    // A long path without a device: the first segment becomes one of the same length.
    private static string Rooted(string path) =>
        path.StartsWith("/dev", StringComparison.Ordinal) ? path : "/dev1234" + path[path.IndexOf('/', 1)..];
}
