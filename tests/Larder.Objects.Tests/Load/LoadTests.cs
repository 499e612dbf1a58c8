using System.Globalization;
using System.Text;
using Larder.Objects.Devices;
using Larder.Objects.Load;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;
using Larder.Objects.Usage;

namespace Larder.Objects.Tests.Load;

/// <summary>The disks' load: what the kernel counts, what a program prints, who gets reports.</summary>
public sealed class LoadTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("larder-load-").FullName;

    private static ObjectServerOptions Options(string root, KernelFiles files, string? command = null)
        => new()
        {
            Root = root,
            HttpEndpoints = [SideStore.Loopback],
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = 2,
            KernelFiles = files,
            LoadCommand = command,
            UsagePeriod = TimeSpan.FromHours(1),
        };

    private static string Report(RawClient client)
    {
        var report = new StringBuilder();
        while (!report.ToString().EndsWith(".\n", StringComparison.Ordinal))
        {
            report.Append(client.ReadLine());
        }
        return report.ToString();
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_root, path))!);
        string aside = Path.Join(_root, path + ".new");
        File.WriteAllText(aside, text);
        File.Move(aside, Path.Join(_root, path), overwrite: true);
    }

    private static string Line(int major, int minor, string name, long busyMs)
        => $"{major,4} {minor,7} {name} 1 2 3 4 5 6 7 8 0 {busyMs} 11 0 0 0 0 0 0\n";

    [Fact]
    public void Kernels_counters_give_the_share_of_busy_time()
    {
        var clock = new SetClock();
        var load = new KernelLoad(new KernelFiles(_root), clock);
        Assert.Null(load.Look());
        Assert.Empty(load.Look()!); // no file
        Write("proc/diskstats", Line(8, 0, "sda", 1000) + Line(9, 0, "md0", 0) + "short line\n"
            + Line(253, 0, "dm-0", uint.MaxValue) + "8 1 sdb 1 2 3 4 5 6 7 8 0 x 11\n");
        Assert.Empty(load.Look()!);
        clock.Advance(TimeSpan.FromSeconds(2));
        Write("proc/diskstats", Line(8, 0, "sda", 1247) + Line(9, 0, "md0", 9999) + Line(253, 0, "dm-0", 1)
            + Line(8, 16, "new", 5));
        Assert.Equal(
            new Dictionary<string, int>(StringComparer.Ordinal) { ["sda"] = 1235, ["md0"] = 10000, ["dm-0"] = 10 },
            load.Look()!);
        load.Forget();
        Assert.Null(load.Look());
    }

    [Fact]
    public void Program_report_ends_with_the_first_line_that_is_none_of_a_disk()
    {
        var reports = new List<string>();
        var reader = new ProgramReportReader(rows => reports.Add(string.Join(
            ' ', rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key}={row.Value}"))));
        string text = "Linux 6.1 (host) \t01/02/26 \t_x86_64_\t(2 CPU)\n\n"
            + "Device   r/s    w/s  %util\r\nsda  1.0  2.0  0.50\nnvme0n1p1 1 100.00\r\ndm-0\t3\t7\n\n\n"
            + "Device   r/s    w/s  %util\nsda 1 0.25\n" + new string('x', 5000) + " 3\n"
            + new string('n', 72) + " 3\nsda 1 -\nsda 1 1e3\nsdb 0.75";
        foreach (char letter in text)
        {
            reader.Take([(byte)letter]);
        }
        reader.End();
        reader.End();
        Assert.Equal(["dm-0=7 nvme0n1p1=100.00 sda=0.50", "sda=0.25", "sdb=0.75"], reports);
        for (int i = 0; i < 5000; i++)
        {
            reader.Take(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"d{i} 1\n")));
        }
        reader.End();
        Assert.Equal(4096, reports[^1].Split(' ').Length);
    }

    [Theory]
    [InlineData("/dev/sda1", "sda1", "sda", "1")]
    [InlineData("/dev/sda1", null, null, "1")]
    [InlineData("/dev/sdaa1", null, null, null)]
    [InlineData("/dev/sdb", null, null, "2")]
    [InlineData("/dev/mapper/x", "dm-0", "dm-0", "3")]
    [InlineData("/dev/nvme0n1p2", null, null, "4")]
    [InlineData("/dev/sdc2", "sdc2", "sdc", "6")]
    [InlineData("tmpfs", null, null, null)]
    [InlineData("", null, null, null)]
    public void Row_of_a_device_is_found(string source, string? block, string? disk, string? printed)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["sda"] = "1", ["sdb"] = "2", ["dm-0"] = "3", ["nvme0n1"] = "4", ["sdc"] = "5", ["sdc2"] = "6",
        };
        Assert.Equal(printed, LoadText.Find(rows, new DeviceMount(source, block, disk)));
    }

    /// <summary>
    /// Method: the kernel's tables are files of the test in which the devices' folder lies on a partition.
    /// </summary>
    [Fact]
    public void Watchers_get_reports_of_the_disk_under_the_partition_and_the_usage_file_at_once()
    {
        using var probe = new SideStore();
        ulong number = probe.Server.Devices.Find(1)!.Identity.Device;
        string numbers = $"{(uint)(number >> 32)}:{(uint)number}";
        Write("proc/self/mountinfo", $"1 0 {numbers} / / rw - ext4 /dev/sdq3 rw\n");
        Write("sys/devices/sdq/sdq3/partition", "3\n");
        Directory.CreateDirectory(Path.Join(_root, "sys/dev/block"));
        Directory.CreateSymbolicLink(Path.Join(_root, "sys/dev/block", numbers), "../../devices/sdq/sdq3");
        Write("proc/diskstats", Line(8, 0, "sdq", 0) + Line(8, 3, "sdq3", 0));
        using var store = new SideStore(root => Options(root, new KernelFiles(_root)));
        Until.True(() => File.Exists(store.PathOf("dev1/usage")), "the first usage file is there");
        File.Delete(store.PathOf("dev1/usage")); // its time may not differ: the clock of files has steps
        using RawClient client = store.Side();
        client.Send("watch\nsize /dev1\n"); // what stands behind it is not read
        Assert.Equal("1\t0.00\n2\t0.00\n.\n", Report(client));
        Until.True(() => File.Exists(store.PathOf("dev1/usage")), "usage is written again");
        Write("proc/diskstats", Line(8, 0, "sdq", 1_000_000) + Line(8, 3, "sdq3", 0));
        client.Send("size /dev1\n");
        string report = Report(client);
        while (report.StartsWith("1\t0.00", StringComparison.Ordinal))
        {
            report = Report(client);
        }
        Assert.Equal("1\t100.00\n2\t100.00\n.\n", report);
    }

    [Fact]
    public void Device_without_a_disk_has_no_load()
    {
        using var store = new SideStore(root => Options(root, new KernelFiles(_root)));
        using RawClient client = store.Side();
        client.Send("watch\r\n");
        Assert.Equal("1\t-\n2\t-\n.\n", Report(client));
        Assert.Equal("1\t-\n2\t-\n.\n", Report(client));
    }

    [Fact]
    public void Program_is_run_again_and_its_numbers_are_handed_on()
    {
        using var probe = new SideStore();
        ulong number = probe.Server.Devices.Find(1)!.Identity.Device;
        Write("proc/self/mountinfo", $"1 0 {(uint)(number >> 32)}:{(uint)number} / / rw - ext4 /dev/sdq3 rw\n");
        string script = Path.Join(_root, "fake");
        File.WriteAllText(script, $"echo run >> {_root}/runs\necho 'Device %util'\necho 'sdq 1 2 12.5'\n");
        using var store = new SideStore(root => Options(root, new KernelFiles(_root), $"sh {script}"));
        Until.True(() => store.Server.Devices.Find(2)!.Usage.Mount.Source.Length > 0, "the mount is known");
        using RawClient client = store.Side();
        client.Send("watch\n");
        Assert.Equal("1\t12.5\n2\t12.5\n.\n", Report(client));
        Assert.Equal("1\t12.5\n2\t12.5\n.\n", Report(client));
        Assert.InRange(File.ReadAllLines(Path.Join(_root, "runs")).Length, 2, 1000);
    }

    [Fact]
    public void Program_that_runs_is_ended_with_the_store()
    {
        string script = Path.Join(_root, "fake");
        File.WriteAllText(script, $"echo $$ > {_root}/pid.new; mv {_root}/pid.new {_root}/pid\nsleep 1000\n");
        int pid;
        using (var store = new SideStore(root => Options(root, new KernelFiles(_root), $"sh {script}")))
        {
            Until.True(() => File.Exists(Path.Join(_root, "pid")), "the program runs");
            pid = int.Parse(File.ReadAllText(Path.Join(_root, "pid")), CultureInfo.InvariantCulture);
            Assert.True(Directory.Exists($"/proc/{pid}"));
        }
        Until.True(() => !Directory.Exists($"/proc/{pid}"), "the program has ended");
    }

    [Fact]
    public void Program_that_fails_pauses_and_says_so()
    {
        var log = new KeptLines();
        var program = new LoadProgram("sh -c 'exit 3'", static _ => { }, log);
        Assert.Equal(LoadProgram.FailurePauseMs, program.Run());
        Assert.Contains(log.Lines, line => line.Contains("ended with 3", StringComparison.Ordinal));
        var well = new LoadProgram("true", static _ => { }, log);
        Assert.InRange(well.Run(), 0, 1000);
        well.Stop();
        Assert.Equal(LoadProgram.FailurePauseMs, well.Run()); // is not started any more
        Assert.Single(log.Lines);
    }

    [Fact]
    public void Watchers_are_dropped_by_a_graceful_stop()
    {
        using var store = new SideStore(root => Options(root, new KernelFiles(_root)));
        using RawClient client = store.Side();
        client.Send("watch\n");
        Assert.Equal("1\t-\n2\t-\n.\n", Report(client));
        store.Server.Stop(graceful: true);
        while (!client.IsClosed())
        {
            // reports that were on their way
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private sealed class SetClock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
