using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Scrubbing;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.SideChannel;

/// <summary>What an operator asks of the scrubber over the side-channel, in this process and beside others.</summary>
public sealed class ScrubCommandTests
{
    private static ObjectServerOptions Options(
        string root, bool scrubs = true, bool onlyWatches = false, IDeviceFaults? faults = null) => new()
    {
        Root = root,
        HttpEndpoints = [SideStore.Loopback],
        SideChannelEndpoints = [SideStore.Loopback],
        Workers = 4,
        Scrub = scrubs ? new ScrubOptions { Interval = TimeSpan.FromDays(1), OnlyWatches = onlyWatches } : null,
        Devices = new DeviceOptions { CarePeriodMs = 20, Faults = faults },
    };

    private static string Ask(RawClient client, string line)
    {
        client.Send(line + "\r\n");
        return client.ReadLine();
    }

    private static string[] AskLines(RawClient client, string line)
    {
        client.Send(line + "\n");
        var lines = new List<string>();
        while (lines is not [.., ".\r\n"])
        {
            lines.Add(client.ReadLine());
        }
        return [.. lines[..^1]];
    }

    [Fact]
    public void Store_that_does_not_scrub_says_so()
    {
        using var store = new SideStore(root => Options(root, scrubs: false));
        using RawClient client = store.Side();
        Assert.Equal("ERR nothing is scrubbed here\r\n", Ask(client, "larder scrub pause"));
        Assert.Equal("ERR nothing is scrubbed here\r\n", Ask(client, "larder scrub status"));
        Assert.Equal("ERROR: unknown command: larder\r\n", Ask(client, "larder scrub"));
    }

    [Fact]
    public void Devices_are_paused_together_or_alone_and_stay_so_over_a_restart()
    {
        using var store = new SideStore(root => Options(root));
        using RawClient client = store.Side();
        Until.True(() => AskLines(client, "larder scrub status") is [{ } one, { } two]
            && one.StartsWith("dev1 waiting begun=1", StringComparison.Ordinal)
            && two.StartsWith("dev2 waiting begun=1", StringComparison.Ordinal), "both passes have ended");
        Assert.EndsWith(
            "files=0 bytes=0 damaged=0 unreadable=0 at=/\r\n",
            Assert.Single(AskLines(client, "larder scrub status dev2")),
            StringComparison.Ordinal);
        Assert.Equal("ERR no such device\r\n", Ask(client, "larder scrub pause dev3"));
        Assert.Equal("OK\r\n", Ask(client, "larder scrub pause dev2"));
        Assert.Equal("OK\r\n", Ask(client, "larder scrub pause dev2"));
        Assert.Equal(["waiting", "paused"], States(client));
        Assert.Equal("OK\r\n", Ask(client, "larder scrub pause"));
        Assert.Equal(["paused", "paused"], States(client));
        Assert.Equal("OK\r\n", Ask(client, "larder scrub resume dev2"));
        Assert.Equal(["paused", "paused"], States(client)); // all are
        using (ObjectServer next = ObjectServer.Start(Options(store.Root, onlyWatches: true)))
        {
            Assert.True(next.Scrub.IsPausedOn(1)); // at once
            using var other = new RawClient(next.Endpoints[^1]);
            Assert.Equal("OK\r\n", Ask(other, "larder scrub pause dev1"));
            Assert.Equal("OK\r\n", Ask(other, "larder scrub resume"));
            Assert.Equal(["waiting", "waiting"], States(other));
        }
        Until.True(() => States(client) is ["waiting", "waiting"], "the first has seen it");
        Assert.Equal(["dev1", "dev2"], Directory.GetFileSystemEntries(store.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Process_that_only_watches_reads_nothing_and_tells_what_the_other_has_written_down()
    {
        using var store = new SideStore(root => Options(root, onlyWatches: true));
        File.WriteAllText(store.PathOf("dev1/.larder-scrub"), "1 1800000000 7 8 1 0 0/a\n");
        using ObjectServer next = ObjectServer.Start(Options(store.Root, onlyWatches: true));
        using var client = new RawClient(next.Endpoints[^1]);
        Until.True(
            () => AskLines(client, "larder scrub status dev1") is
                ["dev1 running begun=1800000000 files=7 bytes=8 damaged=1 unreadable=0 at=/0/a\r\n"],
            "it has read the device's file");
    }

    [Fact]
    public void Report_of_damaged_files_is_told()
    {
        using var store = new SideStore(root => Options(root));
        using RawClient client = store.Side();
        Assert.Empty(AskLines(client, "larder scrub report dev1"));
        Directory.CreateDirectory(store.PathOf("dev1/lost+damaged"));
        string path = store.PathOf("dev1/lost+damaged/report.txt");
        File.WriteAllText(path, "one\ntwo\nhalf");
        Assert.Equal(["one\r\n", "two\r\n"], AskLines(client, "larder scrub report dev1"));
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"line {i}\n")));
        string[] lines = AskLines(client, "larder scrub report dev1");
        Assert.Equal("line 19999\r\n", lines[^1]);
        Assert.All(lines, static line => Assert.Matches("^line [0-9]+\r\n$", line));
        Assert.InRange(lines.Sum(static line => line.Length - 1), ScrubAnswers.ReportBytesMax - 11,
            ScrubAnswers.ReportBytesMax);
    }

    [Fact]
    public void Disk_that_fails_is_told()
    {
        using var faults = new HeldOperations(DeviceOperation.Status) { Failure = Errno.InputOutput };
        using var store = new SideStore(root => Options(root, faults: faults));
        Directory.CreateDirectory(store.PathOf("dev1/lost+damaged"));
        File.WriteAllText(store.PathOf("dev1/lost+damaged/report.txt"), "one\n");
        using RawClient client = store.Side();
        Assert.Equal("ERR InputOutput\r\n", Ask(client, "larder scrub report dev1"));
        using var root = new HeldOperations(DeviceOperation.Create, Device.RootNumber) { Failure = Errno.Access };
        using var other = new SideStore(path => Options(path, faults: root));
        using RawClient second = other.Side();
        Assert.Equal("ERR Access\r\n", Ask(second, "larder scrub pause"));
        Assert.DoesNotContain("paused", States(second));
    }

    private static string[] States(RawClient client)
        => [.. AskLines(client, "larder scrub status").Select(static line => line.Split(' ')[1])];
}
