using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>
/// The queue and its workers. That no two workers are ever inside one connection is asserted by the
/// <see cref="LineConnection"/> itself, in every test.
/// </summary>
public sealed class QueueTests
{
    [Theory]
    [InlineData(Trigger.Edge, 0), InlineData(Trigger.Edge, 1), InlineData(Trigger.Edge, 99)]
    [InlineData(Trigger.Level, 0)]
    public void Workers_that_come_and_go_under_load_lose_no_event(Trigger trigger, int atOnce)
    {
        using LineServer server = Server(trigger, threads: 4, atOnce);
        bool stops = false;
        int rounds = 0;
        Thread[] clients = [.. Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            using LineClient client = server.Connect();
            while (!Volatile.Read(ref stops))
            {
                string word = $"{number}-{Interlocked.Increment(ref rounds)}";
                Assert.Equal(word, client.Ask("echo " + word));
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        foreach (int count in (int[])[1, 7, 2, 9, 1, 3, 12, 1, 5, 1, 4])
        {
            server.Server.WorkerCount = count;
            Assert.Equal(count, server.Server.WorkerCount);
            int seen = Volatile.Read(ref rounds);
            Until.True(() => Volatile.Read(ref rounds) > seen + 200, "clients are served");
            Until.True(() => server.Server.RunningWorkers == count, "the number of workers was reached");
        }
        Volatile.Write(ref stops, true);
        Assert.All(clients, client => Assert.True(client.Join(LineClient.DeadlineMs), "a client was stuck"));
        Assert.True(server.Server.Turns.Count <= 24, "turns of workers that left are used again");
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void Slow_connections_do_not_hinder_others_while_a_worker_remains(int atOnce)
    {
        using LineServer server = Server(Trigger.Edge, threads: 4, atOnce);
        LineClient[] slow = [.. Enumerable.Range(0, 3).Select(_ => server.Connect())];
        Array.ForEach(slow, client => client.Send("block\n"));
        Until.True(() => server.Log.Executed == 3, "three workers are held");
        using LineClient quick = server.Connect();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("x", quick.Ask("echo x"));
        }
        server.Log.Gate.Set();
        Assert.All(slow, client => Assert.Equal("unblocked", client.ReadLine()));
        Array.ForEach(slow, client => client.Dispose());
    }

    [Fact]
    public void Stop_reaches_workers_that_stand_by_though_all_with_a_place_are_held()
    {
        using LineServer server = Server(Trigger.Edge, threads: 12, atOnce: 2);
        LineClient[] slow = [.. Enumerable.Range(0, 3).Select(_ => server.Connect())];
        Array.ForEach(slow, client => client.Send("block\n"));
        Until.True(() => server.Log.Executed == 3, "more than have a place are held");
        var stopping = new Thread(() => server.Server.Stop(StopMode.Fast, 0));
        stopping.Start();
        Until.True(() => server.Server.RunningWorkers == slow.Length, "the others have left");
        server.Log.Gate.Set();
        Assert.True(stopping.Join(LineClient.DeadlineMs));
        Array.ForEach(slow, client => client.Dispose());
    }

    [Fact]
    public void Stop_waits_for_a_worker_that_is_inside_a_request()
    {
        using LineServer server = Server(Trigger.Edge, threads: 2);
        using LineClient client = server.Connect();
        client.Send("block\n");
        Until.True(() => server.Log.Executed == 1, "a worker is held");
        var stopping = new Thread(() => server.Server.Stop(StopMode.Fast, 50));
        stopping.Start();
        Assert.False(stopping.Join(600), "stopped under a worker's feet");
        server.Log.Gate.Set();
        Assert.True(stopping.Join(LineClient.DeadlineMs));
        Assert.Equal(1, server.Log.Closed);
    }

    /// <summary>Method: both are silent for the same time, one of them because its request holds a worker.</summary>
    [Fact]
    public void Connection_that_is_being_served_does_not_count_as_silent()
    {
        using var server = new LineServer(
            new DriverOptions { Driver = DriverKind.Queue, Threads = 3, PressureIdleMs = 1 });
        using LineClient silent = server.Connect();
        using LineClient busy = server.Connect();
        Assert.Equal("x", silent.Ask("echo x"));
        busy.Send("block\n");
        Until.True(() => server.Log.Executed == 2, "a worker is held");
        long since = Environment.TickCount64;
        Until.True(() => Environment.TickCount64 > since + 50, "both are silent");
        server.Server.ExpireIdle();
        Assert.Equal("<end>", silent.ReadLine());
        server.Log.Gate.Set();
        Assert.Equal("unblocked", busy.ReadLine());
        Assert.Equal("y", busy.Ask("echo y"));
    }

    [Theory]
    [InlineData(Trigger.Edge), InlineData(Trigger.Level)]
    public void Shutdowns_from_another_thread_under_load_end_every_connection(Trigger trigger)
    {
        using LineServer server = Server(trigger, threads: 3);
        Thread[] clients = [.. Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                using LineClient client = server.Connect();
                client.Send("echo x\n");
                while (client.ReadLine() == "x")
                {
                    Poke(client);
                }
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        Until.True(() =>
        {
            server.Server.ForEachConnection(connection => connection.Shutdown());
            return !clients.Any(client => client.IsAlive);
        }, "all were ended");
        Assert.Equal(300, server.Log.Closed);
    }

    private static void Poke(LineClient client)
    {
        try
        {
            client.Send("echo x\n");
        }
        catch (System.Net.Sockets.SocketException ended)
        {
            Assert.NotEqual(System.Net.Sockets.SocketError.TimedOut, ended.SocketErrorCode);
        }
    }

    private static LineServer Server(Trigger trigger, int threads, int atOnce = 0) => new(new DriverOptions
    {
        Driver = DriverKind.Queue, Trigger = trigger, Threads = threads, ThreadsAtOnce = atOnce,
    });
}
