using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>Several who would change one object under a condition: exactly one succeeds.</summary>
public sealed class RacingWriterTests
{
    private const string ObjectPath = "/dev1/a";
    private const int Writers = 6;

    /// <summary>
    /// Method: the first is held in the disk behind its look at the condition; the second must not get to its own look
    /// before the first has the name.
    /// </summary>
    [Theory]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nIf-Match: ETAG\r\nContent-Length: 1\r\n\r\n2", 412)]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nContent-Length: 1\r\n\r\n2", 201)]
    [InlineData("DELETE /dev1/a HTTP/1.1\r\nIf-Match: ETAG\r\n\r\n", 412)]
    [InlineData("DELETE /dev1/a HTTP/1.1\r\n\r\n", 204)]
    public void Second_writer_waits_for_the_first(string request, int status)
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        using var store = new TestStore(new DeviceOptions { Faults = held, Slots = 3 });
        using RawClient first = store.Connect();
        using RawClient second = store.Connect();
        Assert.Equal(201, first.Put(ObjectPath, "0"u8).Status);
        RawAnswer before = first.Get(ObjectPath);
        held.Hold();
        first.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {before.Header("ETag")}\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "the first has looked, and is at the disk");
        second.Send(request.Replace("ETAG", before.Header("ETag"), StringComparison.Ordinal));
        Device device = store.Server.Devices.Find(1)!;
        Until.True(() => device.Names.Of(Encoding.ASCII.GetBytes(ObjectPath)).Waiting == 1, "the second waits");
        Assert.Equal(1, held.Waiting);
        held.Release();
        Assert.Equal(201, first.Read().Status);
        Assert.Equal(status, second.Read().Status);
        int last = first.Get(ObjectPath).Status;
        Assert.Equal(status == 204 ? 404 : 200, last);
        Assert.Equal(0, device.Names.Of(Encoding.ASCII.GetBytes(ObjectPath)).Busy);
    }

    [Fact]
    public void Of_many_with_one_etag_one_succeeds_again_and_again()
    {
        using var store = new TestStore(workers: 8);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0"u8).Status);
        RawClient[] writers = [.. Enumerable.Range(0, Writers).Select(_ => store.Connect())];
        for (int round = 0; round < 50; round++)
        {
            string etag = client.Get(ObjectPath).Header("ETag")!;
            SendTogether(writers, etag);
            int[] statuses = Array.ConvertAll(writers, static writer => writer.Read().Status);
            Assert.Equal([201, .. Enumerable.Repeat(412, Writers - 1)], statuses.Order());
            int winner = Array.IndexOf(statuses, 201);
            Assert.Equal([(byte)('a' + winner)], client.Get(ObjectPath).Body);
        }
        Array.ForEach(writers, static writer => writer.Dispose());
        Assert.Equal(["dev1/a"], store.Files());
    }

    /// <summary>
    /// Two servers stand for two worker processes: each opens the device's files itself, which is what holds locks.
    /// </summary>
    [Fact]
    public void Of_many_in_two_processes_with_one_etag_one_succeeds_again_and_again()
    {
        var devices = new DeviceOptions { SharesNames = true };
        using var store = new TestStore(devices);
        using ObjectServer other = store.Beside(devices);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0"u8).Status);
        RawClient[] writers = [.. Enumerable.Range(0, Writers)
            .Select(i => i % 2 == 0 ? store.Connect() : new RawClient(other.Endpoints[0]))];
        for (int round = 0; round < 50; round++)
        {
            string etag = client.Get(ObjectPath).Header("ETag")!;
            SendTogether(writers, etag);
            int[] statuses = Array.ConvertAll(writers, static writer => writer.Read().Status);
            Assert.Equal([201, .. Enumerable.Repeat(412, Writers - 1)], statuses.Order());
            int winner = Array.IndexOf(statuses, 201);
            Assert.Equal([(byte)('a' + winner)], client.Get(ObjectPath).Body);
        }
        Array.ForEach(writers, static writer => writer.Dispose());
    }

    [Fact]
    public void Object_is_removed_by_one_of_two_processes()
    {
        var devices = new DeviceOptions { SharesNames = true };
        using var store = new TestStore(devices);
        using ObjectServer other = store.Beside(devices);
        using RawClient first = store.Connect();
        using var second = new RawClient(other.Endpoints[0]);
        for (int round = 0; round < 50; round++)
        {
            Assert.Equal(201, first.Put(ObjectPath, "0"u8).Status);
            string etag = first.Get(ObjectPath).Header("ETag")!;
            string request = $"DELETE {ObjectPath} HTTP/1.1\r\nIf-Match: {etag}\r\n\r\n";
            first.Send(request);
            second.Send(request);
            Assert.Equal([204, 404], new[] { first.Read().Status, second.Read().Status }.Order());
        }
    }

    /// <summary>
    /// Method: the first process is held in the disk behind its look at the condition, where it has the lock; the
    /// kernel shows who waits for one.
    /// </summary>
    [Fact]
    public void Other_process_waits_for_the_lock_of_the_first()
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        using var store = new TestStore(new DeviceOptions { Faults = held, SharesNames = true });
        using ObjectServer other = store.Beside(new DeviceOptions { SharesNames = true });
        using RawClient first = store.Connect();
        using var second = new RawClient(other.Endpoints[0]);
        Assert.Equal(201, first.Put(ObjectPath, "0"u8).Status);
        string etag = first.Get(ObjectPath).Header("ETag")!;
        held.Hold();
        first.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {etag}\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "the first has looked, and is at the disk");
        second.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {etag}\r\nContent-Length: 1\r\n\r\n2");
        Until.True(() => WaitsForLock(store.PathOf("dev1/.larder-locks")), "the second waits");
        held.Release();
        Assert.Equal(201, first.Read().Status);
        Assert.Equal(412, second.Read().Status);
        Assert.Equal("1"u8, first.Get(ObjectPath).Body);
        Assert.Equal(403, first.Get("/dev1/.larder-locks").Status);
    }

    [Theory]
    [InlineData(Errno.NotSupported, 201)]
    [InlineData(Errno.NoLocks, 201)]
    [InlineData(Errno.InputOutput, 500)]
    public void Lock_that_cannot_be_had_is_an_error_unless_the_file_system_has_none(Errno errno, int status)
    {
        var faults = new DiskFaults();
        using var store = new TestStore(new DeviceOptions { Faults = faults, SharesNames = true });
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0"u8).Status);
        faults.Fail(1, DeviceOperation.Lock, errno);
        using RawClient failing = store.Connect();
        Assert.Equal(status, failing.Put(ObjectPath, "1"u8).Status);
        int removed = client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n\r\n").Status;
        Assert.Equal(status == 201 ? 204 : 500, removed);
        faults.Heal(1, DeviceOperation.Lock);
        using RawClient healed = store.Connect();
        Assert.Equal(201, healed.Put(ObjectPath, "2"u8).Status);
    }

    [Fact]
    public void Lock_file_that_cannot_be_made_fails_the_request_only()
    {
        var faults = new DiskFaults();
        using var store = new TestStore(new DeviceOptions { Faults = faults, SharesNames = true });
        faults.Fail(1, DeviceOperation.Create, Errno.TooManyFiles);
        using RawClient failing = store.Connect();
        Assert.Equal(503, failing.Put(ObjectPath, "1"u8).Status);
        faults.Heal(1, DeviceOperation.Create);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "2"u8).Status);
    }

    /// <summary>Method: the name is taken behind the last look at the condition.</summary>
    [Theory]
    [InlineData(Errno.None)]
    [InlineData(Errno.NotSupported)]
    public void New_object_is_not_put_in_place_of_one_that_came_meanwhile(Errno nameless)
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        var faults = new DiskFaults();
        faults.Fail(1, DeviceOperation.CreateNameless, nameless);
        using var store = new TestStore(new DeviceOptions { Faults = new FaultChain(held, faults) });
        using RawClient client = store.Connect();
        held.Hold();
        client.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-None-Match: *\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "it has looked, and is at the disk");
        File.WriteAllText(store.PathOf("dev1/a"), "by another process");
        held.Release();
        Assert.Equal(412, client.Read().Status);
        Assert.Equal("by another process", File.ReadAllText(store.PathOf("dev1/a")));
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Fact]
    public void Writer_that_waits_for_a_name_too_long_is_refused_and_other_names_are_not_kept_waiting()
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        using var store = new TestStore(new DeviceOptions { Faults = held, Slots = 3, WaitTimeoutMs = 500 });
        using RawClient first = store.Connect();
        using RawClient second = store.Connect();
        held.Hold();
        first.Send($"PUT {ObjectPath} HTTP/1.1\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "the first is at the disk");
        Assert.Equal(503, second.Put(ObjectPath, "2"u8).Status);
        held.Release();
        Assert.Equal(201, first.Read().Status);
        using RawClient third = store.Connect();
        Assert.Equal("1"u8, third.Get(ObjectPath).Body);
        Assert.Equal(201, third.Put(ObjectPath, "3"u8).Status);
    }

    /// <summary>All conditions hold when the heads have come; then the bodies follow.</summary>
    private static void SendTogether(RawClient[] writers, string etag)
    {
        foreach (RawClient writer in writers)
        {
            writer.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {etag}\r\nContent-Length: 1\r\n"
                + "Expect: 100-continue\r\n\r\n");
        }
        foreach (RawClient writer in writers)
        {
            Assert.Equal(100, writer.Read().Status);
        }
        for (int i = 0; i < writers.Length; i++)
        {
            writers[i].Send([(byte)('a' + i)]);
        }
    }

    /// <summary>Whether somebody waits for a lock of a file (proc(5): an arrow, and the inode last).</summary>
    private static bool WaitsForLock(string path)
    {
        string inode = ":" + Tools.Run("stat", "-c", "%i", path).Trim() + " ";
        return File.ReadLines("/proc/locks").Any(line => line.Contains("->", StringComparison.Ordinal)
            && line.Contains(inode, StringComparison.Ordinal));
    }
}
