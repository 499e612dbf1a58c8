namespace Larder.Bench.Simulating;

/// <summary>What is simulated: the meaning of the command line, checked. Immutable.</summary>
/// <param name="TracePath">The file of requests.</param>
/// <param name="Algorithms">In the order of the table's columns; at least one.</param>
/// <param name="Items">Cache sizes in objects, each from 1; empty to take <paramref name="Percent"/>.</param>
/// <param name="Percent">Cache sizes in percent of the trace's objects, each above 0 and at most 100.</param>
/// <param name="Limit">Most requests of the trace.</param>
/// <param name="JsonPath">Where the results go as JSON; "-" is standard output; null for nowhere.</param>
/// <param name="MarkdownPath">A Markdown file that the results are appended to; null for none.</param>
/// <param name="Title">Heading in the Markdown.</param>
/// <param name="CommandLine">The command line that asked for this.</param>
internal sealed record SimulateOptions(
    string TracePath,
    IReadOnlyList<Algorithm> Algorithms,
    IReadOnlyList<int> Items,
    IReadOnlyList<double> Percent,
    int Limit,
    string? JsonPath,
    string? MarkdownPath,
    string Title,
    string CommandLine)
{
    /// <summary>The cache sizes in objects of the trace, each from 1.</summary>
    public IReadOnlyList<int> SizesFor(RequestTrace trace) => Items.Count > 0
        ? Items
        : [.. Percent.Select(percent => Math.Max(1, (int)(trace.Objects * percent / 100)))];
}
