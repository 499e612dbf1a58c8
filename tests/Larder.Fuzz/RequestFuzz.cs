using Larder.Protocol.Tests;
using Larder.Protocol.Tests.Meta;
using Larder.Protocol.Tests.Text;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: the request readers neither throw nor read outside their input, and understand every input as the slow
/// parsers do, however it is cut. Method: mutated corpora in arrays of exactly their size, all lines one behind the
/// other, and each line again with a cut at a random byte.
/// </summary>
public class RequestFuzz
{
    [Fact]
    public void Classic_requests_agree_with_the_slow_parser() =>
        FuzzRun.Run(RequestCorpus.Classic, input => ReadAll(input, TextDescription.Read, SlowTextParser.Describe));

    [Fact]
    public void Meta_requests_agree_with_the_slow_parser() =>
        FuzzRun.Run(
            [.. RequestCorpus.Meta, .. RequestCorpus.Meta, .. RequestCorpus.Classic],
            input => ReadAll(input, MetaDescription.Read, SlowMetaParser.Describe));

    private static void ReadAll(byte[] input, Func<byte[], string> fast, Func<string, string> slow)
    {
        for (int at = 0; at < input.Length;)
        {
            byte[] rest = input[at..];
            string description = fast(rest);
            Assert.Equal(slow(Bytes.Text(rest)), description);
            TextRequest request = default;
            if (TextRequestReader.Read(rest, ref request) != ParseStatus.Complete)
                return;
            CheckCut(rest, request.LineLength);
            at += request.LineLength;
        }
    }

    private static void CheckCut(byte[] rest, int lineLength)
    {
        // The reader may close a connection early, never understand half a line.
        byte[] half = rest[..(lineLength / 2)];
        TextRequest request = default;
        ParseStatus expected = half.Length > TextLimits.LineLengthMaxDefault
            ? ParseStatus.Close
            : ParseStatus.Incomplete;
        ParseStatus status = TextRequestReader.Read(half, ref request);
        Assert.True(status == ParseStatus.Incomplete || status == expected);
        if (status == ParseStatus.Close)
            return;
        Assert.Equal(
            ParseStatus.Complete, TextRequestReader.Read(rest, request.ScannedLength, new TextLimits(), ref request));
        Assert.Equal(lineLength, request.LineLength);
    }
}
