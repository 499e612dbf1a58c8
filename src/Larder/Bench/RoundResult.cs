using Larder.Events.Driving;

namespace Larder.Bench;

/// <summary>What one round against one target gave. Counts and times cover the measured window only.</summary>
internal sealed record RoundResult
{
    /// <summary>Index of the target in <see cref="BenchOptions.Targets"/>.</summary>
    public required int Target { get; init; }

    /// <summary>Number of the round, from 1.</summary>
    public required int Round { get; init; }

    /// <summary>Length of the measured window.</summary>
    public required double Seconds { get; init; }

    /// <summary>What was answered within it.</summary>
    public required LoadCounts Counts { get; init; }

    /// <summary>Latencies of the requests answered within it, in nanoseconds.</summary>
    public required LatencyHistogram Latency { get; init; }

    /// <summary>Nanoseconds that the server was on a processor; null when its process is not known.</summary>
    public long? ServerCpuNs { get; init; }

    /// <summary>The server's resident memory at the end of the window, in bytes.</summary>
    public long? ServerResidentBytes { get; init; }

    /// <summary>
    /// By how much the server's own memory grew for each idle connection when they were opened, in bytes; null
    /// without idle connections.
    /// </summary>
    public double? IdleConnectionBytes { get; init; }

    /// <summary>
    /// The server's garbage collections and allocations within the window, when its statistics tell. Asking for them
    /// is a connection and a command, which allocate too: some 10 KiB.
    /// </summary>
    public HeapUsage? ServerHeap { get; init; }

    /// <summary>Nanoseconds that the generator was on a processor.</summary>
    public long GeneratorCpuNs { get; init; }

    /// <summary>Answered requests a second.</summary>
    public double Throughput => Counts.Requests / Seconds;

    /// <summary>The server's CPU microseconds for each request.</summary>
    public double? ServerCpuUs => PerRequestUs(ServerCpuNs);

    /// <summary>The server's CPU microseconds for each key; null when a request has one key anyway.</summary>
    public double? ServerCpuUsForKey
    {
        get
        {
            long keys = Counts.Hits + Counts.Misses + Counts.Stored;
            return keys <= Counts.Requests ? null : ServerCpuNs / 1000.0 / keys;
        }
    }

    /// <summary>Bytes that the server allocated for each request.</summary>
    public double? ServerAllocatedBytes =>
        Counts.Requests == 0 ? null : (double?)ServerHeap?.AllocatedBytes / Counts.Requests;

    /// <summary>The generator's CPU microseconds for each request.</summary>
    public double? GeneratorCpuUs => PerRequestUs(GeneratorCpuNs);

    private double? PerRequestUs(long? ns) => Counts.Requests == 0 ? null : ns / 1000.0 / Counts.Requests;
}
