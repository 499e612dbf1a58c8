using System.Text;
using BenchmarkDotNet.Attributes;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Bench.Protocol;

/// <summary>What each hash costs for a key of 32 bytes. The claim: nothing allocated.</summary>
public class KeyHashBenchmark
{
    private const int KeyCount = 64;

    private readonly byte[][] _keys =
        [.. Enumerable.Range(0, KeyCount).Select(static i => Encoding.ASCII.GetBytes($"key:{i * 7919:d28}"))];

    /// <summary>The hash.</summary>
    [ParamsAllValues]
    public KeyHash Hash { get; set; }

    [Benchmark(OperationsPerInvoke = KeyCount)]
    public uint Compute()
    {
        uint sum = 0;
        foreach (byte[] key in _keys)
            sum ^= KeyHashes.Compute(Hash, key);
        return sum;
    }
}
