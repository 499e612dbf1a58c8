using Larder.Events.Buffers;
using Larder.Events.Driving;

namespace Larder.Events.Tests.Buffers;

/// <summary>Random appends, receives and consumptions against a list of bytes.</summary>
public sealed class ReadBufferTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Random_operations_agree_with_a_list_of_bytes(int seed)
    {
        var random = new Random(seed);
        using var pool = new BufferPool(100, new ThreadGuard());
        var buffer = default(ReadBuffer);
        var model = new List<byte>();
        for (int i = 0; i < 5_000; i++)
        {
            var bytes = new byte[random.Next(10) == 0 ? random.Next(70_000) : random.Next(1, 2_000)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
            {
                Assert.True(buffer.TryAppend(bytes, pool));
            }
            else
            {
                Assert.True(buffer.TryMakeRoom(bytes.Length, pool));
                bytes.CopyTo(buffer.Room);
                buffer.Received(bytes.Length);
            }
            model.AddRange(bytes);
            int consumed = random.Next(3) == 0 ? model.Count : random.Next(model.Count + 1);
            buffer.Consume(consumed, pool);
            model.RemoveRange(0, consumed);
            Assert.Equal(model.Count, buffer.Length);
            Assert.Equal(model.Count > 0, buffer.HoldsMemory);
            Assert.True(model.ToArray().AsSpan().SequenceEqual(buffer.Unread));
        }
        buffer.Free(pool);
        Assert.False(buffer.HoldsMemory);
        Assert.True(pool.Reserve <= 1, "one buffer rents one block at a time");
    }

    [Fact]
    public void Buffer_beyond_the_limit_is_refused_and_keeps_what_it_has()
    {
        var limit = new BufferLimit(3 * BufferPool.BlockBytes);
        using var pool = new BufferPool(4, new ThreadGuard()) { InputLimit = limit };
        var first = default(ReadBuffer);
        var second = default(ReadBuffer);
        Assert.True(first.TryAppend(new byte[10], pool));
        Assert.True(second.TryAppend(new byte[BufferPool.BlockBytes + 1], pool));
        Assert.False(first.TryMakeRoom(BufferPool.BlockBytes, pool)); // the old and the new memory at once
        Assert.Equal(10, first.Length);
        Assert.Equal((1, (2L * BufferPool.BlockBytes) + 1), (limit.Refused, limit.Used));
        second.Free(pool);
        Assert.True(first.TryMakeRoom(BufferPool.BlockBytes, pool));
        first.Free(pool);
        Assert.Equal(0, limit.Used);
        limit.ResetRefused();
        Assert.Equal(0, limit.Refused);
    }
}
