using BenchmarkDotNet.Attributes;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Bench.Protocol;

/// <summary>What one header, one request line and one number cost to write, with a key of 32 bytes.</summary>
public class WriterBenchmark
{
    private readonly byte[] _destination = new byte[1024];
    private readonly byte[] _key = "key:0123456789abcdef0123456789ab"u8.ToArray();

    [Benchmark]
    public int ValueHeader() => TextResponseWriter.WriteValueHeader(_destination, _key, 0, 100);

    [Benchmark]
    public int ValueHeaderWithCas() => TextResponseWriter.WriteValueHeader(_destination, _key, 5, 100, 1234567890);

    [Benchmark]
    public int MetaHeader()
    {
        Span<byte> destination = _destination;
        int at = MetaResponseWriter.WriteValueStart(destination, 100);
        at += MetaResponseWriter.WriteFlag(destination[at..], (byte)'O', "1234"u8);
        at += MetaResponseWriter.WriteFlagSigned(destination[at..], (byte)'t', -1);
        return at + MetaResponseWriter.WriteLineEnd(destination[at..]);
    }

    [Benchmark]
    public int GetRequest() => TextRequestWriter.WriteGet(_destination, _key);

    [Benchmark]
    public int SetRequestLine() => TextRequestWriter.WriteStorageLine(_destination, TextCommand.Set, _key, 0, 0, 100);

    [Benchmark]
    public int MetaGetRequest()
    {
        Span<byte> destination = _destination;
        int at = MetaRequestWriter.WriteStart(destination, TextCommand.MetaGet, _key);
        at += MetaRequestWriter.WriteFlag(destination[at..], (byte)'v');
        return at + MetaRequestWriter.WriteLineEnd(destination[at..]);
    }

    [Benchmark]
    [Arguments(7UL)]
    [Arguments(1234UL)]
    [Arguments(ulong.MaxValue)]
    public int Number(ulong value) => NumberWriter.Write(_destination, value);
}
