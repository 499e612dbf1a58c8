namespace Larder.Bench.Simulating;

/// <summary>Misses of every algorithm at every size.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Trace">What was replayed.</param>
/// <param name="Sizes">Sizes in objects, in the order of the rows.</param>
/// <param name="Misses">For each size one count for each algorithm.</param>
internal sealed record SimulationResult(
    SimulateOptions Options,
    RequestTrace Trace,
    IReadOnlyList<int> Sizes,
    IReadOnlyList<IReadOnlyList<long>> Misses)
{
    /// <summary>Runs all simulations, one after the other.</summary>
    public static SimulationResult Run(SimulateOptions options, RequestTrace trace)
    {
        IReadOnlyList<int> sizes = options.SizesFor(trace);
        long[][] misses = [.. sizes.Select(Row)];
        return new SimulationResult(options, trace, sizes, misses);

        long[] Row(int size) =>
            [.. options.Algorithms.Select(algorithm => EvictionSimulator.CountMisses(algorithm, size, trace))];
    }

    /// <summary>Misses by requests.</summary>
    public double MissRatio(int size, int algorithm) => (double)Misses[size][algorithm] / Trace.Requests.Length;
}
