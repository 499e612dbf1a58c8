namespace Larder.Bench.Pausing;

/// <summary>What a server made of a run.</summary>
/// <param name="Waits">How long its clients waited; null for a run without a rate.</param>
/// <param name="Refused">Answers that were neither a value, END nor STORED.</param>
/// <param name="FirstRefusal">The first such answer; null for none.</param>
/// <param name="Orders">The orders with their answers.</param>
/// <param name="Processor">The processor that the generator ran on.</param>
internal sealed record BurstOutcome(
    WaitSummary? Waits, long Refused, string? FirstRefusal, IReadOnlyList<string> Orders, int Processor);
