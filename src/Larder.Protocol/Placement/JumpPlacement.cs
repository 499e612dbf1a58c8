using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>Jump hash over XXH3: the default of memcached's proxy.</summary>
internal sealed class JumpPlacement : SlotPlacement
{
    private readonly int _count;

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores, for the next owners.</param>
    public JumpPlacement(PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores)
        : base(options, servers, scores) => _count = servers.Length;

    private protected override int Locate(ReadOnlySpan<byte> part) => JumpHash.Find(XxHash3.Compute(part), _count);
}
