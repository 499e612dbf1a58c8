using System.Buffers.Binary;
using System.Buffers.Text;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// Reads replies of the classic protocol one by one, for the client and the load generator. A get's answer is any
/// number of Value replies and one End. END, STORED and VALUE, which a load generator meets by the million, are
/// recognised without a search for the line's end.
/// </summary>
public static class TextResponseReader
{
    /// <summary>
    /// Without an LF among more bytes than this the reply is malformed. memcached's longest line is far shorter.
    /// </summary>
    public const int LineLengthMax = 8192;

    private static readonly uint s_end = BinaryPrimitives.ReadUInt32LittleEndian("END\r"u8);
    private static readonly uint s_value = BinaryPrimitives.ReadUInt32LittleEndian("VALU"u8);
    private static readonly ulong s_stored = BinaryPrimitives.ReadUInt64LittleEndian("STORED\r\n"u8);

    /// <summary>Reads one reply.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="reply">Receives the reply; while Incomplete only its lengths may be known.</param>
    /// <returns>Complete when the reply and its value are there.</returns>
    public static ReplyStatus Read(ReadOnlySpan<byte> input, ref TextReply reply)
    {
        reply = default;
        if (input.Length >= 5)
        {
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(input);
            if (head == s_end && input[4] == '\n')
                return Found(TextReplyKind.End, input, 3, 5, ref reply);
            if (head == s_value && input.Length > 6)
                return ReadValue(input, ref reply);
            if (input.Length >= 8 && BinaryPrimitives.ReadUInt64LittleEndian(input) == s_stored)
                return Found(TextReplyKind.Stored, input, 6, 8, ref reply);
        }
        return ReadLine(input, ref reply);
    }

    private static ReplyStatus ReadValue(ReadOnlySpan<byte> input, ref TextReply reply)
    {
        ReadOnlySpan<byte> rest = input[6..];
        int keyLength = rest.IndexOfAny((byte)' ', LineScanner.LineFeed);
        if (input[4] != 'E' || input[5] != ' ' || !KeyRules.IsValidLength(keyLength) || rest[keyLength] != ' ')
            return ReadLine(input, ref reply);
        int at = keyLength + 1;
        if (!NumberReader.TryReadPlain(rest, ref at, out uint clientFlags) || (uint)at >= (uint)rest.Length
            || rest[at++] != ' ' || !NumberReader.TryReadPlain(rest, ref at, out uint length)
            || (uint)(at + 1) >= (uint)rest.Length || rest[at] != '\r' || rest[at + 1] != '\n')
            return ReadLine(input, ref reply);
        reply.Key = rest[..keyLength];
        reply.ClientFlags = clientFlags;
        reply.Line = input[..(at + 6)];
        return FinishValue(input, at + 8, (int)length, ref reply);
    }

    private static ReplyStatus ReadLine(ReadOnlySpan<byte> input, ref TextReply reply)
    {
        int lineFeed = LineScanner.IndexOfLineFeed(input);
        if (lineFeed < 0)
            return input.Length > LineLengthMax ? ReplyStatus.Malformed : ReplyStatus.Incomplete;
        int length = lineFeed > 0 && input[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        ReadOnlySpan<byte> line = input[..length];
        reply.Line = line;
        if (line.StartsWith("VALUE "u8))
            return ReadValueLine(input, lineFeed + 1, ref reply);
        ReadOnlySpan<byte> word = line;
        int space = line.IndexOf((byte)' ');
        if (space >= 0)
        {
            word = line[..space];
            reply.Value = line[(space + 1)..];
        }
        if (line.IsEmpty)
            return ReplyStatus.Malformed;
        TextReplyKind kind = KindOf(word, space >= 0, ref reply);
        return Found(kind, input, length, lineFeed + 1, ref reply);
    }

    private static TextReplyKind KindOf(ReadOnlySpan<byte> word, bool hasText, ref TextReply reply)
    {
        if (hasText)
            return KindWithText(word, ref reply);
        if ((uint)(word[0] - '0') <= 9 && Utf8Parser.TryParse(word, out ulong number, out int digits)
            && digits == word.Length)
        {
            reply.Number = number;
            return TextReplyKind.Number;
        }
        return word.Length switch
        {
            2 when word.SequenceEqual("OK"u8) => TextReplyKind.Ok,
            3 when word.SequenceEqual("END"u8) => TextReplyKind.End,
            5 when word.SequenceEqual("ERROR"u8) => TextReplyKind.Error,
            5 when word.SequenceEqual("RESET"u8) => TextReplyKind.Reset,
            6 when word.SequenceEqual("STORED"u8) => TextReplyKind.Stored,
            6 when word.SequenceEqual("EXISTS"u8) => TextReplyKind.Exists,
            7 when word.SequenceEqual("DELETED"u8) => TextReplyKind.Deleted,
            7 when word.SequenceEqual("TOUCHED"u8) => TextReplyKind.Touched,
            9 when word.SequenceEqual("NOT_FOUND"u8) => TextReplyKind.NotFound,
            10 when word.SequenceEqual("NOT_STORED"u8) => TextReplyKind.NotStored,
            _ => TextReplyKind.Other,
        };
    }

    private static TextReplyKind KindWithText(ReadOnlySpan<byte> word, ref TextReply reply)
    {
        if (word.SequenceEqual("STAT"u8))
        {
            ReadOnlySpan<byte> text = reply.Value;
            int space = text.IndexOf((byte)' ');
            reply.Key = space < 0 ? text : text[..space];
            reply.Value = space < 0 ? default : text[(space + 1)..];
            return TextReplyKind.Stat;
        }
        if (word.SequenceEqual("VERSION"u8))
            return TextReplyKind.Version;
        if (word.SequenceEqual("CLIENT_ERROR"u8))
            return TextReplyKind.ClientError;
        // memcached's answer to a shutdown that is not allowed has a colon.
        if (word.SequenceEqual("SERVER_ERROR"u8) || word.SequenceEqual("SERVER_ERROR:"u8))
            return TextReplyKind.ServerError;
        return word.SequenceEqual("ERROR"u8) ? TextReplyKind.Error : TextReplyKind.Other;
    }

    private static ReplyStatus ReadValueLine(ReadOnlySpan<byte> input, int headerLength, ref TextReply reply)
    {
        var tokens = new TextTokens(reply.Line);
        tokens.MoveNext();
        if (!tokens.MoveNext() || !KeyRules.IsValidLength(tokens.Current.Length))
            return ReplyStatus.Malformed;
        reply.Key = tokens.Current;
        if (!tokens.MoveNext() || !NumberReader.TryReadUInt32(tokens.Current, out uint clientFlags))
            return ReplyStatus.Malformed;
        reply.ClientFlags = clientFlags;
        if (!tokens.MoveNext() || !NumberReader.TryReadLength(tokens.Current, out int length))
            return ReplyStatus.Malformed;
        if (tokens.MoveNext())
        {
            if (!NumberReader.TryReadUInt64(tokens.Current, out ulong cas) || tokens.MoveNext())
                return ReplyStatus.Malformed;
            reply.Cas = cas;
            reply.HasCas = true;
        }
        return FinishValue(input, headerLength, length, ref reply);
    }

    private static ReplyStatus FinishValue(ReadOnlySpan<byte> input, int headerLength, int length, ref TextReply reply)
    {
        reply.Kind = TextReplyKind.Value;
        reply.HeaderLength = headerLength;
        reply.ValueLength = length;
        reply.TotalLength = (long)headerLength + length + 2;
        if (input.Length < reply.TotalLength)
            return ReplyStatus.Incomplete;
        reply.Value = input.Slice(headerLength, length);
        int end = headerLength + length;
        return input[end] == '\r' && input[end + 1] == '\n' ? ReplyStatus.Complete : ReplyStatus.Malformed;
    }

    private static ReplyStatus Found(
        TextReplyKind kind, ReadOnlySpan<byte> input, int lineLength, int headerLength, ref TextReply reply)
    {
        reply.Kind = kind;
        reply.Line = input[..lineLength];
        reply.HeaderLength = headerLength;
        reply.TotalLength = headerLength;
        return ReplyStatus.Complete;
    }
}
