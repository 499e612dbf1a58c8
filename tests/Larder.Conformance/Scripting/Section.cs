namespace Larder.Conformance.Scripting;

/// <summary>A named part of a transcript; it runs on connections of its own. Immutable.</summary>
/// <param name="Name">What it shows, unique within its transcript.</param>
/// <param name="Line">The line of the file where it begins.</param>
/// <param name="Steps">What happens, in order.</param>
public sealed record Section(string Name, int Line, IReadOnlyList<TranscriptStep> Steps);
