using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>One of the protocols: requests to bytes, bytes to replies. Keeps nothing; any thread.</summary>
internal abstract class Dialect
{
    /// <summary>The dialect of a protocol.</summary>
    public static Dialect Of(ClientProtocol protocol) => protocol switch
    {
        ClientProtocol.Text => TextDialect.Instance,
        ClientProtocol.Binary => BinaryDialect.Instance,
        _ => MetaDialect.Instance,
    };

    /// <summary>Refuses what this protocol cannot say.</summary>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    public abstract void Check(in WireRequest request);

    /// <summary>The most bytes that <see cref="Write"/> needs.</summary>
    public abstract int LengthMax(in WireRequest request);

    /// <summary>Writes a request with its value.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="key">The key; empty for requests without one.</param>
    /// <param name="opaque">A mark that the server returns where the protocol can.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    public abstract int Write(in WireRequest request, ReadOnlySpan<byte> key, uint opaque, Span<byte> destination);

    /// <summary>Reads the reply to a request from the beginning of the input.</summary>
    public abstract void Read(
        ReadOnlySpan<byte> input, in WireRequest request, ReadOnlySpan<byte> key, ref WireReply reply);

    /// <summary>The bytes that log in.</summary>
    public abstract byte[] WriteLogin(string user, string password);

    /// <summary>Reads the reply to <see cref="WriteLogin"/>: <see cref="CacheStatus.Done"/> lets in.</summary>
    public abstract void ReadLogin(ReadOnlySpan<byte> input, ref WireReply reply);

    private protected static NotSupportedException OnlyMeta() =>
        new("stale items, winners, seconds left and new cas values need ClientProtocol.Meta");

    /// <summary>Takes over how far a reader came. Returns whether the reply is there.</summary>
    private protected static bool Advance(ReplyStatus progress, long length, ref WireReply reply)
    {
        reply.Progress = progress;
        reply.Length = length;
        return progress == ReplyStatus.Complete;
    }

    /// <summary>What the words of CLIENT_ERROR and SERVER_ERROR mean.</summary>
    private protected static CacheStatus StatusOf(ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("too large"u8) >= 0) return CacheStatus.TooLarge;
        return message.IndexOf("non-numeric value"u8) >= 0 ? CacheStatus.NotNumeric : CacheStatus.ServerError;
    }
}
