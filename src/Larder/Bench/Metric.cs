namespace Larder.Bench;

/// <summary>One column of the results.</summary>
/// <param name="Id">Name in JSON.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="Digits">Decimals that are shown.</param>
/// <param name="Read">Its value in a round; null when it is unknown there.</param>
internal sealed record Metric(string Id, string Title, int Digits, Func<RoundResult, double?> Read)
{
    private const double NsPerUs = 1000;

    private const double BytesPerMiB = 1024 * 1024;

    public static readonly Metric Throughput = new("requests_per_second", "requests/s", 0, r => r.Throughput)
    {
        ShowsEnds = true,
    };

    public static readonly Metric ServerCpu = new("server_cpu_us_per_request", "CPU µs/req", 3, r => r.ServerCpuUs)
    {
        ShowsEnds = true,
    };

    public static readonly Metric ServerCpuForKey = new(
        "server_cpu_us_per_key", "CPU µs/key", 3, r => r.ServerCpuUsForKey);

    public static readonly Metric P50 = Quantile("p50_us", "p50 µs", 0.5);

    public static readonly Metric P90 = Quantile("p90_us", "p90 µs", 0.9);

    public static readonly Metric P99 = Quantile("p99_us", "p99 µs", 0.99);

    public static readonly Metric P999 = Quantile("p999_us", "p99.9 µs", 0.999);

    public static readonly Metric Longest = new("max_us", "max µs", 0, r => r.Latency.Max / NsPerUs);

    public static readonly Metric Memory = new(
        "server_resident_mib", "RSS MiB", 1, r => r.ServerResidentBytes / BytesPerMiB);

    public static readonly Metric IdleMemory = new(
        "bytes_per_idle_connection", "B/idle conn", 0, r => r.IdleConnectionBytes);

    public static readonly Metric Collections = new(
        "server_collections", "server GCs", 0, r => r.ServerHeap?.Collections);

    public static readonly Metric Allocated = new(
        "server_allocated_bytes_per_request", "server alloc B/req", 3, r => r.ServerAllocatedBytes);

    public static readonly Metric GeneratorCpu = new(
        "generator_cpu_us_per_request", "generator µs/req", 3, r => r.GeneratorCpuUs);

    /// <summary>
    /// How much of one processor the generator used. Near 100 in a closed loop of one thread the generator is the
    /// limit: the server's CPU time still counts, its throughput would be higher.
    /// </summary>
    public static readonly Metric GeneratorBusy = new(
        "generator_cpu_percent", "generator CPU %", 0, r => r.GeneratorCpuNs / 1e7 / r.Seconds);

    /// <summary>Whether tables show the least and the greatest round beside the median.</summary>
    public bool ShowsEnds { get; private init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        Throughput, ServerCpu, ServerCpuForKey, P50, P90, P99, P999, Longest, Memory, IdleMemory, Collections,
        Allocated, GeneratorCpu, GeneratorBusy,
    ];

    /// <summary>Those that stand in tables, in their order.</summary>
    public static IReadOnlyList<Metric> Shown { get; } = [.. All.Where(metric => metric != GeneratorCpu)];

    /// <summary>Those whose ratio to the first target says something.</summary>
    public static IReadOnlyList<Metric> Compared { get; } = [Throughput, ServerCpu, P50, P99, P999, Memory];

    private static Metric Quantile(string id, string title, double quantile) =>
        new(id, title, 0, r => r.Latency.ValueAt(quantile) / NsPerUs);
}
