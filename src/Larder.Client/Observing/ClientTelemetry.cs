using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Larder.Client.Observing;

/// <summary>
/// What all clients of a process tell of themselves, by OpenTelemetry's conventions for database clients ("Semantic
/// conventions for database client metrics" and "spans"). An operation asks <see cref="IsOn"/>, and that is all it
/// costs while nobody listens.
/// </summary>
internal static class ClientTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Larder.Client";

    /// <summary>What the conventions call memcached.</summary>
    public const string SystemName = "memcached";

    /// <summary>The boundaries that the conventions ask for, in seconds.</summary>
    private static readonly double[] s_durations = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    private static readonly string? s_version = typeof(ClientTelemetry).Assembly.GetName().Version?.ToString(3);

    private static readonly Meter s_meter = new(Name, s_version);

    /// <summary>Whether anybody listens to operations.</summary>
    public static bool IsOn => Source.HasListeners() || Duration.Enabled || Results.Enabled;

    /// <summary>One span for an operation or a batch.</summary>
    public static ActivitySource Source { get; } = new(Name, s_version);

    /// <summary>Seconds that an operation or a batch takes its caller.</summary>
    public static Histogram<double> Duration { get; } = s_meter.CreateHistogram(
        "db.client.operation.duration",
        "s",
        "Duration of database client operations.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_durations });

    /// <summary>How operations ended, one for each key of a batch: hits and misses above all.</summary>
    public static Counter<long> Results { get; } = s_meter.CreateCounter<long>(
        "larder.client.results", "{result}", "Operations by how they ended, each key of a batch counted.");

    /// <summary>Seconds until a connection was made, TLS included.</summary>
    public static Histogram<double> ConnectionCreateTime { get; } = s_meter.CreateHistogram(
        "db.client.connection.create_time",
        "s",
        "The time it took to create a new connection.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_durations });

    /// <summary>Connections that could not be made in time.</summary>
    public static Counter<long> ConnectionTimeouts { get; } = s_meter.CreateCounter<long>(
        "db.client.connection.timeouts", "{timeout}", "Connections that could not be made in time.");

    /// <summary>Shared lists of servers that no client can use.</summary>
    public static Counter<long> RefusedLists { get; } = s_meter.CreateCounter<long>(
        "larder.client.refused_lists", "{list}", "Shared lists of servers that the placement could not use.");

    /// <summary>The state of all clients, looked at when somebody asks.</summary>
    public static ClientGauges Gauges { get; } = new(s_meter);
}
