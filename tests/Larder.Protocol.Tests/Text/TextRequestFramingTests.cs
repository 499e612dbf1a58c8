using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

/// <summary>
/// Aim: a line means the same however its bytes arrive. Method: every corpus line is cut at every byte, and all of
/// them are read one behind the other out of one buffer.
/// </summary>
public class TextRequestFramingTests
{
    public static TheoryData<string> Lines => [.. RequestCorpus.Classic, .. RequestCorpus.Meta];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_split_at_every_byte_reads_the_same(string line)
    {
        byte[] whole = Bytes.Of(line);
        string expected = TextDescription.Read(whole);
        for (int cut = 0; cut < whole.Length; cut++)
        {
            TextRequest request = default;
            Assert.Equal(ParseStatus.Incomplete, TextRequestReader.Read(whole.AsSpan(0, cut).ToArray(), ref request));
            Assert.Equal(cut, request.ScannedLength);
            Assert.Equal(0, request.LineLength);
            ParseStatus status = TextRequestReader.Read(whole, request.ScannedLength, new TextLimits(), ref request);
            Assert.Equal(expected, status == ParseStatus.Close ? "Close" : TextDescription.Of(in request));
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Bytes_behind_the_line_change_nothing(string line)
    {
        string expected = TextDescription.Read(Bytes.Of(line));
        Assert.Equal(expected, TextDescription.Read(Bytes.Of(line + "noreply\r\n")));
        Assert.Equal(expected, TextDescription.Read(Bytes.Of(line + " 1 2 3")));
    }

    [Fact]
    public void Pipelined_lines_are_read_one_by_one()
    {
        IEnumerable<string> all = RequestCorpus.Classic.Concat(RequestCorpus.Meta);
        string[] lines = [.. all.Where(line => TextDescription.Read(Bytes.Of(line)) != "Close")];
        byte[] input = Bytes.Of(string.Concat(lines));
        int at = 0;
        foreach (string line in lines)
        {
            TextRequest request = default;
            Assert.Equal(ParseStatus.Complete, TextRequestReader.Read(input.AsSpan(at), ref request));
            Assert.Equal(TextDescription.Read(Bytes.Of(line)), TextDescription.Of(in request));
            at += request.LineLength;
        }
        Assert.Equal(input.Length, at);
    }

    [Theory]
    [InlineData(2048, ParseStatus.Incomplete)]
    [InlineData(2049, ParseStatus.Close)]
    public void Line_without_end_is_closed_behind_2048_bytes(int length, ParseStatus expected)
    {
        Assert.Equal(expected, ReadStatus(new string('x', length)));
        Assert.Equal(expected, ReadStatus("mg " + new string('x', length - 3)));
        Assert.Equal(expected, ReadStatus("gat 1 " + new string('x', length - 6)));
        Assert.Equal(expected, ReadStatus("get\t" + new string('x', length - 4)));
        Assert.Equal(expected, ReadStatus(new string(' ', length)));
    }

    [Theory]
    [InlineData("get ")]
    [InlineData("gets ")]
    public void Get_without_end_may_grow_to_its_own_bound(string name)
    {
        Assert.Equal(ParseStatus.Incomplete, ReadStatus(name + new string('a', 5000)));
        Assert.Equal(ParseStatus.Incomplete, ReadStatus(new string(' ', 100) + name + new string('a', 5000)));
        Assert.Equal(ParseStatus.Close, ReadStatus(new string(' ', 101) + name + new string('a', 5000)));
        Assert.Equal(ParseStatus.Incomplete, ReadStatus(name.PadRight(TextLimits.GetLineLengthMaxDefault, 'a')));
        Assert.Equal(ParseStatus.Close, ReadStatus(name.PadRight(TextLimits.GetLineLengthMaxDefault + 1, 'a')));
    }

    [Fact]
    public void Limits_of_the_caller_are_kept()
    {
        var limits = new TextLimits { LineLengthMax = 10, GetLineLengthMax = 20 };
        TextRequest request = default;
        Assert.Equal(ParseStatus.Incomplete, TextRequestReader.Read("delete 890"u8, 0, in limits, ref request));
        Assert.Equal(ParseStatus.Close, TextRequestReader.Read("delete 8901"u8, 0, in limits, ref request));
        Assert.Equal(
            ParseStatus.Incomplete, TextRequestReader.Read("get 5678901234567890"u8, 0, in limits, ref request));
        Assert.Equal(ParseStatus.Close, TextRequestReader.Read("get 56789012345678901"u8, 0, in limits, ref request));
    }

    [Fact]
    public void Long_line_with_an_end_is_read() =>
        Assert.Equal("3008: MetaGet", TextDescription.Read(Bytes.Of("mg a " + new string(' ', 3000) + "v\r\n")));

    private static ParseStatus ReadStatus(string input)
    {
        TextRequest request = default;
        return TextRequestReader.Read(Bytes.Of(input), ref request);
    }
}
