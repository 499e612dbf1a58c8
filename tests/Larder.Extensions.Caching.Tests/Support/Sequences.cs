using System.Buffers;

namespace Larder.Extensions.Caching.Tests.Support;

/// <summary>Bytes that lie in two places.</summary>
internal static class Sequences
{
    public static ReadOnlySequence<byte> Of(byte[] first, byte[] second)
    {
        Segment start = new(first, 0);
        Segment end = start.Append(second);
        return new(start, 0, end, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Segment Append(byte[] bytes)
        {
            Segment next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
