namespace Larder.Cache.Commands.Watching;

/// <summary>
/// Lines of the transcript, word for word as memcached's -vv prints them: <c>&lt;28 get foo</c>, <c>&gt;28 END</c>.
/// What clients sent stands there as it came, but for control characters, which a terminal would obey.
/// </summary>
internal static class TranscriptLines
{
    /// <summary>Bytes of a header that stand in a line.</summary>
    private const int FrameBytesPerLine = 4;

    /// <summary>Formats an event, without the end of its last line.</summary>
    public static void Format(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> text)
    {
        switch (entry.Line)
        {
            case LogLine.Client:
                line.Signed(entry.Descriptor);
                line.Text(": "u8);
                line.Printable(text);
                break;
            case LogLine.Request:
                Say(ref line, "<"u8, entry.Descriptor, " "u8, text);
                break;
            case LogLine.Answer:
                Say(ref line, ">"u8, entry.Descriptor, " "u8, text);
                break;
            case LogLine.RequestFrame:
                Say(ref line, "<"u8, entry.Descriptor, " "u8, "Read binary protocol data:"u8);
                FormatFrame(ref line, "\n<"u8, entry.Descriptor, "   "u8, text);
                break;
            case LogLine.AnswerFrame:
                Say(ref line, ">"u8, entry.Descriptor, " "u8, "Writing bin response:"u8);
                FormatFrame(ref line, "\n>"u8, entry.Descriptor, "  "u8, text);
                break;
            default:
                line.Printable(text);
                break;
        }
    }

    private static void Say(ref LineBuilder line, scoped ReadOnlySpan<byte> sign, int descriptor,
        scoped ReadOnlySpan<byte> gap, scoped ReadOnlySpan<byte> text)
    {
        line.Text(sign);
        line.Signed(descriptor);
        line.Text(gap);
        line.Printable(text);
    }

    private static void FormatFrame(ref LineBuilder line, scoped ReadOnlySpan<byte> sign, int descriptor,
        scoped ReadOnlySpan<byte> gap, scoped ReadOnlySpan<byte> header)
    {
        for (int i = 0; i < header.Length; i++)
        {
            if (i % FrameBytesPerLine == 0)
            {
                Say(ref line, sign, descriptor, gap, default);
            }
            line.Text(" 0x"u8);
            line.Hexadecimal(header[i]);
        }
    }
}
