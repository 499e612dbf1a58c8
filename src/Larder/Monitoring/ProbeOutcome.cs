namespace Larder.Monitoring;

/// <summary>What came of a probe.</summary>
/// <param name="Failure">Why it failed, in a few words; null when it was answered.</param>
/// <param name="Latency">How long the answer took.</param>
internal readonly record struct ProbeOutcome(string? Failure, TimeSpan Latency)
{
    /// <summary>Whether it was answered.</summary>
    public bool IsAnswer => Failure is null;
}
