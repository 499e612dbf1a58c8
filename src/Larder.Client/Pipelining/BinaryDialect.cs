using System.Text;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>The binary protocol. Every request carries an opaque, and every reply returns it.</summary>
internal sealed class BinaryDialect : Dialect
{
    /// <summary>
    /// A date of 1970: the exptime is unsigned here, so that less than nothing would be a far future.
    /// </summary>
    private const uint ExptimePast = (60 * 60 * 24 * 30) + 1;

    public static BinaryDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override void Check(in WireRequest request)
    {
        if (request.Has(RequestTraits.MetaOnly)) throw OnlyMeta();
    }

    /// <inheritdoc/>
    public override int LengthMax(in WireRequest request) => BinaryRequestWriter.HeadLengthMax + request.Value.Length;

    /// <inheritdoc/>
    public override int Write(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination) =>
        request.Kind switch
        {
            RequestKind.Get => request.Has(RequestTraits.Touch)
                ? WriteWord(BinaryOpcode.Gat, in request, key, opaque, destination)
                : BinaryRequestWriter.Write(destination, BinaryOpcode.Get, key, opaque),
            RequestKind.Touch => WriteWord(BinaryOpcode.Touch, in request, key, opaque, destination),
            RequestKind.Store => WriteStore(in request, key, opaque, destination),
            RequestKind.Count => BinaryRequestWriter.WriteArithmetic(
                destination,
                request.Has(RequestTraits.Down) ? BinaryOpcode.Decrement : BinaryOpcode.Increment,
                key,
                request.Delta,
                request.Initial,
                request.Has(RequestTraits.Initial) ? WordOf(request.Exptime) : BinaryFrame.DoNotCreate,
                opaque),
            RequestKind.Delete =>
                BinaryRequestWriter.Write(destination, BinaryOpcode.Delete, key, opaque, request.CompareCas),
            RequestKind.Flush => WriteWord(BinaryOpcode.Flush, in request, default, opaque, destination),
            RequestKind.Stats =>
                BinaryRequestWriter.Write(destination, BinaryOpcode.Stat, request.Value.Span, opaque),
            RequestKind.Version => BinaryRequestWriter.Write(destination, BinaryOpcode.Version, default, opaque),
            _ => BinaryRequestWriter.Write(destination, BinaryOpcode.Noop, default, opaque),
        };

    /// <inheritdoc/>
    public override void Read(
        ReadOnlySpan<byte> input, in WireRequest request, ReadOnlySpan<byte> key, ref WireReply reply)
    {
        BinaryReply binary = default;
        if (!Advance(BinaryResponseReader.Read(input, ref binary), binary.TotalLength, ref reply)) return;
        reply.Opaque = binary.Opaque;
        if (request.Kind == RequestKind.Stats && binary.Status == BinaryStatus.Success)
        {
            ReadStats(input, ref binary, ref reply);
            return;
        }
        reply.Status = StatusOf(binary.Status, in request);
        if (reply.Status >= CacheStatus.TooLarge)
        {
            reply.Message = binary.Value;
            return;
        }
        reply.Cas = request.Has(RequestTraits.WithCas) ? binary.Cas : 0;
        if (binary.Status != BinaryStatus.Success) return;
        if (request.Kind == RequestKind.Get) reply.ClientFlags = binary.ClientFlags;
        if (request.Kind is RequestKind.Get or RequestKind.Version) reply.Value = binary.Value;
        if (request.Kind == RequestKind.Count && !binary.TryGetNumber(out reply.Number))
            reply.Progress = ReplyStatus.Malformed;
    }

    /// <summary>SASL PLAIN (RFC 4616): no authorization identity, NUL, user, NUL, password.</summary>
    public override byte[] WriteLogin(string user, string password)
    {
        byte[] message = Encoding.UTF8.GetBytes($"\0{user}\0{password}");
        byte[] login = new byte[BinaryRequestWriter.HeadLengthMax + message.Length];
        int length = BinaryRequestWriter.Write(
            login, BinaryOpcode.SaslAuth, "PLAIN"u8, valueLength: message.Length);
        message.CopyTo(login.AsSpan(length));
        return login[..(length + message.Length)];
    }

    /// <inheritdoc/>
    public override void ReadLogin(ReadOnlySpan<byte> input, ref WireReply reply) =>
        Read(input, new WireRequest { Kind = RequestKind.Touch }, default, ref reply);

    private static int WriteStore(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination)
    {
        ReadOnlySpan<byte> value = request.Value.Span;
        int at = request.Mode is StoreMode.Append or StoreMode.Prepend
            ? BinaryRequestWriter.Write(
                destination, OpcodeOf(request.Mode), key, opaque, request.CompareCas, value.Length)
            : BinaryRequestWriter.WriteStorage(
                destination,
                OpcodeOf(request.Mode),
                key,
                request.ClientFlags,
                WordOf(request.Exptime),
                value.Length,
                opaque,
                request.CompareCas);
        value.CopyTo(destination[at..]);
        return at + value.Length;
    }

    private static int WriteWord(
        BinaryOpcode opcode, in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination) =>
        BinaryRequestWriter.WriteWord(destination, opcode, key, WordOf(request.Exptime), opaque);

    private static uint WordOf(int exptime) => exptime < 0 ? ExptimePast : (uint)exptime;

    private static BinaryOpcode OpcodeOf(StoreMode mode) => mode switch
    {
        StoreMode.Add => BinaryOpcode.Add,
        StoreMode.Replace => BinaryOpcode.Replace,
        StoreMode.Append => BinaryOpcode.Append,
        StoreMode.Prepend => BinaryOpcode.Prepend,
        _ => BinaryOpcode.Set,
    };

    /// <summary>The same words for the same ends as the other protocols have.</summary>
    private static CacheStatus StatusOf(BinaryStatus status, in WireRequest request)
    {
        bool plainStore = request.Kind == RequestKind.Store && !request.Has(RequestTraits.CompareCas);
        return status switch
        {
            BinaryStatus.Success => request.Kind == RequestKind.Get ? CacheStatus.Hit : CacheStatus.Done,
            BinaryStatus.NotFound => plainStore ? CacheStatus.NotStored : CacheStatus.Miss,
            BinaryStatus.Exists => plainStore ? CacheStatus.NotStored : CacheStatus.Exists,
            BinaryStatus.NotStored => CacheStatus.NotStored,
            BinaryStatus.TooLarge => CacheStatus.TooLarge,
            BinaryStatus.NonNumeric => CacheStatus.NotNumeric,
            _ => CacheStatus.ServerError,
        };
    }

    /// <summary>One response for each, then one without a key. The value is all frames, as they came.</summary>
    private static void ReadStats(ReadOnlySpan<byte> input, ref BinaryReply binary, ref WireReply reply)
    {
        long at = 0;
        while (!binary.Key.IsEmpty)
        {
            at += binary.TotalLength;
            if (!Advance(BinaryResponseReader.Read(input[(int)at..], ref binary), 0, ref reply)) return;
        }
        reply.Length = at + binary.TotalLength;
        reply.Status = CacheStatus.Done;
        reply.Value = input[..(int)at];
    }
}
