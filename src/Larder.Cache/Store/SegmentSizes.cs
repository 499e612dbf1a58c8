using System.Numerics;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>How large segments are, and up to which size items share them.</summary>
internal static class SegmentSizes
{
    /// <summary>A store has at least so many segments if it is not tiny: coarser ones lose hits.</summary>
    private const int SegmentsWanted = 256;

    /// <summary>
    /// Smaller ones lose more at their ends than they gain by their number, but for very little memory
    /// (docs/decisions/eviction.md).
    /// </summary>
    private const long BytesMin = 32 << 10;
    private const long TinyMemory = 4 << 20;
    private const long BytesTiny = 16 << 10;

    /// <summary>Size of a huge page; larger segments only for more memory than <see cref="LargeMemory"/>.</summary>
    private const long BytesMax = 2 << 20;
    private const long LargeMemory = 16L << 30;
    private const long BytesLarge = 8 << 20;

    /// <summary>Of the largest items that share a segment of 256 KiB or more, so many fit into it.</summary>
    private const int ShareMax = 8;

    /// <summary>Bytes of a segment for many items, a power of two.</summary>
    /// <param name="limitBytes">The store's memory.</param>
    public static int ForMemory(long limitBytes)
    {
        long wanted = (long)BitOperations.RoundUpToPowerOf2((ulong)(limitBytes / SegmentsWanted) + 1) / 2;
        long least = limitBytes < TinyMemory ? BytesTiny : BytesMin;
        return (int)Math.Clamp(wanted, least, limitBytes > LargeMemory ? BytesLarge : BytesMax);
    }

    /// <summary>
    /// The largest record that shares a segment. Sharing leaves half an item unused at the end of each segment; a
    /// segment of its own, half a page behind each item. Both are the same where item * item = page * segment
    /// (docs/decisions/large-values.md).
    /// </summary>
    /// <param name="segmentBytes">Bytes of a segment for many items.</param>
    public static int SharedMax(int segmentBytes)
    {
        double pages = (double)segmentBytes / MappedMemory.PageSize;
        int share = (int)Math.Min(Math.Ceiling(Math.Sqrt(pages)), ShareMax);
        return (segmentBytes - Segment.HeaderSize) / share;
    }
}
