using System.Diagnostics;
using System.Net;

namespace Larder.Bench.Pausing;

/// <summary>
/// Conducts the phases: round by round, phase by phase, target by target, so that what disturbs the machine for a while
/// disturbs all of them.
/// </summary>
internal sealed class PauseRunner(PauseOptions options, TextWriter messages)
{
    private const double NsPerUs = 1000;

    private readonly BurstWriter _writer = new();
    private readonly HashSet<BenchTarget> _known = [];

    /// <summary>Measures all of them.</summary>
    /// <exception cref="BenchException">A target cannot be reached, breaks off, or cannot be filled.</exception>
    public PauseResult Run()
    {
        BenchEnvironment environment = BenchEnvironment.Read(TimeProvider.System);
        BenchTarget[][] names = [.. options.Targets.GroupBy(target => target.Name).Select(each => each.ToArray())];
        List<PauseRound> rounds = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (PausePhase phase in options.Phases)
            {
                foreach (BenchTarget[] servers in names)
                {
                    PauseRound measured = Measure(servers[round % servers.Length], phase);
                    rounds.Add(measured);
                    Tell(measured, round + 1);
                }
            }
        }

        return new PauseResult(options, environment, rounds);
    }

    private PauseRound Measure(BenchTarget target, PausePhase phase)
    {
        EndPoint endPoint = target.Resolve();
        using var load = new PauseLoad(endPoint, options, _writer);
        load.Connect();
        bool isNew = _known.Add(target);
        if (isNew && options.Warmup > TimeSpan.Zero)
            load.Run(PauseScript.Warmup(options));
        PauseScript script = Prepare(target, phase, endPoint, load, isNew);
        int[] processes = target.ProcessId is int given ? [given] : ServerFinder.Find(endPoint);
        ServerProbe? probe = processes.Length > 0 ? new ServerProbe(processes) : null;
        ServerUsage? usage = probe?.Read();
        StolenTime before = StolenTime.Read();
        long start = Stopwatch.GetTimestamp();
        BurstOutcome outcome = load.Run(script.Measured);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (long here, long elsewhere) = StolenTime.Read().Since(before, outcome.Processor);
        long? busyNs = usage is null ? null : probe?.Read()?.CpuNsSince(usage);
        return new PauseRound
        {
            Name = target.Name,
            Phase = phase,
            Waits = outcome.Waits!.Value,
            StolenHere = here,
            StolenElsewhere = elsewhere,
            ServerBusy = busyNs / 1e9 / seconds,
            Refused = outcome.Refused,
            Remarks = outcome.Refused > 0 ? [.. outcome.Orders, $"refused: {outcome.FirstRefusal}"] : outcome.Orders,
        };
    }

    private PauseScript Prepare(BenchTarget target, PausePhase phase, EndPoint endPoint, PauseLoad load, bool isNew)
    {
        StoreUsage? store = StatsClient.ReadStore(endPoint);
        if (PauseScript.Of(phase, options, store?.LimitBytes, DateTimeOffset.UtcNow) is not { } script)
        {
            throw new BenchException($"{target.Name}: filling its {store?.LimitBytes >> 20} MiB takes too long; "
                + "start it with -m 1024 at most");
        }

        if (phase == PausePhase.Fill && store is not null && !isNew)
        {
            StatsClient.Flush(endPoint);
            messages.WriteLine($"{target.Name}: flushed, but not fresh: its index has grown already");
        }

        if (script.Preparation is { } preparation)
            load.Run(preparation);
        if (script.Begin is { } begin)
            load.Wait(begin - DateTimeOffset.UtcNow);
        return script;
    }

    private void Tell(PauseRound round, int number) => messages.WriteLine(
        $"round {number}, {round.Phase.ToString().ToLowerInvariant()}: {round.Name}: "
        + $"{TextTable.Number(round.Waits.Requests, 0)} requests, longest "
        + $"{TextTable.Number(round.Waits.Longest / NsPerUs, 0)} us, {round.Waits.Pauses} pauses");
}
