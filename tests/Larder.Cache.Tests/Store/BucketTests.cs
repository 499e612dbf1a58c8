using System.Runtime.InteropServices;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>The vector compare of tags beside its scalar twin, on random buckets with few different tags.</summary>
public sealed unsafe class BucketTests
{
    private const int Buckets = 20_000;
    private const int Tags = 4;

    [Fact]
    public void Tags_compared_by_vector_match_as_compared_one_by_one()
    {
        var random = new Random(20261120);
        var bucket = (Bucket*)NativeMemory.AlignedAlloc((nuint)sizeof(Bucket), 64);
        try
        {
            for (int i = 0; i < Buckets; i++)
            {
                for (int slot = 0; slot < Bucket.SlotCount; slot++)
                {
                    ulong low = (ulong)random.NextInt64() & ((1UL << Slot.TagShift) - 1);
                    bucket->Slots[slot] = ((ulong)random.Next(Tags) << Slot.TagShift) | low;
                }
                ulong tag = (ulong)random.Next(Tags);
                uint expected = Bucket.MatchesScalar(bucket, tag, out uint expectedReach);
                Assert.Equal(expected, Bucket.Matches(bucket, tag, out uint reach));
                Assert.Equal(expectedReach, reach);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(bucket);
        }
    }
}
