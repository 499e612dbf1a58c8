using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: -d, and draining, as whoever writes start and stop scripts expects them. Method: real processes; a command that
/// has ended with closed outputs has left nothing of it behind.
/// </summary>
public sealed class DaemonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string PidPath => _folder.Combine("pid");

    /// <summary>A daemon that stops takes its file away: where there is one, a test has failed.</summary>
    public void Dispose()
    {
        if (File.Exists(PidPath)) CacheProcess.Kill(ReadId());
        _folder.Dispose();
    }

    [Fact]
    public async Task Daemon_serves_when_its_starter_returns_and_holds_nothing_of_it()
    {
        CommandResult started = await Start("-d -l 127.0.0.1 -p -1 -P pid");
        Assert.Equal(new CommandResult(0, "", ""), started);

        int id = ReadId();
        string stat = await File.ReadAllTextAsync($"/proc/{id}/stat");
        Assert.Equal($"{id}", stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]); // field 6: the session
        Assert.Equal("/", new FileInfo($"/proc/{id}/cwd").LinkTarget);
        foreach (int standard in new[] { 0, 1, 2 })
            Assert.Equal("/dev/null", new FileInfo($"/proc/{id}/fd/{standard}").LinkTarget);

        string port = (await File.ReadAllTextAsync(_folder.Combine("ports"))).Trim().Split(' ')[^1];
        IPEndPoint endPoint = IPEndPoint.Parse($"127.0.0.1:{port}");
        Assert.Equal($"{id}", await CacheProcess.Stat(endPoint, "pid"));

        await CacheProcess.Signal(id, "TERM");
        await AwaitGone(id);
        Assert.False(File.Exists(PidPath));
    }

    [Fact]
    public async Task Daemon_with_core_dumps_and_v_stays_in_its_folder_and_goes_on_talking()
    {
        await SourceTree.Built;
        using System.Diagnostics.Process starter = Command.Start(
            SourceTree.Launcher, ["cache", "-dvr", "-l", "127.0.0.1", "-p", "-1", "-P", "pid"], _folder.Path);
        await starter.WaitForExitAsync();
        int id = ReadId();

        Assert.Equal(_folder.Path, new FileInfo($"/proc/{id}/cwd").LinkTarget);
        string limits = await File.ReadAllTextAsync($"/proc/{id}/limits");
        string cores = limits.Split('\n').Single(static line => line.StartsWith("Max core", StringComparison.Ordinal));
        Assert.DoesNotContain(" 0 ", cores, StringComparison.Ordinal);
        await CacheProcess.Signal(id, "TERM");
        string said = await starter.StandardError.ReadToEndAsync();
        Assert.EndsWith("larder: SIGTERM: stopping\nlarder: stopped\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_cannot_listen_tells_its_starter_why()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        int port = ((IPEndPoint)occupant.LocalEndpoint).Port;

        CommandResult result = await Start($"-d -p {port} -P pid");

        Assert.Equal(
            new CommandResult(
                71, "", $"failed to listen on TCP port {port}: Address already in use\nfailed to daemonize\n"),
            result);
        Assert.False(File.Exists(PidPath));
    }

    [Fact]
    public async Task Bad_value_is_told_before_anything_is_started() =>
        Assert.Equal(new CommandResult(1, "", "Maximum connections must be greater than 0\n"), await Start("-d -c 0"));

    [Fact]
    public async Task Locked_memory_is_locked_or_the_reason_is_told()
    {
        using CacheProcess cache = await CacheProcess.Start("-k -p -1 -m 16 -I 1m");

        string status = await File.ReadAllTextAsync($"/proc/{cache.Id}/status");
        string locked = status.Split('\n').Single(static line => line.StartsWith("VmLck:", StringComparison.Ordinal));
        bool isWarned = cache.FirstLines.Any(static line =>
            line.StartsWith("larder: warning: -k invalid, mlockall() failed: ", StringComparison.Ordinal));

        Assert.NotEqual(isWarned, locked.Any(static digit => digit is >= '1' and <= '9'));
        Assert.StartsWith("VERSION ", await cache.Ask("version"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("USR1", "SIGUSR1")]
    [InlineData("shutdown graceful", "shutdown command")]
    public async Task Draining_server_serves_who_is_there_and_ends_with_the_last(string wish, string cause)
    {
        using CacheProcess cache = await CacheProcess.Start("-A -p -1");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]));
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("mn\r\n"u8.ToArray());
        Assert.Equal("MN", await reader.ReadLineAsync());

        if (string.Equals(wish, "USR1", StringComparison.Ordinal)) await cache.Signal(wish);
        else await cache.Ask(wish);
        string? said = await cache.NextLine();
        Assert.Matches($"^larder: {cause}: draining [12] connections, for 30 s at most$", said);
        await client.GetStream().WriteAsync("mn\r\n"u8.ToArray());
        Assert.Equal("MN", await reader.ReadLineAsync());
        client.Close();

        Assert.Equal(
            new CommandResult(0, "", "larder: no client is left: stopping\nlarder: stopped\n"), await cache.Finish());
    }

    [Theory]
    [InlineData("-o drain_timeout=0", null, "larder: the time is over: stopping\nlarder: stopped\n")]
    [InlineData("-o drain_timeout=1", null, "larder: the time is over: stopping\nlarder: stopped\n")]
    [InlineData("", "TERM", "larder: SIGTERM: stopping\nlarder: stopped\n")]
    public async Task Client_that_stays_is_let_go_when_the_time_is_over(string options, string? signal, string said)
    {
        using CacheProcess cache = await CacheProcess.Start($"-p -1 {options}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]));
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("mn\r\n"u8.ToArray());
        Assert.Equal("MN", await reader.ReadLineAsync());

        await cache.Signal("USR1");
        Assert.Contains("draining 1 connections", await cache.NextLine(), StringComparison.Ordinal);
        if (signal is not null) await cache.Signal(signal);

        Assert.Null(await reader.ReadLineAsync());
        Assert.Equal(new CommandResult(0, "", said), await cache.Finish());
    }

    [Fact]
    public async Task Verbosity_command_changes_what_is_said()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        Assert.Equal("OK", await cache.Ask("verbosity 0"));
        await cache.Signal("HUP");
        await cache.Signal("TERM");

        Assert.Equal(new CommandResult(0, "", ""), await cache.Finish());
    }

    private async Task<CommandResult> Start(string options)
    {
        await SourceTree.Built;
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MEMCACHED_PORT_FILENAME"] = _folder.Combine("ports"),
        };
        return await Command.Run(SourceTree.Launcher, ["cache", .. options.Split(' ')], _folder.Path, environment);
    }

    private int ReadId() => int.Parse(File.ReadAllText(PidPath), CultureInfo.InvariantCulture);

    private static async Task AwaitGone(int id)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (File.Exists($"/proc/{id}/exe") && new FileInfo($"/proc/{id}/exe").LinkTarget is not null)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
