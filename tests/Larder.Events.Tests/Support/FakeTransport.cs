using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>Takes what <see cref="Answer"/> says of what is sent, and keeps it.</summary>
internal sealed unsafe class FakeTransport : Transport
{
    public List<byte> Taken { get; } = [];

    public List<int> VectorCounts { get; } = [];

    /// <summary>From the bytes offered: how many are taken, or the error.</summary>
    public Func<long, SysResult> Answer { get; set; } = static offered => SysResult.Ok((nint)offered);

    /// <summary>What one flush may send.</summary>
    public int Share { get; set; } = int.MaxValue;

    public override int SendBytesMax => Share;

    public override SysResult Receive(int fd, IoVector* vectors, int count) => SysResult.Fail(Errno.Again);

    public override SysResult Send(int fd, IoVector* vectors, int count)
    {
        VectorCounts.Add(count);
        long offered = 0;
        for (int i = 0; i < count; i++)
        {
            Assert.True(vectors[i].Length > 0, "an empty vector");
            offered += (long)vectors[i].Length;
        }
        Assert.True(offered <= Share, "more than a flush may send");
        SysResult result = Answer(offered);
        long left = result.IsError ? 0 : result.Value;
        for (int i = 0; i < count && left > 0; i++)
        {
            int part = (int)Math.Min(left, (long)vectors[i].Length);
            Taken.AddRange(new ReadOnlySpan<byte>(vectors[i].Base, part));
            left -= part;
        }
        return result;
    }
}
