namespace Larder.Bench.Pausing;

/// <summary>What is measured, and how: the meaning of the command line, checked. Immutable.</summary>
internal sealed record PauseOptions
{
    /// <summary>Servers, at least one. Those of one name take the rounds in turn, so that each begins fresh.</summary>
    public required IReadOnlyList<BenchTarget> Targets { get; init; }

    /// <summary>The phases, in their order.</summary>
    public IReadOnlyList<PausePhase> Phases { get; init; } = Enum.GetValues<PausePhase>();

    /// <summary>How often each phase is measured.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Requests a second.</summary>
    public int Rate { get; init; } = 10_000;

    /// <summary>Keys that a request asks for or stores.</summary>
    public int Keys { get; init; } = 16;

    /// <summary>Connections, from 1; the requests go over them in turn.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Measured time of a phase.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time under load before the first phase of each server.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A server that answers nothing for so long is given up.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A Markdown file that the results are appended to; null for none.</summary>
    public string? MarkdownPath { get; init; }

    /// <summary>Heading in the Markdown.</summary>
    public string Title { get; init; } = "larder bench pauses";

    /// <summary>The command line that asked for this.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Requests of a phase.</summary>
    public int Requests => (int)(Rate * Duration.TotalSeconds);
}
