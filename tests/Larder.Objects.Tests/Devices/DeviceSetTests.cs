using System.Diagnostics;
using System.Net;
using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>Devices that come, go and are exchanged while clients use them.</summary>
public sealed class DeviceSetTests
{
    private static DeviceOptions Quick => new() { CarePeriodMs = 5 };

    [Theory]
    [InlineData("dev1", 1)]
    [InlineData("dev0", 0)]
    [InlineData("dev16777215", 16777215)]
    [InlineData("dev16777216", -1)]
    [InlineData("dev01", -1)]
    [InlineData("dev", -1)]
    [InlineData("dev-1", -1)]
    [InlineData("dev+1", -1)]
    [InlineData("dev 1", -1)]
    [InlineData("Dev1", -1)]
    [InlineData("dev1x", -1)]
    public void Only_names_of_devices_are_taken_for_devices(string name, int expected)
        => Assert.Equal(expected, DeviceSet.TryNumber(name, out int number) ? number : -1);

    [Fact]
    public void Device_is_found_while_the_store_runs_and_given_up_when_it_goes()
    {
        using var store = new TestStore(Quick);
        using RawClient client = store.Connect();
        Assert.Equal(404, client.Get("/dev7/a").Status);
        Directory.CreateDirectory(store.PathOf("dev7"));
        Until.True(() => store.Server.Devices.Find(7) != null, "dev7 was found");
        Assert.Equal(201, client.Put("/dev7/a", "x"u8).Status);
        Assert.Equal("x"u8, client.Get("/dev7/a").Body);
        Directory.Delete(store.PathOf("dev7"), recursive: true);
        Until.True(() => store.Server.Devices.Find(7) == null, "dev7 was given up");
        Assert.Equal(404, client.Get("/dev7/a").Status);
    }

    [Fact]
    public void Workers_are_divided_again_when_devices_come()
    {
        using var store = new TestStore(Quick, workers: 12);
        Assert.Equal(6, store.Server.Devices.Find(1)!.Queue.Slots);
        Directory.CreateDirectory(store.PathOf("dev3"));
        Until.True(() => store.Server.Devices.Find(1)!.Queue.Slots == 4, "a third each");
        store.Server.Devices.Divide(30);
        Assert.Equal(10, store.Server.Devices.Find(3)!.Queue.Slots);
    }

    /// <summary>
    /// Aim: a device that is exchanged under load is not used through descriptors of the old one, which are closed.
    /// Method: four clients store and read while the folder is moved away and another put in its place, again and
    /// again; each answer must be one of those that a device coming and going can give, and in the end all
    /// descriptors of old folders are closed.
    /// </summary>
    [Fact]
    public void Device_that_is_exchanged_under_load_is_left_cleanly()
    {
        using var store = new TestStore(Quick, hotFiles: 10);
        int stop = 0;
        int served = 0;
        var odd = new StringBuilder();
        Thread[] clients = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            byte[] content = Encoding.ASCII.GetBytes($"content of {n}");
            while (Volatile.Read(ref stop) == 0)
            {
                using RawClient client = store.Connect();
                RawAnswer put = client.Put($"/dev1/{n}/a", content);
                RawAnswer? get = put.Status == 201 ? client.Get($"/dev1/{n}/a") : null;
                bool isFine = put.Status is 201 or 404 or 503 or 500
                    && (get == null || get.Status is 404 or 503 || get.Body.AsSpan().SequenceEqual(content));
                if (!isFine)
                {
                    lock (odd)
                    {
                        odd.AppendLine($"{put.Status} {get?.Status} {get?.Body.Length}");
                    }
                }
                Interlocked.Increment(ref served);
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        var old = new List<Device>();
        for (int i = 0; i < 20; i++)
        {
            Device device = store.Server.Devices.Find(1)!;
            int before = Volatile.Read(ref served);
            Directory.Move(store.PathOf("dev1"), store.PathOf($"old{i}"));
            Directory.CreateDirectory(store.PathOf("dev1"));
            Until.True(() => store.Server.Devices.Find(1) is { } now && now != device, "it was exchanged");
            Until.True(() => Volatile.Read(ref served) > before + 8, "clients went on");
            old.Add(device);
        }
        Volatile.Write(ref stop, 1);
        Array.ForEach(clients, client => client.Join());
        Assert.Equal("", odd.ToString());
        Until.True(() => !old.Exists(device => device.TryHold()), "old folders are closed");
        using RawClient last = store.Connect();
        Assert.Equal(201, last.Put("/dev1/last", "x"u8).Status);
        Assert.True(File.Exists(store.PathOf("dev1/last")));
    }

    [Fact]
    public void File_system_that_is_mounted_over_a_device_takes_its_place()
    {
        using var store = new TestStore(Quick);
        File.WriteAllText(store.PathOf("dev1/below"), "below");
        using RawClient client = store.Connect();
        Assert.Equal("below"u8, client.Get("/dev1/below").Body);
        using var mount = MountedTmpfs.At(store.PathOf("dev1"), "1m");
        Until.True(() => client.Get("/dev1/below").Status == 404, "the mount is seen");
        Assert.Equal(201, client.Put("/dev1/above", "above"u8).Status);
        // What we hold open would keep it busy; a lazy unmount ends when the store has let go.
        mount.Unmount();
        Until.True(() => client.Get("/dev1/below").Status == 200, "the folder is seen again");
        Assert.Equal(404, client.Get("/dev1/above").Status);
    }

    [Fact]
    public void Device_that_hangs_when_it_is_opened_keeps_no_other_waiting()
    {
        using var held = new HeldOperations(DeviceOperation.Find, device: 5);
        var log = new KeptLines();
        using var store = new TestStore(root => new ObjectServerOptions
        {
            Root = root,
            HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Devices = new DeviceOptions { CarePeriodMs = 5, Faults = held },
            Logger = log,
        });
        held.Hold();
        Directory.CreateDirectory(store.PathOf("dev5"));
        Until.True(() => held.Waiting == 1, "dev5 hangs");
        Directory.CreateDirectory(store.PathOf("dev6"));
        Until.True(() => store.Server.Devices.Find(6) != null, "dev6 was found");
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev6/a", "x"u8).Status);
        Assert.Equal(404, client.Get("/dev5/a").Status);
        Directory.Delete(store.PathOf("dev6"), recursive: true);
        Until.True(() => store.Server.Devices.Find(6) == null, "dev6 was given up");
        Assert.Single(log.Lines, line => line.Contains("dev5", StringComparison.Ordinal)
            && line.Contains(nameof(Errno.TimedOut), StringComparison.Ordinal));
        Assert.Equal(1, held.Waiting); // nobody tries a second time
        held.Release();
        Until.True(() => store.Server.Devices.Find(5) != null, "dev5 was found");
        Assert.Equal(404, client.Get("/dev5/a").Status);
        Assert.Equal(201, client.Put("/dev5/a", "x"u8).Status);
    }

    [Fact]
    public void Device_that_goes_while_it_is_opened_is_closed_when_it_is_there()
    {
        using var held = new HeldOperations(DeviceOperation.Find, device: 5);
        using var store = new TestStore(new DeviceOptions { CarePeriodMs = 5, Faults = held });
        held.Hold();
        string path = store.PathOf("dev5");
        Directory.CreateDirectory(path);
        Until.True(() => held.Waiting == 1, "dev5 hangs");
        Directory.Delete(path);
        Directory.CreateDirectory(store.PathOf("dev6"));
        Until.True(() => store.Server.Devices.Find(6) != null, "a scan has seen that it is gone");
        Directory.CreateDirectory(path);
        Until.True(() => held.Waiting == 2, "the new one hangs, too");
        held.Release();
        Until.True(() => store.Server.Devices.Find(5) != null, "dev5 was found");
        Until.True(() => OpenFolders(path) == 1, "the other was closed");
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev5/a", "x"u8).Status);
    }

    [Fact]
    public void Store_starts_and_stops_with_a_device_that_hangs()
    {
        using var held = new HeldOperations(DeviceOperation.Find);
        held.Hold();
        using (var store = new TestStore(new DeviceOptions { Faults = held }))
        {
            using RawClient client = store.Connect();
            Assert.Equal(404, client.Get("/dev1/a").Status);
            Assert.Equal(201, client.Put("/dev2/a", "x"u8).Status);
        }
        held.Release();
        Until.True(() => held.Waiting == 0, "it has ended");
    }

    private static int OpenFolders(string path) => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(each => string.Equals(new FileInfo(each).LinkTarget, path, StringComparison.Ordinal));

    [Fact]
    public void Held_device_is_closed_by_the_last_who_lets_go()
    {
        string root = Directory.CreateTempSubdirectory("larder-objects-").FullName;
        try
        {
            Assert.False(Device.Open(root, Device.RootNumber, new DeviceOptions(), out Device? device).IsError);
            Assert.True(device!.TryHold());
            Assert.True(device.Queue.TryEnter());
            device.Dispose();
            device.Dispose();
            Assert.False(device.Queue.TryEnter());
            Assert.False(device.Status("."u8, out _).IsError);
            device.Queue.Leave();
            Assert.False(device.Status("."u8, out _).IsError);
            device.Release();
            Assert.False(device.TryHold());
            Assert.True(device.Status("."u8, out _).IsError);
        }
        finally
        {
            Directory.Delete(root);
        }
    }
}
