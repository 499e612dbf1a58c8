using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

/// <summary>What a front end costs for each request, and what it must not forget.</summary>
public sealed class FrontEndTests
{
    private const int Requests = 500;

    [Fact]
    public void Edge_triggered_request_costs_one_receive_one_send_and_no_change_of_interest()
    {
        using LineServer server = Server(Trigger.Edge);
        using LineClient client = server.Connect();
        for (int i = 0; i < Requests; i++)
        {
            Assert.Equal("x", client.Ask("echo x"));
        }
        Until.True(() => server.Sum(counters => counters.Sends) == Requests, "all are counted");
        Assert.Equal(Requests, server.Sum(counters => counters.Receives));
        // One step more when the first edge, of a socket that can be written to, comes before the first request.
        Assert.InRange(server.Sum(counters => counters.Steps), Requests, Requests + 1);
        Assert.Equal(0, server.Sum(counters => counters.InterestChanges));
    }

    [Fact]
    public void Level_triggered_interest_changes_only_when_writing_blocks_and_when_it_goes_on()
    {
        using LineServer server = Server(Trigger.Level);
        using var client = new LineClient(server.EndPoint, receiveBuffer: 16 * 1024);
        for (int i = 0; i < Requests; i++)
        {
            Assert.Equal("x", client.Ask("echo x"));
        }
        Assert.Equal(Requests, server.Sum(counters => counters.Receives));
        Assert.Equal(0, server.Sum(counters => counters.InterestChanges));
        client.Send("big 8000000\n");
        Until.True(() => server.Sum(counters => counters.InterestChanges) == 1, "watched for writing");
        client.ReadExactly(8_000_000);
        Assert.Equal("y", client.Ask("echo y"));
        Assert.Equal(2, server.Sum(counters => counters.InterestChanges));
    }

    [Theory]
    [InlineData(Trigger.Edge), InlineData(Trigger.Level)]
    public void Data_and_the_end_that_come_together_are_both_seen(Trigger trigger)
    {
        using LineServer server = Server(trigger);
        for (int i = 0; i < 300; i++)
        {
            using LineClient client = server.Connect();
            client.Send("echo last\n");
            client.FinishSending();
            Assert.Equal("last", client.ReadLine());
            Assert.Equal("<end>", client.ReadLine());
        }
        Until.True(() => server.Log.Closed == 300, "all closed");
    }

    [Theory]
    [InlineData(Trigger.Edge), InlineData(Trigger.Level)]
    public void End_that_comes_while_back_pressured_or_parked_is_remembered(Trigger trigger)
    {
        using LineServer server = Server(trigger);
        using var slow = new LineClient(server.EndPoint, receiveBuffer: 16 * 1024);
        slow.Send("big 8000000\n");
        Until.True(() => server.Sum(counters => counters.BackPressures) == 1, "back-pressure");
        slow.Send("echo behind\n");
        slow.FinishSending();
        using LineClient parked = server.Connect();
        parked.Send("park\n");
        Assert.Equal("parked", parked.ReadLine());
        parked.Send("echo behind\n");
        parked.FinishSending();
        using LineClient other = server.Connect();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("x", other.Ask("echo x"));
        }
        slow.ReadExactly(8_000_000);
        Assert.Equal("behind", slow.ReadLine());
        Assert.Equal("<end>", slow.ReadLine());
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Assert.Equal("behind", parked.ReadLine());
        Assert.Equal("<end>", parked.ReadLine());
    }

    [Fact]
    public void Connection_added_to_a_front_end_that_has_left_is_closed()
    {
        using LineServer server = Server(Trigger.Edge);
        var log = new LineLog();
        using var frontEnd = new FrontEnd(0, new DriverOptions());
        frontEnd.Start();
        frontEnd.StopAndJoin(StopMode.Fast, 0);
        Connector.Connect(server.EndPoint, new LineConnection(log), frontEnd);
        Assert.Equal(1, log.Closed);
        Assert.Equal(0, frontEnd.ConnectionCount);
        Until.True(() => server.Log.Closed == 1, "the server sees the end");
    }

    [Theory]
    [InlineData(3, 8, "2 2 2"), InlineData(3, 2, "3 3 0"), InlineData(3, 1, "6 0 0")]
    public void Connections_go_to_as_many_front_ends_as_run_at_once(int threads, int atOnce, string expected)
    {
        using var server = new LineServer(new DriverOptions { Threads = threads, ThreadsAtOnce = atOnce });
        var clients = new List<LineClient>();
        for (int i = 0; i < 6; i++)
        {
            clients.Add(server.Connect());
            Assert.Equal("x", clients[i].Ask("echo x"));
        }
        Assert.Equal(expected, string.Join(' ', server.Server.FrontEnds.Select(frontEnd => frontEnd.ConnectionCount)));
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public void As_many_run_at_once_as_there_are_cores()
    {
        Assert.Equal(Environment.ProcessorCount, new DriverOptions().Places);
        Assert.Equal(3, new DriverOptions { ThreadsAtOnce = 3 }.Places);
    }

    private static LineServer Server(Trigger trigger) => new(new DriverOptions { Threads = 1, Trigger = trigger });
}
