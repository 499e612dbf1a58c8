using Larder.Events.Buffers;

namespace Larder.Cache.Commands;

/// <summary>How replies are put together.</summary>
internal static class ReplyRules
{
    /// <summary>
    /// Values up to this many bytes are copied into the reply, larger ones are sent from where they lie. A
    /// copy of 16 KiB costs about as much as pinning a segment and a longer gather list.
    /// </summary>
    public const int CopyMax = WriteQueue.ChunkBytes / 2;

    /// <summary>CR LF behind a value.</summary>
    public const int LineEndLength = 2;

    /// <summary>Copies a value and ends its line.</summary>
    /// <returns>The bytes written.</returns>
    public static int CopyValue(ReadOnlySpan<byte> value, Span<byte> span)
    {
        value.CopyTo(span);
        span[value.Length] = (byte)'\r';
        span[value.Length + 1] = (byte)'\n';
        return value.Length + LineEndLength;
    }
}
