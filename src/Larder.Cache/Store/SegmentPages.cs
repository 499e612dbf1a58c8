using System.Diagnostics;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// What the arena asks the system for: pages for a segment, and back. A front end may be the one who asks, so that no
/// call makes or gives back more than <see cref="CallBytesMax"/>: the rest of a new segment comes with its first
/// writes, and a large one that is given back goes by slices. Without any lock; the caller has counted the bytes.
/// </summary>
internal sealed unsafe class SegmentPages(PageSource pages, int segmentBytes)
{
    /// <summary>
    /// Bytes that one call makes, or gives back: 512 pages, or a huge one; 0.1 to 0.2 ms each were seen.
    /// </summary>
    public const long CallBytesMax = MappedMemory.HugePageSize;

    /// <summary>
    /// A dedicated segment gets huge pages from here on: fewer would take more kernel memory areas than they save.
    /// </summary>
    public const long HugePagesMin = 4 << 20;

    /// <summary>Maps memory; null when the system refuses.</summary>
    /// <param name="bytes">Whole pages that will be used.</param>
    /// <param name="isDedicated">For one large item.</param>
    /// <param name="populatedMax">So many bytes at most are made at once.</param>
    /// <param name="space">Bytes of addresses.</param>
    public byte* Map(nuint bytes, bool isDedicated, long populatedMax, out nuint space)
    {
        space = (bytes + (nuint)segmentBytes - 1) & ~((nuint)segmentBytes - 1);
        byte* memory = pages.Map(space, (nuint)segmentBytes);
        if (memory == null) return null;
        bool isInParts = !isDedicated && (long)bytes > populatedMax;
        if (isInParts) TouchHugePages(memory, bytes);
        PreferHugePages(memory, bytes, isDedicated);
        // The pages of a large value come with its bytes.
        if (!isDedicated || (long)bytes <= CallBytesMax) Populate(memory, bytes, populatedMax);
        return memory;
    }

    /// <summary>Maps a table.</summary>
    public byte* MapTable(nuint bytes, bool isHuge)
    {
        byte* memory = pages.Map(bytes, (nuint)(isHuge ? MappedMemory.HugePageSize : MappedMemory.PageSize));
        if (memory != null && isHuge) PreferHugePages(memory, bytes, isDedicated: false);
        return memory;
    }

    /// <summary>Makes pages at once, up to a number of bytes.</summary>
    public void Populate(byte* start, nuint bytes, long populatedMax) =>
        pages.Populate(start, (nuint)Math.Min((long)bytes, populatedMax));

    /// <summary>A dedicated segment gets the length of its next record: pages go back, or are made.</summary>
    public void Resize(Segment segment, nuint bytes)
    {
        nuint length = segment.Length;
        if (bytes > length) Populate(segment.Base + length, bytes - length, CallBytesMax);
        else if (bytes < length) Discard(segment.Base + bytes, length - bytes);
        segment.Attach(segment.Base, bytes, segment.Space, isDedicated: true);
    }

    /// <summary>Gives pages back and keeps their addresses.</summary>
    public void Discard(byte* start, nuint bytes) => pages.Discard(start, bytes);

    public void Unmap(byte* start, nuint bytes, nuint space) => pages.Unmap(start, bytes, space);

    /// <summary>
    /// Gives the end of a dedicated segment back, up to the last border between huge pages, so that none is split.
    /// </summary>
    /// <returns>Bytes that went; 0 when the segment is no longer than what goes in one call.</returns>
    public long CutEnd(Segment segment)
    {
        Debug.Assert(segment.IsDedicated, "others go whole");
        if ((long)segment.Length <= CallBytesMax) return 0;
        const nuint Size = MappedMemory.HugePageSize;
        nuint end = (nuint)segment.Base + segment.Length;
        nuint border = (end - 1) & ~(Size - 1);
        nuint cut = end - border;
        pages.Discard((byte*)border, cut);
        segment.Attach(segment.Base, segment.Length - cut, segment.Space, isDedicated: true);
        return (long)cut;
    }

    // A huge page took 1 to 20 ms where the machine had to find one first. Where a small page stands already, the
    // others come as small ones, and the kernel makes a huge one of them in the background.
    private void TouchHugePages(byte* memory, nuint bytes)
    {
        for (nuint at = 0; at < bytes; at += MappedMemory.HugePageSize)
            pages.Populate(memory + at, (nuint)MappedMemory.PageSize);
    }

    // Only where all of a huge page is counted.
    private static void PreferHugePages(byte* memory, nuint bytes, bool isDedicated)
    {
        const nuint Size = MappedMemory.HugePageSize;
        if ((long)bytes < (isDedicated ? HugePagesMin : (long)Size)) return;
        nuint start = ((nuint)memory + Size - 1) & ~(Size - 1);
        nuint end = ((nuint)memory + bytes) & ~(Size - 1);
        MappedMemory.PreferHugePages((byte*)start, end - start);
    }
}
