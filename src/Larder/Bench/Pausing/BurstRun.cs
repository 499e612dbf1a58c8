namespace Larder.Bench.Pausing;

/// <summary>What is sent to a server from the first request to the last answer. Immutable.</summary>
internal sealed record BurstRun
{
    /// <summary>The requests, at least one.</summary>
    public required IReadOnlyList<BurstPart> Parts { get; init; }

    /// <summary>Requests a second, at times that are fixed in advance; 0: as fast as they are answered.</summary>
    public int Rate { get; init; }

    /// <summary>How long requests are sent at the most.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Commands of other connections in between.</summary>
    public IReadOnlyList<TimedOrder> Orders { get; init; } = [];

    /// <summary>Number of all requests.</summary>
    public int Requests => Parts.Sum(part => part.Requests);
}
