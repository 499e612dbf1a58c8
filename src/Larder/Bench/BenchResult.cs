using Larder.Events.Driving;

namespace Larder.Bench;

/// <summary>A finished run.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Environment">Where it ran.</param>
/// <param name="Rounds">Every round, in the order in which it was measured.</param>
internal sealed record BenchResult(
    BenchOptions Options, BenchEnvironment Environment, IReadOnlyList<RoundResult> Rounds)
{
    /// <summary>The rounds of one target, in order.</summary>
    public IReadOnlyList<RoundResult> Of(int target) => [.. Rounds.Where(round => round.Target == target)];

    /// <summary>The latencies of all rounds of one target together.</summary>
    public LatencyHistogram LatencyOf(int target)
    {
        var sum = new LatencyHistogram();
        foreach (RoundResult round in Of(target))
            sum.Add(round.Latency);
        return sum;
    }

    /// <summary>Median, least and greatest of a metric over a target's rounds; null when it is unknown.</summary>
    public Spread? SpreadOf(int target, Metric metric) =>
        Spread.Of(Of(target).Select(metric.Read).OfType<double>());

    /// <summary>
    /// A target's metric divided by the first target's, round by round, so that what disturbs the machine for a while
    /// disturbs both; null when it is unknown.
    /// </summary>
    public Spread? RatioOf(int target, Metric metric) =>
        Spread.Of(Of(target).Zip(Of(0), (own, first) => metric.Read(own) / metric.Read(first)).OfType<double>());
}
