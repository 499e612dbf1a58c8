using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>Parking: completed before, during and after the step, broken meanwhile, or outliving its server.</summary>
public sealed class ParkingTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    [Theory, MemberData(nameof(Combinations))]
    public void Tickets_completed_before_during_and_after_the_step_all_go_on(DriverKind driver, Trigger trigger)
    {
        // The client sends while the connection is parked, so that events come between the completion and its arrival.
        const int Rounds = 3_000;
        using var server = new LineServer(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 2 });
        LineClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => server.Connect())];
        Thread[] senders = [.. clients.Select(client => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                client.Send($"finish {(i % 3 == 0 ? 0 : i % 50)}\n");
            }
        }))];
        Array.ForEach(senders, sender => sender.Start());
        foreach (LineClient client in clients)
        {
            for (int i = 0; i < Rounds; i++)
            {
                Assert.Equal("finished", client.ReadLine());
            }
            Assert.Equal("still here", client.Ask("echo still here"));
        }
        Array.ForEach(senders, sender => sender.Join());
        Array.ForEach(clients, client => client.Dispose());
        Until.True(() => server.Log.Closed == clients.Length, "all closed");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Hang_up_while_parked_costs_no_events(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 });
        LineClient gone = server.Connect();
        using LineClient other = server.Connect();
        gone.Send("park\n");
        Assert.Equal("parked", gone.ReadLine());
        gone.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0); // a reset
        gone.Dispose();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal("x", other.Ask("echo x"));
        }
        Assert.InRange(server.Sum(counters => counters.Steps), 201, 220);
        Assert.Equal(0, server.Log.Closed);
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Until.True(() => server.Log.Closed == 1, "freed by its ticket");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Sending_that_fails_while_parked_ends_only_with_the_ticket(DriverKind driver, Trigger trigger)
    {
        var options = new DriverOptions
        {
            Driver = driver,
            Trigger = trigger,
            Threads = 1,
            OutputHighBytes = 100_000_000,
        };
        using var server = new LineServer(options);
        var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send("big 8000000\npark\n"); // parked with output that the socket does not take
        Until.True(() => server.Log.Tickets.Count == 1, "parked");
        client.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        client.Dispose();
        using LineClient other = server.Connect();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("x", other.Ask("echo x"));
        }
        Assert.Equal(0, server.Log.Closed);
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Until.True(() => server.Log.Closed == 1, "freed by its ticket");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Parked_connection_that_outlives_its_server_is_freed_by_its_ticket(DriverKind driver, Trigger trigger)
    {
        var server = new LineServer(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 });
        using LineClient client = server.Connect();
        client.Send("park\n");
        Assert.Equal("parked", client.ReadLine());
        server.Server.Stop(StopMode.Graceful, 50);
        server.Dispose();
        Assert.Equal("<end>", client.ReadLine());
        Assert.Equal(0, server.Log.Closed);
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Assert.Equal([CloseReason.Stopped], server.Log.Reasons);
        Assert.Equal(0, server.Server.CurrentConnections);
    }
}
