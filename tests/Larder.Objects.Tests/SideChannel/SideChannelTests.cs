using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.SideChannel;
using Larder.Objects.Tests.Support;
using Larder.Protocol.Http;

namespace Larder.Objects.Tests.SideChannel;

/// <summary>The side-channel's replies, byte for byte, and what happens to those that wait.</summary>
public sealed class SideChannelTests
{
    private const string Small = "/dev1/small";

    private static ObjectServerOptions Options(
        string root, IDeviceFaults? faults = null, int workers = 4, HttpNames names = HttpNames.Narrow)
        => new()
        {
            Root = root,
            HttpEndpoints = [SideStore.Loopback],
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = workers,
            Names = names,
            Devices = new DeviceOptions { Faults = faults },
        };

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static string Ask(RawClient client, string line)
    {
        client.Send(line + "\r\n");
        return client.ReadLine();
    }

    [Fact]
    public void Replies_are_those_that_trackers_know()
    {
        using var store = new SideStore();
        File.WriteAllBytes(store.PathOf(Small), "123456789"u8);
        File.CreateSymbolicLink(store.PathOf("dev1/out"), "/etc/hostname");
        long folder = Directory.GetFileSystemEntries(store.Root).Length; // both devices
        Assert.Equal(2, folder);
        using RawClient client = store.Side();
        Assert.Equal("/dev1/small 9\r\n", Ask(client, "size /dev1/small"));
        Assert.Equal("/dev1/none -1\r\n", Ask(client, "size /dev1/none"));
        Assert.Equal("/dev9/small -1\r\n", Ask(client, "size /dev9/small"));
        Assert.Equal("/dev1/out -1\r\n", Ask(client, "size /dev1/out")); // a link that leads out
        Assert.Equal("/dev1/small/x -1\r\n", Ask(client, "size /dev1/small/x"));
        Assert.Equal("/.larder-1-2.tmp -1\r\n", Ask(client, "size /.larder-1-2.tmp"));
        Assert.Matches("^/dev1 [0-9]+\r\n$", Ask(client, "size /dev1"));
        Assert.Matches("^/ [0-9]+\r\n$", Ask(client, "size /"));
        Assert.Equal("/dev1/small MD5=25f9e794323b453885f5181f1b624d0b\r\n", Ask(client, "MD5 /dev1/small"));
        Assert.Equal("/dev1/small MD5=25f9e794323b453885f5181f1b624d0b\r\n", Ask(client, "MD5 /dev1/small fsck"));
        Assert.Equal("/dev1/small MD5=25f9e794323b453885f5181f1b624d0b\r\n", Ask(client, "MD5 /dev1/small replicate"));
        Assert.Equal(
            "/dev1/small SHA-1=f7c3bc1d808e04732adf679965ccc34ca7ae3441\r\n", Ask(client, "SHA-1 /dev1/small"));
        Assert.Equal(
            "/dev1/small SHA-1=f7c3bc1d808e04732adf679965ccc34ca7ae3441\r\n", Ask(client, "SHA-1 /dev1/small fsck"));
        Assert.Equal("/dev1/none MD5=-1\r\n", Ask(client, "MD5 /dev1/none"));
        Assert.Equal("/dev9/none MD5=-1\r\n", Ask(client, "MD5 /dev9/none fsck"));
        Assert.Equal("/dev1/none SHA-1=-1\r\n", Ask(client, "SHA-1 /dev1/none fsck"));
        Assert.Equal("ERR read /dev1 at 0 failed\r\n", Ask(client, "MD5 /dev1"));
        Assert.Equal("ERR read / at 0 failed\r\n", Ask(client, "SHA-1 / fsck"));
        Assert.Equal("\r\n", Ask(client, ""));
        Assert.Equal("\r\n", Ask(client, " \t "));
        Assert.Equal("\r\n", Ask(client, "Server AIO_threads = 7"));
        Assert.Equal("ERROR: uri invalid (contains ..)\r\n", Ask(client, "size /dev1/../x"));
        Assert.Equal("ERROR: unknown command: size\r\n", Ask(client, "size /dev1/a_b"));
        Assert.Equal("ERROR: unknown command: SHA-256\r\n", Ask(client, "SHA-256 /dev1/small"));
        Assert.Equal("ERROR: unknown command: WATCH\r\n", Ask(client, "WATCH"));
    }

    [Fact]
    public void Pipelined_lines_are_answered_in_order_however_they_are_cut()
    {
        using var store = new SideStore();
        byte[] large = Content(3_000_000);
        File.WriteAllBytes(store.PathOf("dev1/large"), large);
        const string Lines = "MD5 /dev1/large\nsize /dev1/large\r\n\nMD5 /dev2/none\r\nSHA-1 /dev1/large\n";
        string replies = $"/dev1/large MD5={Digests.Md5(large)}\r\n/dev1/large 3000000\r\n\r\n/dev2/none MD5=-1\r\n"
            + $"/dev1/large SHA-1={Digests.Sha1(large)}\r\n";
        using RawClient client = store.Side();
        client.Send(Lines);
        Assert.Equal(replies, Encoding.ASCII.GetString(client.ReadExactly(replies.Length)));
        foreach (char letter in Lines)
        {
            client.Send([(byte)letter]);
        }
        Assert.Equal(replies, Encoding.ASCII.GetString(client.ReadExactly(replies.Length)));
    }

    [Fact]
    public void Wide_names_are_answered_as_they_were_sent()
    {
        using var store = new SideStore(root => Options(root, names: HttpNames.Wide));
        File.WriteAllText(store.PathOf("dev1/a_b c"), "12345");
        using RawClient client = store.Side();
        Assert.Equal("/dev1/a_b%20c 5\r\n", Ask(client, "size /dev1/a_b%20c"));
        Assert.Equal($"/dev1/a_b%20c MD5={Digests.Md5("12345"u8.ToArray())}\r\n", Ask(client, "MD5 /dev1/a_b%20c"));
    }

    [Fact]
    public void Line_that_is_too_long_ends_the_connection_after_the_replies_before_it()
    {
        var log = new KeptLines();
        using var store = new SideStore(root => new ObjectServerOptions
        {
            Root = root, SideChannelEndpoints = [SideStore.Loopback], Workers = 2, Logger = log,
        });
        using RawClient client = store.Side();
        client.Send("size /dev1/none\n" + new string('x', 496));
        Assert.Equal("/dev1/none -1\r\n", client.ReadLine());
        Assert.True(client.IsClosed());
        Assert.Contains(log.Lines, line => line.StartsWith("mgmt request too large", StringComparison.Ordinal));
    }

    [Fact]
    public void Disk_that_fails_is_told_from_a_file_that_is_missing()
    {
        using var faults = new HeldOperations(DeviceOperation.Open) { Failure = Errno.InputOutput };
        using var store = new SideStore(root => Options(root, faults));
        File.WriteAllText(store.PathOf(Small), "1");
        using (RawClient client = store.Side())
        {
            Assert.Equal("ERR read /dev1/small at 0 failed\r\n", Ask(client, "MD5 /dev1/small"));
            Assert.Equal("ERR read /dev1/small at 0 failed\r\n", Ask(client, "SHA-1 /dev1/small fsck"));
            client.Send("size /dev1/small\n");
            Assert.True(client.IsClosed());
        }
        faults.Failure = Errno.None;
        using RawClient other = store.Side();
        Assert.Equal("/dev1/small 1\r\n", Ask(other, "size /dev1/small"));
    }

    [Theory]
    [InlineData(DeviceOperation.Status, "ERR read /dev1/small at 0 failed\r\n")]
    [InlineData(DeviceOperation.Read, "ERR read /dev1/small at 0 failed\r\n")]
    public void Digest_that_fails_names_the_place(DeviceOperation operation, string reply)
    {
        using var faults = new HeldOperations(operation) { Failure = Errno.InputOutput };
        using var store = new SideStore(root => Options(root, faults));
        File.WriteAllText(store.PathOf(Small), "1");
        using RawClient client = store.Side();
        Assert.Equal(reply, Ask(client, "SHA-1 /dev1/small"));
        Assert.Equal(reply, Ask(client, "SHA-1 /dev1/small fsck"));
        Assert.Equal("/dev2/small MD5=-1\r\n", Ask(client, "MD5 /dev2/small"));
    }

    [Fact]
    public void Read_that_fails_on_the_way_tells_how_far_it_came()
    {
        var faults = new FailingRead(failAfter: 20);
        using var store = new SideStore(root => Options(root, faults));
        File.WriteAllBytes(store.PathOf("dev1/large"), Content(4_000_000));
        using RawClient client = store.Side();
        Assert.Matches("^ERR read /dev1/large at [1-9][0-9]{5,6} failed\r\n$", Ask(client, "SHA-1 /dev1/large"));
        Assert.Equal("\r\n", Ask(client, ""));
    }

    [Fact]
    public void Threads_are_set_and_slots_divided_anew()
    {
        using var store = new SideStore(root => Options(root, workers: 4));
        using RawClient client = store.Side();
        Assert.Equal("\r\n", Ask(client, "server aio_threads = 8"));
        Assert.Equal(8, store.Server.Driver.WorkerCount);
        Assert.Equal(4, store.Server.Devices.Find(1)!.Queue.Slots);
        Assert.Equal("\r\n", Ask(client, "server aio_threads=2"));
        Assert.Equal("\r\n", Ask(client, "server aio_threads=101"));
        Assert.Equal("\r\n", Ask(client, "server aio_threads=0"));
        Assert.Equal(2, store.Server.Driver.WorkerCount);
        Until.True(() => store.Server.Driver.RunningWorkers == 2, "workers have left");
        Assert.Equal("\r\n", Ask(client, "server aio_threads=1"));
        Assert.Equal(1, store.Server.Devices.Find(1)!.Queue.Slots);
        Assert.Equal("/dev1/none -1\r\n", Ask(client, "size /dev1/none"));
        store.Server.Stop();
        store.Server.SetWorkers(5); // one that has stopped starts no threads
        Assert.Equal(0, store.Server.Driver.RunningWorkers);
    }

    [Theory]
    [InlineData("shutdown\n")]
    [InlineData("shutdown graceful\r\n")]
    public void Shutdown_asks_the_host_and_ends_without_a_reply(string line)
    {
        using var asked = new ManualResetEventSlim();
        using var store = new SideStore(root => new ObjectServerOptions
        {
            Root = root, SideChannelEndpoints = [SideStore.Loopback], Workers = 2, ShutdownAsked = asked.Set,
        });
        using RawClient client = store.Side();
        client.Send(line + "size /dev1/none\n"); // nothing is read after it
        Assert.True(asked.Wait(RawClient.DeadlineMs, TestContext.Current.CancellationToken));
        store.Server.Stop(graceful: true);
        Assert.True(client.IsClosed());
    }

    [Fact]
    public void Digest_on_its_way_ends_before_a_graceful_stop()
    {
        using var held = new HeldOperations(DeviceOperation.Read);
        using var store = new SideStore(root => Options(root, held));
        byte[] large = Content(3_000_000);
        File.WriteAllBytes(store.PathOf("dev1/large"), large);
        held.Hold();
        using RawClient client = store.Side();
        client.Send("SHA-1 /dev1/large fsck\n");
        Until.True(() => held.Waiting > 0, "the digest is on its way");
        using var stop = Task.Run(() => store.Server.Stop(graceful: true), TestContext.Current.CancellationToken);
        Until.True(() => !store.Server.Driver.IsAccepting, "the stop has begun");
        held.Release();
        Assert.Equal($"/dev1/large SHA-1={Digests.Sha1(large)}\r\n", client.ReadLine());
        Assert.True(client.IsClosed());
        stop.Wait(RawClient.DeadlineMs, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Aim: a digest lets others through between its slices. Method: one worker; the reads of the digest are
    /// counted; in the first slice a size is asked for on another connection, and the read that finds it answered is
    /// noted.
    /// </summary>
    [Fact]
    public void Digest_of_a_large_file_lets_another_client_through_between_slices()
    {
        var reads = new FailingRead(failAfter: int.MaxValue);
        using var held = new HeldOperations(DeviceOperation.Read);
        using var store = new SideStore(root => Options(root, new BothFaults(held, reads), workers: 1));
        byte[] large = Content(8 * SideChannelConnection.SliceBytes);
        File.WriteAllBytes(store.PathOf("dev1/large"), large);
        using RawClient digest = store.Side();
        using RawClient other = store.Side();
        Assert.Equal("\r\n", Ask(other, ""));
        held.Hold();
        digest.Send("SHA-1 /dev1/large\n");
        Until.True(() => held.Waiting > 0, "the digest is in its first slice");
        other.Send("size /dev1/large\n"); // stands in the kernel's queue when the slice ends
        reads.NoteAt = () => other.Available > 0;
        held.Release();
        Assert.Equal($"/dev1/large SHA-1={Digests.Sha1(large)}\r\n", digest.ReadLine());
        Assert.Equal($"/dev1/large {large.Length}\r\n", other.ReadLine());
        Assert.InRange(reads.NotedAt, 2, 40); // of 65 reads: within the first slices, not behind the last
    }

    /// <summary>
    /// Aim: one fsck digest at a time on a file system, others wait without a thread. Method: the first is held in its
    /// read; both devices lie on one file system; two workers are enough for everybody else.
    /// </summary>
    [Fact]
    public void Fsck_digests_of_one_file_system_wait_for_each_other_and_for_nobody_else()
    {
        using var held = new HeldOperations(DeviceOperation.Read);
        using var store = new SideStore(root => Options(root, held, workers: 2));
        File.WriteAllText(store.PathOf(Small), "1");
        File.WriteAllText(store.PathOf("dev2/small"), "2");
        held.Hold();
        RawClient[] waiting = [.. Enumerable.Range(0, 6).Select(_ => store.Side())];
        waiting[0].Send("SHA-1 /dev1/small fsck\n");
        Until.True(() => held.Waiting == 1, "the first is at the disk");
        foreach (RawClient client in waiting[1..])
        {
            client.Send("MD5 /dev2/small fsck\n");
        }
        using RawClient other = store.Side();
        Assert.Equal($"/dev2/small MD5={Digests.Md5("2"u8.ToArray())}\r\n", Ask(other, "MD5 /dev2/small"));
        Assert.Equal($"/dev2/small SHA-1={Digests.Sha1("2"u8.ToArray())}\r\n", Ask(other, "SHA-1 /dev2/small other"));
        Assert.Equal(1, held.Waiting);
        Assert.Equal(0, waiting.Sum(client => client.Available)); // answered by nobody yet
        waiting[1].Dispose(); // one that goes away lets the next in
        held.Release();
        Assert.Equal($"/dev1/small SHA-1={Digests.Sha1("1"u8.ToArray())}\r\n", waiting[0].ReadLine());
        foreach (RawClient client in waiting[2..])
        {
            Assert.Equal($"/dev2/small MD5={Digests.Md5("2"u8.ToArray())}\r\n", client.ReadLine());
        }
        Assert.Equal($"/dev1/small SHA-1={Digests.Sha1("1"u8.ToArray())}\r\n", Ask(other, "SHA-1 /dev1/small fsck"));
        Array.ForEach(waiting, client => client.Dispose());
    }

    [Fact]
    public void Store_stops_while_fsck_digests_wait()
    {
        using var held = new HeldOperations(DeviceOperation.Read);
        using var store = new SideStore(root => Options(root, held));
        File.WriteAllText(store.PathOf(Small), "1");
        held.Hold();
        using RawClient first = store.Side();
        using RawClient second = store.Side();
        first.Send("SHA-1 /dev1/small fsck\n");
        Until.True(() => held.Waiting == 1, "the first is at the disk");
        second.Send("SHA-1 /dev1/small fsck\n");
        using var stop = Task.Run(() => store.Server.Stop(), TestContext.Current.CancellationToken);
        Until.True(() => !store.Server.Driver.IsAccepting, "the stop has begun");
        held.Release();
        Assert.True(stop.Wait(RawClient.DeadlineMs, TestContext.Current.CancellationToken));
    }

    /// <summary>Faults of two seams.</summary>
    private sealed class BothFaults(IDeviceFaults first, IDeviceFaults second) : IDeviceFaults
    {
        public Errno Before(int device, DeviceOperation operation)
        {
            Errno errno = first.Before(device, operation);
            return errno == Errno.None ? second.Before(device, operation) : errno;
        }
    }

    /// <summary>Counts reads; the first so many succeed.</summary>
    private sealed class FailingRead(int failAfter) : IDeviceFaults
    {
        private int _reads;

        /// <summary>The number of the read at which <see cref="NoteAt"/> was true first; 0 for none.</summary>
        public int NotedAt { get; private set; }

        public Func<bool> NoteAt { get; set; } = static () => false;

        public Errno Before(int device, DeviceOperation operation)
        {
            if (operation != DeviceOperation.Read)
            {
                return Errno.None;
            }
            _reads++;
            NotedAt = NotedAt == 0 && NoteAt() ? _reads : NotedAt;
            return _reads > failAfter ? Errno.InputOutput : Errno.None;
        }
    }
}
