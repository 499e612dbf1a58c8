using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Input that is cut at every byte, that two readers would understand in two ways, or that is too much.
/// </summary>
public sealed partial class HostileClientTests
{
    private const string Hidden = "DELETE /dev1/a HTTP/1.1\r\n\r\n";

    private static readonly string s_session = string.Concat(
        "PUT /dev1/x HTTP/1.1\r\nContent-Length: 5\r\nContent-MD5: XUFAKrxLKna5cZ2REBfFkg==\r\n\r\nhello",
        "PUT /dev1/y HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: Content-MD5\r\n\r\n",
        "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nContent-MD5: XrY7u+Ae7tCTyyK7j1rNww==\r\n\r\n",
        "PUT /dev1/x HTTP/1.1\r\nContent-Range: bytes 1-2/5\r\nContent-Length: 2\r\n\r\nEL",
        "GET /dev1/x HTTP/1.1\r\nRange: bytes=1-3\r\nContent-Length: 4\r\n\r\nbody",
        "HEAD /dev1/y HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "DELETE /dev1/y HTTP/1.1\r\n\r\n\r\nGET /dev1/y HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

    [Fact]
    public void Session_cut_at_any_byte_is_answered_the_same()
    {
        using var store = new TestStore(workers: 2);
        string whole = Play(store, s_session.Length);
        Assert.Equal([201, 201, 201, 206, 200, 204, 404, 200], StatusesOf(whole));
        for (int cut = 1; cut < s_session.Length; cut++)
        {
            string answers = Play(store, cut);
            Assert.True(answers == whole, $"cut at {cut}: {answers}");
        }
    }

    [Fact]
    public void Session_that_comes_byte_by_byte_is_answered_the_same()
    {
        using var store = new TestStore(workers: 2);
        string whole = Play(store, s_session.Length);
        using RawClient client = store.Connect();
        foreach (char value in s_session)
        {
            client.Send([(byte)value]);
        }
        Assert.Equal(whole, WithoutTimes(client.ReadText()));
    }

    [Theory]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: 28\r\nContent-Length: 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: 0, 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: +0\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: 0x0\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n", 501)]
    [InlineData("PUT /dev1/b HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nHost: x\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nHost: x\r\n\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nHost: x\rContent-Length: 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nX: a\r\n Content-Length: 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\n Host: x\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length : 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length\t: 28\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nX: a\0b\r\n\r\n", 400)]
    [InlineData("GET /dev1/a\r\n\r\n", 400)]
    [InlineData("GET  /dev1/a HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /dev1/a HTTP/2.0\r\n\r\n", 505)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", 400)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 507)]
    [InlineData("PUT /dev1/b HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n", 507)]
    public void Request_with_two_meanings_is_refused_and_nothing_behind_it_is_done(string request, int status)
    {
        using var store = new TestStore();
        File.WriteAllText(store.PathOf("dev1/a"), "x");
        using RawClient client = store.Connect();
        client.Send(request + Hidden);
        RawAnswer answer = client.Read();
        Assert.Equal((status, false), (answer.Status, answer.KeepsAlive));
        Assert.True(client.IsClosed());
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Theory]
    [InlineData(65_535, 200)]
    [InlineData(65_536, 400)]
    [InlineData(3_000_000, 400)]
    public void Head_has_a_greatest_length(int length, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        var head = new StringBuilder("GET / HTTP/1.1\r\n");
        while (head.Length < length - 1_000)
        {
            head.Append("X-Filler: ").Append('x', 500).Append("\r\n");
        }
        head.Append("Y: ").Append('y', length - head.Length - 4).Append("\r\n\r\n");
        Assert.Equal(length, head.Length);
        try
        {
            client.Send(head.ToString());
        }
        catch (IOException)
        {
            Assert.True(length > 1_000_000, "closed while it could still be read");
        }
        RawAnswer answer = client.Read();
        Assert.Equal((status, status == 200), (answer.Status, answer.KeepsAlive));
    }

    [Fact]
    public void Trailers_have_a_greatest_length()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        client.Send("PUT /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n");
        client.Send("X: " + new string('x', 70_000) + "\r\n\r\n");
        RawAnswer answer = client.Read();
        Assert.Equal((400, false), (answer.Status, answer.KeepsAlive));
        Assert.Empty(store.Files());
    }

    [Fact]
    public void Long_ways_to_a_short_path_are_gone()
    {
        using var store = new TestStore();
        File.WriteAllText(store.PathOf("dev1/a"), "x");
        using RawClient client = store.Connect();
        string slashes = new('/', 300);
        Assert.Equal("x"u8, client.Get($"{slashes}dev1/a").Body);
        Assert.Equal("x"u8, client.Get($"http://{new string('h', 300)}/dev1/a").Body);
        Assert.Equal("x"u8, client.Get($"http://{new string('h', 300)}{slashes}dev1{slashes[..20]}a").Body);
        Assert.Equal(201, client.Put($"{slashes}dev1/b", "y"u8).Status);
        Assert.Equal(200, client.Get($"http://{new string('h', 300)}").Status); // the root
    }

    private static string Play(TestStore store, int cut)
    {
        using RawClient client = store.Connect();
        long read = store.Server.Driver.Turns.Sum(turn => turn.Counters.BytesRead);
        client.Send(s_session[..cut]);
        Until.True(
            () => store.Server.Driver.Turns.Sum(turn => turn.Counters.BytesRead) >= read + cut, "it has come");
        client.Send(s_session[cut..]);
        return WithoutTimes(client.ReadText());
    }

    private static int[] StatusesOf(string answers)
        => [.. StatusPattern().Matches(answers).Select(static match => int.Parse(
            match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture))];

    private static string WithoutTimes(string answers) => TimePattern().Replace(answers, "");

    [GeneratedRegex(@"HTTP/1\.1 (?<code>\d+) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusPattern();

    [GeneratedRegex(@"(Date|Last-Modified|ETag): [^\r]*\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimePattern();
}
