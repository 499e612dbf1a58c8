using Larder.Bench.Simulating;

namespace Larder.Bench.Replaying;

/// <summary>What is replayed, and where: the meaning of the command line, checked. Immutable.</summary>
internal sealed record ReplayOptions
{
    /// <summary>The file of requests.</summary>
    public required string TracePath { get; init; }

    /// <summary>Servers, at least one; one after the other.</summary>
    public required IReadOnlyList<BenchTarget> Targets { get; init; }

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; init; } = 32;

    /// <summary>Bytes of a value; between two ends each key has a size of its own.</summary>
    public ByteRange ValueSize { get; init; } = new(100, 100);

    /// <summary>Connections, from 1; a key always uses the same one.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Requests under way on one connection, from 1.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>Most requests of the trace.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Whether each target forgets its items first.</summary>
    public bool Flush { get; init; } = true;

    /// <summary>Algorithms that are simulated with as many items as a target held at the end.</summary>
    public IReadOnlyList<Algorithm> Simulate { get; init; } = [];

    /// <summary>Where the results go as JSON; "-" is standard output; null for nowhere.</summary>
    public string? JsonPath { get; init; }

    /// <summary>A Markdown file that the results are appended to; null for none.</summary>
    public string? MarkdownPath { get; init; }

    /// <summary>Heading in the Markdown.</summary>
    public string Title { get; init; } = "larder bench replay";

    /// <summary>The command line that asked for this.</summary>
    public string CommandLine { get; init; } = "";
}
