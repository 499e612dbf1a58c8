namespace Larder.Conformance.Scripting;

/// <summary>One step of a section, on one of its connections. Immutable.</summary>
public sealed class TranscriptStep
{
    /// <summary>What it does.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The connection's name within the section.</summary>
    public required string Connection { get; init; }

    /// <summary>The line of the file where it begins, counted from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Which exchange of its section it is, counted from 1; 0 if it is none.</summary>
    public int Number { get; init; }

    /// <summary>The requests.</summary>
    public Pattern Sent { get; init; } = Pattern.Empty;

    /// <summary>The answers.</summary>
    public Pattern Expected { get; init; } = Pattern.Empty;

    /// <summary>How many seconds pass.</summary>
    public int Seconds { get; init; }

    /// <summary>Whether the exchange is repeated until it is answered so (expiry, background work).</summary>
    public bool Eventually { get; init; }
}
