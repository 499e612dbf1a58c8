using Larder.Protocol.Http;
using Larder.Protocol.Mogile;
using Larder.Protocol.Tests.Mogile;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Http;

/// <summary>
/// Aim: nothing on the path of a request to the object store allocates, in good cases and in bad ones. Method: the
/// thread's own counter of allocated bytes around a second run; the first run has compiled the code.
/// </summary>
public class HttpAllocationTests
{
    private static readonly byte[][] s_requests = [.. HttpCorpus.Requests.Select(Bytes.Of)];
    private static readonly byte[][] s_targets = [.. HttpCorpus.Targets.Select(Bytes.Of)];
    private static readonly byte[][] s_chunks = [.. HttpCorpus.Chunks.Select(Bytes.Of)];
    private static readonly byte[][] s_ranges = [.. HttpCorpus.Ranges.Select(Bytes.Of)];
    private static readonly byte[][] s_replies = [.. HttpReplyCorpus.Replies.Select(Bytes.Of)];
    private static readonly byte[][] s_lines = [.. SideCorpus.Lines.Select(Bytes.Of)];

    private readonly byte[] _buffer = new byte[HttpPathReader.WideLengthMax];
    private readonly HttpRange[] _ranges = new HttpRange[HttpRanges.CountMaxDefault];
    private long _sum;

    [Fact]
    public void Readers_of_the_object_store_allocate_nothing()
    {
        Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, _sum);
    }

    [Fact]
    public void Writers_of_the_object_store_allocate_nothing()
    {
        Write();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, _sum);
    }

    private void Read()
    {
        foreach (byte[] input in s_requests)
        {
            HttpRequest request = default;
            if (HttpRequestReader.Read(input, ref request) == ParseStatus.Complete && request.Error == HttpStatus.None)
                _sum += (int)HttpConditions.Evaluate(in request, exists: true, "\"a\""u8, 0, 1) + 1;
        }
        foreach (byte[] input in s_targets)
            _sum += (int)HttpPathReader.Read(input, HttpNames.Wide, _buffer, out _);
        foreach (byte[] input in s_ranges)
            _sum += (int)HttpRanges.Resolve(input, 1000, _ranges, out _);
        foreach (byte[] input in s_chunks)
        {
            ChunkedReader reader = default;
            _sum += (int)reader.Read(input, out int consumed, out _);
            _sum += (int)reader.Read(input.AsSpan(consumed), out _, out _);
        }
        foreach (byte[] input in s_replies)
        {
            HttpReply reply = default;
            _sum += (int)HttpResponseReader.Read(input, 0, new HttpLimits(), ref reply);
        }
        foreach (byte[] input in s_lines)
        {
            SideRequest request = default;
            _sum += (int)SideRequestReader.Read(input, 0, HttpNames.Wide, _buffer, ref request);
        }
    }

    private void Write()
    {
        Span<byte> date = stackalloc byte[HttpDate.Length];
        _sum += HttpDate.Write(date, 784111777);
        _sum += HttpResponseWriter.WriteSimple(_buffer, HttpStatus.Created, date, keepAlive: true);
        var head = new HttpObjectHead { Status = HttpStatus.PartialContent, Date = date, LastModified = date };
        head.Boundary = 1;
        _sum += HttpResponseWriter.WriteObjectHead(_buffer, in head);
        _sum += HttpMultipartWriter.WritePartHead(_buffer, 1, new HttpRange(0, 1), 2);
        _sum += HttpRequestWriter.WriteStart(_buffer, HttpRequestMethod.Put, "/a"u8, "b"u8, keepAlive: false);
        _sum += HttpRequestWriter.WriteChunkStart(_buffer, long.MaxValue);
        _sum += SideReplyWriter.WriteDigest(_buffer, "/a"u8, SideCommand.Md5, date[..HttpMd5.DigestLength]);
        _sum += SideReplyWriter.WriteUtilization(_buffer, 1, 1234);
        _sum += UsageFile.Write(_buffer, UsageFigures.Of(10, 5, 4, 4096), "a"u8, "b"u8, 1);
    }
}
