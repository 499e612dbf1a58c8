using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: the program behaves towards its surroundings as memcached does. Method: real processes, real signals; each
/// test reads what the process says and how it ends.
/// </summary>
public sealed class CacheProcessTests
{
    [Fact]
    public async Task Process_id_of_the_launcher_is_the_servers()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        Assert.Equal($"STAT pid {cache.Id}", await cache.Ask("stats"));
    }

    [Fact]
    public async Task Listener_by_default_is_loopback_only()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        Assert.StartsWith("127.0.0.1:", cache.Endpoints[0], StringComparison.Ordinal);
        Assert.All(cache.Endpoints.Skip(1), static each => Assert.StartsWith("[::1]:", each, StringComparison.Ordinal));
        foreach (string endpoint in cache.Endpoints)
        {
            string answer = await CacheProcess.Ask(IPEndPoint.Parse(endpoint), "version");
            Assert.StartsWith("VERSION ", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("TERM", "larder: SIGTERM: stopping\nlarder: stopped\n")]
    [InlineData("INT", "larder: SIGINT: stopping\nlarder: stopped\n")]
    [InlineData(
        "USR1",
        "larder: SIGUSR1: draining 0 connections, for 30 s at most\nlarder: no client is left: stopping\n"
        + "larder: stopped\n")]
    public async Task Signal_to_an_idle_server_stops_it_at_once_with_exit_code_0(string signal, string said)
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        long begin = Stopwatch.GetTimestamp();
        await cache.Signal(signal);
        CommandResult result = await cache.Finish();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);

        Assert.Equal(new CommandResult(0, "", said), result);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Theory]
    [InlineData("frontends")]
    [InlineData("queue")]
    public async Task Signal_beside_a_connected_client_stops_the_server(string driver)
    {
        using CacheProcess cache = await CacheProcess.Start($"-p -1 -o driver={driver}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]));

        await cache.Signal("TERM");

        Assert.Equal(0, (await cache.Finish()).ExitCode);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Signal_hup_leaves_the_server_running()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        await cache.Signal("HUP");

        Assert.Equal("larder: SIGHUP: nothing to reload", await cache.NextLine());
        Assert.StartsWith("VERSION ", await cache.Ask("version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_and_answers_are_shown_when_v_is_given_twice()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1 -v");

        Assert.Equal("END", await cache.Ask("get foo"));

        string? line;
        do line = await cache.NextLine();
        while (line is not null && !line.EndsWith(" get foo", StringComparison.Ordinal));
        Assert.Matches("^<[0-9]+ get foo$", line);
        Assert.Matches("^>[0-9]+ END$", await cache.NextLine());
    }

    [Fact]
    public async Task Signal_int_that_was_ignored_at_the_start_still_stops_the_server()
    {
        using CacheProcess cache = await CacheProcess.Start(
            "bash", "-p -1", ["-c", "trap '' INT; exec \"$0\" \"$@\"", SourceTree.Launcher]);

        await cache.Signal("INT");

        Assert.Equal(0, (await cache.Finish()).ExitCode);
    }

    [Theory]
    [InlineData("-p {0}", "failed to listen on TCP port {0}: Address already in use\n")]
    [InlineData("-l 127.0.0.1:{0}", "failed to listen on one of interface(s) 127.0.0.1:{0}: Address already in use\n")]
    [InlineData("-s /no/such/folder", "failed to listen on UNIX socket: /no/such/folder: No such file or directory\n")]
    public async Task Place_that_cannot_be_listened_on_ends_the_start_with_exit_code_71(string options, string said)
    {
        await SourceTree.Built;
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        int port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        string line = options.Replace("{0}", $"{port}", StringComparison.Ordinal);

        CommandResult result = await Command.Run(SourceTree.Launcher, ["cache", .. line.Split(' ')]);

        Assert.Equal(new CommandResult(71, "", said.Replace("{0}", $"{port}", StringComparison.Ordinal)), result);
    }

    [Fact]
    public async Task Unix_socket_serves_with_the_access_mask_that_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(Path.GetDirectoryName(folder.Path)!, "s"); // no space: options are split there
        using CacheProcess cache = await CacheProcess.Start($"-s {path} -a 660");

        Assert.Equal([path], cache.Endpoints);
        string answer = await CacheProcess.Ask(new UnixDomainSocketEndPoint(path), "version");
        Assert.StartsWith("VERSION ", answer, StringComparison.Ordinal);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Announcement_files_tell_process_id_and_ports()
    {
        using var folder = new TemporaryFolder();
        string pidFile = Path.Combine(Path.GetDirectoryName(folder.Path)!, "pid");
        string portFile = folder.Combine("ports");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MEMCACHED_PORT_FILENAME"] = portFile,
        };
        using CacheProcess cache = await CacheProcess.Start(
            SourceTree.Launcher, $"-p -1 -l 127.0.0.1 -P {pidFile}", environment: environment);

        string told = await File.ReadAllTextAsync(pidFile);
        await cache.Signal("TERM");
        await cache.Finish();

        Assert.Equal($"{cache.Id}\n", told);
        Assert.False(File.Exists(pidFile));
        Assert.Equal($"TCP INET: {IPEndPoint.Parse(cache.Endpoints[0]).Port}\n", await File.ReadAllTextAsync(portFile));
    }

    [Fact]
    public async Task Shutdown_command_with_its_option_stops_the_server()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1 -A");

        Assert.Equal("", await cache.Ask("shutdown"));
        CommandResult result = await cache.Finish();

        Assert.Equal(new CommandResult(0, "", "larder: shutdown command: stopping\nlarder: stopped\n"), result);
    }

    [Fact]
    public async Task User_that_root_names_owns_the_process()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");
        using CacheProcess cache = await CacheProcess.Start("-p -1 -u nobody");

        string status = await File.ReadAllTextAsync($"/proc/{cache.Id}/status");
        string user = Larder.Hosting.UserAccount.Find("nobody")!.UserId.ToString();

        Assert.Contains($"Uid:\t{user}\t{user}\t{user}\t{user}\n", status, StringComparison.Ordinal);
        Assert.StartsWith("VERSION ", await cache.Ask("version"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-u no-such-user", 67, "can't find the user no-such-user to switch to\n")]
    [InlineData(
        "-c 2147483647", 71,
        "failed to set rlimit for open files. Try starting as root or requesting smaller maxconns value.\n")]
    public async Task Process_that_cannot_be_what_was_asked_for_ends_with_memcacheds_code(
        string line, int code, string said)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess || code != 67, "-u does something only for root");
        await SourceTree.Built;

        CommandResult result = await Command.Run(SourceTree.Launcher, ["cache", "-p", "-1", .. line.Split(' ')]);

        Assert.Equal(new CommandResult(code, "", said), result);
    }

    [Fact]
    public async Task Notes_and_warnings_are_said_before_it_is_ready()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1 -m 64m -L");

        Assert.Equal(
            [
                "larder: warning: -m 64m is read as 64",
                "larder: -L (--enable-largepages) is accepted and changes nothing here",
            ],
            cache.FirstLines);
    }

    [Fact]
    public async Task Cache_process_loads_no_library_that_only_other_verbs_use()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1");
        await cache.Ask("version");

        string maps = await File.ReadAllTextAsync($"/proc/{cache.Id}/maps");

        Assert.Contains("Larder.Cache.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("System.CommandLine.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("Spectre.Console.dll", maps, StringComparison.Ordinal);
    }
}
