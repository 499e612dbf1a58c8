namespace Larder.Bench.Replaying;

/// <summary>A finished replay.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Environment">Where it ran.</param>
/// <param name="Trace">What was replayed.</param>
/// <param name="Targets">What each target made of it, in order.</param>
internal sealed record ReplayResult(
    ReplayOptions Options, BenchEnvironment Environment, RequestTrace Trace, IReadOnlyList<TargetReplay> Targets);
