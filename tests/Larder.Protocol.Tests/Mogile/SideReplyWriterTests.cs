using Larder.Protocol.Mogile;
using Xunit;

namespace Larder.Protocol.Tests.Mogile;

public class SideReplyWriterTests
{
    private readonly byte[] _buffer = new byte["/dev1/x".Length + SideReplyWriter.Overhead];

    [Fact]
    public void Replies_with_a_path_are_the_original_byte_for_byte()
    {
        Assert.Equal("/dev1/x 4096\r\n", Text(SideReplyWriter.WriteSize(_buffer, "/dev1/x"u8, 4096)));
        Assert.Equal("/dev1/x -1\r\n", Text(SideReplyWriter.WriteSize(_buffer, "/dev1/x"u8, -1)));
        Assert.Equal(
            "/dev1/x MD5=d41d8cd98f00b204e9800998ecf8427e\r\n",
            Text(SideReplyWriter.WriteDigest(
                _buffer, "/dev1/x"u8, SideCommand.Md5, Convert.FromHexString("d41d8cd98f00b204e9800998ecf8427e"))));
        Assert.Equal(
            "/dev1/x SHA-1=da39a3ee5e6b4b0d3255bfef95601890afd80709\r\n",
            Text(SideReplyWriter.WriteDigest(
                _buffer,
                "/dev1/x"u8,
                SideCommand.Sha1,
                Convert.FromHexString("da39a3ee5e6b4b0d3255bfef95601890afd80709"))));
        Assert.Equal("/x MD5=-1\r\n", Text(SideReplyWriter.WriteDigest(_buffer, "/x"u8, SideCommand.Md5, [])));
        Assert.Equal("/x SHA-1=-1\r\n", Text(SideReplyWriter.WriteDigest(_buffer, "/x"u8, SideCommand.Sha1, [])));
        Assert.Equal(
            "ERR read /dev1/x at 9223372036854775807 failed\r\n",
            Text(SideReplyWriter.WriteReadError(_buffer, "/dev1/x"u8, long.MaxValue)));
    }

    [Fact]
    public void Replies_without_a_path_are_the_original_byte_for_byte()
    {
        Assert.Equal("ERROR: unknown command: x\r\n", Text(SideReplyWriter.WriteUnknown(_buffer, "x"u8)));
        Assert.Equal("ERROR: uri invalid (contains ..)\r\n", Bytes.Text(SideReplyWriter.UriInvalid));
        Assert.Equal("\r\n", Bytes.Text(SideReplyWriter.Blank));
        Assert.Equal(".\n", Bytes.Text(SideReplyWriter.ReportEnd));
    }

    [Theory]
    [InlineData(1, 0, "1\t0.00\n")]
    [InlineData(16777215, 10000, "16777215\t100.00\n")]
    [InlineData(2, 1205, "2\t12.05\n")]
    [InlineData(3, SideReplyWriter.UtilizationUnknown, "3\t-\n")]
    [InlineData(int.MaxValue, int.MaxValue, "2147483647\t21474836.47\n")]
    public void Utilization_is_printed_as_iostat_does(int device, int hundredths, string expected)
    {
        byte[] line = new byte[SideReplyWriter.UtilizationLengthMax];
        Assert.Equal(expected, Bytes.Text(line.AsSpan(0, SideReplyWriter.WriteUtilization(line, device, hundredths))));
    }

    [Fact]
    public void Utilization_of_another_program_is_passed_on() =>
        Assert.Equal("7\t3.1\n", Text(SideReplyWriter.WriteUtilization(_buffer, 7, "3.1"u8)));

    private string Text(int length) => Bytes.Text(_buffer.AsSpan(0, length));
}
