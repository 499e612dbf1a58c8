using System.Diagnostics;
using Larder.Client.ServerList;
using Larder.Tests.Hosting;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Monitoring;

/// <summary>Aim: the program as it is run: signals, and a death that nobody could announce.</summary>
public sealed class MonitorProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-monitor-").FullName;

    private string ListPath => Path.Combine(_folder, "servers");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Monitor_that_gets_a_signal_stops_cleanly(string signal)
    {
        using ProbeTarget target = new();
        Process process = await Start(target);
        using ServerListReader reader = new(ListPath);
        await Until(reader, ServerListStatus.Fresh);
        await CacheProcess.Signal(process.Id, signal);
        CommandResult result = await Command.Finish(process);

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("larder monitor: stopped\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
        Assert.Single(reader.Current!.Servers);
    }

    [Fact]
    public async Task Monitor_that_is_killed_is_noticed_and_followed_by_another()
    {
        using ProbeTarget target = new();
        Process process = await Start(target);
        using ServerListReader reader = new(ListPath);
        await Until(reader, ServerListStatus.Fresh);
        process.Kill();
        await Command.Finish(process);
        await Until(reader, ServerListStatus.Stale);
        Process second = await Start(target);
        await Until(reader, ServerListStatus.Fresh);
        await CacheProcess.Signal(second.Id, "TERM");

        Assert.Equal(0, (await Command.Finish(second)).ExitCode);
    }

    private async Task<Process> Start(ProbeTarget target)
    {
        await SourceTree.Built;
        Process process = Command.Start(
            SourceTree.Launcher, ["monitor", "--list", ListPath, "--interval", "10ms", target.Address]);
        using var deadline = new CancellationTokenSource(s_patience);
        string? line = await process.StandardError.ReadLineAsync(deadline.Token);
        if (line != $"larder monitor: watching 1 servers, the list is {ListPath}")
        {
            process.Kill();
            Assert.Fail($"the monitor did not start: {line}");
        }
        return process;
    }

    private static async Task Until(ServerListReader reader, ServerListStatus status)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (reader.Refresh() != status) await Task.Delay(5, deadline.Token);
    }
}
