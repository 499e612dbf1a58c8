using System.Diagnostics;
using System.Net;
using Larder.Events.Driving;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Clients that go on too slowly are closed; those that the store itself keeps waiting, or that have nothing to say,
/// are not. The times are short, and a client that is closed tells the others that they have passed.
/// </summary>
public sealed class PaceTests
{
    private const int PeriodMs = 200;

    private static TestStore Start(DeviceOptions? devices = null) => new(root => new ObjectServerOptions
    {
        Root = root,
        HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        Devices = devices ?? new DeviceOptions(),
        HeadTimeout = TimeSpan.FromMilliseconds(PeriodMs),
        PacePeriod = TimeSpan.FromMilliseconds(PeriodMs),
        PaceBytesMin = 1_000_000_000, // nobody is as fast as that
    });

    private static long Sum(TestStore store, Func<DriverCounters, long> counter)
        => store.Server.Driver.Turns.Sum(turn => counter(turn.Counters));

    [Fact]
    public void Period_begins_again_only_with_enough_bytes()
    {
        var pace = default(Pace);
        pace.Wait(1_000, periodMs: 100, bytesMin: 10);
        Assert.Equal(1_100, pace.DueMs);
        pace.Moved(9);
        pace.Wait(1_050, 100, 10);
        Assert.Equal(1_100, pace.DueMs);
        pace.Moved(1);
        pace.Wait(1_060, 100, 10);
        Assert.Equal(1_160, pace.DueMs);
        pace.Wait(1_070, 100, 10);
        Assert.Equal(1_160, pace.DueMs); // what counted once does not count again
        pace.Reset();
        pace.Moved(100);
        pace.Wait(2_000, 100, 10);
        Assert.Equal(2_100, pace.DueMs);
        pace.Wait(2_050, 100, 10);
        Assert.Equal(2_100, pace.DueMs); // what came before the period does not count in it
    }

    [Theory]
    [InlineData("G")]
    [InlineData("GET /dev1/a HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nContent-Length: 10000\r\n\r\n")]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nContent-Length: 10000\r\n\r\nonly this")]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")]
    public void Client_that_stops_in_a_request_is_told_and_closed(string part)
    {
        using TestStore store = Start();
        using RawClient idle = store.Connect();
        using RawClient slow = store.Connect();
        slow.Send(part);
        RawAnswer answer = slow.Read();
        Assert.Equal((408, "close"), (answer.Status, answer.Header("Connection")));
        Assert.True(slow.IsClosed());
        Until.True(() => Sum(store, counters => counters.TooSlow) == 1, "it is counted");
        Assert.Equal(200, idle.Get("/").Status); // saying nothing at all is no fault
        Assert.Empty(store.Files());
    }

    [Fact]
    public void Client_that_does_not_send_the_rest_of_an_unwanted_body_is_closed()
    {
        using TestStore store = Start();
        using RawClient slow = store.Connect();
        slow.Send("GET / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
        Assert.Equal(200, slow.Read().Status);
        Assert.True(slow.IsClosed());
        Until.True(() => Sum(store, counters => counters.TooSlow) == 1, "it is counted");
    }

    [Fact]
    public void Client_that_stops_behind_requests_is_told_after_their_answers()
    {
        using TestStore store = Start();
        using RawClient slow = store.Connect();
        slow.Send("GET / HTTP/1.1\r\n\r\nGET /dev1/none HTTP/1.1\r\n\r\nGET /");
        Assert.Equal([200, 404, 408], [slow.Read().Status, slow.Read().Status, slow.Read().Status]);
        Assert.True(slow.IsClosed());
    }

    /// <summary>Method: one worker, which a disk holds until the time of the client is over.</summary>
    [Fact]
    public void Client_whose_bytes_waited_for_a_worker_is_not_blamed()
    {
        using var faults = new HeldOperations(DeviceOperation.CreateNameless);
        using var store = new TestStore(root => new ObjectServerOptions
        {
            Root = root,
            HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Devices = new DeviceOptions { Faults = faults },
            HeadTimeout = TimeSpan.FromMilliseconds(PeriodMs),
            Workers = 1,
        });
        using RawClient client = store.Connect();
        client.Send("GET / HTTP/1.1\r\n");
        Until.True(() => Sum(store, counters => counters.BytesRead) == 16, "the first part has come");
        faults.Hold();
        using RawClient held = store.Connect();
        held.Send("PUT /dev1/a HTTP/1.1\r\nContent-Length: 1\r\n\r\na");
        Until.True(() => faults.Waiting == 1, "the worker hangs in the disk");
        client.Send("\r\n");
        var clock = Stopwatch.StartNew();
        Until.True(() => clock.ElapsedMilliseconds > 2 * PeriodMs, "the time of the client is over");
        faults.Release();
        Assert.Equal(201, held.Read().Status);
        Assert.Equal(200, client.Read().Status);
    }

    [Fact]
    public void Client_that_drips_is_closed()
    {
        using TestStore store = Start();
        using RawClient drip = store.Connect();
        drip.Send("PUT /dev1/a HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n");
        for (int sent = 0; Sum(store, counters => counters.TooSlow) == 0; sent++)
        {
            Assert.True(sent < 10_000_000, "nobody closes it");
            long read = Sum(store, counters => counters.BytesRead);
            try
            {
                drip.Send("x");
            }
            catch (IOException)
            {
                break; // the server was faster
            }
            Until.True(
                () => Sum(store, counters => counters.BytesRead) > read || Sum(store, counters => counters.TooSlow) > 0,
                "the byte has come, or the end");
        }
        Until.True(() => Sum(store, counters => counters.TooSlow) == 1, "it is counted");
        Until.True(() => store.Server.Driver.CurrentConnections == 0, "it is closed");
        Assert.Empty(store.Files());
    }

    [Fact]
    public void Client_that_takes_nothing_of_its_answer_is_closed()
    {
        using TestStore store = Start();
        using (FileStream file = File.Create(store.PathOf("dev1/a")))
        {
            file.SetLength(200_000_000);
        }
        using var deaf = new RawClient(store.EndPoint, receiveBuffer: 4096);
        deaf.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
        Until.True(
            () => Sum(store, counters => counters.TooSlow + counters.StuckReceivers) == 1
                && store.Server.Driver.CurrentConnections == 0,
            "it is closed");
    }

    [Fact]
    public void Client_that_waits_for_a_disk_is_not_blamed()
    {
        using var faults = new HeldOperations(DeviceOperation.CreateNameless);
        using TestStore store = Start(new DeviceOptions { Faults = faults, Slots = 1 });
        faults.Hold();
        using RawClient held = store.Connect();
        held.Send("PUT /dev1/a HTTP/1.1\r\nContent-Length: 1\r\n\r\na");
        Until.True(() => faults.Waiting == 1, "one hangs in the disk");
        using RawClient parked = store.Connect();
        parked.Send("PUT /dev1/b HTTP/1.1\r\nContent-Length: 1\r\n\r\nb");
        Until.True(() => store.Server.Devices.Find(1)!.Queue.Waiting == 1, "one waits for its slot");
        using (RawClient slow = store.Connect())
        {
            slow.Send("GET");
            Assert.Equal(408, slow.Read().Status); // so long has passed
        }
        faults.Release();
        Assert.Equal(201, held.Read().Status);
        Assert.Equal(201, parked.Read().Status);
        Until.True(() => Sum(store, counters => counters.TooSlow) == 1, "the slow one is counted, and no other");
    }
}
