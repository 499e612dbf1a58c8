using Larder.Client.Routing;
using Larder.Client.ServerList;
using Larder.Monitoring;
using Xunit;

namespace Larder.Tests.Monitoring;

/// <summary>Aim: what happens to servers comes into the list. Method: servers that come and go.</summary>
public sealed class ServerMonitorTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-monitor-").FullName;
    private readonly List<string> _said = []; // owner: itself, as a lock

    private string ListPath => Path.Combine(_folder, "servers");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Server_that_dies_and_returns_is_down_and_up_in_the_list()
    {
        using ProbeTarget steady = new();
        var failing = new ProbeTarget();
        using CancellationTokenSource stop = new();
        Task monitor = Task.Run(() => Monitor(steady.Address, $"shard2={failing.Address}:7").Run(stop.Token));
        using ServerListReader reader = new(ListPath);
        await Until(reader, ServerState.Up, ServerState.Up);
        Assert.Equal((null, "shard2"), (reader.Current!.Servers[0].Name, reader.Current.Servers[1].Name));
        Assert.Equal((1, 7), (reader.Current.Servers[0].Weight, reader.Current.Servers[1].Weight));

        failing.Dispose();
        await Until(reader, ServerState.Up, ServerState.Down);
        DateTimeOffset down = reader.Current.Servers[1].Since;
        using ProbeTarget returned = new(port: failing.Port);
        await Until(reader, ServerState.Up, ServerState.Up);
        Assert.InRange(reader.Current.Servers[1].Since, down, DateTimeOffset.UtcNow);
        Assert.NotEqual(TimeSpan.Zero, reader.Current.Servers[1].Latency);

        await stop.CancelAsync();
        await monitor;
        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
        lock (_said)
        {
            Assert.Contains(_said, line => line.StartsWith($"{failing.Address} is down: ", StringComparison.Ordinal));
            Assert.Contains($"{failing.Address} is up", _said);
        }
    }

    [Fact]
    public async Task Monitor_that_nobody_answers_shows_all_as_up()
    {
        ProbeTarget one = new();
        ProbeTarget other = new();
        using CancellationTokenSource stop = new();
        Task monitor = Task.Run(() => Monitor(one.Address, other.Address).Run(stop.Token));
        using ServerListReader reader = new(ListPath);
        await Until(reader, ServerState.Up, ServerState.Up);
        one.Dispose();
        await Until(reader, ServerState.Down, ServerState.Up);
        other.Dispose();
        await Until(reader, ServerState.Up, ServerState.Up);
        using ProbeTarget returned = new(port: other.Port);
        await Until(reader, ServerState.Down, ServerState.Up);

        await stop.CancelAsync();
        await monitor;
        lock (_said)
        {
            Assert.Contains("no server answers: the list shows all of them as up", _said);
            Assert.Contains("servers answer again", _said);
        }
    }

    [Fact]
    public async Task List_that_has_a_writer_stops_a_second_monitor()
    {
        using ProbeTarget target = new();
        using var first = ServerListWriter.Create(ListPath, TimeSpan.FromSeconds(1), []);

        await Assert.ThrowsAsync<IOException>(() => Monitor(target.Address).Run(TestContext.Current.CancellationToken));
    }

    private ServerMonitor Monitor(params string[] servers)
    {
        List<MonitoredServer> list = [];
        foreach (string server in servers)
        {
            Assert.True(MonitoredServer.TryParse(server, out MonitoredServer? parsed, out string error), error);
            list.Add(parsed!);
        }
        var options = new MonitorOptions(
            ListPath, list, TimeSpan.FromMilliseconds(10), s_patience, DownAfter: 2, UpAfter: 2, ProbeQuestion.Version);
        return new ServerMonitor(options, line =>
        {
            lock (_said) _said.Add(line);
        });
    }

    private static async Task Until(ServerListReader reader, params ServerState[] states)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (reader.Refresh() == ServerListStatus.Missing
            || !reader.Current!.Servers.Select(static server => server.State).SequenceEqual(states))
            await Task.Delay(1, deadline.Token);
    }
}
