using System.Buffers.Text;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>
/// The meta protocol. Every request has one reply and carries an opaque, so that a connection that lost its order is
/// noticed (memcached 1.6.18 returns it with hits only). Version, flush and statistics are classic commands.
/// </summary>
internal sealed class MetaDialect : Dialect
{
    private const int LineEndLength = 2;

    public static MetaDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override void Check(in WireRequest request)
    {
    }

    /// <inheritdoc/>
    public override int LengthMax(in WireRequest request) =>
        MetaRequestWriter.LineLengthMax + request.Value.Length + LineEndLength;

    /// <inheritdoc/>
    public override int Write(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination) =>
        request.Kind switch
        {
            RequestKind.Get => WriteGet(in request, key, opaque, destination),
            RequestKind.Touch => WriteTouch(in request, key, opaque, destination),
            RequestKind.Store => WriteStore(in request, key, opaque, destination),
            RequestKind.Count => WriteCount(in request, key, opaque, destination),
            RequestKind.Delete => WriteDelete(in request, key, opaque, destination),
            RequestKind.Ping => MetaRequestWriter.WriteNoop(destination),
            _ => TextDialect.Instance.Write(in request, key, opaque, destination),
        };

    /// <inheritdoc/>
    public override void Read(
        ReadOnlySpan<byte> input, in WireRequest request, ReadOnlySpan<byte> key, ref WireReply reply)
    {
        if (request.Kind >= RequestKind.Version)
        {
            TextDialect.Instance.Read(input, in request, key, ref reply);
            return;
        }
        MetaReply meta = default;
        if (!Advance(MetaResponseReader.Read(input, ref meta), meta.TotalLength, ref reply)) return;
        reply.Status = StatusOf(in meta, request.Kind);
        if (meta.IsError)
        {
            reply.Message = meta.FlagText;
            return;
        }
        ReadFlags(in meta, ref reply);
        if (meta.Kind != MetaReplyKind.Value) return;
        reply.Value = meta.Value;
        if (request.Kind == RequestKind.Count
            && !(Utf8Parser.TryParse(meta.Value, out reply.Number, out int digits) && digits > 0))
            reply.Progress = ReplyStatus.Malformed;
    }

    /// <inheritdoc/>
    public override byte[] WriteLogin(string user, string password) => TextDialect.Instance.WriteLogin(user, password);

    /// <inheritdoc/>
    public override void ReadLogin(ReadOnlySpan<byte> input, ref WireReply reply) =>
        TextDialect.Instance.ReadLogin(input, ref reply);

    /// <summary>
    /// <c>mg key [v] f [c] [t] [u] [Nttl] [Rttl] [Tttl] Oopaque</c>: t before T shows the time before.
    /// </summary>
    private static int WriteGet(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        int at = MetaRequestWriter.WriteStart(destination, TextCommand.MetaGet, key);
        if (!request.Has(RequestTraits.NoValue)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'v');
        at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'f');
        if (request.Traits != RequestTraits.None)
        {
            if (request.Has(RequestTraits.WithCas)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'c');
            if (request.Has(RequestTraits.WithTtl)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'t');
            if (request.Has(RequestTraits.NoBump)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'u');
            if (request.Has(RequestTraits.Vivify))
                at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'N', request.VivifyExptime);
            if (request.Has(RequestTraits.Recache))
                at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'R', request.RecacheTtl);
            if (request.Has(RequestTraits.Touch))
                at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'T', request.Exptime);
        }
        return at + WriteEnd(destination[at..], opaque);
    }

    private static int WriteTouch(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        int at = MetaRequestWriter.WriteStart(destination, TextCommand.MetaGet, key);
        at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'T', request.Exptime);
        return at + WriteEnd(destination[at..], opaque);
    }

    private static int WriteStore(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        ReadOnlySpan<byte> value = request.Value.Span;
        int at = MetaRequestWriter.WriteSetStart(destination, key, value.Length);
        if (request.ClientFlags != 0)
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'F', request.ClientFlags);
        if (request.Exptime != 0)
            at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'T', request.Exptime);
        if (request.Mode != StoreMode.Set)
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'M', LetterOf(request.Mode));
        at += WriteCas(in request, destination[at..]);
        if (request.Has(RequestTraits.Stale)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'I');
        if (request.Has(RequestTraits.Vivify))
            at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'N', request.VivifyExptime);
        at += WriteEnd(destination[at..], opaque);
        value.CopyTo(destination[at..]);
        at += value.Length;
        return at + MetaRequestWriter.WriteLineEnd(destination[at..]);
    }

    private static int WriteCount(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        int at = MetaRequestWriter.WriteStart(destination, TextCommand.MetaArithmetic, key);
        at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'v');
        at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'D', request.Delta);
        if (request.Has(RequestTraits.Down)) at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'M', "D"u8);
        if (request.Has(RequestTraits.Initial))
        {
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'J', request.Initial);
            at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'N', request.Exptime);
        }
        return at + WriteEnd(destination[at..], opaque);
    }

    private static int WriteDelete(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        int at = MetaRequestWriter.WriteStart(destination, TextCommand.MetaDelete, key);
        at += WriteCas(in request, destination[at..]);
        if (request.Has(RequestTraits.Stale))
        {
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'I');
            at += MetaRequestWriter.WriteFlagSigned(destination[at..], (byte)'T', request.Exptime);
        }
        return at + WriteEnd(destination[at..], opaque);
    }

    private static int WriteCas(in WireRequest request, Span<byte> destination)
    {
        int at = 0;
        if (request.Has(RequestTraits.WithCas)) at += MetaRequestWriter.WriteFlag(destination, (byte)'c');
        if (request.Has(RequestTraits.CompareCas))
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'C', request.CompareCas);
        if (request.Has(RequestTraits.NewCas))
            at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'E', request.NewCas);
        return at;
    }

    private static int WriteEnd(Span<byte> destination, uint opaque)
    {
        int at = MetaRequestWriter.WriteFlag(destination, (byte)'O', opaque);
        return at + MetaRequestWriter.WriteLineEnd(destination[at..]);
    }

    private static ReadOnlySpan<byte> LetterOf(StoreMode mode) => mode switch
    {
        StoreMode.Add => "E"u8,
        StoreMode.Replace => "R"u8,
        StoreMode.Append => "A"u8,
        StoreMode.Prepend => "P"u8,
        _ => "S"u8,
    };

    private static CacheStatus StatusOf(in MetaReply meta, RequestKind kind) => meta.Kind switch
    {
        MetaReplyKind.Done or MetaReplyKind.Value or MetaReplyKind.Noop =>
            kind == RequestKind.Get ? CacheStatus.Hit : CacheStatus.Done,
        MetaReplyKind.Miss or MetaReplyKind.NotFound => CacheStatus.Miss,
        MetaReplyKind.NotStored => CacheStatus.NotStored,
        MetaReplyKind.Exists => CacheStatus.Exists,
        _ => StatusOf(meta.FlagText),
    };

    private static void ReadFlags(in MetaReply meta, ref WireReply reply)
    {
        foreach (MetaFlagTokens flag in meta.FlagTokens)
        {
            switch (flag.Flag)
            {
                case (byte)'O':
                    reply.Opaque = Utf8Parser.TryParse(flag.Token, out uint opaque, out _) ? opaque : uint.MaxValue;
                    break;
                case (byte)'f':
                    _ = Utf8Parser.TryParse(flag.Token, out reply.ClientFlags, out _);
                    break;
                case (byte)'c':
                    _ = Utf8Parser.TryParse(flag.Token, out reply.Cas, out _);
                    break;
                case (byte)'t':
                    _ = Utf8Parser.TryParse(flag.Token, out reply.TtlSeconds, out _);
                    break;
                case (byte)'W':
                    reply.IsWinner = true;
                    break;
                case (byte)'X':
                    reply.IsStale = true;
                    break;
                case (byte)'Z':
                    reply.HasOtherWinner = true;
                    break;
            }
        }
    }
}
