namespace Larder.Bench.Pausing;

/// <summary>Requests of one kind, one behind the other.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Content">What they are.</param>
internal sealed record BurstPart(int Requests, BurstContent Content);
