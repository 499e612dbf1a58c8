using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: what cannot be a placement is refused, and the message says why.</summary>
public sealed class BadPlacementTests
{
    public static TheoryData<PlacementKind> Kinds => [.. PlacementCorpus.Kinds];

    public static TheoryData<PlacementKind> Weightless =>
        [.. PlacementCorpus.Kinds.Except([.. PlacementCorpus.WeightedKinds, PlacementKind.LibmemcachedModula])];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void List_without_servers_is_refused(PlacementKind kind) => AssertRefused(kind, "no servers");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Server_that_is_listed_twice_is_refused(PlacementKind kind) =>
        AssertRefused(kind, "a:11211 is in the list twice", new("a"), new("b"), new("a"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Server_of_weight_zero_is_refused(PlacementKind kind) =>
        AssertRefused(kind, "a:11211 has weight 0", new ServerEndpoint("a", Weight: 0));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Server_of_negative_weight_is_refused(PlacementKind kind) =>
        AssertRefused(kind, "a:11211 has weight -3", new ServerEndpoint("a", Weight: -3));

    [Theory]
    [MemberData(nameof(Weightless))]
    public void Weight_where_there_are_none_is_refused(PlacementKind kind) =>
        AssertRefused(kind, "this kind has no weights", new("a"), new("b", Weight: 2));

    [Fact]
    public void Servers_of_the_same_name_are_refused() =>
        AssertRefused(
            PlacementKind.TwemproxyKetama, "name 'shard1'", new("a", Name: "shard1"), new("b", Name: "shard1"));

    [Fact]
    public void Servers_that_evcache_cannot_tell_apart_are_refused() =>
        AssertRefused(PlacementKind.EvCache, "name 'a/a:11211'", new("a", 1), new("a", 2));

    [Fact]
    public void Server_without_a_host_is_refused() =>
        AssertRefused(PlacementKind.Rendezvous, "without a host", new ServerEndpoint(" "));

    [Fact]
    public void Server_with_an_empty_name_is_refused() =>
        AssertRefused(PlacementKind.Rendezvous, "an empty name", new ServerEndpoint("a", Name: ""));

    [Fact]
    public void Server_that_is_null_is_refused() =>
        AssertRefused(PlacementKind.Rendezvous, "server 1 is null", new("a"), null!);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void Port_out_of_range_is_refused(int port) =>
        AssertRefused(PlacementKind.Rendezvous, $"has port {port}", new ServerEndpoint("a", port));

    [Fact]
    public void Weights_for_more_slots_than_anybody_needs_are_refused() =>
        AssertRefused(PlacementKind.Classic, "add up to 2000001", new("a", Weight: 2_000_000), new("b"));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{{}}")]
    [InlineData("«»")]
    [InlineData("\0}")]
    public void Tag_that_is_not_two_characters_is_refused(string tag) =>
        AssertRefused(new PlacementOptions { HashTag = tag }, "two characters");

    [Fact]
    public void Stop_or_prefix_that_is_empty_is_refused()
    {
        AssertRefused(new PlacementOptions { HashStop = "" }, "HashStop is empty");
        AssertRefused(new PlacementOptions { SkippedPrefix = "" }, "SkippedPrefix is empty");
    }

    [Fact]
    public void Kind_that_does_not_exist_is_refused() =>
        AssertRefused(new PlacementOptions { Kind = (PlacementKind)99 }, "no such kind");

    [Fact]
    public void Hash_that_does_not_exist_is_refused() =>
        AssertRefused(new PlacementOptions { Kind = PlacementKind.TwemproxyKetama, Hash = (KeyHash)99 }, "no hash 99");

    [Fact]
    public void Hash_that_is_not_of_the_kind_is_refused() =>
        AssertRefused(
            new PlacementOptions { Kind = PlacementKind.Dalli, Hash = KeyHash.Md5 }, "Dalli has its own hash, Crc32");

    [Fact]
    public void Hash_that_is_the_kinds_own_is_accepted() =>
        Assert.NotNull(KeyPlacement.Create(
            new PlacementOptions { Kind = PlacementKind.Dalli, Hash = KeyHash.Crc32 }, PlacementCorpus.Servers(2)));

    [Fact]
    public void Narrow_hash_on_a_wide_ring_is_refused()
    {
        AssertRefused(
            new PlacementOptions { Kind = PlacementKind.TwemproxyKetama, Hash = KeyHash.Crc15 }, "15 bits");
        AssertRefused(
            new PlacementOptions { Kind = PlacementKind.LibmemcachedKetamaWeighted, Hash = KeyHash.Crc15 }, "15 bits");
    }

    [Fact]
    public void Map_of_other_servers_is_refused() =>
        AssertRefused(
            new PlacementOptions { Kind = PlacementKind.VirtualBuckets, Buckets = new BucketMap(1, [0, 3]) },
            "names server 3; there are 2");

    [Fact]
    public void Map_for_a_kind_without_buckets_is_refused() =>
        AssertRefused(new PlacementOptions { Buckets = new BucketMap(1, [0, 1]) }, "Rendezvous takes no bucket map");

    [Fact]
    public void Arguments_that_are_null_are_refused()
    {
        Assert.Throws<ArgumentNullException>(static () => KeyPlacement.Create(null!, PlacementCorpus.Servers(1)));
        Assert.Throws<ArgumentNullException>(static () => KeyPlacement.Create(PlacementKind.Rendezvous, null!));
        Assert.Throws<ArgumentNullException>(static () => BucketMap.Spread(null!));
    }

    private static void AssertRefused(PlacementKind kind, string message, params ServerEndpoint[] servers) =>
        Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => KeyPlacement.Create(kind, servers)).Message,
            StringComparison.Ordinal);

    private static void AssertRefused(PlacementOptions options, string message) =>
        Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => KeyPlacement.Create(options, PlacementCorpus.Servers(2))).Message,
            StringComparison.Ordinal);
}
