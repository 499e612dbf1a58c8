namespace Larder.Events.Buffers;

/// <summary>
/// A position in a <see cref="WriteQueue"/>, to which it can be rolled back before anything more was sent.
/// </summary>
public readonly unsafe struct WriteMark
{
    internal WriteMark(int live, nint tailLength, byte* block, byte* write, int room, long queued, long sent)
    {
        LiveEntries = live;
        TailLength = tailLength;
        Block = block;
        WritePosition = write;
        Room = room;
        QueuedBytes = queued;
        SentBytes = sent;
    }

    /// <summary>Entries from the head on: an index would not survive a compaction.</summary>
    internal int LiveEntries { get; }

    internal nint TailLength { get; }

    /// <summary>The block that the tail is written into; null when there is none.</summary>
    internal byte* Block { get; }

    internal byte* WritePosition { get; }

    internal int Room { get; }

    internal long QueuedBytes { get; }

    internal long SentBytes { get; }
}
