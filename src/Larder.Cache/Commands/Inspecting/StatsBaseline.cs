using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// Where <c>stats reset</c> left the counters. Each counter is written by its own thread only, so a reset takes their
/// sums instead of writing zeroes, and <c>stats</c> shows what has come since. Any thread.
/// </summary>
internal sealed class StatsBaseline
{
    private readonly Lock _gate = new();
    private ServerSums _taken = new(); // owner: _gate

    /// <summary>What has been counted since the last reset, or since the start.</summary>
    public ServerSums Since(StreamServer server)
    {
        var sums = ServerSums.Of(server);
        lock (_gate)
        {
            sums.Subtract(_taken);
        }
        return sums;
    }

    /// <summary>Begins to count from here.</summary>
    public void Take(StreamServer server)
    {
        var sums = ServerSums.Of(server);
        lock (_gate)
        {
            _taken = sums;
        }
    }
}
