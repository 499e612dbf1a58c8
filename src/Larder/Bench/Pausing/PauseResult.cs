namespace Larder.Bench.Pausing;

/// <summary>What was measured.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Environment">Where it ran.</param>
/// <param name="Rounds">All rounds, as they went.</param>
internal sealed record PauseResult(
    PauseOptions Options, BenchEnvironment Environment, IReadOnlyList<PauseRound> Rounds);
