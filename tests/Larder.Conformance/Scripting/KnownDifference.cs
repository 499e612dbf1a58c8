namespace Larder.Conformance.Scripting;

/// <summary>An exchange that the oracle answers otherwise than its transcript says. Immutable.</summary>
public sealed class KnownDifference
{
    /// <summary>The transcript's name.</summary>
    public required string Transcript { get; init; }

    /// <summary>The section's name.</summary>
    public required string Section { get; init; }

    /// <summary>Which exchange of the section, counted from 1.</summary>
    public required int Exchange { get; init; }

    /// <summary>The reason, in a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>The ways of sending for which it holds.</summary>
    public required IReadOnlyList<SendMode> Modes { get; init; }

    /// <summary>What the oracle answers.</summary>
    public required Pattern Answer { get; init; }

    /// <summary>Whether the oracle ends the stream after that; the rest of the section is then left out.</summary>
    public required bool Closes { get; init; }

    /// <summary>
    /// Whether the rest of the section is left out, since it builds on the answer that the oracle does not give.
    /// </summary>
    public required bool LeavesRest { get; init; }

    /// <summary>Its heading in the file.</summary>
    public string Heading => $"[{Transcript}] {Section} #{Exchange}";
}
