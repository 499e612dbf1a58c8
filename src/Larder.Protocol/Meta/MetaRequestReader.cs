using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// Reads the meta commands mg, ms, md, ma and me out of a line that <see cref="TextRequestReader"/> has found. One pass
/// over the flags. (mn needs no reading: whatever follows it is ignored.)
/// </summary>
/// <remarks>
/// Grammar: <c>cm key [datalen] flag*</c>, tokens separated by spaces; a flag is one letter with its text behind it.
/// Which error wins: too many tokens, the key's length, ms's length, then the first unknown or repeated flag, then
/// the last bad number, then the key's base64, the opaque, the mode.
/// </remarks>
public static class MetaRequestReader
{
    /// <summary>The most tokens of a meta line, command and key included.</summary>
    public const int TokensMax = 20;

    /// <summary>The longest opaque in bytes, its O included.</summary>
    public const int OpaqueLengthMax = 32;

    // "mg ": two letters and the space; the line is at least two bytes long.
    private const int NameLength = 2;

    /// <summary>Reads one meta line.</summary>
    /// <param name="line">What the text reader returned, its command one of the meta commands but mn.</param>
    /// <param name="keyBuffer">
    /// Where a base64 key is decoded to: at least <see cref="KeyBase64.DecodedLengthMax"/> bytes.
    /// </param>
    /// <param name="request">Receives the request; <see cref="MetaRequest.Error"/> says whether it is good.</param>
    public static void Read(scoped in TextRequest line, Span<byte> keyBuffer, ref MetaRequest request) =>
        Read(line.Command, line.Line, keyBuffer, ref request);

    /// <summary>Reads one meta line.</summary>
    /// <param name="command">One of the meta commands but mn.</param>
    /// <param name="line">The line without its end, from the command's name on (leading spaces are allowed).</param>
    /// <param name="keyBuffer">
    /// Where a base64 key is decoded to: at least <see cref="KeyBase64.DecodedLengthMax"/> bytes.
    /// </param>
    /// <param name="request">Receives the request; <see cref="MetaRequest.Error"/> says whether it is good.</param>
    public static void Read(TextCommand command, ReadOnlySpan<byte> line, Span<byte> keyBuffer, ref MetaRequest request)
    {
        request = default;
        request.ValueLength = -1;
        request.Delta = 1;
        request.Mode = command == TextCommand.MetaArithmetic ? MetaMode.Increment : MetaMode.Set;

        int at = SkipSpaces(line, 0) + NameLength;
        at = SkipSpaces(line, at);
        int end = KeyEnd(line, at);
        request.KeyText = request.Key = line[at..end];
        RequestError error = KeyRules.IsValidLength(end - at) ? RequestError.None : RequestError.BadLine;
        at = SkipSpaces(line, end);
        int tokens = 2;

        if (command == TextCommand.MetaSet)
        {
            end = TokenEnd(line, at);
            if (!NumberReader.TryReadLength(line[at..end], out int length))
            {
                request.Error = TooManyTokens(line, at, tokens) ? RequestError.MetaTooManyFlags : RequestError.BadLine;
                return;
            }
            request.ValueLength = length;
            at = SkipSpaces(line, end);
            tokens++;
        }
        request.FlagText = line[at..];

        if (command == TextCommand.MetaDebug)
            ReadDebugFlags(ref request);
        else if (error == RequestError.None)
            error = ReadFlags(line, at, tokens, ref request);
        else if (TooManyTokens(line, at, tokens))
            error = RequestError.MetaTooManyFlags;
        if (error == RequestError.None && request.Flags != MetaFlags.None)
            error = Finish(command, keyBuffer, ref request);
        if (error != RequestError.None)
            Fail(command, error, ref request);
    }

    private static RequestError ReadFlags(ReadOnlySpan<byte> line, int at, int tokens, ref MetaRequest request)
    {
        MetaFlags seen = MetaFlags.None;
        RequestError error = RequestError.None;
        while ((uint)at < (uint)line.Length)
        {
            byte letter = line[at];
            if (letter == ' ')
            {
                at++;
                continue;
            }
            if (++tokens > TokensMax)
                return RequestError.MetaTooManyFlags;
            MetaFlags flag = MetaFlagSet.Of(letter) & MetaFlagSet.Request;
            if (flag == MetaFlags.None || (seen & flag) != MetaFlags.None)
                return FirstBadFlag(line, at, tokens, letter, flag);
            seen |= flag;
            int end = TokenEnd(line, at);
            if ((flag & MetaFlagSet.WithToken) != MetaFlags.None)
            {
                RequestError bad = ReadToken(flag, line[(at + 1)..end], ref request);
                if (bad != RequestError.None)
                    error = bad;
            }
            at = end;
        }
        request.Flags = seen;
        return error;
    }

    // Every token behind the bad flag still counts for the limit, which memcached checks first.
    private static RequestError FirstBadFlag(
        ReadOnlySpan<byte> line, int at, int tokens, byte letter, MetaFlags flag)
    {
        if (TooManyTokens(line, at, tokens - 1))
            return RequestError.MetaTooManyFlags;
        return flag != MetaFlags.None || letter >= 127 ? RequestError.MetaDuplicateFlag : RequestError.MetaInvalidFlag;
    }

    private static RequestError ReadToken(MetaFlags flag, ReadOnlySpan<byte> token, ref MetaRequest request)
    {
        bool good;
        switch (flag)
        {
            case MetaFlags.Opaque:
                request.Opaque = token;
                return RequestError.None;
            case MetaFlags.Ttl:
                good = NumberReader.TryReadExptime(token, out int exptime);
                request.Exptime = exptime;
                return good ? RequestError.None : RequestError.MetaBadToken;
            case MetaFlags.ClientFlags:
                good = NumberReader.TryReadUInt32(token, out uint clientFlags);
                request.ClientFlags = clientFlags;
                return good ? RequestError.None : RequestError.BadLine;
            case MetaFlags.Mode:
                return token.Length != 1 ? RequestError.MetaModeLength : RequestError.None;
            case MetaFlags.CompareCas:
                good = NumberReader.TryReadUInt64(token, out ulong compareCas);
                request.CompareCas = compareCas;
                return good ? RequestError.None : RequestError.MetaBadToken;
            case MetaFlags.NewCas:
                good = NumberReader.TryReadUInt64(token, out ulong newCas);
                request.NewCas = newCas;
                return good ? RequestError.None : RequestError.MetaBadToken;
            case MetaFlags.Vivify:
                good = NumberReader.TryReadExptime(token, out int vivifyExptime);
                request.VivifyExptime = vivifyExptime;
                return good ? RequestError.None : RequestError.MetaBadToken;
            case MetaFlags.Recache:
                good = NumberReader.TryReadExptime(token, out int recacheTtl);
                request.RecacheTtl = recacheTtl;
                return good ? RequestError.None : RequestError.MetaBadToken;
            case MetaFlags.Initial:
                good = NumberReader.TryReadUInt64(token, out ulong initial);
                request.Initial = initial;
                return good ? RequestError.None : RequestError.MetaInvalidInitial;
            default:
                good = NumberReader.TryReadUInt64(token, out ulong delta);
                request.Delta = delta;
                return good ? RequestError.None : RequestError.MetaInvalidDelta;
        }
    }

    // me knows one flag and looks at nothing else.
    private static void ReadDebugFlags(ref MetaRequest request)
    {
        foreach (MetaFlagTokens flag in request.FlagTokens)
            if (flag.Flag == 'b')
                request.Flags = MetaFlags.Base64Key;
    }

    private static RequestError Finish(TextCommand command, Span<byte> keyBuffer, ref MetaRequest request)
    {
        if (request.Has(MetaFlags.Base64Key))
        {
            if (!KeyBase64.TryDecode(request.KeyText, keyBuffer, out int keyLength))
                return RequestError.MetaKeyDecoding;
            request.Key = keyBuffer[..keyLength];
        }
        if (request.Opaque.Length >= OpaqueLengthMax)
            return RequestError.MetaOpaqueTooLong;
        return request.Has(MetaFlags.Mode) ? ReadMode(command, ref request) : RequestError.None;
    }

    private static RequestError ReadMode(TextCommand command, ref MetaRequest request)
    {
        byte mode = 0;
        foreach (MetaFlagTokens flag in request.FlagTokens)
            if (flag.Flag == 'M')
                mode = flag.Token[0];
        MetaMode? known = (command, (char)mode) switch
        {
            (TextCommand.MetaSet, 'S') => MetaMode.Set,
            (TextCommand.MetaSet, 'E') => MetaMode.Add,
            (TextCommand.MetaSet, 'A') => MetaMode.Append,
            (TextCommand.MetaSet, 'P') => MetaMode.Prepend,
            (TextCommand.MetaSet, 'R') => MetaMode.Replace,
            (TextCommand.MetaArithmetic, 'I' or '+') => MetaMode.Increment,
            (TextCommand.MetaArithmetic, 'D' or '-') => MetaMode.Decrement,
            (TextCommand.MetaSet or TextCommand.MetaArithmetic, _) => null,
            _ => MetaMode.Set,
        };
        if (known is null)
            return command == TextCommand.MetaSet
                ? RequestError.MetaInvalidSetMode
                : RequestError.MetaInvalidArithmeticMode;
        request.Mode = known.Value;
        return RequestError.None;
    }

    private static void Fail(TextCommand command, RequestError error, ref MetaRequest request)
    {
        // ma answers every fault of its flags with one text; the opaque and the mode it looks at later.
        bool masked = command == TextCommand.MetaArithmetic && error is RequestError.MetaDuplicateFlag
            or RequestError.MetaInvalidFlag or RequestError.MetaBadToken or RequestError.MetaInvalidInitial
            or RequestError.MetaInvalidDelta or RequestError.MetaModeLength or RequestError.MetaKeyDecoding;
        if (command == TextCommand.MetaArithmetic && error == RequestError.BadLine)
            masked = KeyRules.IsValidLength(request.KeyText.Length);
        // me has no text of its own for a key that is no base64.
        if (command == TextCommand.MetaDebug)
            error = RequestError.BadLine;
        request.Error = masked ? RequestError.MetaInvalidOrDuplicateFlag : error;
        request.SkipLength = request.ValueLength < 0 ? 0 : request.ValueLength + 2;
    }

    private static bool TooManyTokens(ReadOnlySpan<byte> line, int at, int tokens) =>
        tokens + new TextTokens(line[at..]).CountRest() > TokensMax;

    private static int SkipSpaces(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && line[at] == ' ')
            at++;
        return at;
    }

    // Keys are long enough for vectors to pay, flags are not.
    private static int KeyEnd(ReadOnlySpan<byte> line, int at)
    {
        int length = line[at..].IndexOf((byte)' ');
        return length < 0 ? line.Length : at + length;
    }

    private static int TokenEnd(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && line[at] != ' ')
            at++;
        return at;
    }
}
