using Larder.Protocol.Tests;
using Larder.Protocol.Tests.Meta;
using Larder.Protocol.Tests.Text;
using Xunit;

namespace Larder.Fuzz;

/// <summary>The same as <see cref="RequestFuzz"/> for the readers of replies.</summary>
public class ReplyFuzz
{
    private delegate string FastReader(ReadOnlySpan<byte> input, out int length);

    private delegate string SlowReader(string input, out int length);

    [Fact]
    public void Classic_replies_agree_with_the_slow_parser() =>
        FuzzRun.Run(ReplyCorpus.Classic, input => ReadAll(input, TextReplyDescription.Read, SlowReplyParser.Classic));

    [Fact]
    public void Meta_replies_agree_with_the_slow_parser() =>
        FuzzRun.Run(ReplyCorpus.Meta, input => ReadAll(input, MetaReplyDescription.Read, SlowReplyParser.Meta));

    private static void ReadAll(byte[] input, FastReader fast, SlowReader slow)
    {
        for (int at = 0; at < input.Length;)
        {
            byte[] rest = input[at..];
            string description = fast(rest, out int length);
            Assert.Equal(slow(Bytes.Text(rest), out int expected), description);
            if (description is "Incomplete" or "Malformed")
                return;
            Assert.Equal(expected, length);
            Assert.Equal("Incomplete", fast(rest.AsSpan(0, length - 1).ToArray(), out _));
            at += length;
        }
    }
}
