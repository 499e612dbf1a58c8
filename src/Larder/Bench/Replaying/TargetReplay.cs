namespace Larder.Bench.Replaying;

/// <summary>What one target made of the trace.</summary>
internal sealed record TargetReplay
{
    /// <summary>Which.</summary>
    public required BenchTarget Target { get; init; }

    /// <summary>What was answered; requests are the trace's, sets are counted as stored.</summary>
    public required LoadCounts Counts { get; init; }

    /// <summary>Seconds from the first request to the last answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>What it held at the end, evictions since the start of the replay; null when it does not tell.</summary>
    public StoreUsage? Store { get; init; }

    /// <summary>Processor time of its processes, in nanoseconds; null when they are not known.</summary>
    public long? ServerCpuNs { get; init; }

    /// <summary>The first error that it answered; null for none.</summary>
    public string? FirstErrorReply { get; init; }

    /// <summary>
    /// Misses of the simulated algorithms with as many items as it held, in the order of the options; empty when none
    /// were asked for, or it does not tell what it holds.
    /// </summary>
    public IReadOnlyList<long> SimulatedMisses { get; init; } = [];

    /// <summary>Misses by requests.</summary>
    public double MissRatio => (double)Counts.Misses / Counts.Requests;

    /// <summary>Requests of the trace by seconds.</summary>
    public double PerSecond => Counts.Requests / Seconds;
}
