using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// Larder's own placement: the server with the highest score for a key. When one leaves, its keys spread over all
/// others; when one comes, it takes its share from all. The time of a lookup grows with the number of servers.
/// </summary>
internal sealed class Rendezvous : KeyPlacement
{
    private readonly RendezvousScores _scores;

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores.</param>
    public Rendezvous(PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores)
        : base(options, servers) => _scores = scores;

    private protected override int Locate(ReadOnlySpan<byte> part) => _scores.Best(XxHash3.Compute(part));

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded) =>
        _scores.Best(XxHash3.Compute(part), excluded);
}
