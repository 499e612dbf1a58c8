namespace Larder.Conformance.Scripting;

/// <summary>How received bytes compare with a pattern.</summary>
public enum MatchStatus
{
    /// <summary>The bytes begin with what the pattern describes.</summary>
    Matched,

    /// <summary>They may still come to match when more arrive.</summary>
    Incomplete,

    /// <summary>They can no longer match.</summary>
    Different,
}
