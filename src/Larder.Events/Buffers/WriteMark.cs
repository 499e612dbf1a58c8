namespace Larder.Events.Buffers;

/// <summary>A position in a <see cref="WriteQueue"/>, to which it can be rolled back before anything more was sent.</summary>
public readonly unsafe struct WriteMark
{
    internal WriteMark(int count, nint tailLength, byte* write, int room, long queued, long sent)
    {
        Count = count;
        TailLength = tailLength;
        WritePosition = write;
        Room = room;
        QueuedBytes = queued;
        SentBytes = sent;
    }

    internal int Count { get; }

    internal nint TailLength { get; }

    internal byte* WritePosition { get; }

    internal int Room { get; }

    internal long QueuedBytes { get; }

    internal long SentBytes { get; }
}
