using System.Reflection;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

public class TextResponseWriterTests
{
    private delegate ReadOnlySpan<byte> Constant();

    [Fact]
    public void Longest_value_header_takes_the_stated_length()
    {
        byte[] key = Bytes.Of(new string('k', 250));
        byte[] line = new byte[TextResponseWriter.ValueHeaderLengthMax];
        int length = TextResponseWriter.WriteValueHeader(line, key, uint.MaxValue, int.MaxValue, ulong.MaxValue);
        Assert.Equal(line.Length, length);
        Assert.Equal($"VALUE {Bytes.Text(key)} 4294967295 2147483647 18446744073709551615\r\n", Bytes.Text(line));
    }

    [Fact]
    public void Value_header_fits_exactly_what_it_needs()
    {
        byte[] line = new byte["VALUE a 5 10\r\n".Length];
        Assert.Equal(line.Length, TextResponseWriter.WriteValueHeader(line, "a"u8, 5, 10));
        Assert.Equal("VALUE a 5 10\r\n", Bytes.Text(line));
        line = new byte["VALUE a 0 0 0\r\n".Length];
        Assert.Equal(line.Length, TextResponseWriter.WriteValueHeader(line, "a"u8, 0, 0, 0));
        Assert.Equal("VALUE a 0 0 0\r\n", Bytes.Text(line));
    }

    [Fact]
    public void Numbers_versions_and_statistics_are_written()
    {
        byte[] line = new byte[64];
        Assert.Equal("18446744073709551615\r\n", Text(line, TextResponseWriter.WriteNumber(line, ulong.MaxValue)));
        Assert.Equal("VERSION 1.2\r\n", Text(line, TextResponseWriter.WriteVersion(line, "1.2"u8)));
        Assert.Equal("STAT a b c\r\n", Text(line, TextResponseWriter.WriteStat(line, "a"u8, "b c"u8)));
        Assert.Equal("STAT a \r\n", Text(line, TextResponseWriter.WriteStat(line, "a"u8, ""u8)));
        Assert.Equal("STAT a 42\r\n", Text(line, TextResponseWriter.WriteStat(line, "a"u8, 42)));
        Assert.Equal(TextResponseWriter.StatOverhead + 2, TextResponseWriter.WriteStat(line, "a"u8, "b"u8));
    }

    [Fact]
    public void Every_constant_reply_ends_properly_and_fits_the_stated_length()
    {
        PropertyInfo[] constants = typeof(TextReplies).GetProperties(BindingFlags.Public | BindingFlags.Static);
        Assert.NotEmpty(constants);
        foreach (PropertyInfo constant in constants)
        {
            ReadOnlySpan<byte> reply = constant.GetMethod!.CreateDelegate<Constant>()();
            Assert.True(reply.EndsWith("\r\n"u8), constant.Name);
            Assert.InRange(reply.Length, 2, TextReplies.LengthMax);
            Assert.Equal(reply.Length - 1, reply.IndexOf((byte)'\n'));
        }
    }

    private static string Text(byte[] line, int length) => Bytes.Text(line.AsSpan(0, length));
}
