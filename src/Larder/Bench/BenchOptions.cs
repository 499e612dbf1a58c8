using Larder.Events.Tls;

namespace Larder.Bench;

/// <summary>What a run does: the meaning of the command line, checked. Immutable.</summary>
internal sealed record BenchOptions
{
    /// <summary>Servers to measure, at least one; several are measured in turn.</summary>
    public required IReadOnlyList<BenchTarget> Targets { get; init; }

    /// <summary>The protocol of all requests.</summary>
    public WireProtocol Protocol { get; init; } = WireProtocol.Classic;

    /// <summary>What stands before the keys in the paths of HTTP; ASCII, with a slash first.</summary>
    public string Path { get; init; } = "/dev1/";

    /// <summary>Active connections over all threads, from 1.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>Requests under way on one connection, from 1.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>How the pipeline is refilled.</summary>
    public PipelineStyle Style { get; init; } = PipelineStyle.Burst;

    /// <summary>Keys of one get request, from 1.</summary>
    public int Multiget { get; init; } = 1;

    /// <summary>Number of different keys.</summary>
    public uint Keys { get; init; } = 100_000;

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; init; } = 32;

    /// <summary>Bytes of a value.</summary>
    public ByteRange ValueSize { get; init; } = new(100, 100);

    /// <summary>Which keys are wanted.</summary>
    public KeyDistribution Distribution { get; init; } = KeyDistribution.Uniform;

    /// <summary>How TLS is spoken; null: it is not.</summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>Requests after which a connection is closed and another one opened; 0 for never.</summary>
    public int Reconnect { get; init; }

    /// <summary>Share of gets among the requests, 0 to 1; the others are sets.</summary>
    public double GetShare { get; init; } = 0.9;

    /// <summary>Requests a second of an open loop over all threads; 0 for a closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>Measured time of one round.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time under load before the measurement of each round.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How often each target is measured.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Load threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Connections that are opened and say nothing.</summary>
    public int Idle { get; init; }

    /// <summary>Whether all keys are stored before the first round.</summary>
    public bool Fill { get; init; } = true;

    /// <summary>Where the results go as JSON; "-" is standard output; null for nowhere.</summary>
    public string? JsonPath { get; init; }

    /// <summary>Where the report goes as one HTML file; null for nowhere.</summary>
    public string? ReportPath { get; init; }

    /// <summary>A Markdown file that the results are appended to; null for none.</summary>
    public string? MarkdownPath { get; init; }

    /// <summary>Heading of the results in reports.</summary>
    public string Title { get; init; } = "larder bench";

    /// <summary>What the random choices start from: the same seed asks for the same keys in the same order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether a miss is a failure of the run.</summary>
    public bool ExpectHits { get; init; }

    /// <summary>Which values are verified.</summary>
    public VerifyMode Verify { get; init; } = VerifyMode.None;

    /// <summary>The processors of the load threads; empty for any.</summary>
    public IReadOnlyList<int> Cores { get; init; } = [];

    /// <summary>The command line that asked for this, for the reports.</summary>
    public string CommandLine { get; init; } = "";
}
