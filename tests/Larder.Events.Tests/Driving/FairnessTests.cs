using System.Text;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Who sends a deep pipeline gets a turn at a time, like everybody.</summary>
public sealed class FairnessTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    [Theory, MemberData(nameof(Combinations))]
    public void Deep_pipelines_are_executed_a_turn_at_a_time_in_rotation(DriverKind driver, Trigger trigger)
    {
        const int Lines = 2_000;
        const int PerTurn = 10;
        var options = new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1, RequestsPerTurn = PerTurn };
        using var server = new LineServer(options);
        LineClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => server.Connect())];
        Assert.All(clients, client => Assert.Equal("in", client.Ask("echo in"))); // accepted, not only connected
        clients[0].Send("block\n");
        Until.True(() => server.Log.Executed == clients.Length + 1, "the only thread is held");
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i].Send(string.Concat(Enumerable.Repeat($"mark {i}\n", Lines)));
        }
        server.Log.Gate.Set();
        Until.True(() => server.Log.Marks.Count == clients.Length * Lines, "all was executed");

        int[] order = [.. server.Log.Marks];
        Assert.All(Enumerable.Range(0, clients.Length),
            client => Assert.InRange(Array.IndexOf(order, client), 0, clients.Length * PerTurn));
        int run = 1;
        for (int i = 1; i < order.Length / 2; i++)
        {
            run = order[i] == order[i - 1] ? run + 1 : 1;
            Assert.True(run <= PerTurn, $"client {order[i]} had {run} requests in a row");
        }
        Array.ForEach(clients, client => client.Dispose());
    }
}
