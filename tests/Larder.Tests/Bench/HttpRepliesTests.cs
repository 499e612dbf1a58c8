using System.Text;
using Larder.Bench;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Tests.Bench;

/// <summary>Answers of HTTP, however they are cut.</summary>
public sealed class HttpRepliesTests
{
    private const string Answers = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        + "HTTP/1.1 204 No Content\r\n\r\n"
        + "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n\r\n";

    [Theory]
    [InlineData(false, "200: 404: 204: 503:")]
    [InlineData(true, "200:hello 404: 204: 503:\r\n")]
    public void Answers_cut_at_every_byte_are_the_whole_ones(bool keepsBodies, string expected)
    {
        byte[] all = Encoding.ASCII.GetBytes(Answers);
        for (int step = 1; step <= all.Length; step++)
        {
            var replies = new HttpReplies(keepsBodies);
            var found = new List<string>();
            int consumed = 0;
            for (int length = Math.Min(step, all.Length); ; length = Math.Min(length + step, all.Length))
            {
                ReplyStatus whole;
                do
                {
                    whole = replies.Read(
                        all.AsSpan(consumed..length), out int used, out int status, out ReadOnlySpan<byte> body);
                    consumed += used;
                    if (whole == ReplyStatus.Complete) found.Add($"{status}:{Encoding.ASCII.GetString(body)}");
                }
                while (whole == ReplyStatus.Complete);

                Assert.Equal(ReplyStatus.Incomplete, whole);
                if (length == all.Length) break;
            }

            Assert.Equal(expected, string.Join(' ', found));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("END\r\n\r\n")]
    public void Answer_without_a_counted_body_is_none(string text)
    {
        var replies = new HttpReplies(keepsBodies: false);
        Assert.Equal(
            ReplyStatus.Malformed, replies.Read(Encoding.ASCII.GetBytes(text), out _, out _, out _));
    }

    [Fact]
    public void Error_names_its_status()
    {
        byte[] room = new byte[HttpReplies.DescriptionLength];
        Assert.Equal("HTTP status 507", Encoding.ASCII.GetString(HttpReplies.Describe(507, room)));
    }
}
