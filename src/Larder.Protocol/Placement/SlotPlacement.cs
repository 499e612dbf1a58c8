using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// Placements that compute a number and have no order of owners of their own: the next owners are those with the next
/// scores of <see cref="RendezvousScores"/>, so that the keys of a dead server spread over all that live.
/// </summary>
internal abstract class SlotPlacement : KeyPlacement
{
    private readonly RendezvousScores _scores;

    /// <summary>Keeps the scores.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores.</param>
    private protected SlotPlacement(PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores)
        : base(options, servers) => _scores = scores;

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded) =>
        _scores.Best(XxHash3.Compute(part), excluded);
}
