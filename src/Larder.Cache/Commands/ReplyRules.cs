using Larder.Events.Buffers;

namespace Larder.Cache.Commands;

/// <summary>How replies are put together.</summary>
internal static class ReplyRules
{
    /// <summary>
    /// Values with CR LF up to this many bytes are copied into the reply, larger ones are sent from where they lie. A
    /// copy of 16 KiB costs about as much as pinning a segment and a longer gather list.
    /// </summary>
    public const int CopyMax = WriteQueue.ChunkBytes / 2;
}
