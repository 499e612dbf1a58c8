using Larder.Protocol.Text;

namespace Larder.Client.Pipelining;

/// <summary>A reply as a dialect has read it. The spans borrow the input.</summary>
internal ref struct WireReply
{
    /// <summary>Whether all of it is there.</summary>
    public ReplyStatus Progress;

    /// <summary>
    /// Bytes of the whole reply; while incomplete, how many there must be at least, 0 when not known.
    /// </summary>
    public long Length;

    public CacheStatus Status;
    public ReadOnlySpan<byte> Value;

    /// <summary>The server's words of an error.</summary>
    public ReadOnlySpan<byte> Message;
    public uint ClientFlags;
    public ulong Cas;
    public ulong Number;
    public int TtlSeconds;
    public bool IsStale;
    public bool IsWinner;
    public bool HasOtherWinner;

    /// <summary>The request's mark, if the server has returned it.</summary>
    public uint? Opaque;
}
