using BenchmarkDotNet.Attributes;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Bench.Protocol;

/// <summary>
/// What the load generator pays for one pipelined reply with a value of 100 bytes. A classic hit is two replies,
/// VALUE and END, counted here as one.
/// </summary>
public class ReplyReaderBenchmark
{
    private const int BatchCount = 64;
    private static readonly string s_value = new('v', 100);

    private readonly byte[] _hits = Batch($"VALUE key:0123456789abcdef0123456789ab 0 100\r\n{s_value}\r\nEND\r\n");
    private readonly byte[] _stored = Batch("STORED\r\n");
    private readonly byte[] _metaHits = Batch($"VA 100\r\n{s_value}\r\n");
    private readonly byte[] _metaHitsOpaque = Batch($"VA 100 O12345 t-1\r\n{s_value}\r\n");
    private readonly byte[] _metaDone = Batch("HD\r\n");

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int Hit() => Classic(_hits);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int Stored() => Classic(_stored);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int MetaHit() => Meta(_metaHits);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int MetaHitWithFlags() => Meta(_metaHitsOpaque);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int MetaDone() => Meta(_metaDone);

    private static byte[] Batch(string reply) =>
        [.. Enumerable.Repeat(reply, BatchCount).SelectMany(r => r.Select(c => (byte)c))];

    private static int Classic(ReadOnlySpan<byte> input)
    {
        TextReply reply = default;
        int count = 0;
        while (TextResponseReader.Read(input, ref reply) == ReplyStatus.Complete)
        {
            count++;
            input = input[(int)reply.TotalLength..];
        }
        return count;
    }

    private static int Meta(ReadOnlySpan<byte> input)
    {
        MetaReply reply = default;
        int count = 0;
        while (MetaResponseReader.Read(input, ref reply) == ReplyStatus.Complete)
        {
            count++;
            input = input[(int)reply.TotalLength..];
        }
        return count;
    }
}
