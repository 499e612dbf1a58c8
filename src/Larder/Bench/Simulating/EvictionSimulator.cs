namespace Larder.Bench.Simulating;

/// <summary>
/// A cache of so many objects of one size that holds nothing but keys: what an eviction algorithm makes of a trace,
/// exactly. "Get; on a miss, set" is one <see cref="Access"/>.
/// </summary>
internal abstract class EvictionSimulator
{
    /// <param name="items">Objects that it holds, from 1.</param>
    protected EvictionSimulator(int items)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        Items = items;
    }

    /// <summary>Objects that it holds.</summary>
    public int Items { get; }

    /// <summary>Asks for a key; one that is not held is stored.</summary>
    /// <returns>Whether it was held.</returns>
    public abstract bool Access(int key);

    /// <summary>A fresh cache.</summary>
    /// <param name="algorithm">Which.</param>
    /// <param name="items">Objects that it holds, from 1.</param>
    /// <param name="keys">Keys are the numbers below it.</param>
    public static EvictionSimulator Create(Algorithm algorithm, int items, int keys) => algorithm switch
    {
        Algorithm.S3Fifo => new S3FifoSimulator(items, keys),
        Algorithm.Lru => new LruSimulator(items, keys),
        Algorithm.Fifo => new FifoSimulator(items, keys),
        Algorithm.Clock => new ClockSimulator(items, keys),
        Algorithm.Slru => new SlruSimulator(items, keys),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Replays a trace into a fresh cache.</summary>
    /// <returns>Requests whose key was not held.</returns>
    public static long CountMisses(Algorithm algorithm, int items, RequestTrace trace)
    {
        EvictionSimulator cache = Create(algorithm, items, trace.KeyCount);
        long misses = 0;
        foreach (uint key in trace.Requests)
            misses += cache.Access((int)key) ? 0 : 1;
        return misses;
    }
}
