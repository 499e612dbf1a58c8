using System.Net;
using Larder.Cache.Serving;
using Larder.Events.Tests.Support;
using Larder.Hosting;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: a new version that starts and never serves costs nothing but its time. Method: the life of a server in this
/// process, whose new version is a script, and which waits for it for a tenth of a second.
/// </summary>
public sealed class SuccessorTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly KeptLog _log = new();
    private readonly HostEvents _events = new();

    public void Dispose()
    {
        _events.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task New_version_that_never_serves_is_ended_and_the_old_one_goes_on()
    {
        var options = new CacheServerOptions { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new(IPAddress.Loopback, 0));
        using CacheServer server = CacheServer.Start(options);
        using var notifier = ServiceNotifier.Create(static _ => null);
        var file = PidFile.Write(_folder.Combine("pid"), _log);
        string program = Script("exec sleep 600");
        var life = new ServerLife(server, _events, notifier, new ReloadHooks(_log), _log)
        {
            Image = new([program], _folder.Path, program),
            DrainTimeout = TimeSpan.Zero,
            SuccessorTimeout = TimeSpan.FromSeconds(0.1),
            PidFile = file,
        };
        Task living = Task.Factory.StartNew(
            life.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        _events.Post(HostEvent.Upgrade, "");
        AwaitFailure("it was not ready after 0.1 s"); // said when the process is gone: it would sleep on else
        Assert.Equal([_folder.Combine("larder"), _folder.Combine("pid")], Directory.GetFiles(_folder.Path).Order());
        Assert.StartsWith("VERSION ", await CacheProcess.Ask(server.Endpoints[0], "version"), StringComparison.Ordinal);

        Script("exit 7"); // the next try is a try of its own
        _events.Post(HostEvent.Upgrade, "");
        AwaitFailure("it ended with exit code 7");
        Assert.StartsWith("VERSION ", await CacheProcess.Ask(server.Endpoints[0], "version"), StringComparison.Ordinal);

        _events.Post(HostEvent.Stop, "the test");
        await living.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        file.Remove();
    }

    [Fact]
    public void Time_for_a_new_version_is_long_enough_for_a_build() =>
        Assert.Equal(TimeSpan.FromMinutes(2), Successor.DefaultTimeout); // as docs/operating/running.md says

    private string Script(string commands)
    {
        string path = _folder.Combine("larder");
        string next = _folder.Combine("next");
        File.WriteAllText(next, $"#!/bin/sh\n{commands}\n");
        File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Move(next, path, overwrite: true);
        return path;
    }

    private void AwaitFailure(string reason)
    {
        string text = $"SIGUSR2: no new version has taken over, {reason}; this one goes on";
        Assert.True(
            SpinWait.SpinUntil(() => _log.Lines.Any(line => line.Text == text), s_patience),
            string.Join('\n', _log.Lines.Select(static line => line.Text)));
    }
}
