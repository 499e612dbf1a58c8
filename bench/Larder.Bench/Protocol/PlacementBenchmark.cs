using System.Text;
using BenchmarkDotNet.Attributes;
using Larder.Protocol.Placement;

namespace Larder.Bench.Protocol;

/// <summary>
/// What a client pays to find the server of a key of 32 bytes, for each kind of placement; and the owner after it, when
/// an eighth of the servers is down. The claim: nothing allocated, well below the microseconds of a request.
/// </summary>
public class PlacementBenchmark
{
    private const int KeyCount = 64;
    private const int KeyLength = 32;

    private readonly byte[][] _keys =
        [.. Enumerable.Range(0, KeyCount).Select(static i => Encoding.ASCII.GetBytes($"key:{i * 7919:d28}"))];

    private KeyPlacement _placement = null!;
    private ulong[] _excluded = [];

    /// <summary>The kind, with the hash that it has unless told otherwise.</summary>
    [ParamsAllValues]
    public PlacementKind Kind { get; set; }

    /// <summary>Servers of weight 1.</summary>
    [Params(8, 64)]
    public int Servers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _placement = KeyPlacement.Create(
            Kind, [.. Enumerable.Range(1, Servers).Select(static i => new ServerEndpoint($"10.0.0.{i}"))]);
        _excluded = new ulong[ServerBits.WordCount(Servers)];
        for (int server = 0; server < Servers; server += 8)
            ServerBits.Add(_excluded, server);
        if (Array.Exists(_keys, static key => key.Length != KeyLength))
            throw new InvalidOperationException("keys of another length");
    }

    [Benchmark(OperationsPerInvoke = KeyCount)]
    public int Find()
    {
        int sum = 0;
        foreach (byte[] key in _keys)
            sum += _placement.Find(key);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = KeyCount)]
    public int FindNext()
    {
        int sum = 0;
        foreach (byte[] key in _keys)
            sum += _placement.FindNext(key, _excluded);
        return sum;
    }
}
