using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Meta;

public class MetaWriterTests
{
    private delegate int Writer(Span<byte> destination);

    [Fact]
    public void Requests_are_written()
    {
        AssertWrites("mn\r\n", d => MetaRequestWriter.WriteNoop(d));
        AssertWrites("mg a v t\r\n", d => Line(d, MetaRequestWriter.WriteStart(d, TextCommand.MetaGet, "a"u8), "vt"u8));
        AssertWrites(
            "md Zm9v b q\r\n",
            d => Line(d, MetaRequestWriter.WriteStartBase64(d, TextCommand.MetaDelete, "foo"u8), "bq"u8));
        AssertWrites("ms a 10 I\r\n", d => Line(d, MetaRequestWriter.WriteSetStart(d, "a"u8, 10), "I"u8));
        AssertWrites(
            "ms Zm9v 10 b q\r\n", d => Line(d, MetaRequestWriter.WriteSetStart(d, "foo"u8, 10, base64: true), "q"u8));
    }

    [Fact]
    public void Flags_with_text_and_numbers_are_written()
    {
        AssertWrites(" T-1", d => MetaRequestWriter.WriteFlagSigned(d, (byte)'T', -1));
        AssertWrites(" C18446744073709551615", d => MetaRequestWriter.WriteFlag(d, (byte)'C', ulong.MaxValue));
        AssertWrites(" Oabc", d => MetaRequestWriter.WriteFlag(d, (byte)'O', "abc"u8));
        AssertWrites(" O", d => MetaRequestWriter.WriteFlag(d, (byte)'O', default(ReadOnlySpan<byte>)));
        AssertWrites(" v", d => MetaRequestWriter.WriteFlag(d, (byte)'v'));
    }

    [Fact]
    public void Reply_headers_are_written()
    {
        AssertWrites("VA 10", d => MetaResponseWriter.WriteValueStart(d, 10));
        AssertWrites("EN", d => MetaResponseWriter.WriteStart(d, TextReplies.MetaMiss));
        AssertWrites(" kfoo", d => MetaResponseWriter.WriteKeyFlag(d, "foo"u8, binary: false));
        AssertWrites(" kZm9v b", d => MetaResponseWriter.WriteKeyFlag(d, "foo"u8, binary: true));
        AssertWrites(" t-1", d => MetaResponseWriter.WriteFlagSigned(d, (byte)'t', -1));
        AssertWrites("\r\n", d => MetaResponseWriter.WriteLineEnd(d));
    }

    [Fact]
    public void Debug_line_is_written()
    {
        AssertWrites(
            "ME a exp=-1 la=0 cas=40 fetch=no cls=1 size=61\r\n",
            d => MetaResponseWriter.WriteDebug(d, "a"u8, binary: false, -1, 0, 40, fetched: false, 1, 61));
        AssertWrites(
            "ME Zm9v exp=5 la=6 cas=7 fetch=yes cls=8 size=9\r\n",
            d => MetaResponseWriter.WriteDebug(d, "foo"u8, binary: true, 5, 6, 7, fetched: true, 8, 9));
    }

    [Fact]
    public void Longest_header_fits_the_stated_length()
    {
        byte[] header = new byte[MetaResponseWriter.HeaderLengthMax];
        int at = MetaResponseWriter.WriteValueStart(header, int.MaxValue);
        at += MetaResponseWriter.WriteKeyFlag(header.AsSpan(at), new byte[250], binary: true);
        at += MetaResponseWriter.WriteFlag(
            header.AsSpan(at), (byte)'O', new byte[MetaRequestReader.OpaqueLengthMax - 1]);
        foreach (byte flag in "cfst"u8)
            at += MetaResponseWriter.WriteFlag(header.AsSpan(at), flag, ulong.MaxValue);
        foreach (byte flag in "hl"u8)
            at += MetaResponseWriter.WriteFlag(header.AsSpan(at), flag, uint.MaxValue);
        foreach (byte flag in "ZXW"u8)
            at += MetaResponseWriter.WriteFlag(header.AsSpan(at), flag);
        at += MetaResponseWriter.WriteLineEnd(header.AsSpan(at));
        Assert.InRange(at, 400, header.Length);
    }

    [Fact]
    public void Longest_debug_line_fits_the_stated_length()
    {
        byte[] line = new byte[MetaResponseWriter.DebugLengthMax];
        int length = MetaResponseWriter.WriteDebug(
            line, new byte[250], binary: true, long.MinValue, long.MinValue, ulong.MaxValue,
            true, int.MinValue, long.MinValue);
        Assert.InRange(length, 400, line.Length);
    }

    [Fact]
    public void Longest_request_fits_the_stated_length()
    {
        byte[] line = new byte[MetaRequestWriter.LineLengthMax];
        int at = MetaRequestWriter.WriteSetStart(
            line, new byte[KeyBase64.DecodedLengthMax], int.MaxValue - 2, base64: true);
        at += MetaRequestWriter.WriteFlag(line.AsSpan(at), (byte)'O', "0123456789012345678901234567890"u8);
        foreach (byte flag in "CEJDTNR"u8)
            at += MetaRequestWriter.WriteFlag(line.AsSpan(at), flag, (ulong)int.MaxValue);
        at += MetaRequestWriter.WriteFlags(line.AsSpan(at), "cfhklqst"u8);
        at += MetaRequestWriter.WriteLineEnd(line.AsSpan(at));
        Assert.DoesNotContain("error=", MetaDescription.Read(line[..at]), StringComparison.Ordinal);
    }

    private static int Line(Span<byte> destination, int at, ReadOnlySpan<byte> flags)
    {
        at += MetaRequestWriter.WriteFlags(destination[at..], flags);
        return at + MetaRequestWriter.WriteLineEnd(destination[at..]);
    }

    private static void AssertWrites(string expected, Writer writer)
    {
        byte[] destination = new byte[600];
        int length = writer(destination);
        Assert.Equal(expected, Bytes.Text(destination.AsSpan(0, length)));
        Assert.All(destination[length..], b => Assert.Equal(0, b));
    }
}
