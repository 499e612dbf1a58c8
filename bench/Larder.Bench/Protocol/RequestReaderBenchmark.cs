using BenchmarkDotNet.Attributes;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Bench.Protocol;

/// <summary>
/// What the server pays to understand one request line with a key of 32 bytes, alone and out of a batch of 64. The
/// claim: well below 30 ns for a get, nothing allocated.
/// </summary>
public class RequestReaderBenchmark
{
    private const string Key = "key:0123456789abcdef0123456789ab";
    private const int BatchCount = 64;

    private readonly byte[] _keyBuffer = new byte[KeyBase64.DecodedLengthMax];
    private readonly byte[] _get = Line($"get {Key}");
    private readonly byte[] _getBatch = Batch($"get {Key}");
    private readonly byte[] _multiget = Line("get" + string.Concat(Enumerable.Repeat($" {Key}", 16)));
    private readonly byte[] _set = Line($"set {Key} 0 0 100");
    private readonly byte[] _cas = Line($"cas {Key} 0 0 100 1234567890");
    private readonly byte[] _incr = Line($"incr {Key} 1");
    private readonly byte[] _metaGet = Line($"mg {Key} v");
    private readonly byte[] _metaGetBatch = Batch($"mg {Key} v");
    private readonly byte[] _metaGetFlags = Line($"mg {Key} v t f c k O1234 q");
    private readonly byte[] _metaSet = Line($"ms {Key} 100 T60 F5");
    private readonly byte[] _metaGetBase64 = Line("mg a2V5OjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWI= b v");

    [Benchmark]
    public int Get() => Classic(_get);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int GetInBatch() => Classic(_getBatch);

    [Benchmark(OperationsPerInvoke = 16)]
    public int KeyOfMultiget()
    {
        TextRequest request = default;
        TextRequestReader.Read(_multiget, ref request);
        int bytes = 0;
        TextKeys keys = request.Keys;
        while (keys.MoveNext())
            bytes += keys.Current.Length;
        return bytes;
    }

    [Benchmark]
    public int Set() => Classic(_set);

    [Benchmark]
    public int Cas() => Classic(_cas);

    [Benchmark]
    public int Incr() => Classic(_incr);

    [Benchmark]
    public int MetaGet() => Meta(_metaGet);

    [Benchmark(OperationsPerInvoke = BatchCount)]
    public int MetaGetInBatch() => Meta(_metaGetBatch);

    [Benchmark]
    public int MetaGetSevenFlags() => Meta(_metaGetFlags);

    [Benchmark]
    public int MetaSet() => Meta(_metaSet);

    [Benchmark]
    public int MetaGetBase64() => Meta(_metaGetBase64);

    private static byte[] Line(string line) => [.. (line + "\r\n").Select(c => (byte)c)];

    private static byte[] Batch(string line) => [.. Enumerable.Repeat(Line(line), BatchCount).SelectMany(l => l)];

    private static int Classic(ReadOnlySpan<byte> input)
    {
        var limits = new TextLimits();
        TextRequest request = default;
        int bytes = 0;
        while (TextRequestReader.Read(input, 0, in limits, ref request) == ParseStatus.Complete)
        {
            bytes += request.Key.Length;
            input = input[request.LineLength..];
        }
        return bytes;
    }

    private int Meta(ReadOnlySpan<byte> input)
    {
        var limits = new TextLimits();
        TextRequest line = default;
        MetaRequest request = default;
        int bytes = 0;
        while (TextRequestReader.Read(input, 0, in limits, ref line) == ParseStatus.Complete)
        {
            MetaRequestReader.Read(in line, _keyBuffer, ref request);
            bytes += request.Key.Length;
            input = input[line.LineLength..];
        }
        return bytes;
    }
}
