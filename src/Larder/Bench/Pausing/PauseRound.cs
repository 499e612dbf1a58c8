namespace Larder.Bench.Pausing;

/// <summary>One phase of one round at one target.</summary>
internal sealed record PauseRound
{
    /// <summary>The target's name; several servers may have one.</summary>
    public required string Name { get; init; }

    /// <summary>Which phase.</summary>
    public required PausePhase Phase { get; init; }

    /// <summary>How long its clients waited.</summary>
    public required WaitSummary Waits { get; init; }

    /// <summary>Milliseconds that the host took from the generator's processor.</summary>
    public required long StolenHere { get; init; }

    /// <summary>Milliseconds that the host took from the other processors.</summary>
    public required long StolenElsewhere { get; init; }

    /// <summary>Processor time of the server by time that passed; null when its process is not known.</summary>
    public required double? ServerBusy { get; init; }

    /// <summary>Answers that were refusals.</summary>
    public required long Refused { get; init; }

    /// <summary>The first refusal, and the orders with their answers.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
