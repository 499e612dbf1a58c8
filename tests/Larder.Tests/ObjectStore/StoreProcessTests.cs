using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Tests.Hosting;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>
/// Aim: the object store as a process, as cmogstored's start and stop scripts expect it. Method: real processes through
/// a link; what they say tells when something has happened, so nothing is waited for by the clock.
/// </summary>
public sealed class StoreProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string PidPath => _folder.Combine("pid");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Object_is_stored_and_read_and_the_process_stops_when_asked()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, $"--pidfile={PidPath}");

        Assert.Equal($"cmogstored[{store.Id}]: listening on http {store.Http}", store.Lines[^1]);
        Assert.Equal($"{store.Id}\n", await File.ReadAllTextAsync(PidPath));
        using var http = new HttpClient { BaseAddress = new($"http://{store.Http}/") };
        Assert.Equal(HttpStatusCode.Created, (await http.PutAsync("dev1/a.fid", new StringContent("x"))).StatusCode);
        Assert.Equal("x", await http.GetStringAsync("dev1/a.fid"));
        Assert.False(File.Exists(_folder.Combine("root/dev1/.larder-locks"))); // one process needs none

        CommandResult second = await Command.Run(
            _folder.Combine("cmogstored"), [$"--docroot={_folder.Combine("root")}", $"--pidfile={PidPath}"]);
        Assert.Equal(new CommandResult(1, "", $"cmogstored: already running on PID: {store.Id}\n"), second);

        await store.Signal("USR1");
        await store.Signal("WINCH");
        await store.Signal("HUP");
        await store.Await("SIGHUP: nothing to reload");
        await store.Signal("TTIN");
        await store.Await("SIGTTIN: ignored, there are no worker processes");
        await store.Signal("QUIT");
        Assert.Equal(0, await store.End());
        await store.ReadToEnd();
        Assert.Equal($"cmogstored[{store.Id}]: SIGQUIT: stopping, requests may take 30 s", store.Lines[^2]);
        Assert.Equal($"cmogstored[{store.Id}]: stopped", store.Lines[^1]);
        Assert.False(File.Exists(PidPath));
    }

    [Theory]
    [InlineData("TERM", "0", null)]
    [InlineData("INT", "600", "QUIT")]
    public async Task Stalled_client_does_not_outlive_the_deadline_or_a_second_signal(
        string signal, string drain, string? second)
    {
        using StoreProcess store = await StoreProcess.Start(_folder, $"--drain={drain}");
        using TcpClient client = await StartUpload(store.Http);

        await store.Signal(signal);
        await store.Await($"SIG{signal}: stopping, requests may take {drain} s");
        if (second is not null)
        {
            // The title was written before the requests began to end.
            Assert.True(SpinWait.SpinUntil(
                () => StoreProcess.Title(store.Id).StartsWith("cmogstored, shutting down", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30)));
            await store.Signal(second);
            await store.Await($"SIG{second}: stopping at once");
        }

        Assert.Equal(0, await store.End());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Combine("root/dev1")));
    }

    [Fact]
    public async Task Upload_on_its_way_ends_before_the_process_does()
    {
        using StoreProcess store = await StoreProcess.Start(_folder);
        using TcpClient client = await StartUpload(store.Http);

        await store.Signal("TERM");
        await store.Await("SIGTERM: stopping");
        await client.GetStream().WriteAsync("cdef"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        Assert.Equal(0, await store.End());
        Assert.Equal("abcdef", await File.ReadAllTextAsync(_folder.Combine("root/dev1/b.fid")));
    }

    [Fact]
    public async Task Daemon_serves_when_its_starter_returns()
    {
        await SourceTree.Built;
        Directory.CreateDirectory(_folder.Combine("root"));
        string link = _folder.Combine("mogstored");
        File.CreateSymbolicLink(link, SourceTree.Launcher);
        string[] words =
            ["-d", $"--docroot={_folder.Combine("root")}", "--httplisten=127.0.0.1:0", $"--pidfile={PidPath}"];

        CommandResult started = await Command.Run(link, words);
        int id = int.Parse(await File.ReadAllTextAsync(PidPath), CultureInfo.InvariantCulture);
        try
        {
            Assert.Equal((0, ""), (started.ExitCode, started.Output));
            Assert.Contains($"mogstored[{id}]: listening on http", started.Error, StringComparison.Ordinal);
            Assert.Equal("/", new DirectoryInfo($"/proc/{id}/cwd").LinkTarget);
            Assert.Equal("/dev/null", new FileInfo($"/proc/{id}/fd/2").LinkTarget);
        }
        finally
        {
            await CacheProcess.Signal(id, "TERM");
            Assert.True(SpinWait.SpinUntil(() => !File.Exists(PidPath), TimeSpan.FromSeconds(30)));
        }

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        CommandResult failed = await Command.Run(link, [words[0], words[1], $"--httplisten={taken.LocalEndpoint}"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.EndsWith(
            $"mogstored: bind on {taken.LocalEndpoint}: Address already in use\n"
                + "mogstored: daemonization error, check syslog\n",
            failed.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_version_serves_beside_the_old_one_until_that_is_told_to_quit()
    {
        using StoreProcess old = await StoreProcess.Start(_folder, $"--pidfile={PidPath}");
        using TcpClient client = await StartUpload(old.Http);
        using var asking = new CancellationTokenSource();
        Task<int> asked = AskUntil(old.Http, asking.Token);

        await old.Signal("USR2");
        await old.Await($"inherited {old.Http} on fd=");
        int heir = await old.AwaitProcess("upgrade: process # serves, too");
        Assert.Equal($"{heir}\n", await File.ReadAllTextAsync(PidPath));
        Assert.Equal($"{old.Id}\n", await File.ReadAllTextAsync($"{PidPath}.oldbin"));
        await old.Signal("USR2");
        await old.Await("upgrade: ignored, a new version serves already");

        await CacheProcess.Signal(heir, "TERM");
        await old.Await("upgrade: it ended with exit code 0; this process goes on");
        Assert.Equal($"{old.Id}\n", await File.ReadAllTextAsync(PidPath));
        Assert.False(File.Exists($"{PidPath}.oldbin"));

        await old.Signal("USR2");
        heir = await old.AwaitProcess("upgrade: process # serves, too");
        await old.Signal("QUIT");
        await old.Await("SIGQUIT: stopping");
        await client.GetStream().WriteAsync("cdef"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        Assert.Equal(0, await old.End());
        Assert.False(File.Exists($"{PidPath}.oldbin"));
        Assert.Equal($"{heir}\n", await File.ReadAllTextAsync(PidPath));

        await asking.CancelAsync();
        Assert.True(await asked > 0);
        await CacheProcess.Signal(heir, "TERM");
        await old.ReadToEnd();
        Assert.False(File.Exists(PidPath));
    }

    [Fact]
    public async Task New_version_that_cannot_start_changes_nothing()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, $"--pidfile={PidPath}");
        string link = _folder.Combine("cmogstored");
        File.Delete(link);
        await File.WriteAllTextAsync(link, "#!/bin/sh\nexit 7\n");
        File.SetUnixFileMode(link, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await store.Signal("USR2");
        await store.Await("upgrade: it ended with exit code 7; this process goes on");

        Assert.Equal($"{store.Id}\n", await File.ReadAllTextAsync(PidPath));
        Assert.False(File.Exists($"{PidPath}.oldbin"));
        await Ask(store.Http);
    }

    [Fact]
    public async Task Listeners_that_nobody_wants_are_closed()
    {
        using StoreProcess old = await StoreProcess.Start(_folder, "--httplisten=127.0.0.1:0");
        string link = _folder.Combine("cmogstored");
        File.Delete(link);
        // The new version is told to listen on one of the two only.
        await File.WriteAllTextAsync(
            link,
            $"#!/bin/sh\nexec {SourceTree.Launcher} objects \"$1\" \"$2\"\n");
        File.SetUnixFileMode(link, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await old.Signal("USR2");
        await old.Await("closing unused inherited fd=");
        int heir = await old.AwaitProcess("upgrade: process # serves, too");
        await CacheProcess.Signal(heir, "TERM");
        await old.Await("upgrade: it ended");
    }

    [Fact]
    public async Task Worker_that_dies_is_replaced_and_its_master_adds_and_removes_workers()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, "--worker-processes=1");
        string first = store.Lines.First(static line => line.Contains("worker 1", StringComparison.Ordinal));
        int worker = int.Parse(first.Split(' ')[^2], CultureInfo.InvariantCulture);
        Assert.Equal("cmogstored: master", StoreProcess.Title(store.Id));
        Assert.Equal("cmogstored: worker 1", StoreProcess.Title(worker));

        await store.Signal("TTIN");
        int second = await store.AwaitProcess("worker 2: process # started");
        Assert.True(SpinWait.SpinUntil(
            () => StoreProcess.Title(second) == "cmogstored: worker 2", TimeSpan.FromSeconds(30)));

        using TcpClient client = await StartUpload(store.Http);
        int holder = Holds(worker, client) ? worker : second; // the upload's worker must live
        int other = holder == worker ? second : worker;
        int number = other == worker ? 1 : 2;
        Process.GetProcessById(other).Kill();
        await store.Await($"worker {number}: process {other} ended with exit code 137, another follows");
        int next = await store.AwaitProcess($"worker {number}: process # started");
        Assert.NotEqual(other, next);
        await client.GetStream().WriteAsync("cdef"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        Assert.True(File.Exists(_folder.Combine("root/dev1/.larder-locks"))); // by which workers wait for each other

        await CacheProcess.Signal(holder, "USR2");
        await store.Await("upgrade: ignored, this is a worker process");
        await store.Signal("TTOU");
        await store.Await("worker 2: process ");
        await store.Signal("TTOU");
        await store.Await("SIGTTOU: ignored, there is one only");
        await Ask(store.Http);

        await store.Signal("TERM");
        Assert.Equal(0, await store.End());
        await store.ReadToEnd(); // ends when no worker holds the other end
        Assert.Contains($"cmogstored[{store.Id}]: stopped", store.Lines);
    }

    /// <summary>Method: a stopped process cannot end, whatever it is told.</summary>
    [Fact]
    public async Task Worker_that_does_not_end_is_killed_by_its_master()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, "--worker-processes=2", "--drain=0");
        int stuck = store.WorkerProcess(1);
        await CacheProcess.Signal(stuck, "STOP");

        await store.Signal("TERM");
        await store.Await($"worker 1: process {stuck} does not end, and is killed");
        Assert.Equal(0, await store.End());
        await store.ReadToEnd(); // when no worker holds the other end
        Assert.DoesNotContain(
            store.Lines, static line => line.Contains("worker 2: process", StringComparison.Ordinal)
                && line.EndsWith("is killed", StringComparison.Ordinal));
        Assert.False(Directory.Exists($"/proc/{stuck}"));
    }

    [Fact]
    public async Task Workers_end_with_a_master_that_vanishes()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, "--worker-processes=2");

        await store.Signal("KILL");
        await store.ReadToEnd(); // both have closed it

        Assert.Equal(2, store.Lines.Count(static line => line.EndsWith(": stopped", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Method: all places are taken by clients that hold them, so that others stand in the listen queue with their
    /// requests sent; then the store is told to stop.
    /// </summary>
    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "")]
    [InlineData(0, "failed upgrade")]
    [InlineData(2, "failed upgrade")]
    [InlineData(0, "upgrade")]
    [InlineData(2, "upgrade")]
    public async Task Clients_in_the_listen_queue_are_served_before_the_end(int workers, string before)
    {
        using StoreProcess store = await StoreProcess.Start(_folder, $"--worker-processes={workers}", "--maxconns=1");
        int heir = 0;
        if (before.Length > 0)
        {
            await store.Signal("USR2");
            heir = await store.AwaitProcess("upgrade: process # serves, too");
        }

        if (before == "failed upgrade")
        {
            await CacheProcess.Signal(heir, "TERM");
            await store.Await("upgrade: it ended with exit code 0; this process goes on");
        }
        else if (before == "upgrade")
        {
            await store.Signal("QUIT");
            Assert.Equal(0, await store.End());
        }

        TcpClient[] holding = [.. Enumerable.Range(0, Math.Max(workers, 1)).Select(static _ => new TcpClient())];
        foreach (TcpClient client in holding)
        {
            await client.ConnectAsync(store.Http);
            await client.GetStream().WriteAsync("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[1024]));
        }

        TcpClient[] waiting = [.. Enumerable.Range(0, 100).Select(static _ => new TcpClient())];
        foreach (TcpClient client in waiting)
        {
            await client.ConnectAsync(store.Http);
            await client.GetStream().WriteAsync("HEAD / HTTP/1.0\r\n\r\n"u8.ToArray());
        }

        await CacheProcess.Signal(before == "upgrade" ? heir : store.Id, "TERM");
        foreach (TcpClient client in waiting)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
            client.Dispose();
        }

        Assert.Equal(0, await store.End());
        await store.ReadToEnd(); // of the heir, too
        Array.ForEach(holding, static client => client.Dispose());
    }

    /// <summary>Begins a PUT of six bytes, of which two are sent; the server waits for more.</summary>
    private static async Task<TcpClient> StartUpload(IPEndPoint endpoint)
    {
        var client = new TcpClient();
        await client.ConnectAsync(endpoint);
        await client.GetStream().WriteAsync(
            "PUT /dev1/b.fid HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        byte[] answer = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await client.GetStream().ReadExactlyAsync(answer);
        await client.GetStream().WriteAsync("ab"u8.ToArray());
        return client;
    }

    private static async Task Ask(IPEndPoint endpoint)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await client.ConnectAsync(endpoint, deadline.Token);
        await client.GetStream().WriteAsync("HEAD / HTTP/1.0\r\n\r\n"u8.ToArray(), deadline.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(deadline.Token));
    }

    private static async Task<int> AskUntil(IPEndPoint endpoint, CancellationToken end)
    {
        int count = 0;
        for (; !end.IsCancellationRequested; count++) await Ask(endpoint);
        return count;
    }

    /// <summary>Whether a process has the other end of a connection.</summary>
    private static bool Holds(int id, TcpClient client)
    {
        int port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        string remote = string.Create(CultureInfo.InvariantCulture, $":{port:X4} 01 ");
        string? line = File.ReadLines("/proc/net/tcp").FirstOrDefault(
            each => each.Contains(remote, StringComparison.Ordinal)
                && each.IndexOf(remote, StringComparison.Ordinal) > 20);
        string inode = line!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9];
        return Directory.GetFiles($"/proc/{id}/fd").Any(
            path => new FileInfo(path).LinkTarget == $"socket:[{inode}]");
    }
}
