using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;
using Larder.Protocol.Mogile;

namespace Larder.Objects.Tests.Usage;

/// <summary>
/// How full a device is, as trackers are told. Method: measuring is held by the fault seam where figures must not
/// change by what others write to the same disk.
/// </summary>
public sealed class UsageTests
{
    private const string UsagePath = "/dev1/usage";
    private const string ObjectPath = "/dev1/0/000/000/0000000001.fid";

    private static ObjectServerOptions Options(string root, IDeviceFaults? faults = null, bool isReadOnly = false)
        => new()
        {
            Root = root,
            HttpEndpoints = [SideStore.Loopback],
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = 4,
            UsagePeriod = TimeSpan.FromMilliseconds(100),
            Devices = new DeviceOptions { Faults = faults, IsReadOnly = isReadOnly },
        };

    private static string Usage(RawClient client)
    {
        RawAnswer answer = client.Get(UsagePath);
        Assert.Equal(200, answer.Status);
        return Encoding.ASCII.GetString(answer.Body);
    }

    private static UsageFigures Figures(RawClient client)
    {
        Assert.True(UsageFile.TryRead(Encoding.ASCII.GetBytes(Usage(client)), out UsageFigures figures));
        return figures;
    }

    private static void UntilKnown(RawClient client)
        => Until.True(() => client.Get(UsagePath).Status == 200, "usage is measured");

    [Fact]
    public void Usage_is_seven_lines_that_a_tracker_takes()
    {
        using var store = new SideStore();
        using RawClient client = store.Http();
        UntilKnown(client);
        string[] lines = Usage(client).Split('\n');
        Assert.Equal(["available", "device", "disk", "time", "total", "use", "used"],
            lines[..^1].Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Equal($"disk: {store.PathOf("dev1")}", lines[2]);
        Assert.Equal("", lines[^1]);
        Assert.True(Figures(client).Total > 0);
        Assert.Equal("avail", Encoding.ASCII.GetString(client.Get(UsagePath, "Range: bytes=0-4\r\n").Body));
        Assert.Empty(client.Ask($"HEAD {UsagePath} HTTP/1.1\r\n\r\n").Body);
        Assert.Equal(404, client.Get("/usage").Status); // beside the devices there is no such thing
    }

    [Fact]
    public void Usage_follows_each_put_and_delete_at_once()
    {
        using var held = new HeldOperations(DeviceOperation.Space);
        using var store = new SideStore(root => Options(root, held));
        using RawClient client = store.Http();
        UntilKnown(client);
        held.Hold();
        Until.True(() => held.Waiting > 0, "measuring hangs");
        long before = Figures(client).Used;
        Assert.Equal(201, client.Put(ObjectPath, new byte[1_000_000]).Status);
        long stored = Figures(client).Used;
        Assert.InRange(stored - before, 976, 1_100); // KiB, in whole blocks
        Assert.Equal(201, client.Put(ObjectPath, new byte[3_000_000]).Status);
        Assert.InRange(Figures(client).Used - before, 2_929, 3_100);
        Assert.Equal(201, client.Put(ObjectPath, new byte[1_000_000]).Status);
        Assert.Equal(stored, Figures(client).Used);
        const string Range = "Content-Range: bytes 1000000-1099999/*\r\n";
        Assert.Equal(201, client.Put(ObjectPath, new byte[100_000], Range).Status);
        Assert.InRange(Figures(client).Used - stored, 90, 120);
        Assert.Equal(204, client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(before, Figures(client).Used);
        Assert.Equal(404, client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(before, Figures(client).Used);
    }

    [Fact]
    public void Usage_of_a_device_that_cannot_be_measured_is_refused_and_comes_back()
    {
        using var held = new HeldOperations(DeviceOperation.Space);
        using var store = new SideStore(root => Options(root, held));
        using RawClient client = store.Http();
        UntilKnown(client);
        held.Failure = Errno.InputOutput;
        Until.True(() => client.Get(UsagePath).Status == 503, "usage is refused");
        held.Failure = Errno.None;
        UntilKnown(client);
    }

    [Fact]
    public void Usage_not_measured_for_long_is_not_told()
    {
        using var store = new SideStore();
        Device device = store.Server.Devices.Find(2)!;
        var usage = device.Usage;
        Until.True(() => usage.TryGet(out _), "usage is measured");
        usage.TryGet(out var space);
        long nowMs = Environment.TickCount64;
        var old = new Larder.Objects.Usage.DeviceUsage();
        Assert.False(old.TryGet(nowMs, out _));
        old.Measured(space, nowMs);
        Assert.True(old.TryGet(nowMs + Larder.Objects.Usage.DeviceUsage.FreshMs - 1, out _));
        Assert.False(old.TryGet(nowMs + Larder.Objects.Usage.DeviceUsage.FreshMs, out _));
    }

    [Theory]
    [InlineData(DeviceTrouble.Errors, "errors")]
    [InlineData(DeviceTrouble.Lost, "lost")]
    [InlineData(DeviceTrouble.Hanging, "hanging")]
    [InlineData(DeviceTrouble.Slow, "slow")]
    public void Usage_of_a_device_out_of_service_says_so_behind_the_seven_lines(DeviceTrouble trouble, string word)
    {
        var usage = new Larder.Objects.Usage.DeviceUsage();
        Assert.Null(usage.Text("/dev1", WriteVerdict.OutOfService, trouble));
        usage.Measured(new SpaceStatus(4096, 2048, 1024), Environment.TickCount64);
        byte[] text = usage.Text("/dev1", WriteVerdict.OutOfService, trouble)!;
        Assert.EndsWith(
            $"\nused: 2\nstate: failing\ntrouble: {word}\n", Encoding.ASCII.GetString(text), StringComparison.Ordinal);
        Assert.True(UsageFile.TryRead(text, out UsageFigures figures)); // a tracker passes over both
        Assert.Equal((3L, 2L), (figures.Total, figures.Used));
        Assert.EndsWith(
            "\nused: 2\n",
            Encoding.ASCII.GetString(usage.Text("/dev1", WriteVerdict.Accepted, DeviceTrouble.None)!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_file_is_written_beside_and_renamed()
    {
        using var store = new SideStore(root => Options(root));
        Until.True(() => File.Exists(store.PathOf("dev1/usage")), "the file is there");
        byte[] text = File.ReadAllBytes(store.PathOf("dev1/usage"));
        Assert.True(UsageFile.TryRead(text, out _));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(store.PathOf("dev1/usage"))
            & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
        DateTime written = File.GetLastWriteTimeUtc(store.PathOf("dev1/usage"));
        Until.True(() => File.GetLastWriteTimeUtc(store.PathOf("dev1/usage")) > written, "it is written again");
        store.Server.Stop();
        Assert.Equal([store.PathOf("dev1/usage")], Directory.GetFileSystemEntries(store.PathOf("dev1")));
    }

    [Theory]
    [InlineData(DeviceOperation.Create)]
    [InlineData(DeviceOperation.Name)]
    public void Usage_file_that_cannot_be_written_leaves_nothing_and_comes_later(DeviceOperation operation)
    {
        using var held = new HeldOperations(operation) { Failure = Errno.InputOutput };
        using var store = new SideStore(root => Options(root, held));
        Device device = store.Server.Devices.Find(1)!;
        Until.True(() => device.Health.Errors >= 2, "it was tried twice");
        Assert.False(File.Exists(store.PathOf("dev1/usage")));
        held.Failure = Errno.None;
        Until.True(() => File.Exists(store.PathOf("dev1/usage")), "the file is there");
    }

    [Fact]
    public void Usage_of_a_read_only_device_says_so_behind_the_seven_lines_and_writes_nothing()
    {
        using var store = new SideStore(root => Options(root, isReadOnly: true));
        using RawClient client = store.Http();
        UntilKnown(client);
        Assert.EndsWith("\nstate: readonly\n", Usage(client), StringComparison.Ordinal);
        Assert.True(Figures(client).Total > 0);
        store.Server.Stop();
        Assert.Empty(Directory.GetFileSystemEntries(store.PathOf("dev1")));
    }

    [Fact]
    public void Disk_that_hangs_holds_no_other_devices_usage()
    {
        using var held = new HeldOperations(DeviceOperation.Space);
        held.Hold();
        using var store = new SideStore(root => Options(root, held));
        using RawClient client = store.Http();
        Until.True(() => client.Get("/dev2/usage").Status == 200, "the other device is measured");
        Until.True(() => held.Waiting > 0, "measuring hangs");
        Assert.Equal(503, client.Get(UsagePath).Status);
        held.Release();
        UntilKnown(client);
    }
}
