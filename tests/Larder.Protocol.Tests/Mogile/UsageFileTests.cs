using Larder.Protocol.Mogile;
using Xunit;

namespace Larder.Protocol.Tests.Mogile;

public class UsageFileTests
{
    [Fact]
    public void File_has_seven_lines_in_the_order_of_the_original()
    {
        var figures = UsageFigures.Of(blocks: 1000, free: 700, available: 600, blockLength: 4096);
        string text = Write(in figures, "/dev/sda1", "/var/mogdata/dev1", 1234567890);
        Assert.Equal(
            "available: 2400\ndevice: /dev/sda1\ndisk: /var/mogdata/dev1\ntime: 1234567890\ntotal: 3600\nuse: 34%\n"
            + "used: 1200\n",
            text);
        Assert.True(UsageFile.TryRead(Bytes.Of(text), out UsageFigures back));
        Assert.Equal(figures, back);
    }

    [Fact]
    public void State_stands_behind_the_seven_lines_and_disturbs_no_reader()
    {
        var figures = new UsageFigures(1, 3, 2);
        byte[] line = new byte[UsageFile.StateLengthMax];
        Assert.Equal(
            "trouble: twenty-four bytes at m\n",
            Bytes.Text(line.AsSpan(0, UsageFile.WriteTrouble(line, "twenty-four bytes at most"u8[..22]))));
        int length = UsageFile.WriteState(line, "twenty-four bytes at most"u8[..24]);
        Assert.Equal("state: twenty-four bytes at mos\n", System.Text.Encoding.ASCII.GetString(line, 0, length));
        byte[] text = [.. Bytes.Of(Write(in figures, "d", "/dev1", 1)), .. line.AsSpan(0, length)];
        Assert.True(UsageFile.TryRead(text, out UsageFigures back));
        Assert.Equal(figures, back);
    }

    [Fact]
    public void Longest_file_fits_the_stated_length()
    {
        var figures = new UsageFigures(long.MaxValue, long.MaxValue, long.MaxValue);
        Assert.Contains("use: 100%\n", Write(in figures, "", "", long.MaxValue));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 1, 1)]
    [InlineData(1000, 10, 1)]
    [InlineData(1000, 11, 2)]
    [InlineData(1000, 990, 99)]
    [InlineData(1000, 991, 100)]
    [InlineData(1000, 2000, 100)]
    public void Use_is_rounded_up_and_at_most_all(long total, long used, int percent) =>
        Assert.Equal(percent, new UsageFigures(0, total, used).Percent);

    [Fact]
    public void Figures_of_small_and_enormous_blocks_do_not_overflow()
    {
        Assert.Equal(new UsageFigures(1, 1, 0), UsageFigures.Of(3, 3, 3, 512));
        Assert.Equal(long.MaxValue, UsageFigures.Of(ulong.MaxValue, 0, 0, ulong.MaxValue).Total);
    }

    [Theory]
    [InlineData("total: 5\nused: 1", true)]
    [InlineData("x: y\r\n\nused: 1\ntotal: 5\n", true)]
    [InlineData("total: 5\nused: 0\n", false)]
    [InlineData("total: 0\nused: 1\n", false)]
    [InlineData("total: 5\n", false)]
    [InlineData("total: 5x\nused: 1\n", false)]
    [InlineData("total:5\nused:1\n", false)]
    [InlineData("", false)]
    public void Text_is_a_usage_file_only_with_used_and_total(string text, bool expected) =>
        Assert.Equal(expected, UsageFile.TryRead(Bytes.Of(text), out _));

    private static string Write(in UsageFigures figures, string device, string disk, long time)
    {
        byte[] buffer = new byte[UsageFile.Overhead + device.Length + disk.Length];
        int length = UsageFile.Write(buffer, in figures, Bytes.Of(device), Bytes.Of(disk), time);
        return Bytes.Text(buffer.AsSpan(0, length));
    }
}
