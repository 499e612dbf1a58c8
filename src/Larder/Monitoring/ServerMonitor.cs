using Larder.Client.ServerList;

namespace Larder.Monitoring;

/// <summary>Probes servers, each by a loop of its own, and publishes what it thinks of them in a shared list.</summary>
/// <remarks>
/// When no server answers, the fault may as well be the monitor's: all are published as up then, and clients find out
/// for themselves.
/// </remarks>
internal sealed class ServerMonitor
{
    private const double Jitter = 0.25;
    private const int BeatsOfPeriod = 2; // a heartbeat that comes late is not yet a missing one

    private static readonly TimeSpan s_periodMin = TimeSpan.FromMilliseconds(500);

    private readonly MonitorOptions _options;
    private readonly Action<string> _say;
    private readonly Lock _gate = new();
    private readonly ServerJudge[] _judges; // owner: _gate
    private readonly ServerVerdict[] _verdicts; // owner: _gate
    private bool _isBlind; // owner: _gate; whether no server answers

    /// <summary>A monitor that has not begun.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="say">Takes a line about each change.</param>
    public ServerMonitor(MonitorOptions options, Action<string> say)
    {
        _options = options;
        _say = say;
        _judges = [.. options.Servers.Select(_ => new ServerJudge(options.DownAfter, options.UpAfter))];
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _verdicts = [.. options.Servers.Select(server => new ServerVerdict(
            server.Address.Host, server.Address.Port, server.Address.Weight, ServerState.Up)
        {
            Name = server.Name,
            Since = now,
        })];
    }

    /// <summary>Watches until it is told to stop; then the list says that its monitor has stopped.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Completes when all is over.</returns>
    /// <exception cref="IOException">The list cannot be written, or has another writer.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the list.</exception>
    /// <exception cref="ArgumentException">A server does not fit the list.</exception>
    public async Task Run(CancellationToken stop)
    {
        TimeSpan period = _options.Interval > s_periodMin ? _options.Interval : s_periodMin;
        using var writer = ServerListWriter.Create(_options.Path, period, _verdicts);
        _say($"watching {_options.Servers.Count} servers, the list is {_options.Path}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        List<Task> loops =
        [
            Beat(writer, period / BeatsOfPeriod, ending.Token),
            .. Enumerable.Range(0, _options.Servers.Count).Select(i => Watch(writer, i, ending.Token)),
        ];
        // One that fails ends all: a list that is not kept up must not look alive.
        await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops);
    }

    private async Task Beat(ServerListWriter writer, TimeSpan pause, CancellationToken stop)
    {
        while (await Pause(pause, stop))
        {
            lock (_gate) writer.Beat();
        }
    }

    private async Task Watch(ServerListWriter writer, int server, CancellationToken stop)
    {
        using ServerProbe probe = new(_options.Servers[server].Address, _options.Probe, _options.Timeout);
        do
        {
            ProbeOutcome outcome = await probe.Ask(stop);
            if (!stop.IsCancellationRequested) Judge(writer, server, outcome);
        }
        while (await Pause(_options.Interval * (1 + (Jitter * ((Random.Shared.NextDouble() * 2) - 1))), stop));
    }

    private void Judge(ServerListWriter writer, int server, ProbeOutcome outcome)
    {
        lock (_gate)
        {
            if (!_judges[server].Hear(outcome.IsAnswer))
                return;
            bool isUp = _judges[server].IsUp;
            _verdicts[server] = _verdicts[server] with
            {
                State = isUp ? ServerState.Up : ServerState.Down,
                Since = DateTimeOffset.UtcNow,
                Latency = outcome.Latency,
            };
            _say(isUp
                ? $"{_options.Servers[server].Address} is up"
                : $"{_options.Servers[server].Address} is down: {outcome.Failure}");
            bool isBlind = Array.TrueForAll(_judges, static judge => !judge.IsUp);
            if (isBlind != _isBlind)
                _say(isBlind ? "no server answers: the list shows all of them as up" : "servers answer again");
            _isBlind = isBlind;
            writer.Publish(isBlind
                ? [.. _verdicts.Select(static verdict => verdict with { State = ServerState.Up })]
                : _verdicts);
        }
    }

    /// <summary>Waits for the time, or for the end: then it is false.</summary>
    private static async Task<bool> Pause(TimeSpan time, CancellationToken stop)
    {
        await Task.Delay(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }
}
