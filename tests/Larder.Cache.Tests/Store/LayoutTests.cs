using System.Runtime.CompilerServices;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Sizes that addresses, masks and the documents rely on.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Bucket_and_stripe_are_one_cache_line()
    {
        Assert.Equal(64, Unsafe.SizeOf<Bucket>());
        Assert.Equal(192, Unsafe.SizeOf<Stripe>());
        Assert.Equal(32, Unsafe.SizeOf<SegmentHeader>());
        Assert.Equal(128, Unsafe.SizeOf<ClassCounters.Cell>());
    }

    [Fact]
    public void Record_is_as_long_as_its_fields_key_and_value()
    {
        Assert.Equal(ItemHeader.Size, Unsafe.SizeOf<ItemHeader>());
        Assert.Equal(12, ItemHeader.RecordSize(1, 0, ItemState.None));
        Assert.Equal(12, ItemHeader.RecordSize(4, 0, ItemState.Stale));
        Assert.Equal(16, ItemHeader.RecordSize(5, 0, ItemState.Won));
        Assert.Equal(28, ItemHeader.RecordSize(10, 10, ItemState.None));
        Assert.Equal(144, ItemHeader.RecordSize(32, 100, ItemState.HasExpiry));
        Assert.Equal(144, ItemHeader.RecordSize(32, 100, ItemState.HasFlags));
        Assert.Equal(148, ItemHeader.RecordSize(32, 100, ItemState.HasCas));
        Assert.Equal(156, ItemHeader.RecordSize(32, 100, ItemState.AllFields));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(3, 16)]
    [InlineData(4, 32)]
    [InlineData(8, 32)]
    [InlineData(16, 64)]
    [InlineData(64, 256)]
    [InlineData(100, 256)]
    [InlineData(256, 1024)]
    [InlineData(4096, 2048)]
    [InlineData(65_536, 8192)]
    public void Segment_size_follows_the_memory(long limitMegabytes, int segmentKilobytes)
    {
        Assert.Equal(segmentKilobytes << 10, new SegmentArena(limitMegabytes << 20, new PageSource()).SegmentBytes);
    }

    [Theory]
    [InlineData(2, 16, 2)]
    [InlineData(8, 32, 3)]
    [InlineData(16, 64, 4)]
    [InlineData(64, 256, 8)]
    [InlineData(8192, 2048, 8)]
    public void Largest_items_that_share_fit_several_times(long limitMegabytes, int segmentKilobytes, int count)
    {
        var arena = new SegmentArena(limitMegabytes << 20, new PageSource());
        int room = (segmentKilobytes << 10) - Segment.HeaderSize;
        Assert.Equal(count, room / arena.SharedSizeMax);
        Assert.InRange(room - count * arena.SharedSizeMax, 0, count - 1);
    }

    [Theory]
    [InlineData(1, 0, 0u, 1)]
    [InlineData(10, 10, 0u, 1)]
    [InlineData(10, 27, 0u, 1)]
    [InlineData(10, 28, 0u, 2)]
    [InlineData(10, 24, 1u, 2)]
    [InlineData(32, 100, 0u, 4)]
    [InlineData(10, 524_219, 0u, 39)]
    [InlineData(10, 10_000_000, 0u, 39)]
    public void Size_class_is_memcacheds(int keyLength, long valueLength, uint flags, int sizeClass)
    {
        Assert.Equal(sizeClass, new SizeClasses(casEnabled: true).ClassOf(keyLength, valueLength, flags));
    }
}
