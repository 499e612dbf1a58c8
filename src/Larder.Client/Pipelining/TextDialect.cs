using System.Text;
using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>
/// The classic text protocol. It has no opaque: replies belong to requests by their order alone, and a get's reply must
/// name the key that was asked for.
/// </summary>
internal sealed class TextDialect : Dialect
{
    private const int LineEndLength = 2;

    public static TextDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override void Check(in WireRequest request)
    {
        if (request.Has(RequestTraits.MetaOnly)) throw OnlyMeta();
        bool isSet = request is { Kind: RequestKind.Store, Mode: StoreMode.Set };
        if (request.Has(RequestTraits.CompareCas) && !isSet)
            throw new NotSupportedException("the classic protocol compares cas values in a set only");
        if (request.Has(RequestTraits.WithCas) && request.Kind != RequestKind.Get)
            throw new NotSupportedException("the classic protocol returns cas values of reads only");
        if (request.Has(RequestTraits.Initial))
            throw new NotSupportedException("the classic protocol cannot count a key into being");
    }

    /// <inheritdoc/>
    public override int LengthMax(in WireRequest request) =>
        TextRequestWriter.LineLengthMax + request.Value.Length + LineEndLength;

    /// <inheritdoc/>
    public override int Write(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        bool withCas = request.Has(RequestTraits.WithCas);
        return request.Kind switch
        {
            RequestKind.Get => request.Has(RequestTraits.Touch)
                ? TextRequestWriter.WriteGetAndTouch(destination, request.Exptime, key, withCas)
                : TextRequestWriter.WriteGet(destination, key, withCas),
            RequestKind.Touch => TextRequestWriter.WriteTouch(destination, key, request.Exptime),
            RequestKind.Store => WriteStore(in request, key, destination),
            RequestKind.Count => TextRequestWriter.WriteArithmetic(
                destination,
                request.Has(RequestTraits.Down) ? TextCommand.Decr : TextCommand.Incr,
                key,
                request.Delta),
            RequestKind.Delete => TextRequestWriter.WriteDelete(destination, key),
            RequestKind.Flush => TextRequestWriter.WriteFlushAll(destination, request.Exptime),
            RequestKind.Stats => TextRequestWriter.WriteCommand(destination, TextCommand.Stats, request.Value.Span),
            _ => TextRequestWriter.WriteCommand(destination, TextCommand.Version),
        };
    }

    /// <inheritdoc/>
    public override void Read(
        ReadOnlySpan<byte> input, in WireRequest request, ReadOnlySpan<byte> key, ref WireReply reply)
    {
        TextReply text = default;
        if (!Advance(TextResponseReader.Read(input, ref text), text.TotalLength, ref reply)) return;
        if (text.IsError)
        {
            reply.Status = StatusOf(text.Value);
            reply.Message = text.Value;
            return;
        }
        switch (request.Kind)
        {
            case RequestKind.Get:
                ReadGet(input, in text, key, ref reply);
                break;
            case RequestKind.Stats:
                ReadStats(input, ref text, ref reply);
                break;
            case RequestKind.Ping or RequestKind.Version:
                reply.Status = CacheStatus.Done;
                reply.Value = text.Value;
                if (text.Kind != TextReplyKind.Version) reply.Progress = ReplyStatus.Malformed;
                break;
            default:
                ReadChange(in text, request.Kind, ref reply);
                break;
        }
    }

    /// <summary>memcached's -Y: a set of any key whose value is <c>user password</c>.</summary>
    public override byte[] WriteLogin(string user, string password)
    {
        byte[] token = Encoding.UTF8.GetBytes($"{user} {password}");
        byte[] login = new byte[TextRequestWriter.LineLengthMax + token.Length + LineEndLength];
        int length = TextRequestWriter.WriteStorage(login, TextCommand.Set, "login"u8, 0, 0, token);
        return login[..length];
    }

    /// <inheritdoc/>
    public override void ReadLogin(ReadOnlySpan<byte> input, ref WireReply reply) =>
        Read(input, new WireRequest { Kind = RequestKind.Store }, default, ref reply);

    private static int WriteStore(in WireRequest request, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        ReadOnlySpan<byte> value = request.Value.Span;
        int at = request.Has(RequestTraits.CompareCas)
            ? TextRequestWriter.WriteCasLine(
                destination, key, request.ClientFlags, request.Exptime, value.Length, request.CompareCas)
            : TextRequestWriter.WriteStorageLine(
                destination, CommandOf(request.Mode), key, request.ClientFlags, request.Exptime, value.Length);
        value.CopyTo(destination[at..]);
        at += value.Length;
        return at + TextResponseWriter.WriteLineEnd(destination[at..]);
    }

    private static TextCommand CommandOf(StoreMode mode) => mode switch
    {
        StoreMode.Add => TextCommand.Add,
        StoreMode.Replace => TextCommand.Replace,
        StoreMode.Append => TextCommand.Append,
        StoreMode.Prepend => TextCommand.Prepend,
        _ => TextCommand.Set,
    };

    /// <summary>END alone is a miss; behind a VALUE there must be an END.</summary>
    private static void ReadGet(
        ReadOnlySpan<byte> input, in TextReply text, ReadOnlySpan<byte> key, ref WireReply reply)
    {
        if (text.Kind == TextReplyKind.End)
        {
            reply.Status = CacheStatus.Miss;
            return;
        }
        if (text.Kind != TextReplyKind.Value || !text.Key.SequenceEqual(key))
        {
            reply.Progress = ReplyStatus.Malformed;
            return;
        }
        TextReply end = default;
        ReplyStatus progress = TextResponseReader.Read(input[(int)text.TotalLength..], ref end);
        if (progress == ReplyStatus.Complete && end.Kind != TextReplyKind.End) progress = ReplyStatus.Malformed;
        if (!Advance(progress, text.TotalLength + end.TotalLength, ref reply)) return;
        reply.Status = CacheStatus.Hit;
        reply.Value = text.Value;
        reply.ClientFlags = text.ClientFlags;
        reply.Cas = text.Cas;
    }

    /// <summary>All lines up to END are the value, as they came.</summary>
    private static void ReadStats(ReadOnlySpan<byte> input, ref TextReply text, ref WireReply reply)
    {
        long at = 0;
        while (text.Kind is TextReplyKind.Stat)
        {
            at += text.TotalLength;
            if (!Advance(TextResponseReader.Read(input[(int)at..], ref text), 0, ref reply)) return;
        }
        if (text.Kind is not (TextReplyKind.End or TextReplyKind.Reset)) reply.Progress = ReplyStatus.Malformed;
        reply.Length = at + text.TotalLength;
        reply.Status = CacheStatus.Done;
        reply.Value = input[..(int)at];
    }

    private static void ReadChange(in TextReply text, RequestKind kind, ref WireReply reply)
    {
        reply.Number = text.Number;
        (bool known, reply.Status) = (kind, text.Kind) switch
        {
            (RequestKind.Store, TextReplyKind.Stored) => (true, CacheStatus.Done),
            (RequestKind.Store, TextReplyKind.NotStored) => (true, CacheStatus.NotStored),
            (RequestKind.Store, TextReplyKind.Exists) => (true, CacheStatus.Exists),
            (RequestKind.Count, TextReplyKind.Number) => (true, CacheStatus.Done),
            (RequestKind.Touch, TextReplyKind.Touched) => (true, CacheStatus.Done),
            (RequestKind.Delete, TextReplyKind.Deleted) => (true, CacheStatus.Done),
            (RequestKind.Flush, TextReplyKind.Ok) => (true, CacheStatus.Done),
            (not RequestKind.Flush, TextReplyKind.NotFound) => (true, CacheStatus.Miss),
            _ => (false, CacheStatus.ServerError),
        };
        if (!known) reply.Progress = ReplyStatus.Malformed;
    }
}
