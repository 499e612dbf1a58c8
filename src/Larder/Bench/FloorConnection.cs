using System.Globalization;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// Answers every complete line or frame at once with a fixed reply that fits its command; values of sets are skipped by
/// their length. It looks at no key, stores nothing and checks nothing.
/// </summary>
internal sealed class FloorConnection(FloorReplies replies) : Connection
{
    private int _skip;

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        int at = Math.Min(_skip, input.Length);
        _skip -= at;
        while (at < input.Length)
        {
            if (turn.RequestsLeft-- == 0 || Output.QueuedBytes >= turn.OutputHigh)
            {
                consumed = at;
                return InputState.Yield;
            }

            int length = HeadLength(input[at..]);
            if (length == 0)
                break;
            ReadOnlySpan<byte> head = input.Slice(at, length);
            at += length;
            int valueBytes = head[0] == BinaryFrame.RequestMagic ? AnswerFrame(head) : Answer(head[..^1]);
            int skipped = Math.Min(valueBytes, input.Length - at);
            at += skipped;
            _skip = valueBytes - skipped;
        }

        consumed = at;
        return InputState.NeedMore;
    }

    /// <summary>Bytes of the line or the frame's header that begins the input; 0 when it is not whole.</summary>
    private static int HeadLength(ReadOnlySpan<byte> input)
    {
        if (input[0] == BinaryFrame.RequestMagic)
            return input.Length < BinaryFrame.HeaderLength ? 0 : BinaryFrame.HeaderLength;
        return LineScanner.IndexOfLineFeed(input) + 1;
    }

    /// <summary>Answers a frame; how many bytes behind its header belong to it.</summary>
    private int AnswerFrame(ReadOnlySpan<byte> header)
    {
        BinaryRequest request = default;
        BinaryRequestReader.ReadHeader(header, ref request);
        switch ((BinaryOpcode)request.Opcode)
        {
            case BinaryOpcode.Get:
                Output.Write(replies.BinaryValue);
                break;
            case BinaryOpcode.GetKQ:
                Output.Write(replies.BinaryKeyValue);
                break;
            default:
                Span<byte> span = Output.GetSpan(BinaryFrame.HeaderLength);
                Output.Advance(BinaryResponseWriter.WriteHeader(span, request.Opcode, request.Opaque));
                break;
        }

        return request.FrameLength - BinaryFrame.HeaderLength;
    }

    /// <summary>Answers a line; how many bytes behind it belong to its value.</summary>
    private int Answer(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("get "u8))
        {
            for (int keys = line[4..].Count((byte)' ') + 1; keys > 0; keys--)
                Output.Write(replies.Value);
            Output.Write(TextReplies.End);
            return 0;
        }

        if (line.StartsWith("mg "u8))
        {
            Output.Write(replies.MetaValue);
            return 0;
        }

        bool isSet = line.StartsWith("set "u8);
        if (isSet || line.StartsWith("ms "u8))
        {
            if (!line.EndsWith(" noreply\r"u8))
                Output.Write(isSet ? TextReplies.Stored : TextReplies.MetaDone);
            return LengthOf(line, isSet ? 4 : 2) + 2;
        }

        Output.Write(line.StartsWith("mn"u8) ? TextReplies.MetaNoop : TextReplies.Error);
        return 0;
    }

    /// <summary>The number in the word of that index, from 0; 0 when it is none.</summary>
    private static int LengthOf(ReadOnlySpan<byte> line, int word)
    {
        for (; word > 0; word--)
            line = line[(line.IndexOf((byte)' ') + 1)..];
        int end = line.IndexOfAny((byte)' ', (byte)'\r');
        ReadOnlySpan<byte> number = end < 0 ? line : line[..end];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : 0;
    }
}
