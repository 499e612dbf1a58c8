using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: what all kinds of placement promise. Method: all kinds, one after the other.</summary>
public sealed class KeyPlacementTests
{
    private static readonly byte[][] s_keys = PlacementCorpus.Keys(500);

    public static TheoryData<PlacementKind> Kinds => [.. PlacementCorpus.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Owners_that_are_excluded_one_by_one_are_all_servers(PlacementKind kind)
    {
        ServerEndpoint[] servers = PlacementCorpus.Servers(70);
        KeyPlacement placement = KeyPlacement.Create(kind, servers);
        ulong[] excluded = new ulong[ServerBits.WordCount(servers.Length)];
        foreach (byte[] key in s_keys[..50])
        {
            Array.Clear(excluded);
            List<int> owners = [];
            for (int owner = placement.Find(key); owner >= 0; owner = placement.FindNext(key, excluded))
            {
                owners.Add(owner);
                ServerBits.Add(excluded, owner);
            }

            Assert.Equal(Enumerable.Range(0, servers.Length), owners.Order());
        }
    }

    /// <summary>Aim: a key's owners have one order. Method: random sets against the order told one by one.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Next_owner_is_the_first_of_the_order_that_is_not_excluded(PlacementKind kind)
    {
        Random random = new(kind.GetHashCode());
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(9));
        foreach (byte[] key in s_keys)
        {
            int[] order = Order(placement, key);
            ulong excluded = (ulong)random.Next(1 << 9);
            int expected = order.FirstOrDefault(server => (excluded >> server & 1) == 0, -1);

            Assert.Equal(expected, placement.FindNext(key, [excluded]));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Keys_of_a_dead_server_spread_over_the_others(PlacementKind kind)
    {
        if (kind == PlacementKind.Classic) return; // fifteen bits rehashed: what comes out, comes out
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(6));
        byte[][] orphans = [.. PlacementCorpus.Keys(6000).Where(key => placement.Find(key) == 2)];
        ILookup<int, byte[]> heirs = orphans.ToLookup(key => placement.FindNext(key, [1 << 2]));

        Assert.Equal([0, 1, 3, 4, 5], heirs.Select(static heir => heir.Key).Order());
        Assert.All(heirs, heir => Assert.InRange(heir.Count(), orphans.Length / 50, orphans.Length / 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Placement_made_again_finds_the_same(PlacementKind kind)
    {
        KeyPlacement one = KeyPlacement.Create(kind, PlacementCorpus.Servers(7));
        KeyPlacement other = KeyPlacement.Create(kind, PlacementCorpus.Servers(7));

        Assert.All(s_keys, key => Assert.Equal(one.Find(key), other.Find(key)));
        Assert.All(s_keys, key => Assert.Equal(one.FindNext(key, [0b101]), other.FindNext(key, [0b101])));
    }

    [Fact]
    public void Twemproxys_modula_takes_servers_by_the_length_and_the_bytes_of_their_names()
    {
        ServerEndpoint[] sorted =
        [
            new("z", Weight: 2), new("node2"), new("node3", Weight: 3), new("node10"), new("10.0.0.9", 11212),
            new("10.0.0.10", 11212),
        ];
        ServerEndpoint[] mixed = [.. sorted.Reverse()];
        KeyPlacement one = KeyPlacement.Create(PlacementKind.TwemproxyModula, sorted);
        KeyPlacement other = KeyPlacement.Create(PlacementKind.TwemproxyModula, mixed);

        Assert.All(s_keys, key => Assert.Equal(sorted[one.Find(key)], mixed[other.Find(key)]));
        ServerEndpoint[] slots = [.. sorted.SelectMany(static server => Enumerable.Repeat(server, server.Weight))];
        Assert.All(s_keys, key => Assert.Equal(
            slots[KeyHashes.Compute(KeyHash.Fnv64A, key) % (uint)slots.Length], sorted[one.Find(key)]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_server_has_every_key_until_it_is_excluded(PlacementKind kind)
    {
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(1));

        Assert.All(s_keys, key => Assert.Equal(0, placement.Find(key)));
        Assert.Equal(0, placement.FindNext(s_keys[0], default));
        Assert.Equal(-1, placement.FindNext(s_keys[0], [1]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Key_of_any_length_has_an_owner(PlacementKind kind)
    {
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(5));
        byte[] key = new byte[2000];
        Random.Shared.NextBytes(key);
        for (int length = 1; length <= key.Length; length += length < 300 ? 1 : 97)
            Assert.InRange(placement.Find(key.AsSpan(0, length)), 0, 4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lookups_of_all_kinds_allocate_nothing(PlacementKind kind)
    {
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(70));
        ulong[] excluded = [0x00ff_00ff_00ff_00ff];
        int sum = Sum();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int again = Sum();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(sum, again);

        int Sum()
        {
            int total = 0;
            foreach (byte[] key in s_keys)
                total += placement.Find(key) + placement.FindNext(key, excluded);
            return total + placement.Find("ключ"u8) + placement.FindNext("ключ"u8, excluded);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Empty_key_has_no_owner(PlacementKind kind)
    {
        KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(3));

        Assert.Contains("at least one byte", Assert.Throws<ArgumentException>(() => placement.Find([])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => placement.FindNext([], [1]));
    }

    [Theory]
    [InlineData("{user:7}:name", "user:7")]
    [InlineData("a{user:7}b{user:8}", "user:7")]
    [InlineData("x{}y", "x{}y")]
    [InlineData("x{y", "x{y")]
    [InlineData("x}y{z", "x}y{z")]
    [InlineData("{{a}}", "{a")]
    [InlineData("plain", "plain")]
    public void Tag_of_a_key_is_what_is_hashed(string key, string hashed) =>
        AssertHashed(new PlacementOptions { HashTag = "{}" }, key, hashed);

    [Theory]
    [InlineData("user:7|#|name", "user:7")]
    [InlineData("user:7|#|a|#|b", "user:7")]
    [InlineData("user:7|#name", "user:7|#name")]
    [InlineData("|#|name", "")]
    public void Part_in_front_of_the_stop_is_what_is_hashed(string key, string hashed) =>
        AssertHashed(new PlacementOptions { HashStop = "|#|" }, key, hashed);

    [Theory]
    [InlineData("app:key", "key")]
    [InlineData("app:app:key", "app:key")]
    [InlineData("other:key", "other:key")]
    public void Prefix_that_is_skipped_is_not_hashed(string key, string hashed) =>
        AssertHashed(new PlacementOptions { SkippedPrefix = "app:" }, key, hashed);

    [Fact]
    public void Prefix_stop_and_tag_are_cut_in_this_order() =>
        AssertHashed(
            new PlacementOptions { SkippedPrefix = "{p}", HashStop = "|#|", HashTag = "{}" }, "{p}a{b}|#|{c}", "b");

    [Fact]
    public void Options_and_servers_of_a_placement_are_shown()
    {
        PlacementOptions options = new() { Kind = PlacementKind.Libketama };
        ServerEndpoint[] servers = PlacementCorpus.Servers(2);
        KeyPlacement placement = KeyPlacement.Create(options, servers);
        servers[0] = new ServerEndpoint("another");

        Assert.Same(options, placement.Options);
        Assert.Equal(PlacementCorpus.Servers(2), placement.Servers);
    }

    [Fact]
    public void Order_of_servers_does_not_matter_to_rendezvous()
    {
        ServerEndpoint[] servers = [.. PlacementCorpus.Servers(9).Select((s, i) => s with { Weight = 1 + (i % 3) })];
        ServerEndpoint[] reversed = [.. servers.Reverse()];
        KeyPlacement one = KeyPlacement.Create(PlacementKind.Rendezvous, servers);
        KeyPlacement other = KeyPlacement.Create(PlacementKind.Rendezvous, reversed);

        Assert.All(s_keys, key => Assert.Equal(servers[one.Find(key)], reversed[other.Find(key)]));
    }

    /// <summary>
    /// Aim: Larder's own placement never changes. Method: owners that a small Python program has computed as
    /// docs/protocol/placement.md tells.
    /// </summary>
    [Fact]
    public void Rendezvous_of_known_keys_is_what_it_always_was()
    {
        KeyPlacement equal = KeyPlacement.Create(PlacementKind.Rendezvous, PlacementCorpus.Servers(10));
        KeyPlacement weighted = KeyPlacement.Create(
            PlacementKind.Rendezvous, [.. PlacementCorpus.Servers(10).Select((s, i) => s with { Weight = i + 1 })]);

        Assert.Equal("246393101491865342484274227601898299765791274877888953177309", Digits(equal));
        Assert.Equal("746393971491867342484274257608898899765799474877888953177379", Digits(weighted));
    }

    private static string Digits(KeyPlacement placement) =>
        string.Concat(s_keys[..60].Select(key => placement.Find(key)));

    private static void AssertHashed(PlacementOptions options, string key, string hashed)
    {
        ServerEndpoint[] servers = PlacementCorpus.Servers(200);
        KeyPlacement placement = KeyPlacement.Create(options with { Kind = PlacementKind.ProxyJump }, servers);

        Assert.Equal(JumpHash.Find(XxHash3.Compute(Bytes.Of(hashed)), servers.Length), placement.Find(Bytes.Of(key)));
    }

    private static int[] Order(KeyPlacement placement, byte[] key)
    {
        List<int> order = [];
        ulong excluded = 0;
        for (int owner = placement.Find(key); owner >= 0; owner = placement.FindNext(key, [excluded]))
        {
            order.Add(owner);
            excluded |= 1UL << owner;
        }
        return [.. order];
    }
}
