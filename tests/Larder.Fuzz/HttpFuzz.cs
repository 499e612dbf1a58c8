using System.Globalization;
using Larder.Protocol.Http;
using Larder.Protocol.Tests;
using Larder.Protocol.Tests.Http;
using Larder.Protocol.Tests.Mogile;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: the readers of the object store neither throw nor read outside their input, and understand every input as the
/// slow parsers do, however it is cut. Method: mutated corpora in arrays of exactly their size, cut in the middle as
/// well.
/// </summary>
public class HttpFuzz
{
    [Fact]
    public void Http_requests_agree_with_the_slow_parser() => FuzzRun.Run(HttpCorpus.Requests, static input =>
    {
        string expected = SlowHttpParser.Describe(Bytes.Text(input));
        Assert.Equal(expected, HttpDescription.Read(input));
        string half = HttpDescription.Read(input[..(input.Length / 2)]);
        Assert.True(half == expected || half == "Incomplete", $"half: {half}, whole: {expected}");
    });

    [Fact]
    public void Http_paths_agree_with_the_slow_reader() => FuzzRun.Run(HttpCorpus.Targets, static input =>
    {
        foreach (HttpNames names in Enum.GetValues<HttpNames>())
            Assert.Equal(SlowHttpPieces.Path(Bytes.Text(input), names), HttpDescription.ReadPath(input, names));
    });

    [Fact]
    public void Http_chunks_agree_with_the_slow_reader() => FuzzRun.Run(HttpCorpus.Chunks, static input =>
    {
        string whole = ChunkedDescription.Read(input);
        string? expected = SlowHttpPieces.Chunks(Bytes.Text(input));
        if (expected is null)
            Assert.True(
                whole.StartsWith("Incomplete: ", StringComparison.Ordinal)
                || whole.StartsWith("400 behind ", StringComparison.Ordinal)
                || whole.StartsWith("507 behind ", StringComparison.Ordinal),
                whole);
        else
            Assert.Equal(expected, whole);
        int half = input.Length / 2;
        Assert.Equal(whole, ChunkedDescription.Read(input[..half], input[half..]));
        Assert.Equal(whole, ChunkedDescription.Read([.. input.Select(static b => new[] { b })]));
    });

    [Fact]
    public void Http_ranges_agree_with_the_slow_reader() => FuzzRun.Run(HttpCorpus.Ranges, static input =>
    {
        foreach (long size in (long[])[0, 1, 100, 1000, long.MaxValue])
            Assert.Equal(
                SlowHttpPieces.Ranges(Bytes.Text(input), size, 4), HttpDescription.ResolveRanges(input, size, 4));
    });

    [Fact]
    public void Http_replies_are_read_whole_or_not_at_all() => FuzzRun.Run(HttpReplyCorpus.Replies, static input =>
    {
        string whole = HttpReplyDescription.Read(input);
        string half = HttpReplyDescription.Read(input[..(input.Length / 2)]);
        Assert.True(half == whole || half == "Incomplete", $"half: {half}, whole: {whole}");
        int colon = whole.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return;
        int length = int.Parse(whole[..colon], CultureInfo.InvariantCulture);
        Assert.Equal(whole, HttpReplyDescription.Read(input[..length]));
        Assert.Equal("Incomplete", HttpReplyDescription.Read(input[..(length - 1)]));
    });

    [Fact]
    public void Side_channel_lines_agree_with_the_slow_parser() => FuzzRun.Run(SideCorpus.Lines, static input =>
    {
        foreach (HttpNames names in Enum.GetValues<HttpNames>())
        {
            string expected = SlowSideParser.Describe(Bytes.Text(input), names);
            Assert.Equal(expected, SideDescription.Read(input, names));
            int length = Array.IndexOf(input, (byte)'\n') + 1;
            if (length == 0 || expected == "Close")
                continue;
            for (int cut = 0; cut < length; cut++)
            {
                Assert.Equal($"Incomplete {cut}", SideDescription.Read(input[..cut], names));
                Assert.Equal(expected, SideDescription.Read(input, names, cut));
            }
            Assert.Equal(expected, SideDescription.Read(input[..length], names));
        }
    });
}
