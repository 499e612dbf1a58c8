using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Work of nobody's runs on the front ends that have clients, slice by slice, one at a time.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public void Slices_go_round_the_front_ends_that_get_connections()
    {
        using var server = new LineServer(new DriverOptions { Threads = 3, ThreadsAtOnce = 2 });
        var threads = new string?[4];
        int slices = 0;
        var upkeep = new Upkeep(server.Server, () =>
        {
            threads[slices++] = Thread.CurrentThread.Name;
            return true;
        }, busySlices: 2, idleSlices: 2);
        Assert.True(upkeep.HasFrontEnds);
        Assert.False(upkeep.HasMore);
        Assert.True(upkeep.TryBegin());
        AwaitEnd(upkeep);
        string?[] expected = ["larder-fe-0", "larder-fe-1", "larder-fe-0", "larder-fe-1"];
        Assert.Equal(expected, threads);
        Assert.True(upkeep.HasMore);
    }

    [Fact]
    public void Nothing_follows_a_slice_that_has_no_more()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        int slices = 0;
        var upkeep = new Upkeep(server.Server, () => ++slices < 3, 100, 100);
        Assert.True(upkeep.TryBegin());
        AwaitEnd(upkeep);
        Assert.Equal(3, slices);
        Assert.False(upkeep.HasMore);
    }

    [Fact]
    public void Slices_are_begun_once_at_a_time()
    {
        using var mayEnd = new ManualResetEventSlim();
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        int slices = 0;
        var upkeep = new Upkeep(server.Server, () =>
        {
            slices++;
            mayEnd.Wait();
            return false;
        }, 2, 2);
        Assert.True(upkeep.TryBegin());
        Assert.True(upkeep.IsUnderWay);
        Assert.False(upkeep.TryBegin());
        mayEnd.Set();
        AwaitEnd(upkeep);
        Assert.Equal(1, slices);
        Assert.True(upkeep.TryBegin());
        AwaitEnd(upkeep);
        Assert.Equal(2, slices);
    }

    [Fact]
    public void Clients_have_their_turn_between_two_slices()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        bool goesOn = true;
        var upkeep = new Upkeep(server.Server, () => Volatile.Read(ref goesOn), int.MaxValue, int.MaxValue);
        Assert.True(upkeep.TryBegin());
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal("y", client.Ask("echo y"));
        }
        Volatile.Write(ref goesOn, false);
        AwaitEnd(upkeep);
    }

    [Fact]
    public void Front_end_that_has_served_does_fewer_slices_than_an_idle_one()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        int slices = 0;
        var upkeep = new Upkeep(server.Server, () => ++slices > 0, busySlices: 2, idleSlices: 5);
        Assert.True(upkeep.TryBegin());
        AwaitEnd(upkeep);
        Assert.Equal(2, slices);
        // Something may still be done for the connection at first.
        for (int round = 0; round < 1000 && slices != 5; round++)
        {
            slices = 0;
            Assert.True(upkeep.TryBegin());
            AwaitEnd(upkeep);
        }
        Assert.Equal(5, slices);
    }

    [Fact]
    public void Queue_has_no_front_ends()
    {
        using var server = new LineServer(new DriverOptions { Driver = DriverKind.Queue, Threads = 1 });
        Assert.False(new Upkeep(server.Server, static () => false, 1, 1).HasFrontEnds);
    }

    [Fact]
    public void At_least_one_slice_is_wanted()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Upkeep(server.Server, static () => false, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Upkeep(server.Server, static () => false, 2, 1));
    }

    private static void AwaitEnd(Upkeep upkeep) =>
        Assert.True(SpinWait.SpinUntil(() => !upkeep.IsUnderWay, LineClient.DeadlineMs), "the last slice ends");
}
