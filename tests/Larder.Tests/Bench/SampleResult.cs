using Larder.Bench;
using Larder.Events.Driving;

namespace Larder.Tests.Bench;

/// <summary>A made-up result of two targets and three rounds; the second is twice as fast at half the CPU.</summary>
internal static class SampleResult
{
    public static BenchResult Make()
    {
        var rounds = new List<RoundResult>();
        for (int round = 1; round <= 3; round++)
        {
            rounds.Add(Round(0, round, requests: 100_000 * round, latencyNs: 50_000, cpuNs: 600_000_000L * round));
            rounds.Add(Round(1, round, requests: 200_000 * round, latencyNs: 25_000, cpuNs: 600_000_000L * round));
        }

        var options = new BenchOptions
        {
            Targets = [new("127.0.0.1:1", "memcached <1.6>", 1), new("127.0.0.1:2", "larder & co", 2)],
            Title = "A \"title\" with <marks>",
            CommandLine = "larder bench -t :1 -t :2 && true",
            Rounds = 3,
        };
        var environment = new BenchEnvironment(
            "A <processor>", 2, 4096, "Linux 6", ".NET 10", DateTimeOffset.UnixEpoch);
        return new BenchResult(options, environment, rounds);
    }

    private static RoundResult Round(int target, int round, long requests, long latencyNs, long cpuNs)
    {
        var latency = new LatencyHistogram();
        for (int i = 1; i <= 1000; i++)
            latency.Record(latencyNs + (i * i), requests / 1000);
        return new RoundResult
        {
            Target = target,
            Round = round,
            Seconds = 1,
            Counts = new LoadCounts(requests, requests * 9 / 10, 0, requests / 10, 0, 0, requests * 100),
            Latency = latency,
            ServerCpuNs = cpuNs,
            ServerResidentBytes = 64 * 1024 * 1024,
            GeneratorCpuNs = 300_000_000,
        };
    }
}
