using System.Diagnostics;
using System.Net.Sockets;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

/// <summary>Draining: newcomers are turned away, who is there is served to the end or to the deadline.</summary>
public sealed class DrainTests
{
    private const int LongMs = 60_000;

    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    [Fact]
    public void Server_without_connections_is_drained_at_once()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        var clock = Stopwatch.StartNew();
        Assert.True(server.Server.Drain(LongMs));
        Assert.True(clock.ElapsedMilliseconds < LongMs / 2);
        Assert.False(server.Server.IsAccepting);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Connection_is_served_until_it_leaves_and_nobody_new_comes(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 2 });
        using LineClient client = server.Connect();
        Assert.Equal("before", client.Ask("echo before"));
        Task<bool> drain = Task.Run(() => server.Server.Drain(LongMs));
        Until.True(() => IsRefused(server), "a closed listener");
        Assert.Equal("while", client.Ask("echo while"));
        Assert.False(drain.IsCompleted);
        Assert.Equal("bye", client.Ask("bye"));
        client.Dispose();
        Until.True(() => drain.IsCompleted, "the end of draining");
        Assert.True(drain.Result);
    }

    [Fact]
    public void Connection_that_stays_is_left_to_the_stop_when_the_time_is_over()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        Assert.False(server.Server.Drain(50));
        Assert.Equal("still", client.Ask("echo still"));
        server.Server.Stop(StopMode.Fast);
        Assert.Equal("<end>", client.ReadLine());
    }

    [Fact]
    public void Stop_ends_draining()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        Task<bool> drain = Task.Run(() => server.Server.Drain(LongMs));
        Until.True(() => IsRefused(server), "a closed listener");
        server.Server.Stop(StopMode.Fast);
        Until.True(() => drain.IsCompleted, "the end of draining");
        Assert.True(drain.Result);
    }

    [Fact]
    public void Heart_of_a_front_end_that_hangs_beats_again_when_it_goes_on()
    {
        using var server = new LineServer(new DriverOptions { Threads = 2 });
        var heartbeat = new Heartbeat(server.Server);
        Assert.True(heartbeat.Beat());
        Until.True(() => heartbeat.Beat(), "an answer");
        using LineClient client = server.Connect();
        client.Send("block\n");
        Until.True(() => server.Log.Executed == 1, "a blocked front end");
        heartbeat.Beat(); // may still find the last answer
        Assert.False(heartbeat.Beat());
        server.Log.Gate.Set();
        Until.True(() => heartbeat.Beat(), "an answer");
    }

    [Fact]
    public void Workers_of_the_queue_may_hang_as_long_as_their_requests_do()
    {
        using var server = new LineServer(new DriverOptions { Driver = DriverKind.Queue, Threads = 1 });
        using LineClient client = server.Connect();
        client.Send("block\n");
        Until.True(() => server.Log.Executed == 1, "a blocked worker");
        var heartbeat = new Heartbeat(server.Server);
        Assert.True(heartbeat.Beat());
        Assert.True(heartbeat.Beat());
        server.Log.Gate.Set();
    }

    private static bool IsRefused(LineServer server)
    {
        try
        {
            using LineClient late = server.Connect();
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
