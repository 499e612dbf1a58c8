namespace Larder.Bench.Simulating;

/// <summary>What the algorithms are called.</summary>
internal static class AlgorithmText
{
    /// <summary>The name in tables.</summary>
    public static string Title(this Algorithm algorithm) =>
        algorithm == Algorithm.S3Fifo ? "S3-FIFO" : algorithm.ToString().ToUpperInvariant();
}
