using System.Globalization;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>Disks that hang, fail and come back: what their clients are answered, and what others notice.</summary>
public sealed class FrozenDeviceTests
{
    private const int Devices = 8;

    private static TestStore Store(DeviceOptions options, int devices, int workers)
    {
        var store = new TestStore(options, workers: workers);
        for (int number = 3; number <= devices; number++)
        {
            Directory.CreateDirectory(store.PathOf($"dev{number}"));
        }
        Until.True(() => store.Server.Devices.All.Count == Math.Max(devices, 2) + 1, "all devices are found");
        return store;
    }

    private static byte[] Body(int device, int i)
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"object {i} of {device}"));

    /// <summary>
    /// Aim: one of eight disks hangs, with more clients on it than there are workers, and the other seven serve all
    /// that they are asked for.
    /// Method: the fault seam holds every operation of dev1; clients of the other devices go on until each has had
    /// a hundred answers, all while dev1 is held.
    /// </summary>
    [Fact]
    public void Others_are_served_while_one_of_eight_is_frozen()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(
            new DeviceOptions { Faults = faults, CarePeriodMs = 5, WaitersMax = 30 }, Devices, workers: 16);
        using (RawClient client = store.Connect())
        {
            Assert.Equal(201, client.Put("/dev1/a", "x"u8).Status);
        }
        faults.Freeze(1);
        RawClient[] frozen = [.. Enumerable.Range(0, 40).Select(_ => store.Connect())];
        try
        {
            foreach (RawClient client in frozen)
            {
                client.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
            }
            DeviceQueue queue = store.Server.Devices.Find(1)!.Queue;
            Until.True(() => queue.Refused == frozen.Length - 30 - queue.Slots, "the queue is full");
            ServeOthers(store);
            Assert.Equal(30, queue.Waiting);
            Assert.Equal(queue.Slots, queue.Busy);
        }
        finally
        {
            faults.Thaw(1);
        }
        int[] answers = [.. frozen.Select(client => client.Read().Status)];
        Assert.Equal(30 + store.Server.Devices.Find(1)!.Queue.Slots, answers.Count(status => status == 200));
        Assert.Equal(answers.Length, answers.Count(status => status is 200 or 503));
        Array.ForEach(frozen, client => client.Dispose());
        using RawClient last = store.Connect();
        Assert.Equal("x"u8, last.Get("/dev1/a").Body);
    }

    [Fact]
    public void Wait_for_a_frozen_disk_ends_with_503()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(
            new DeviceOptions { Faults = faults, WaitTimeoutMs = 1, Slots = 1 }, 2, workers: 4);
        faults.Freeze(1);
        using RawClient holder = store.Connect();
        holder.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
        Until.True(() => store.Server.Devices.Find(1)!.Queue.Busy == 1, "the slot is taken");
        using RawClient client = store.Connect();
        RawAnswer answer = client.Get("/dev1/a");
        Assert.Equal((503, true), (answer.Status, answer.KeepsAlive));
        Assert.Equal(1, store.Server.Devices.Find(1)!.Queue.Expired);
        Assert.Equal(404, client.Get("/dev2/a").Status);
        faults.Thaw(1);
        Assert.Equal(404, holder.Read().Status);
    }

    [Fact]
    public void Only_device_of_a_store_leaves_a_worker_to_what_needs_no_disk()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(new DeviceOptions { Faults = faults }, 2, workers: 2);
        faults.Freeze(1);
        RawClient[] frozen = [.. Enumerable.Range(0, 5).Select(_ => store.Connect())];
        Array.ForEach(frozen, client => client.Send("GET /dev1/a HTTP/1.1\r\n\r\n"));
        Until.True(() => store.Server.Devices.Find(1)!.Queue.Waiting == 4, "one is at it, four wait");
        using RawClient other = store.Connect();
        Assert.Equal(200, other.Get("/").Status);
        Assert.Equal(404, other.Get("/dev2/a").Status);
        faults.Thaw(1);
        Array.ForEach(frozen, client => Assert.Equal(404, client.Read().Status));
        Array.ForEach(frozen, client => client.Dispose());
    }

    [Fact]
    public void Failing_disk_is_read_and_takes_no_changes()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(new DeviceOptions { Faults = faults, ErrorsMax = 3 }, 2, workers: 4);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a", "x"u8).Status);
        faults.Fail(1, DeviceOperation.Write, Errno.InputOutput);
        Device device = store.Server.Devices.Find(1)!;
        for (int i = 0; i < 3; i++)
        {
            using RawClient writer = store.Connect();
            Assert.Equal(500, writer.Put("/dev1/b", "y"u8).Status);
        }
        Until.True(() => !device.Health.IsInService, "it is out of service");
        Assert.Equal(DeviceTrouble.Errors, device.Health.Trouble);
        Assert.Equal("x"u8, client.Get("/dev1/a").Body);
        Assert.Equal(503, client.Ask("DELETE /dev1/a HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(201, client.Put("/dev2/b", "y"u8).Status);
        Assert.Equal(503, client.Put("/dev1/b", "y"u8).Status);
        Assert.Equal(["dev1/a", "dev2/b"], store.Files());
    }

    [Theory]
    [InlineData(DeviceOperation.Write, Errno.InputOutput)]
    [InlineData(DeviceOperation.Sync, Errno.InputOutput)]
    [InlineData(DeviceOperation.Create, Errno.ReadOnlyFileSystem)]
    [InlineData(DeviceOperation.Name, Errno.InputOutput)]
    public void Failing_disk_is_back_when_probes_succeed(DeviceOperation operation, Errno errno)
    {
        var faults = new DiskFaults();
        using TestStore store = Store(
            new DeviceOptions { Faults = faults, ErrorsMax = 2, CarePeriodMs = 5, ProbePeriodMs = 1 }, 2, workers: 4);
        Device device = store.Server.Devices.Find(1)!;
        faults.Fail(1, operation, errno);
        Assert.False(HealthDuty.Probe(device));
        Assert.False(HealthDuty.Probe(device));
        Until.True(() => !device.Health.IsInService, "it is out of service");
        long seen = device.Health.Errors;
        Until.True(() => device.Health.Errors > seen + 2, "it is tried again and again");
        Assert.False(device.Health.IsInService);
        faults.Heal(1, operation);
        Until.True(() => device.Health.IsInService, "it is back");
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/b", "y"u8).Status);
        faults.Heal(1, operation);
        Until.True(() => HealthDuty.Probe(device), "it works");
    }

    [Fact]
    public void Hanging_disk_takes_no_changes_until_it_has_thawed_and_works()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(
            new DeviceOptions { Faults = faults, HangMs = 1, CarePeriodMs = 5, ProbePeriodMs = 1 }, 2, workers: 4);
        Device device = store.Server.Devices.Find(1)!;
        faults.Freeze(1);
        using RawClient reader = store.Connect();
        reader.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
        Until.True(() => device.Health.Trouble == DeviceTrouble.Hanging, "it is seen to hang");
        using RawClient writer = store.Connect();
        Assert.Equal(503, writer.Put("/dev1/a", "x"u8).Status);
        faults.Thaw(1);
        Assert.Equal(404, reader.Read().Status);
        Until.True(() => device.Health.IsInService, "it is back");
    }

    [Fact]
    public void Configured_read_only_device_is_read_and_answers_403_to_changes()
    {
        using var store = new TestStore(new DeviceOptions { IsReadOnly = true });
        File.WriteAllText(store.PathOf("dev1/a"), "x");
        using RawClient client = store.Connect();
        Assert.Equal("x"u8, client.Get("/dev1/a").Body);
        Assert.Equal(403, client.Ask("DELETE /dev1/a HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(403, client.Put("/dev1/b", "y"u8).Status);
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Fact]
    public void Client_that_leaves_a_frozen_disk_takes_no_worker_with_it()
    {
        var faults = new DiskFaults();
        using TestStore store = Store(new DeviceOptions { Faults = faults, Slots = 1, SlowMs = 0 }, 2, workers: 2);
        RawClient[] uploads = [.. Enumerable.Range(0, 4).Select(_ => store.Connect())];
        foreach (RawClient upload in uploads)
        {
            upload.Send("PUT /dev1/a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
            Assert.Equal(100, upload.Read().Status);
        }
        faults.Freeze(1);
        using RawClient holder = store.Connect();
        holder.Send("GET /dev1/b HTTP/1.1\r\n\r\n");
        Device device = store.Server.Devices.Find(1)!;
        Until.True(() => device.Queue.Busy == 1 && device.Health.RunningNs > 0, "it hangs");
        Array.ForEach(uploads, upload => upload.Dispose());
        Until.True(() => device.Left == uploads.Length, "what they left waits for the device's own thread");
        using RawClient other = store.Connect();
        Assert.Equal(404, other.Get("/dev2/b").Status);
        faults.Thaw(1);
        Assert.Equal(404, holder.Read().Status);
        Assert.Empty(store.Files());
    }

    private static void ServeOthers(TestStore store)
    {
        var odd = new StringBuilder();
        Thread[] others = [.. Enumerable.Range(2, Devices - 1).Select(device => new Thread(() =>
        {
            using RawClient client = store.Connect();
            for (int i = 0; i < 50; i++)
            {
                string path = $"/dev{device}/{i}";
                int put = client.Put(path, Body(device, i)).Status;
                RawAnswer get = client.Get(path);
                if (put != 201 || !get.Body.AsSpan().SequenceEqual(Body(device, i)))
                {
                    lock (odd)
                    {
                        odd.AppendLine($"{path}: {put} {get.Status}");
                    }
                }
            }
        }))];
        Array.ForEach(others, thread => thread.Start());
        Array.ForEach(others, thread => thread.Join());
        Assert.Equal("", odd.ToString());
    }
}
