using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// The whole grammar of the classic commands, token by token: for all that <see cref="TextRequestReader"/>'s short ways
/// leave over. Counts and orders of checks are memcached's.
/// </summary>
internal static class TextRequestParser
{
    /// <summary>
    /// The key and what old clients put behind it (a time, noreply, a word or two): ignored, as memcached 1.6.45 does.
    /// A longer tail is no delete that anybody means; memcached 1.6.18 and the checks of libmemcached refuse it too.
    /// </summary>
    private const int DeleteTokensMax = 4;

    /// <summary>Reads <see cref="TextRequest.Line"/> into the rest of the request.</summary>
    /// <param name="request">Holds the line and its length; all else is fresh.</param>
    /// <returns>Complete or Close.</returns>
    public static ParseStatus Parse(ref TextRequest request)
    {
        var tokens = new TextTokens(request.Line);
        if (!tokens.MoveNext())
            return Fail(RequestError.BadLine, ref request);
        request.Command = TextCommandNames.Find(tokens.Current);
        request.Rest = Behind(request.Line, tokens.Current);
        switch (request.Command)
        {
            case TextCommand.Get or TextCommand.Gets:
                return ParseKeys(tokens, ref request);
            case TextCommand.Gat or TextCommand.Gats:
                return ParseTouchingKeys(tokens, ref request);
            case TextCommand.Set or TextCommand.Add or TextCommand.Replace or TextCommand.Append
                or TextCommand.Prepend or TextCommand.Cas:
                return TextRequestReader.TryReadStorage(request.Rest, request.Command, ref request)
                    ? ParseStatus.Complete
                    : ParseStorage(tokens, ref request);
            case TextCommand.Delete:
                return ParseDelete(tokens, ref request);
            case TextCommand.Incr or TextCommand.Decr or TextCommand.Touch:
                return ParseNumberChange(tokens, ref request);
            case TextCommand.FlushAll:
                return ParseFlushAll(tokens, ref request);
            case TextCommand.Verbosity:
                return ParseVerbosity(tokens, ref request);
            case TextCommand.CacheMemlimit or TextCommand.Slabs or TextCommand.Lru or TextCommand.LruCrawler
                or TextCommand.Extstore or TextCommand.LarderDeletePrefix:
                request.NoReply = EndsInNoReply(tokens);
                return tokens.MoveNext() ? ParseStatus.Complete : Fail(RequestError.UnknownCommand, ref request);
            case TextCommand.Stats or TextCommand.Shutdown or TextCommand.Watch or TextCommand.RefreshCerts
                or TextCommand.DebugTime:
                request.NoReply = EndsInNoReply(tokens);
                return ParseStatus.Complete;
            case TextCommand.Unknown:
                return ParseUnknown(tokens, ref request);
            default:
                return ParseStatus.Complete;
        }
    }

    private static ParseStatus ParseKeys(TextTokens tokens, ref TextRequest request)
    {
        if (!tokens.MoveNext())
            return Fail(RequestError.BadLine, ref request);
        request.Rest = Behind(request.Line, tokens.Current);
        return TakeKey(tokens.Current, ref request) ? ParseStatus.Complete : Fail(RequestError.BadLine, ref request);
    }

    private static ParseStatus ParseTouchingKeys(TextTokens tokens, ref TextRequest request)
    {
        if (tokens.CountRest() < 2)
            return Fail(RequestError.BadLine, ref request);
        tokens.MoveNext();
        if (!NumberReader.TryReadExptime(tokens.Current, out int exptime))
            return Fail(RequestError.InvalidExptime, ref request);
        request.Exptime = exptime;
        return ParseKeys(tokens, ref request);
    }

    private static ParseStatus ParseStorage(TextTokens tokens, ref TextRequest request)
    {
        int numbers = request.Command == TextCommand.Cas ? 4 : 3;
        int count = tokens.CountRest();
        if (count != numbers + 1 && count != numbers + 2)
            return Fail(RequestError.BadLine, ref request);
        TextTokens all = tokens;
        tokens.MoveNext();
        ReadOnlySpan<byte> key = tokens.Current;
        tokens.MoveNext();
        bool good = NumberReader.TryReadFlagsTruncated(tokens.Current, out uint clientFlags);
        tokens.MoveNext();
        good &= NumberReader.TryReadExptime(tokens.Current, out int exptime);
        tokens.MoveNext();
        if (!NumberReader.TryReadLength(tokens.Current, out int length))
            return Fail(RequestError.BadLine, ref request);
        request.ValueLength = length;
        request.NoReply = EndsInNoReply(all);
        if (request.Command == TextCommand.Cas)
        {
            tokens.MoveNext();
            good &= NumberReader.TryReadUInt64(tokens.Current, out ulong cas);
            request.Cas = cas;
        }
        good &= TakeKey(key, ref request);
        request.ClientFlags = clientFlags;
        request.Exptime = exptime;
        if (good)
            return ParseStatus.Complete;
        // The length is known, so the data block cannot be taken for commands.
        request.SkipLength = length + 2;
        return Fail(RequestError.BadLine, ref request);
    }

    // Tokens between the key and noreply are ignored: old clients send a time of 0.
    private static ParseStatus ParseDelete(TextTokens tokens, ref TextRequest request)
    {
        if (tokens.CountRest() > DeleteTokensMax)
            return Fail(RequestError.BadLine, ref request);
        request.NoReply = EndsInNoReply(tokens);
        if (!tokens.MoveNext())
            return Fail(RequestError.BadLine, ref request);
        return TakeKey(tokens.Current, ref request) ? ParseStatus.Complete : Fail(RequestError.BadLine, ref request);
    }

    private static ParseStatus ParseNumberChange(TextTokens tokens, ref TextRequest request)
    {
        int count = tokens.CountRest();
        if (count is not (2 or 3))
            return Fail(RequestError.BadLine, ref request);
        request.NoReply = EndsInNoReply(tokens);
        tokens.MoveNext();
        if (!TakeKey(tokens.Current, ref request))
            return Fail(RequestError.BadLine, ref request);
        tokens.MoveNext();
        if (request.Command == TextCommand.Touch)
        {
            bool isExptime = NumberReader.TryReadExptime(tokens.Current, out int exptime);
            request.Exptime = exptime;
            return isExptime ? ParseStatus.Complete : Fail(RequestError.InvalidExptime, ref request);
        }
        bool isDelta = NumberReader.TryReadUInt64(tokens.Current, out ulong delta);
        request.Delta = delta;
        return isDelta ? ParseStatus.Complete : Fail(RequestError.InvalidDelta, ref request);
    }

    private static ParseStatus ParseFlushAll(TextTokens tokens, ref TextRequest request)
    {
        int count = tokens.CountRest();
        if (count > 2)
            return Fail(RequestError.UnknownCommand, ref request);
        request.NoReply = EndsInNoReply(tokens);
        if (count == (request.NoReply ? 1 : 0))
            return ParseStatus.Complete;
        tokens.MoveNext();
        bool good = NumberReader.TryReadExptime(tokens.Current, out int exptime);
        request.Exptime = exptime;
        return good ? ParseStatus.Complete : Fail(RequestError.InvalidExptime, ref request);
    }

    private static ParseStatus ParseVerbosity(TextTokens tokens, ref TextRequest request)
    {
        request.NoReply = EndsInNoReply(tokens);
        if (!tokens.MoveNext())
            return Fail(RequestError.UnknownCommand, ref request);
        bool good = NumberReader.TryReadUInt32(tokens.Current, out uint level);
        request.Level = level;
        return good ? ParseStatus.Complete : Fail(RequestError.BadLine, ref request);
    }

    // A browser or a health check that speaks HTTP gets no answer line by line for its headers.
    private static ParseStatus ParseUnknown(TextTokens tokens, ref TextRequest request)
    {
        ReadOnlySpan<byte> last = default;
        for (int count = 1; count < TextLimits.TokensMax && tokens.MoveNext(); count++)
            last = tokens.Current;
        return last.StartsWith("HTTP/"u8) ? ParseStatus.Close : Fail(RequestError.UnknownCommand, ref request);
    }

    // tokens stands behind the command's name, which is the first of the 24 that memcached remembers.
    private static bool EndsInNoReply(TextTokens tokens)
    {
        ReadOnlySpan<byte> last = default;
        for (int count = 1; count < TextLimits.TokensMax && tokens.MoveNext(); count++)
            last = tokens.Current;
        return last.SequenceEqual("noreply"u8);
    }

    private static bool TakeKey(ReadOnlySpan<byte> key, ref TextRequest request)
    {
        if (!KeyRules.IsValidLength(key.Length))
            return false;
        request.Key = key;
        return true;
    }

    // token is a part of line.
    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> line, ReadOnlySpan<byte> token)
    {
        line.Overlaps(token, out int offset);
        return line[(offset + token.Length)..].Trim((byte)' ');
    }

    private static ParseStatus Fail(RequestError error, ref TextRequest request)
    {
        request.Error = error;
        return ParseStatus.Complete;
    }
}
