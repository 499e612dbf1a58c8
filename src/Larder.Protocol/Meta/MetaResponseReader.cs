using System.Buffers.Binary;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// Reads replies of the meta protocol one by one, for the client and the load generator. The flags are handed out as
/// text, so that who only counts replies pays nothing for them.
/// </summary>
public static class MetaResponseReader
{
    /// <summary>Without an LF among more bytes than this the reply is malformed.</summary>
    public const int LineLengthMax = TextResponseReader.LineLengthMax;

    private static readonly ushort s_done = BinaryPrimitives.ReadUInt16LittleEndian("HD"u8);
    private static readonly ushort s_value = BinaryPrimitives.ReadUInt16LittleEndian("VA"u8);
    private static readonly ushort s_miss = BinaryPrimitives.ReadUInt16LittleEndian("EN"u8);
    private static readonly uint s_doneLine = BinaryPrimitives.ReadUInt32LittleEndian("HD\r\n"u8);
    private static readonly uint s_missLine = BinaryPrimitives.ReadUInt32LittleEndian("EN\r\n"u8);

    /// <summary>Reads one reply.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="reply">Receives the reply; while Incomplete only its lengths may be known.</param>
    /// <returns>Complete when the reply and its value are there.</returns>
    public static ReplyStatus Read(ReadOnlySpan<byte> input, ref MetaReply reply)
    {
        reply = default;
        if (input.Length >= 4)
        {
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(input);
            if (head == s_doneLine)
                return FoundShort(MetaReplyKind.Done, input, ref reply);
            if (head == s_missLine)
                return FoundShort(MetaReplyKind.Miss, input, ref reply);
        }
        int lineFeed = LineScanner.IndexOfLineFeed(input);
        if (lineFeed < 0)
            return input.Length > LineLengthMax ? ReplyStatus.Malformed : ReplyStatus.Incomplete;
        ReadOnlySpan<byte> line = input[..(lineFeed > 0 && input[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed)];
        reply.Line = line;
        if (line.Length < 2)
            return ReplyStatus.Malformed;
        if (line.Length == 2 || line[2] == ' ')
            return ReadLetters(input, lineFeed + 1, ref reply);
        return ReadError(lineFeed + 1, ref reply);
    }

    private static ReplyStatus ReadLetters(ReadOnlySpan<byte> input, int headerLength, ref MetaReply reply)
    {
        ReadOnlySpan<byte> line = reply.Line;
        ushort letters = BinaryPrimitives.ReadUInt16LittleEndian(line);
        if (letters == s_value)
            return ReadValue(input, headerLength, ref reply);
        reply.FlagText = line.Length > 3 ? line[3..] : default;
        MetaReplyKind kind;
        if (letters == s_done)
            kind = MetaReplyKind.Done;
        else if (letters == s_miss)
            kind = MetaReplyKind.Miss;
        else if (!TryKindOf(line[..2], out kind))
            return ReplyStatus.Malformed;
        return Found(kind, headerLength, ref reply);
    }

    private static bool TryKindOf(ReadOnlySpan<byte> letters, out MetaReplyKind kind)
    {
        (bool known, kind) = ((char)letters[0], (char)letters[1]) switch
        {
            ('N', 'F') => (true, MetaReplyKind.NotFound),
            ('N', 'S') => (true, MetaReplyKind.NotStored),
            ('E', 'X') => (true, MetaReplyKind.Exists),
            ('M', 'E') => (true, MetaReplyKind.Debug),
            ('M', 'N') => (true, MetaReplyKind.Noop),
            _ => (false, MetaReplyKind.Error),
        };
        return known;
    }

    private static ReplyStatus ReadValue(ReadOnlySpan<byte> input, int headerLength, ref MetaReply reply)
    {
        ReadOnlySpan<byte> line = reply.Line;
        int at = 3;
        if (NumberReader.TryReadPlain(line, ref at, out uint plain) && (at == line.Length || line[at] == ' '))
        {
            reply.ValueLength = (int)plain;
            reply.FlagText = line[at..];
        }
        else
        {
            var tokens = new TextTokens(line[2..]);
            if (!tokens.MoveNext() || !NumberReader.TryReadLength(tokens.Current, out int length))
                return ReplyStatus.Malformed;
            reply.ValueLength = length;
            line.Overlaps(tokens.Current, out int offset);
            reply.FlagText = line[(offset + tokens.Current.Length)..];
        }
        reply.Kind = MetaReplyKind.Value;
        reply.HeaderLength = headerLength;
        reply.TotalLength = (long)headerLength + reply.ValueLength + 2;
        if (input.Length < reply.TotalLength)
            return ReplyStatus.Incomplete;
        reply.Value = input.Slice(headerLength, reply.ValueLength);
        int end = headerLength + reply.ValueLength;
        return input[end] == '\r' && input[end + 1] == '\n' ? ReplyStatus.Complete : ReplyStatus.Malformed;
    }

    private static ReplyStatus ReadError(int headerLength, ref MetaReply reply)
    {
        ReadOnlySpan<byte> line = reply.Line;
        MetaReplyKind kind;
        if (line.StartsWith("CLIENT_ERROR "u8))
            kind = MetaReplyKind.ClientError;
        else if (line.StartsWith("SERVER_ERROR "u8))
            kind = MetaReplyKind.ServerError;
        else if (line.SequenceEqual("ERROR"u8) || line.StartsWith("ERROR "u8))
            kind = MetaReplyKind.Error;
        else
            return ReplyStatus.Malformed;
        int space = line.IndexOf((byte)' ');
        reply.FlagText = space < 0 ? default : line[(space + 1)..];
        return Found(kind, headerLength, ref reply);
    }

    private static ReplyStatus FoundShort(MetaReplyKind kind, ReadOnlySpan<byte> input, ref MetaReply reply)
    {
        reply.Line = input[..2];
        return Found(kind, 4, ref reply);
    }

    private static ReplyStatus Found(MetaReplyKind kind, int headerLength, ref MetaReply reply)
    {
        reply.Kind = kind;
        reply.HeaderLength = headerLength;
        reply.TotalLength = headerLength;
        return ReplyStatus.Complete;
    }
}
