using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Scrubbing;
using Larder.Objects.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Objects.Tests.Scrubbing;

/// <summary>Stored bytes compared with their digests: what is found, moved, left alone; by a simulated clock.</summary>
public sealed class DeviceScrubberTests
{
    private const long Rate = 1_000_000;
    private const long Begin = 1_800_000_000;

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static void Fill(TestStore store, int files, int length = 1000)
    {
        using RawClient client = store.Connect();
        for (int i = 0; i < files; i++)
        {
            Assert.Equal(201, client.Put($"/dev1/{i % 3}/{i}", Content(length)).Status);
        }
    }

    private static DeviceScrubber Scrubber(TestStore store, bool addsDigests = false)
        => new(
            store.Server.Devices.Find(1)!,
            new ScrubOptions { BytesPerSecond = Rate, AddsDigests = addsDigests, Interval = TimeSpan.FromHours(1) },
            NullLogger.Instance);

    /// <summary>Does a pass on a simulated clock; the milliseconds that it took.</summary>
    private static long Pass(DeviceScrubber scrubber, long nowUnix = Begin, int steps = int.MaxValue)
    {
        long nowMs = 0;
        bool hasBegun = false;
        for (int i = 0; i < steps; i++)
        {
            nowMs += scrubber.Step(false, nowMs, nowUnix);
            if (hasBegun && !scrubber.Status.IsRunning)
            {
                return nowMs;
            }
            hasBegun |= scrubber.Status.IsRunning;
            Assert.True(i < 100_000, "the pass never ended");
        }
        return nowMs;
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1000, 999)]
    [InlineData(256 * 1024, 5)]
    [InlineData(600_000, 400_000)]
    public void Damaged_file_is_found_moved_reported_and_not_served(int length, int offset)
    {
        using var store = new TestStore();
        Fill(store, 7, length);
        Damage.OneByte(store.PathOf("dev1/1/4"), offset);
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber);
        Assert.Equal((7L, 1L, 0L), (scrubber.Status.Files, scrubber.Status.Damaged, scrubber.Status.Unreadable));
        string moved = Assert.Single(Directory.GetFiles(store.PathOf("dev1/lost+damaged"), "*-4"));
        Assert.Equal(length, new FileInfo(moved).Length);
        string report = Assert.Single(File.ReadAllLines(store.PathOf("dev1/lost+damaged/report.txt")));
        Assert.StartsWith("2027-01-15T08:00:00Z 1/4 damaged", report, StringComparison.Ordinal);
        Assert.EndsWith("moved to " + Path.GetFileName(moved), report, StringComparison.Ordinal);
        using RawClient client = store.Connect();
        Assert.Equal(404, client.Get("/dev1/1/4").Status);
        Assert.Equal(Content(length), client.Get("/dev1/2/5").Body);
        Assert.Equal(201, client.Put("/dev1/1/4", Content(length)).Status); // the tracker's new copy
        Pass(scrubber, Begin + 3600);
        Assert.Equal((7L, 0L), (scrubber.Status.Files, scrubber.Status.Damaged));
    }

    [Fact]
    public void Files_that_somebody_has_changed_are_left_alone()
    {
        using var store = new TestStore();
        Fill(store, 3);
        File.WriteAllText(store.PathOf("dev1/1/1"), "changed, with a new time");
        File.WriteAllText(store.PathOf("dev1/other"), "never had a digest");
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber);
        Assert.Equal((2L, 0L), (scrubber.Status.Files, scrubber.Status.Damaged));
        Assert.False(Directory.Exists(store.PathOf("dev1/lost+damaged")));
    }

    [Fact]
    public void File_that_is_replaced_while_it_is_read_is_left_alone()
    {
        using var store = new TestStore();
        Fill(store, 1, 1_000_000);
        Damage.OneByte(store.PathOf("dev1/0/0"), 900_000);
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber, steps: 4); // some slices of it
        Assert.True(scrubber.Status.Bytes is > 0 and < 1_000_000);
        Fill(store, 1, 1_000_000);
        Pass(scrubber);
        Assert.Equal(0, scrubber.Status.Damaged);
        using RawClient client = store.Connect();
        Assert.Equal(Content(1_000_000), client.Get("/dev1/0/0").Body);
    }

    [Fact]
    public void Rate_is_honoured_and_lost_time_is_not_made_up_for()
    {
        using var store = new TestStore();
        Fill(store, 4, 1_000_000);
        DeviceScrubber scrubber = Scrubber(store);
        long ms = Pass(scrubber);
        Assert.Equal(4_000_000, scrubber.Status.Bytes);
        Assert.InRange(ms, 4_000, 6_000);
        var pace = new ScrubPace(Rate);
        Assert.Equal(500, pace.Wait(500_000, 0));
        Assert.Equal(1_000, pace.Wait(1_000_000, 3_600_000));
        Assert.Equal(1_500, pace.Wait(500_000, 3_600_000));
    }

    [Fact]
    public void Pass_is_begun_again_after_the_interval()
    {
        using var store = new TestStore();
        Fill(store, 3);
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber);
        Assert.Equal(1_000, scrubber.Step(false, 1_000_000, Begin + 3599));
        Assert.False(scrubber.Status.IsRunning);
        scrubber.Step(false, 1_000_000, Begin + 3600);
        Assert.True(scrubber.Status.IsRunning);
        Assert.Equal(Begin + 3600, scrubber.Status.BegunUnix);
    }

    [Fact]
    public void Paused_it_reads_nothing_and_goes_on_after_a_restart_where_it_was()
    {
        using var store = new TestStore();
        Fill(store, 30);
        DeviceScrubber first = Scrubber(store);
        Pass(first, steps: 20);
        Assert.InRange(first.Status.Files, 1, 29);
        first.Step(true, 1_000_000, Begin);
        ScrubStatus paused = first.Status;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(1_000, first.Step(true, 1_000_000 + i, Begin));
        }
        Assert.Equal(paused, first.Status);
        DeviceScrubber second = Scrubber(store);
        second.Step(true, 0, Begin + 10);
        Assert.Equal(paused, second.Status);
        Pass(second, Begin + 10);
        Assert.InRange(second.Status.Files, 29, 30); // the one that was open is taken for done
        Assert.Equal(Begin, second.Status.BegunUnix);
        using RawClient client = store.Connect();
        Assert.Equal(403, client.Get("/dev1/.larder-scrub").Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2 1 1 1 1 1 a")]
    [InlineData("1 x 1 1 1 1 a")]
    [InlineData("1 1")]
    public void Progress_that_is_not_understood_begins_anew(string text)
    {
        using var store = new TestStore();
        Fill(store, 3);
        File.WriteAllText(store.PathOf("dev1/.larder-scrub"), text);
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber);
        Assert.Equal(3, scrubber.Status.Files);
    }

    [Fact]
    public void Files_the_disk_cannot_read_are_reported_and_stay()
    {
        var faults = new DiskFaults();
        using var store = new TestStore(new DeviceOptions { Faults = faults, ErrorsMax = int.MaxValue });
        Fill(store, 3);
        DeviceScrubber scrubber = Scrubber(store);
        scrubber.Step(true, 0, Begin); // has looked for progress
        faults.Fail(1, DeviceOperation.Open, Errno.Access);
        scrubber.Step(false, 0, Begin);
        faults.Heal(1, DeviceOperation.Open);
        faults.Fail(1, DeviceOperation.Status, Errno.InputOutput); // opened, and nothing more
        Pass(scrubber, Begin + 3600);
        faults.Heal(1, DeviceOperation.Status);
        Assert.Equal(0, scrubber.Status.Damaged);
        Assert.Equal(3, Directory.GetFiles(store.Root, "?", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Read_error_is_reported()
    {
        var faults = new DiskFaults();
        using var store = new TestStore(new DeviceOptions { Faults = faults, ErrorsMax = int.MaxValue });
        Fill(store, 1, 600_000);
        DeviceScrubber scrubber = Scrubber(store);
        long nowMs = 0;
        while (scrubber.Status.Bytes == 0)
        {
            nowMs += scrubber.Step(false, nowMs, Begin);
        }
        faults.Fail(1, DeviceOperation.IdleRead, Errno.InputOutput);
        scrubber.Step(false, nowMs, Begin);
        faults.Heal(1, DeviceOperation.IdleRead);
        Assert.Equal(1, scrubber.Status.Unreadable);
        Assert.Equal(
            ["2027-01-15T08:00:00Z 0/0 unreadable at 262144: InputOutput"],
            File.ReadAllLines(store.PathOf("dev1/lost+damaged/report.txt")));
        Assert.True(File.Exists(store.PathOf("dev1/0/0")));
    }

    [Fact]
    public void Damaged_file_that_cannot_be_moved_is_reported_all_the_same()
    {
        var faults = new DiskFaults();
        using var store = new TestStore(new DeviceOptions { Faults = faults });
        Fill(store, 1);
        Damage.OneByte(store.PathOf("dev1/0/0"), 1);
        faults.Fail(1, DeviceOperation.Name, Errno.Access);
        DeviceScrubber scrubber = Scrubber(store);
        Pass(scrubber);
        Assert.Equal(1, scrubber.Status.Damaged);
        Assert.EndsWith(
            "not moved: Access",
            Assert.Single(File.ReadAllLines(store.PathOf("dev1/lost+damaged/report.txt"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_digests_get_one_if_asked_and_if_they_are_quiet()
    {
        using var store = new TestStore();
        foreach (string name in (string[])["old", "new"])
        {
            File.WriteAllText(store.PathOf("dev1/" + name), "123456789");
        }
        File.SetLastWriteTimeUtc(store.PathOf("dev1/old"), DateTime.UnixEpoch.AddSeconds(Begin - 3601));
        File.SetLastWriteTimeUtc(store.PathOf("dev1/new"), DateTime.UnixEpoch.AddSeconds(Begin - 3599));
        Pass(Scrubber(store, addsDigests: true));
        using RawClient client = store.Connect();
        Assert.Equal("crc32c=4waSgw==", client.Get("/dev1/old").Header("Digest"));
        Assert.Null(client.Get("/dev1/new").Header("Digest"));
    }

    [Fact]
    public void Scrubber_of_a_running_store_finds_what_a_client_came_upon()
    {
        using var store = new TestStore(
            verifyReads: true, scrub: new ScrubOptions { BytesPerSecond = Rate, Interval = TimeSpan.FromDays(1) });
        Fill(store, 3);
        Until.True(
            () => store.Server.Scrub.Status.All(status => status is { BegunUnix: > 0, IsRunning: false }),
            "all is well");
        Damage.OneByte(store.PathOf("dev1/1/1"), 3);
        using RawClient client = store.Connect();
        Assert.Equal(500, client.Get("/dev1/1/1").Status);
        Until.True(() => client.Get("/dev1/1/1").Status == 404, "it is moved away");
        store.Server.Scrub.Pause();
        Assert.True(store.Server.Scrub.IsPaused);
        store.Server.Scrub.Resume();
        Assert.False(store.Server.Scrub.IsPaused);
    }

    [Theory]
    [InlineData("0/000/0000000001.fid", "0/000/0000000001.fid")]
    [InlineData("a b%c\n\u00ff", "a%20b%25c%0A%FF")]
    public void Paths_stand_in_one_line_and_come_back(string latin, string expected)
    {
        byte[] path = Encoding.Latin1.GetBytes(latin);
        Assert.Equal(expected, PathText.Escape(path));
        Assert.Equal(path, PathText.Unescape(expected));
    }
}
