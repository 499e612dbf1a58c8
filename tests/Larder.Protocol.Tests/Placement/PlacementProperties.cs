using FsCheck;
using FsCheck.Fluent;
using Larder.Protocol.Placement;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>
/// Aim: lists that change move what they must and no more. Method: FsCheck chooses lists, weights and keys, and prints
/// what it has shrunk and its seed; bounds are wide enough for chance, and far from those of a placement that is wrong.
/// </summary>
public sealed class PlacementProperties
{
    private const int KeyCount = 2000;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(20);

    public static TheoryData<PlacementKind> Kinds => [.. PlacementCorpus.Kinds];

    public static TheoryData<PlacementKind> ConsistentKinds => [.. PlacementCorpus.ConsistentKinds];

    public static TheoryData<PlacementKind> WeightedKinds => [.. PlacementCorpus.WeightedKinds];

    [Theory]
    [MemberData(nameof(ConsistentKinds))]
    public void Server_that_comes_takes_about_its_share(PlacementKind kind) =>
        Prop.ForAll((byte size, int seed) =>
        {
            int count = 2 + (size % 20);
            double moved = Moved(kind, count, seed);
            return moved > 0.4 / (count + 1) && moved < 1.9 / (count + 1);
        }).Check(s_config);

    [Theory]
    [InlineData(PlacementKind.ProxyJump)]
    [InlineData(PlacementKind.McrouterCh3)]
    public void Server_that_comes_at_the_end_takes_about_its_share(PlacementKind kind) =>
        Prop.ForAll((byte size, int seed) =>
        {
            int count = 2 + (size % 20);
            double moved = Moved(kind, count, seed);
            return moved > 0.6 / (count + 1) && moved < 1.5 / (count + 1);
        }).Check(s_config);

    /// <summary>Aim: a key moves to the new server or stays.</summary>
    [Theory]
    [InlineData(PlacementKind.Rendezvous)]
    [InlineData(PlacementKind.VirtualBuckets)]
    [InlineData(PlacementKind.LibmemcachedKetama)]
    [InlineData(PlacementKind.Spymemcached)]
    [InlineData(PlacementKind.EnyimCore)]
    [InlineData(PlacementKind.Pymemcache)]
    [InlineData(PlacementKind.ProxyRing)]
    [InlineData(PlacementKind.ProxyJump)]
    [InlineData(PlacementKind.McrouterCh3)]
    public void Key_that_moves_goes_to_the_server_that_came(PlacementKind kind) =>
        Prop.ForAll((byte size, int seed) =>
        {
            int count = 1 + (size % 20);
            KeyPlacement before = KeyPlacement.Create(kind, PlacementCorpus.Servers(count));
            KeyPlacement after = KeyPlacement.Create(kind, PlacementCorpus.Servers(count + 1));
            return Array.TrueForAll(PlacementCorpus.Keys(KeyCount, seed), key =>
                before.Find(key) == after.Find(key)
                || after.Find(key) == count
                || IsUnderRun(kind, before, after, key));
        }).Check(s_config);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Server_that_dies_moves_no_key_but_its_own(PlacementKind kind) =>
        Prop.ForAll((byte size, byte dead, int seed) =>
        {
            int count = 2 + (size % 20);
            ulong excluded = 1UL << (dead % count);
            KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(count));
            return Array.TrueForAll(PlacementCorpus.Keys(KeyCount, seed), key =>
                placement.Find(key) is var owner && placement.FindNext(key, [excluded]) is var next
                && (owner == dead % count ? next != owner && next >= 0 : next == owner));
        }).Check(s_config);

    [Theory]
    [MemberData(nameof(WeightedKinds))]
    public void Share_of_a_server_is_about_its_weight(PlacementKind kind) =>
        Prop.ForAll((byte[] sizes, int seed) =>
        {
            int[] weights = [5, 1, .. sizes.Take(8).Select(static size => 1 + (size % 10))];
            KeyPlacement placement = KeyPlacement.Create(
                kind, [.. PlacementCorpus.Servers(weights.Length).Select((s, i) => s with { Weight = weights[i] })]);
            int[] shares = new int[weights.Length];
            foreach (byte[] key in PlacementCorpus.Keys(KeyCount * 5, seed))
                shares[placement.Find(key)]++;
            double unit = KeyCount * 5.0 / weights.Sum();
            return shares.Select((share, i) => share / (unit * weights[i]))
                .All(static ratio => ratio is > 0.4 and < 1.9);
        }).Check(s_config);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Keys_of_equal_servers_are_about_as_many(PlacementKind kind) =>
        Prop.ForAll((byte size, int seed) =>
        {
            int count = 2 + (size % 20);
            KeyPlacement placement = KeyPlacement.Create(kind, PlacementCorpus.Servers(count));
            int[] shares = new int[count];
            foreach (byte[] key in PlacementCorpus.Keys(KeyCount * 5, seed))
                shares[placement.Find(key)]++;
            double ideal = KeyCount * 5.0 / count;
            return shares.All(share => share > 0.5 * ideal && share < 1.7 * ideal);
        }).Check(s_config);

    private static double Moved(PlacementKind kind, int count, int seed)
    {
        KeyPlacement before = KeyPlacement.Create(kind, PlacementCorpus.Servers(count));
        KeyPlacement after = KeyPlacement.Create(kind, PlacementCorpus.Servers(count + 1));
        byte[][] keys = PlacementCorpus.Keys(KeyCount, seed);
        return keys.Count(key => before.Find(key) != after.Find(key)) / (double)keys.Length;
    }

    // Enyim sends what lies below the first point to the last one, which another server's point may have become.
    private static bool IsUnderRun(PlacementKind kind, KeyPlacement before, KeyPlacement after, byte[] key) =>
        kind == PlacementKind.EnyimCore
        && (before.Find(key) == ((HashRing)before).Points[^1].Server
            || after.Find(key) == ((HashRing)after).Points[^1].Server);
}
