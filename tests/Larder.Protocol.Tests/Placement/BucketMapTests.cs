using Larder.Protocol.Placement;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: virtual buckets, given from outside and spread here.</summary>
public sealed class BucketMapTests
{
    [Theory]
    [InlineData("hello", 528)]
    [InlineData("counter", 290)]
    [InlineData("key_100", 894)]
    [InlineData("user::1", 997)]
    public void Key_of_a_bucket_is_in_it(string key, int bucket) =>
        Assert.Equal(bucket, BucketMap.Spread(PlacementCorpus.Servers(2)).Find(Bytes.Of(key)));

    [Fact]
    public void Map_given_from_outside_decides()
    {
        BucketMap map = new(2, [0, 1, 2, BucketMap.None, 1, 0, 1, 2]);
        KeyPlacement placement = KeyPlacement.Create(
            new PlacementOptions { Kind = PlacementKind.VirtualBuckets, Buckets = map }, PlacementCorpus.Servers(3));
        foreach (byte[] key in PlacementCorpus.Keys(200))
        {
            ReadOnlySpan<int> owners = map.Owners(map.Find(key));
            Assert.Equal(owners[0], placement.Find(key));
            int next = placement.FindNext(key, [1UL << owners[0]]);
            if (owners[1] != BucketMap.None) Assert.Equal(owners[1], next);
            else Assert.NotEqual(owners[0], next);
        }
        Assert.Equal((4, 2), (map.Count, map.CopyCount));
    }

    [Fact]
    public void Copies_of_a_bucket_are_on_different_servers()
    {
        BucketMap map = BucketMap.Spread(PlacementCorpus.Servers(4), 256, 3);
        for (int bucket = 0; bucket < map.Count; bucket++)
            Assert.Equal(3, map.Owners(bucket).ToArray().Distinct().Count());
    }

    [Fact]
    public void Copies_beyond_the_servers_are_none()
    {
        BucketMap map = BucketMap.Spread(PlacementCorpus.Servers(2), 16, 3);
        for (int bucket = 0; bucket < map.Count; bucket++)
        {
            Assert.Equal(BucketMap.None, map.Owners(bucket)[2]);
            Assert.Equal([0, 1], map.Owners(bucket)[..2].ToArray().Order());
        }
    }

    [Fact]
    public void Replica_of_a_bucket_is_its_next_owner()
    {
        ServerEndpoint[] servers = PlacementCorpus.Servers(5);
        BucketMap map = BucketMap.Spread(servers, copyCount: 5);
        KeyPlacement withCopies = KeyPlacement.Create(
            new PlacementOptions { Kind = PlacementKind.VirtualBuckets, Buckets = map }, servers);
        KeyPlacement without = KeyPlacement.Create(PlacementKind.VirtualBuckets, servers);
        foreach (byte[] key in PlacementCorpus.Keys(200))
        {
            for (ulong excluded = 0; excluded < 1 << 5; excluded++)
                Assert.Equal(withCopies.FindNext(key, [excluded]), without.FindNext(key, [excluded]));
        }
    }

    [Theory]
    [InlineData(0, new[] { 0 })]
    [InlineData(1, new int[0])]
    [InlineData(2, new[] { 0, 1, 0 })]
    [InlineData(1, new[] { 0, -1 })]
    [InlineData(2, new[] { 0, -2 })]
    public void Map_that_is_not_one_is_refused(int copyCount, int[] owners) =>
        Assert.ThrowsAny<ArgumentException>(() => new BucketMap(copyCount, owners));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(BucketMap.CountMax + 1, 1)]
    [InlineData(1, 0)]
    public void Map_of_impossible_numbers_is_refused(int bucketCount, int copyCount) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => BucketMap.Spread(PlacementCorpus.Servers(2), bucketCount, copyCount));

    [Fact]
    public void Map_of_more_buckets_than_the_hash_has_is_refused() =>
        Assert.Throws<ArgumentException>(static () => new BucketMap(1, new int[BucketMap.CountMax + 1]));
}
