using System.Buffers.Binary;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// Reads one request line of the classic text protocol; a meta command is recognised here and read by
/// <see cref="Meta.MetaRequestReader"/>. Never throws, never allocates, never looks behind the line's LF.
/// </summary>
/// <remarks>
/// <code>
/// line     = *SP name *( 1*SP token ) *SP [CR] LF      ; a tab is part of a token
/// storage  = ("set" / "add" / ...) key flags exptime bytes [noreply]      ; cas has a number before noreply
/// read     = ("get" / "gets") 1*key      / ("gat" / "gats") exptime 1*key
/// change   = "delete" key [noreply]      / ("incr" / "decr") key delta [noreply]      / "touch" key exptime [noreply]
/// </code>
/// get and set (with nine digits at most in a number, as clients write them) have a short way; all else is split into
/// tokens by <see cref="TextRequestParser"/>, the short way's odd cases as well.
/// </remarks>
public static class TextRequestReader
{
    // memcached: a line with its end shorter than this is no command, not even "mn\n".
    private const int LineLengthMin = 4;

    private static readonly uint s_get = BinaryPrimitives.ReadUInt32LittleEndian("get "u8);
    private static readonly uint s_set = BinaryPrimitives.ReadUInt32LittleEndian("set "u8);
    private static readonly uint s_gets = BinaryPrimitives.ReadUInt32LittleEndian("gets"u8);
    private static readonly uint s_metaGet = BinaryPrimitives.ReadUInt32LittleEndian("mg \0"u8);
    private static readonly uint s_metaSet = BinaryPrimitives.ReadUInt32LittleEndian("ms \0"u8);
    private const uint ThreeBytes = 0xFFFFFF;

    /// <summary>Reads a line with the default limits, from its first byte on.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="request">Receives the request; meaningful when the result is Complete.</param>
    /// <returns>Complete, Incomplete or Close.</returns>
    public static ParseStatus Read(ReadOnlySpan<byte> input, ref TextRequest request) =>
        Read(input, 0, new TextLimits(), ref request);

    /// <summary>Reads a line.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="scanFrom">
    /// Bytes at the beginning that hold no LF: 0, or <see cref="TextRequest.ScannedLength"/> of an earlier,
    /// Incomplete call.
    /// </param>
    /// <param name="limits">How long a line may be that has no end yet.</param>
    /// <param name="request">Receives the request; meaningful when the result is Complete.</param>
    /// <returns>Complete, Incomplete or Close.</returns>
    public static ParseStatus Read(
        ReadOnlySpan<byte> input, int scanFrom, in TextLimits limits, ref TextRequest request)
    {
        int lineFeed = LineScanner.IndexOfLineFeed(input, scanFrom);
        request = default;
        request.ValueLength = -1;
        if (lineFeed < 0)
            return WithoutEnd(input, in limits, ref request);
        request.LineLength = lineFeed + 1;
        if (lineFeed < LineLengthMin - 1)
            return Fail(RequestError.BadLine, ref request);
        ReadOnlySpan<byte> line = input[..(input[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed)];
        request.Line = line;

        uint head = BinaryPrimitives.ReadUInt32LittleEndian(input);
        if (head == s_get && line.Length > 4)
            return ReadGet(line[4..], TextCommand.Get, ref request);
        if ((head & ThreeBytes) == s_metaGet)
            return ReadMeta(TextCommand.MetaGet, ref request);
        if (head == s_set && TryReadStorage(line[4..], TextCommand.Set, ref request))
            return ParseStatus.Complete;
        if ((head & ThreeBytes) == s_metaSet)
            return ReadMeta(TextCommand.MetaSet, ref request);
        if (head == s_gets && line.Length > 5 && line[4] == ' ')
            return ReadGet(line[5..], TextCommand.Gets, ref request);
        return TextRequestParser.Parse(ref request);
    }

    private static ParseStatus ReadGet(ReadOnlySpan<byte> rest, TextCommand command, ref TextRequest request)
    {
        int length = rest.IndexOf((byte)' ');
        if (length >= 0)
        {
            if (length == 0)
                return TextRequestParser.Parse(ref request);
            request.Rest = rest[length..].Trim((byte)' ');
            rest = rest[..length];
        }
        request.Command = command;
        if (rest.Length > KeyRules.LengthMax)
            return Fail(RequestError.BadLine, ref request);
        request.Key = rest;
        return ParseStatus.Complete;
    }

    /// <summary>
    /// The short way through a storage line: single spaces, plain numbers of nine digits at most (cas: any).
    /// </summary>
    /// <param name="rest">The line behind the command's name and one space.</param>
    /// <param name="command">A storage command.</param>
    /// <param name="request">Receives the request when the result is true; unchanged otherwise.</param>
    /// <returns>False when the line is not as plain as that: it may be good all the same.</returns>
    internal static bool TryReadStorage(ReadOnlySpan<byte> rest, TextCommand command, ref TextRequest request)
    {
        int at = rest.IndexOf((byte)' ');
        if ((uint)(at - 1) >= KeyRules.LengthMax)
            return false;
        ReadOnlySpan<byte> key = rest[..at];
        at++;
        if (!NumberReader.TryReadPlain(rest, ref at, out uint clientFlags)
            || !SkipSpace(rest, ref at) || !NumberReader.TryReadPlain(rest, ref at, out uint exptime)
            || !SkipSpace(rest, ref at) || !NumberReader.TryReadPlain(rest, ref at, out uint length))
            return false;
        ulong cas = 0;
        if (command == TextCommand.Cas && (!SkipSpace(rest, ref at) || !TryReadCas(rest, ref at, out cas)))
            return false;
        bool noReply = at != rest.Length;
        if (noReply && !rest[at..].SequenceEqual(" noreply"u8))
            return false;
        request.NoReply = noReply;
        request.Command = command;
        request.Key = key;
        request.ClientFlags = clientFlags;
        request.Exptime = (int)exptime;
        request.ValueLength = (int)length;
        request.Cas = cas;
        return true;
    }

    private static bool TryReadCas(ReadOnlySpan<byte> rest, ref int at, out ulong cas)
    {
        ReadOnlySpan<byte> token = rest[at..];
        int length = token.IndexOf((byte)' ');
        if (length >= 0)
            token = token[..length];
        at += token.Length;
        return NumberReader.TryReadUInt64(token, out cas);
    }

    private static ParseStatus ReadMeta(TextCommand command, ref TextRequest request)
    {
        request.Command = command;
        return ParseStatus.Complete;
    }

    private static ParseStatus WithoutEnd(ReadOnlySpan<byte> input, in TextLimits limits, ref TextRequest request)
    {
        request.ScannedLength = input.Length;
        if (input.Length <= limits.LineLengthMax)
            return ParseStatus.Incomplete;
        int spaces = input.IndexOfAnyExcept((byte)' ');
        if (spaces < 0 || spaces > TextLimits.LeadingSpacesMax || input.Length > limits.GetLineLengthMax)
            return ParseStatus.Close;
        ReadOnlySpan<byte> text = input[spaces..];
        return text.StartsWith("get "u8) || text.StartsWith("gets "u8) ? ParseStatus.Incomplete : ParseStatus.Close;
    }

    private static bool SkipSpace(ReadOnlySpan<byte> text, ref int at) =>
        (uint)at < (uint)text.Length && text[at++] == ' ';

    private static ParseStatus Fail(RequestError error, ref TextRequest request)
    {
        request.Error = error;
        return ParseStatus.Complete;
    }
}
