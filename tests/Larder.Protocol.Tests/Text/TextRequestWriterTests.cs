using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

public class TextRequestWriterTests
{
    private static readonly byte[] s_key = Bytes.Of(new string('k', 250));

    private delegate int Writer(Span<byte> destination);

    [Fact]
    public void Retrievals_are_written()
    {
        AssertWrites("get a\r\n", d => TextRequestWriter.WriteGet(d, "a"u8));
        AssertWrites("gets a\r\n", d => TextRequestWriter.WriteGet(d, "a"u8, withCas: true));
        AssertWrites("gat -1 a\r\n", d => TextRequestWriter.WriteGetAndTouch(d, -1, "a"u8));
        AssertWrites("gats 100 a\r\n", d => TextRequestWriter.WriteGetAndTouch(d, 100, "a"u8, withCas: true));
    }

    [Fact]
    public void Multiget_is_written_key_by_key() =>
        AssertWrites("gets a bc\r\n", d =>
        {
            int at = TextRequestWriter.WriteGetStart(d, withCas: true);
            at += TextRequestWriter.WriteKey(d[at..], "a"u8);
            at += TextRequestWriter.WriteKey(d[at..], "bc"u8);
            return at + TextResponseWriter.WriteLineEnd(d[at..]);
        });

    [Theory]
    [InlineData(TextCommand.Set, "set")]
    [InlineData(TextCommand.Add, "add")]
    [InlineData(TextCommand.Replace, "replace")]
    [InlineData(TextCommand.Append, "append")]
    [InlineData(TextCommand.Prepend, "prepend")]
    public void Storage_is_written(TextCommand command, string name)
    {
        AssertWrites($"{name} a 7 -60 3\r\n", d => TextRequestWriter.WriteStorageLine(d, command, "a"u8, 7, -60, 3));
        AssertWrites(
            $"{name} a 7 60 3 noreply\r\nabc\r\n",
            d => TextRequestWriter.WriteStorage(d, command, "a"u8, 7, 60, "abc"u8, noReply: true));
    }

    [Fact]
    public void Cas_is_written()
    {
        AssertWrites("cas a 1 2 3 4\r\n", d => TextRequestWriter.WriteCasLine(d, "a"u8, 1, 2, 3, 4));
        AssertWrites(
            "cas a 1 2 3 4 noreply\r\n", d => TextRequestWriter.WriteCasLine(d, "a"u8, 1, 2, 3, 4, noReply: true));
    }

    [Fact]
    public void Changes_are_written()
    {
        AssertWrites("delete a\r\n", d => TextRequestWriter.WriteDelete(d, "a"u8));
        AssertWrites("delete a noreply\r\n", d => TextRequestWriter.WriteDelete(d, "a"u8, noReply: true));
        AssertWrites("incr a 5\r\n", d => TextRequestWriter.WriteArithmetic(d, TextCommand.Incr, "a"u8, 5));
        AssertWrites(
            "decr a 5 noreply\r\n", d => TextRequestWriter.WriteArithmetic(d, TextCommand.Decr, "a"u8, 5, true));
        AssertWrites("touch a -1\r\n", d => TextRequestWriter.WriteTouch(d, "a"u8, -1));
        AssertWrites("flush_all 0\r\n", d => TextRequestWriter.WriteFlushAll(d));
        AssertWrites("flush_all 5 noreply\r\n", d => TextRequestWriter.WriteFlushAll(d, 5, noReply: true));
    }

    [Fact]
    public void Administrative_commands_are_written()
    {
        AssertWrites("version\r\n", d => TextRequestWriter.WriteCommand(d, TextCommand.Version));
        AssertWrites("stats detail on\r\n", d => TextRequestWriter.WriteCommand(d, TextCommand.Stats, "detail on"u8));
        AssertWrites(
            "cache_memlimit 64\r\n", d => TextRequestWriter.WriteCommand(d, TextCommand.CacheMemlimit, "64"u8));
    }

    [Fact]
    public void Longest_line_fits_the_stated_length()
    {
        byte[] line = new byte[TextRequestWriter.LineLengthMax];
        int length = TextRequestWriter.WriteCasLine(
            line, s_key, uint.MaxValue, int.MinValue, int.MaxValue - 2, ulong.MaxValue, noReply: true);
        Assert.Equal(
            $"{length}: Cas key={Bytes.Text(s_key)} flags=4294967295 exp=-2147483648 "
            + $"len=2147483645 cas={ulong.MaxValue} noreply",
            TextDescription.Read(line[..length]));
    }

    private static void AssertWrites(string expected, Writer writer)
    {
        byte[] destination = new byte[TextRequestWriter.LineLengthMax + 64];
        int length = writer(destination);
        Assert.Equal(expected, Bytes.Text(destination.AsSpan(0, length)));
        Assert.All(destination[length..], b => Assert.Equal(0, b));
    }
}
