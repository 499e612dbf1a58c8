using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>What goes for one kind of placement.</summary>
/// <param name="Name">What it hashes of a server.</param>
/// <param name="Weights">What it makes of weights.</param>
/// <param name="Hash">How it hashes keys, unless told otherwise.</param>
/// <param name="IsHashFree">Whether it may be told otherwise.</param>
internal readonly record struct KindRules(NameForm Name, WeightRule Weights, KeyHash Hash, bool IsHashFree = false)
{
    /// <summary>The rules of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Its rules.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static KindRules Of(PlacementKind kind) => kind switch
    {
        PlacementKind.Rendezvous => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.XxHash3),
        PlacementKind.VirtualBuckets => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.Crc15),
        PlacementKind.LibmemcachedModula => new(
            NameForm.HostAndOtherPort, WeightRule.Ignored, KeyHash.OneAtATime, IsHashFree: true),
        PlacementKind.LibmemcachedKetama => new(
            NameForm.HostAndOtherPort, WeightRule.Used, KeyHash.OneAtATime, IsHashFree: true),
        PlacementKind.LibmemcachedKetamaWeighted => new(
            NameForm.HostAndOtherPort, WeightRule.Used, KeyHash.Md5, IsHashFree: true),
        PlacementKind.LibmemcachedSpy => new(
            NameForm.SlashHostAndPort, WeightRule.Used, KeyHash.OneAtATime, IsHashFree: true),
        PlacementKind.LibmemcachedSpyWeighted => new(
            NameForm.SlashHostAndPort, WeightRule.Used, KeyHash.Md5, IsHashFree: true),
        PlacementKind.Libketama => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.Md5),
        PlacementKind.TwemproxyKetama or PlacementKind.TwemproxyModula => new(
            NameForm.HostAndOtherPort, WeightRule.Used, KeyHash.Fnv64A, IsHashFree: true),
        PlacementKind.Spymemcached => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.Md5),
        PlacementKind.SpymemcachedLibmemcached => new(NameForm.HostAndOtherPort, WeightRule.Used, KeyHash.Md5),
        PlacementKind.EvCache => new(NameForm.HostTwiceAndUsualPort, WeightRule.Refused, KeyHash.Md5),
        PlacementKind.Dalli => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.Crc32),
        PlacementKind.EnyimCore => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.StandardFnv32A),
        PlacementKind.EnyimKetama => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.Md5),
        PlacementKind.Pymemcache => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.Murmur3),
        PlacementKind.McrouterCh3 => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.XxHash3),
        PlacementKind.McrouterCrc32 => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.Crc31),
        PlacementKind.Gomemcache => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.Crc32),
        PlacementKind.ProxyJump => new(NameForm.HostAndPort, WeightRule.Refused, KeyHash.XxHash3),
        PlacementKind.ProxyRing or PlacementKind.ProxyKetama => new(
            NameForm.HostAndPort, WeightRule.Refused, KeyHash.XxHash3, IsHashFree: true),
        PlacementKind.ProxyTwemproxy => new(
            NameForm.HostAndOtherPort, WeightRule.Refused, KeyHash.XxHash3, IsHashFree: true),
        PlacementKind.ProxyEvCache => new(
            NameForm.HostTwiceAndPort, WeightRule.Refused, KeyHash.XxHash3, IsHashFree: true),
        PlacementKind.Classic => new(NameForm.HostAndPort, WeightRule.Used, KeyHash.Crc15),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such kind of placement"),
    };
}
