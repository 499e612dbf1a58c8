namespace Larder.Cache.Store;

internal sealed unsafe class SegmentArena(SizeClasses classes)
{
    public SizeClasses Classes => classes;

    public Segment SegmentOf(ItemHeader* item) => throw new NotSupportedException();
}
