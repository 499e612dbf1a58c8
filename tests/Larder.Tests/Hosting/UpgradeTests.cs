using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: SIGUSR2 puts a new version in the place of the old one, or leaves all as it was. Method: real processes behind
/// a link that can be pointed elsewhere between two starts; both write to the same pipe, so one reader sees the order.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<int> _daemons = [];

    private string Link => _folder.Combine("larder");

    /// <summary>A path without a space, since options are split there.</summary>
    private string Plain(string name) => Path.Combine(Path.GetDirectoryName(_folder.Path)!, name);

    public void Dispose()
    {
        foreach (int daemon in _daemons) CacheProcess.Kill(daemon);
        _folder.Dispose();
    }

    [Fact]
    public async Task New_version_takes_over_and_the_old_one_leaves_with_its_last_client()
    {
        using CacheProcess old = await Start($"-l 127.0.0.1,unix:{Plain("s")} -P {Plain("pid")} -U -1");
        EndPoint unix = new UnixDomainSocketEndPoint(Plain("s"));
        EndPoint tcp = IPEndPoint.Parse(old.Endpoints[1]);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)tcp);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("set kept 0 0 1\r\nx\r\n"u8.ToArray());
        Assert.Equal("STORED", await reader.ReadLineAsync());

        await old.Signal("USR2");
        int heir = await old.AwaitHeir();

        Assert.Equal($"{heir}", await CacheProcess.Stat(tcp, "pid"));
        Assert.Equal($"{heir}", await CacheProcess.Stat(unix, "pid"));
        Assert.Equal($"{heir}\n", await File.ReadAllTextAsync(Plain("pid")));
        Assert.Equal($"{old.Id}\n", await File.ReadAllTextAsync(Plain("pid.oldbin")));
        Assert.Equal("larder: SIGUSR2: draining 1 connections, for 30 s at most", await old.NextLine());
        for (int i = 0; i < 20; i++)
            Assert.StartsWith($"STAT pid {heir}\r\n", await AskByUdp(old.Endpoints[2]), StringComparison.Ordinal);

        await client.GetStream().WriteAsync("mg kept v\r\n"u8.ToArray());
        Assert.Equal("VA 1", await reader.ReadLineAsync());
        await old.Signal("USR2");
        Assert.Equal("larder: warning: SIGUSR2: ignored, this process is stopping", await old.NextLine());

        client.Close();
        Assert.Equal(0, await old.End());
        Assert.False(File.Exists(Plain("pid.oldbin")));
        Assert.StartsWith("VERSION", await CacheProcess.Ask(unix, "version"), StringComparison.Ordinal);

        await CacheProcess.Signal(heir, "TERM");
        await ReadToEnd(old);
        Assert.False(File.Exists(Plain("pid")));
        Assert.False(File.Exists(Plain("s")));
    }

    [Fact]
    public async Task New_version_that_cannot_start_leaves_the_old_one_unharmed()
    {
        using CacheProcess old = await Start($"-p -1 -l 127.0.0.1 -P {Plain("pid")}");
        File.Delete(Link);
        await File.WriteAllTextAsync(Link, "#!/bin/sh\necho broken >&2\nexit 7\n");

        await old.Signal("USR2");
        Assert.Equal($"larder: SIGUSR2: starting {Link}", await old.NextLine());
        Assert.Equal($"larder: error: {Link} cannot be started: Permission denied", await old.NextLine());
        Assert.Equal(Failure("nothing was started"), await old.NextLine());

        File.SetUnixFileMode(Link, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await old.Signal("USR2");
        Assert.Equal($"larder: SIGUSR2: starting {Link}", await old.NextLine());
        Assert.Equal("broken", await old.NextLine());
        Assert.Equal(Failure("it ended with exit code 7"), await old.NextLine());

        Assert.Equal($"STAT pid {old.Id}", await old.Ask("stats"));
        Assert.Equal($"{old.Id}\n", await File.ReadAllTextAsync(Plain("pid")));
        Assert.False(File.Exists(Plain("pid.oldbin")));

        File.Delete(Link);
        File.CreateSymbolicLink(Link, SourceTree.Launcher);
        await old.Signal("USR2");
        int heir = await old.AwaitHeir();
        Assert.Equal(0, await old.End());
        Assert.Equal($"STAT pid {heir}", await old.Ask("stats"));
    }

    [Fact]
    public async Task Stop_before_the_new_version_is_ready_stops_both()
    {
        using CacheProcess old = await Start("-p -1 -l 127.0.0.1");
        File.Delete(Link);
        await File.WriteAllTextAsync(Link, "#!/bin/sh\necho waiting >&2\nexec sleep 600\n");
        File.SetUnixFileMode(Link, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await old.Signal("USR2");
        Assert.Equal($"larder: SIGUSR2: starting {Link}", await old.NextLine());
        Assert.Equal("waiting", await old.NextLine());
        await old.Signal("USR2");
        Assert.Equal("larder: warning: SIGUSR2: ignored, a new version is starting", await old.NextLine());
        await old.Signal("TERM");
        CommandResult result = await old.Finish(); // its output ends only when both have ended

        Assert.Equal(new CommandResult(0, "", "larder: SIGTERM: stopping\nlarder: stopped\n"), result);
    }

    [Fact]
    public async Task Daemon_hands_over_as_well_from_another_folder()
    {
        File.CreateSymbolicLink(Link, SourceTree.Launcher);
        string[] line =
            ["cache", "-d", "-v", "-l", "127.0.0.1", "-p", "-1", "-s", "s", "-P", "pid"]; // both in its folder
        await SourceTree.Built;
        Process starter = Command.Start(Link, line, _folder.Path);
        await starter.WaitForExitAsync();
        Assert.Equal(0, starter.ExitCode);
        int first = int.Parse(await File.ReadAllTextAsync(_folder.Combine("pid")), CultureInfo.InvariantCulture);
        _daemons.Add(first);
        var unix = new UnixDomainSocketEndPoint(_folder.Combine("s"));
        Assert.Equal($"{first}", await CacheProcess.Stat(unix, "pid"));

        await CacheProcess.Signal(first, "USR2");
        string? said = "";
        while (said is not null && !said.EndsWith("taken the listeners over", StringComparison.Ordinal))
            said = await starter.StandardError.ReadLineAsync();
        int second = int.Parse(await File.ReadAllTextAsync(_folder.Combine("pid")), CultureInfo.InvariantCulture);
        _daemons.Add(second);

        Assert.NotEqual(first, second);
        Assert.Equal($"{second}", await CacheProcess.Stat(unix, "pid"));
        await CacheProcess.Signal(second, "TERM");
        await starter.StandardError.ReadToEndAsync();
        Assert.Equal([Link], Directory.GetFiles(_folder.Path));
        starter.Dispose();
    }

    private static string Failure(string reason) =>
        $"larder: error: SIGUSR2: no new version has taken over, {reason}; this one goes on";

    private Task<CacheProcess> Start(string options)
    {
        File.CreateSymbolicLink(Link, SourceTree.Launcher);
        return CacheProcess.Start(Link, $"-p -1 {options}");
    }

    private static async Task<string> AskByUdp(string endpoint)
    {
        using var client = new UdpClient();
        client.Connect(IPEndPoint.Parse(endpoint["udp:".Length..]));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.SendAsync((byte[])[0, 1, 0, 0, 0, 1, 0, 0, .. "stats\r\n"u8], deadline.Token);
        return Encoding.ASCII.GetString((await client.ReceiveAsync(deadline.Token)).Buffer.AsSpan(8));
    }

    private static async Task ReadToEnd(CacheProcess process)
    {
        while (await process.NextLine() is not null)
        {
            // what the last one says on its way out
        }
    }
}
