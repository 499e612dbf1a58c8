using System.Net;
using Larder.Bench.Simulating;

namespace Larder.Bench.Replaying;

/// <summary>Conducts a replay: target by target, flushes, replays, asks what is held, and simulates.</summary>
internal sealed class ReplayRunner
{
    private readonly ReplayOptions _options;
    private readonly RequestTrace _trace;
    private readonly ReplayContent _content;
    private readonly TextWriter _messages;

    /// <param name="options">What to do.</param>
    /// <param name="trace">The requests.</param>
    /// <param name="messages">Told what goes on, a line at a time.</param>
    /// <exception cref="TraceException">The trace has more keys than keys of that size can number.</exception>
    public ReplayRunner(ReplayOptions options, RequestTrace trace, TextWriter messages)
    {
        _options = options;
        _trace = trace;
        _content = new ReplayContent(options, trace);
        _messages = messages;
    }

    /// <summary>Replays into every target.</summary>
    /// <exception cref="BenchException">A target cannot be reached, refuses the flush, or breaks off.</exception>
    public ReplayResult Run()
    {
        BenchEnvironment environment = BenchEnvironment.Read(TimeProvider.System);
        TargetReplay[] targets = [.. _options.Targets.Select(Replay)];
        return new ReplayResult(_options, environment, _trace, targets);
    }

    private TargetReplay Replay(BenchTarget target)
    {
        EndPoint endPoint = target.Resolve();
        string first = "what it holds is kept";
        if (_options.Flush)
        {
            StatsClient.Flush(endPoint);
            first = "flushed";
        }

        _messages.WriteLine($"{target.Name}: {first}, replaying {_trace.Requests.Length} requests");
        int[] processes = target.ProcessId is int given ? [given] : ServerFinder.Find(endPoint);
        ServerProbe? probe = processes.Length > 0 ? new ServerProbe(processes) : null;
        using var load = new ReplayLoad(_options, _trace, _content, endPoint);
        StoreUsage? before = StatsClient.ReadStore(endPoint);
        ServerUsage? usageBefore = probe?.Read();
        double seconds = load.Run().TotalSeconds;
        ServerUsage? usageAfter = probe?.Read();
        StoreUsage? after = StatsClient.ReadStore(endPoint);
        return new TargetReplay
        {
            Target = target,
            Counts = load.Tally.Read(),
            Seconds = seconds,
            Store = after is { } known ? known with { Evictions = known.Evictions - (before?.Evictions ?? 0) } : null,
            ServerCpuNs = usageBefore is null ? null : usageAfter?.CpuNsSince(usageBefore),
            FirstErrorReply = load.FirstErrorReply,
            SimulatedMisses = Simulate(after),
        };
    }

    private long[] Simulate(StoreUsage? held)
    {
        int items = (int)Math.Min(held?.Items ?? 0, _trace.KeyCount); // as many as there are keys never evicts
        return items == 0
            ? []
            : [.. _options.Simulate.Select(each => EvictionSimulator.CountMisses(each, items, _trace))];
    }
}
