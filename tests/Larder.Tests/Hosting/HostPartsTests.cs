using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Larder.Events.Tests.Support;
using Larder.Hosting;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>The parts of the host that need no process of their own.</summary>
public sealed class HostPartsTests
{
    private readonly KeptLog _log = new();

    private string[] Logged => [.. _log.Lines.Select(static line => line.Text)];

    [Fact]
    public void Pid_file_is_removed_by_the_process_that_it_tells_of()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("pid");
        var file = PidFile.Write(path, _log);

        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(path));
        file.Remove();
        Assert.Empty(Directory.GetFiles(folder.Path));
        file.Remove();
        Assert.Empty(Logged);
    }

    [Theory]
    [InlineData("1\n", "The pid file contained the following (running) pid: 1")]
    [InlineData("0\n", null)]
    [InlineData("2147483647\n", null)]
    [InlineData("nonsense\n", null)]
    [InlineData("", null)]
    public void Pid_file_of_another_process_is_replaced_with_a_warning_if_it_runs(string text, string? warning)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("pid");
        File.WriteAllText(path, text);

        PidFile.Write(path, _log);

        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(path));
        Assert.Equal(warning is null ? [] : [warning], Logged);
    }

    [Fact]
    public void Pid_file_stands_aside_for_a_new_version_and_comes_back_without_one()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("pid");
        var file = PidFile.Write(path, _log);

        file.MoveAside();
        Assert.Equal([path + ".oldbin"], Directory.GetFiles(folder.Path));
        file.MoveBack();
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        file.MoveAside();
        File.WriteAllText(path, "1\n"); // the new version's
        file.Remove();
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal("1\n", File.ReadAllText(path));
    }

    [Fact]
    public void Pid_file_that_cannot_be_written_moved_or_removed_is_told_and_harms_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = PidFile.Write(folder.Combine("no/pid"), _log);
        file.MoveAside();
        file.MoveBack();
        file.Remove();

        Assert.Equal(2, Logged.Length);
        Assert.All(Logged, static line => Assert.StartsWith("Could not open the pid file", line));
    }

    [Fact]
    public void Reload_runs_every_hook_and_tells_how_it_went()
    {
        var hooks = new ReloadHooks(_log);
        hooks.Run();
        hooks.Add("certificates", static () => "no such file");
        hooks.Add("passwords", static () => null);
        hooks.Run();

        Assert.Equal(
            [
                "SIGHUP: nothing to reload",
                "SIGHUP: certificates not reloaded, the old ones stay: no such file",
                "SIGHUP: passwords reloaded",
            ],
            Logged);
    }

    [Theory]
    [InlineData(null, null, -1)]
    [InlineData("x", null, -1)]
    [InlineData("0", null, -1)]
    [InlineData("3000000", null, 1500)]
    [InlineData("1", null, 1)]
    [InlineData("3000000", "me", 1500)]
    [InlineData("3000000", "1", -1)]
    public void Watchdog_of_this_process_is_fed_at_half_its_time(string? microseconds, string? process, int periodMs)
    {
        using var folder = new TemporaryFolder();
        using Socket supervisor = Bind(folder.Combine("n"));
        using var notifier = ServiceNotifier.Create(name => name switch
        {
            "NOTIFY_SOCKET" => folder.Combine("n"),
            "WATCHDOG_USEC" => microseconds,
            "WATCHDOG_PID" => process == "me" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process,
            _ => null,
        });

        Assert.Equal(periodMs, notifier.WatchdogPeriodMs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Supervisor_hears_what_the_service_does(bool isAbstract)
    {
        using var folder = new TemporaryFolder();
        string name = isAbstract ? $"@larder-test-{Guid.NewGuid():N}" : folder.Combine("n");
        using Socket supervisor = Bind(isAbstract ? $"\0{name[1..]}" : name);
        using var notifier = ServiceNotifier.Create(variable => variable == "NOTIFY_SOCKET" ? name : null);

        long before = Now();
        notifier.Ready(42);
        notifier.Alive();
        notifier.Stopping();
        notifier.Reloading();

        Assert.Equal("MAINPID=42\nREADY=1", Receive(supervisor));
        Assert.Equal("WATCHDOG=1", Receive(supervisor));
        Assert.Equal("STOPPING=1", Receive(supervisor));
        string[] reloading = Receive(supervisor).Split("\nMONOTONIC_USEC=");
        Assert.Equal("RELOADING=1", reloading[0]);
        Assert.InRange(long.Parse(reloading[1], CultureInfo.InvariantCulture), before, Now());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/no/such/socket")]
    public void Without_a_supervisor_nobody_is_told(string? path)
    {
        using var notifier = ServiceNotifier.Create(name => name switch
        {
            "NOTIFY_SOCKET" => path,
            "WATCHDOG_USEC" => "1000",
            _ => null,
        });

        notifier.Ready(1);
        Assert.Equal(-1, notifier.WatchdogPeriodMs);
    }

    [Theory]
    [InlineData("larder", "/opt/v1/larder")]
    [InlineData("memcached", "/opt/v1/larder")]
    [InlineData("/bin/sh", "/bin/sh")]
    [InlineData("../bin/sh", "/bin/sh")]
    [InlineData("/no/such/file", "/opt/v1/larder")]
    public void New_version_is_where_the_name_with_a_folder_leads(string name, string expected) =>
        Assert.Equal(expected, new ProcessImage([name], "/etc", "/opt/v1/larder").SuccessorProgram);

    [Fact]
    public void Image_of_this_process_has_all_that_it_was_started_with()
    {
        var image = ProcessImage.Read();

        Assert.Equal(Environment.GetCommandLineArgs().Length, image.Arguments.Count);
        Assert.Equal(Environment.GetCommandLineArgs()[1..], image.Arguments.Skip(1));
        Assert.Equal(Environment.ProcessPath, image.Program);
        Assert.Equal(Environment.CurrentDirectory, image.Folder);
    }

    private static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    private static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
