namespace Larder.Protocol.Placement;

/// <summary>mcrouter's Ch3.</summary>
internal sealed class FurcPlacement : SlotPlacement
{
    private readonly int _count;

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores, for the next owners.</param>
    public FurcPlacement(PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores)
        : base(options, servers, scores) => _count = servers.Length;

    private protected override int Locate(ReadOnlySpan<byte> part) => FurcHash.Find(part, _count);
}
