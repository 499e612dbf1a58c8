using System.Net;

namespace Larder.Bench;

/// <summary>
/// Conducts a run: fills every target, then measures them in turn, A B A B, with fresh connections each time, so that
/// what disturbs the machine for a while disturbs all of them.
/// </summary>
internal sealed class BenchRunner
{
    /// <summary>What progress calls the loading of the keys.</summary>
    public const string FillPhase = "filling";

    /// <summary>What progress calls the measured window.</summary>
    public const string MeasurePhase = "measuring";

    /// <summary>
    /// Least warm-up of the first round: the generator, and a server on a runtime like ours, are compiled anew while
    /// they run. Measured at depth 64: 0.39 us of the generator for a request in the first two seconds, 0.11 us then.
    /// </summary>
    private static readonly TimeSpan s_firstWarmup = TimeSpan.FromSeconds(3);

    private readonly BenchOptions _options;
    private readonly LoadPlan _plan;
    private readonly IBenchProgress _progress;
    private readonly ServerProbe _generator = new([Environment.ProcessId]);

    public BenchRunner(BenchOptions options, IBenchProgress progress)
    {
        _options = options;
        _plan = new LoadPlan(options);
        _progress = progress;
    }

    /// <summary>Runs all rounds.</summary>
    /// <exception cref="BenchException">A target cannot be reached, breaks off, or cannot be filled.</exception>
    public BenchResult Run()
    {
        BenchEnvironment environment = BenchEnvironment.Read(TimeProvider.System);
        Server[] servers = [.. _options.Targets.Select(Locate)];
        if (_options.Fill)
        {
            foreach (Server server in servers)
                Fill(server);
        }

        var rounds = new List<RoundResult>();
        for (int round = 1; round <= _options.Rounds; round++)
        {
            foreach (Server server in servers)
            {
                RoundResult result = Measure(server, round);
                rounds.Add(result);
                _progress.Finished(result);
            }
        }

        return new BenchResult(_options, environment, rounds);
    }

    /// <summary>A target with its address and, when it is known, its processes.</summary>
    private sealed record Server(int Index, string Name, int Idle, EndPoint EndPoint, ServerProbe? Probe);

    private Server Locate(BenchTarget target, int index)
    {
        EndPoint endPoint = target.Resolve();
        int[] processes = target.ProcessId is int given ? [given] : ServerFinder.Find(endPoint);
        ServerProbe? probe = processes.Length > 0 ? new ServerProbe(processes) : null;
        return new Server(index, target.Name, target.Idle ?? _options.Idle, endPoint, probe);
    }

    private void Fill(Server server)
    {
        _progress.Show(server.Index, FillPhase, 0, 0);
        using var session = new LoadSession(_plan, server.EndPoint, LoadMode.Fill, _options.Seed);
        session.Connect();
        LoadCounts counts = session.RunToEnd(ShowPhase(server, FillPhase));
        if (counts.Stored < _options.Keys)
            throw new BenchException($"{server.Name}: only {counts.Stored} of {_options.Keys} keys were stored");
    }

    private RoundResult Measure(Server server, int round)
    {
        using var session = new LoadSession(_plan, server.EndPoint, LoadMode.Mixed, SeedOf(round));
        double? idleBytes = ConnectIdle(session, server);
        session.Connect();
        session.Wait(WarmupOf(round), ShowPhase(server, "warming up"));

        HeapUsage? heapBefore = ReadHeap(server);
        ServerUsage? generatorBefore = _generator.Read();
        ServerUsage? before = server.Probe?.Read();
        session.BeginMeasuring();
        session.Wait(_options.Duration, ShowPhase(server, MeasurePhase));
        MeasuredLoad load = session.EndMeasuring();
        ServerUsage? after = server.Probe?.Read();
        ServerUsage? generatorAfter = _generator.Read();
        // Before connections close, which is not measured.
        HeapUsage? heapAfter = ReadHeap(server);
        session.Drain();

        return new RoundResult
        {
            Target = server.Index,
            Round = round,
            Seconds = load.Seconds,
            Counts = load.Counts,
            Latency = session.CollectLatency(),
            ServerCpuNs = before is null ? null : after?.CpuNsSince(before),
            ServerResidentBytes = after?.ResidentBytes,
            IdleConnectionBytes = idleBytes,
            ServerHeap = heapAfter - heapBefore,
            GeneratorCpuNs = generatorBefore is null ? 0 : generatorAfter?.CpuNsSince(generatorBefore) ?? 0,
        };
    }

    private HeapUsage? ReadHeap(Server server) => _options.Protocol == WireProtocol.Http
        ? null
        : StatsClient.ReadHeap(server.EndPoint, _options.Tls is not null);

    /// <summary>Opens the idle connections and sees what the server's memory grew by for each of them.</summary>
    private double? ConnectIdle(LoadSession session, Server server)
    {
        if (server.Idle == 0)
            return null;
        _progress.Show(server.Index, "opening idle connections", 0, 0);
        ServerUsage? before = server.Probe?.Read();
        session.ConnectIdle(server.Idle);
        ServerUsage? after = server.Probe?.Read();
        return (double?)(after?.AnonymousBytes - before?.AnonymousBytes) / server.Idle;
    }

    private Action<double, double> ShowPhase(Server server, string phase) =>
        (share, perSecond) => _progress.Show(server.Index, phase, share, perSecond);

    /// <summary>No warm-up at all stays none.</summary>
    private TimeSpan WarmupOf(int round) =>
        round == 1 && _options.Warmup > TimeSpan.Zero && _options.Warmup < s_firstWarmup
            ? s_firstWarmup
            : _options.Warmup;

    /// <summary>Every round asks for other keys, but every target for the same ones within a round.</summary>
    private ulong SeedOf(int round) => RandomSource.Mix(_options.Seed + ((ulong)round << 32));
}
