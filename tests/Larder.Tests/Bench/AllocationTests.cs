using System.Net;
using Larder.Bench;

namespace Larder.Tests.Bench;

/// <summary>Runs without other tests beside it, since it counts what the whole process allocates.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    /// <summary>
    /// Aim: neither generator nor floor server nor event core allocate for a request. Method: what the process
    /// allocates while thousands of requests are answered, divided by their number; progress and timers of the
    /// conducting thread take a few KiB, an object for each request would take 24 bytes at the least.
    /// </summary>
    [Theory]
    [InlineData(WireProtocol.Classic, 1, 0)]
    [InlineData(WireProtocol.Meta, 1, 0)]
    [InlineData(WireProtocol.Classic, 5, 0)]
    [InlineData(WireProtocol.Classic, 1, 20_000)]
    internal void Load_allocates_nothing_for_a_request(WireProtocol protocol, int multiget, int rate)
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
        using var session = new LoadSession(new LoadPlan(options), server.EndPoint, LoadMode.Mixed, seed: 1);
        session.Connect();
        session.Wait(TimeSpan.FromMilliseconds(200), (_, _) => { });

        session.BeginMeasuring();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        session.Wait(TimeSpan.FromMilliseconds(500), (_, _) => { });
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        long requests = session.EndMeasuring().Counts.Requests;
        session.Drain();

        Assert.True(requests > 5000, $"only {requests} requests");
        Assert.InRange((double)allocated / requests, 0, 4);
    }
}
