using System.Net;
using Larder.Bench;
using Larder.Events.Wire;

namespace Larder.Tests.Bench;

public sealed class AllocationTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Aim: the generator allocates nothing for a request. Method: what the load thread itself has allocated before and
    /// after some thousand requests, asked on that thread. An object for each would be 24 bytes at the least.
    /// </summary>
    [Theory]
    [InlineData(WireProtocol.Classic, 1, 0)]
    [InlineData(WireProtocol.Meta, 1, 0)]
    [InlineData(WireProtocol.Classic, 5, 0)]
    [InlineData(WireProtocol.Meta, 5, 0)]
    [InlineData(WireProtocol.Binary, 5, 0)]
    [InlineData(WireProtocol.Classic, 1, 20_000)]
    internal void Load_thread_allocates_nothing_for_a_request(WireProtocol protocol, int multiget, int rate)
    {
        using var server = new FloorServer(new FloorOptions(IPAddress.Loopback, 0, 32, 100, 1));
        var options = new BenchOptions
        {
            Targets = [],
            Protocol = protocol,
            Multiget = multiget,
            Rate = rate,
            Connections = 10,
            Depth = 8,
            Verify = VerifyMode.All,
        };
        var plan = new LoadPlan(options);
        using var signals = new LoadSignals(1);
        using var thread = new LoadThread(plan, 0, LoadMode.Mixed, seed: 1, signals);
        thread.FrontEnd.Start();
        for (int i = 0; i < options.Connections; i++)
            Connector.Connect(server.EndPoint, new LoadConnection(thread, plan), thread.FrontEnd);
        Ask(thread, () =>
        {
            thread.StartSchedule();
            thread.BeginMeasuring();
            return true;
        });

        (long requests, long before) = ReadAfter(thread, requests: 3000);
        (long requestsThen, long after) = ReadAfter(thread, requests + 10_000);
        Assert.InRange(requestsThen - requests, 10_000, long.MaxValue);
        Assert.InRange(after - before, 0, (requestsThen - requests) / 10);
    }

    /// <summary>Requests answered and bytes allocated by the load thread once so many requests are answered.</summary>
    private static (long Requests, long Bytes) ReadAfter(LoadThread thread, long requests)
    {
        Assert.True(SpinWait.SpinUntil(() => thread.Tally.Requests >= requests, s_deadline), "too few answers");
        return Ask(thread, () => (thread.Tally.Requests, GC.GetAllocatedBytesForCurrentThread()));
    }

    private static T Ask<T>(LoadThread thread, Func<T> question)
    {
        using var mail = new CallMail<T>(question);
        thread.FrontEnd.Post(mail);
        return mail.Wait(s_deadline);
    }
}
