using Larder.Protocol.Binary;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Tests.Binary;
using Larder.Protocol.Tests.Text;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests;

/// <summary>
/// Aim: nothing on the path of a request or reply allocates, in good cases and in bad ones. Method: the thread's own
/// counter of allocated bytes around a second run over every corpus line; the first run has compiled the code.
/// </summary>
public class AllocationTests
{
    private static readonly byte[][] s_requests =
        [.. RequestCorpus.Classic.Concat(RequestCorpus.Meta).Select(Bytes.Of)];

    private static readonly byte[][] s_replies = [.. ReplyCorpus.Classic.Concat(ReplyCorpus.Meta).Select(Bytes.Of)];

    private static readonly byte[][] s_binary =
        [.. BinaryCorpus.Requests.Concat(BinaryCorpus.Responses).Select(Bytes.Of)];

    private readonly byte[] _buffer = new byte[1024];
    private int _sum;

    [Fact]
    public void Request_readers_allocate_nothing() => AssertNoAllocation(ReadRequests);

    [Fact]
    public void Reply_readers_allocate_nothing() => AssertNoAllocation(ReadReplies);

    [Fact]
    public void Binary_readers_allocate_nothing() => AssertNoAllocation(ReadBinary);

    [Fact]
    public void Writers_allocate_nothing() => AssertNoAllocation(Write);

    private void AssertNoAllocation(Action run)
    {
        run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, _sum);
    }

    private void ReadRequests()
    {
        foreach (byte[] input in s_requests)
        {
            TextRequest request = default;
            if (TextRequestReader.Read(input, ref request) != ParseStatus.Complete)
                continue;
            TextKeys keys = request.Keys;
            while (keys.MoveNext())
                _sum += keys.Current.Length;
            foreach (ReadOnlySpan<byte> argument in request.Arguments)
                _sum += argument.Length;
            _sum += RequestErrors.Line(request.Error).Length;
            if (!Meta.MetaDescription.IsMeta(request.Command))
                continue;
            MetaRequest meta = default;
            MetaRequestReader.Read(in request, _buffer, ref meta);
            foreach (MetaFlagTokens flag in meta.FlagTokens)
                _sum += flag.Token.Length;
        }
    }

    private void ReadReplies()
    {
        foreach (byte[] input in s_replies)
        {
            TextReply classic = default;
            _sum += (int)TextResponseReader.Read(input, ref classic);
            MetaReply meta = default;
            _sum += (int)MetaResponseReader.Read(input, ref meta);
            _sum += meta.TryGetFlag((byte)'O', out ReadOnlySpan<byte> opaque) ? opaque.Length : 0;
        }
    }

    private void ReadBinary()
    {
        foreach (byte[] input in s_binary)
        {
            BinaryRequest request = default;
            if (BinaryRequestReader.ReadHeader(input, ref request) == ParseStatus.Complete
                && request.Error == BinaryStatus.Success)
                BinaryRequestReader.ReadBody(input, ref request);
            _sum += request.Key.Length;
            BinaryReply reply = default;
            _sum += (int)BinaryResponseReader.Read(input, ref reply);
        }
    }

    private void Write()
    {
        Span<byte> destination = _buffer;
        _sum += TextResponseWriter.WriteValueHeader(destination, "key"u8, 5, 100, ulong.MaxValue);
        _sum += TextResponseWriter.WriteStat(destination, "name"u8, 123456);
        _sum += MetaResponseWriter.WriteKeyFlag(destination, "key"u8, binary: true);
        _sum += MetaResponseWriter.WriteDebug(destination, "key"u8, binary: false, -1, 0, 1, fetched: true, 1, 61);
        _sum += TextRequestWriter.WriteStorage(destination, TextCommand.Set, "key"u8, 1, 2, "value"u8);
        _sum += TextRequestWriter.WriteArithmetic(destination, TextCommand.Incr, "key"u8, 1);
        _sum += MetaRequestWriter.WriteSetStart(destination, "key"u8, 100, base64: true);
        _sum += BinaryRequestWriter.WriteStorage(destination, BinaryOpcode.Set, "key"u8, 1, 2, 3);
        _sum += BinaryResponseWriter.WriteValueHead(destination, 0, 1, 2, 3, "key"u8, 4);
        _sum += BinaryResponseWriter.WriteError(destination, 0, 1, BinaryStatus.NotFound);
        _sum += NumberWriter.WriteSigned(destination, long.MinValue);
    }
}
