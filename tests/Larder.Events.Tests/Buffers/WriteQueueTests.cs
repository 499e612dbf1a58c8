using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Buffers;

/// <summary>
/// Aim: whatever is written, leased and sent in pieces, the peer gets exactly these bytes, each lease comes
/// back once and each block too. Method: random operations against a list of bytes, then single cases.
/// </summary>
public sealed class WriteQueueTests : IDisposable
{
    private readonly BufferPool _pool = new(10_000, new ThreadGuard());
    private readonly LeaseBook _leases = new();
    private readonly FakeTransport _transport = new();
    private readonly DriverCounters _counters = new();
    private readonly WriteQueue _queue = new();

    public WriteQueueTests() => _queue.Attach(_pool);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public void Random_operations_agree_with_a_list_of_bytes(int seed)
    {
        var random = new Random(seed);
        var model = new List<byte>();
        _transport.Answer = offered => random.Next(8) switch
        {
            0 => SysResult.Fail(Errno.Again),
            1 => SysResult.Fail(Errno.Interrupted),
            2 => SysResult.Ok((nint)offered),
            _ => SysResult.Ok((nint)random.NextInt64(1, offered + 1)),
        };
        for (int i = 0; i < 3_000; i++)
        {
            Append(random, model);
            if (random.Next(3) == 0)
            {
                Assert.False(_queue.Flush(_transport, 0, _counters).IsError);
            }
            Assert.Equal(model.Count - _transport.Taken.Count, _queue.QueuedBytes);
            AssertShown(random, model);
        }
        _transport.Answer = offered => SysResult.Ok((nint)offered);
        _queue.Flush(_transport, 0, _counters);
        Assert.True(_queue.IsEmpty);
        Assert.True(model.SequenceEqual(_transport.Taken));
        Assert.All(_leases.Released, times => Assert.Equal(1, times));
        Assert.Equal(_transport.Taken.Count, _counters.BytesWritten);
    }

    [Theory]
    [InlineData(21, 1), InlineData(22, 100), InlineData(23, 40_000)]
    public void Flush_sends_its_share_and_no_more(int seed, int share)
    {
        var random = new Random(seed);
        var model = new List<byte>();
        _transport.Share = share;
        for (int i = 0; i < 30; i++)
        {
            Append(random, model);
        }
        while (!_queue.IsEmpty)
        {
            int before = _transport.Taken.Count;
            long queued = _queue.QueuedBytes;
            Assert.Equal(Math.Min(share, queued), _queue.Flush(_transport, 0, _counters).Value);
            Assert.Equal(Math.Min(share, queued), _transport.Taken.Count - before);
        }
        Assert.True(model.SequenceEqual(_transport.Taken));
        Assert.All(_leases.Released, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(11), InlineData(12), InlineData(13)]
    public void Blocks_rented_are_all_returned(int seed)
    {
        var random = new Random(seed);
        var model = new List<byte>();
        _transport.Answer = offered => SysResult.Ok((nint)random.NextInt64(1, offered + 1));
        for (int i = 0; i < 1_000; i++)
        {
            Append(random, model);
            _queue.Flush(_transport, 0, _counters);
        }
        _queue.Discard();
        // All that was ever rented stands in the reserve again: renting as many makes none anew.
        int reserve = _pool.Reserve;
        Assert.True(reserve > 0);
        for (int round = 0; round < 20; round++)
        {
            Append(random, model);
            _queue.Discard();
            Assert.True(_pool.Reserve >= reserve, "a block was lost");
        }
        Assert.All(_leases.Released, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(21), InlineData(22), InlineData(23)]
    public void Bytes_taken_away_are_the_oldest(int seed)
    {
        var random = new Random(seed);
        var model = new List<byte>();
        for (int i = 0; i < 1_000; i++)
        {
            Append(random, model);
            var taken = new byte[random.Next(Math.Min((int)_queue.QueuedBytes, 200_000) + 1)];
            _queue.Take(taken);
            Assert.True(taken.AsSpan().SequenceEqual(model.Take(taken.Length).ToArray()));
            model.RemoveRange(0, taken.Length);
            Assert.Equal(model.Count, _queue.QueuedBytes);
        }
        _queue.Take(new byte[_queue.QueuedBytes]);
        Assert.All(_leases.Released, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Entries_beyond_one_call_are_gathered_by_several()
    {
        for (int i = 0; i < 200; i++)
        {
            _queue.Write([(byte)i]);
            _queue.WriteLease(_leases.Lend(3));
        }
        SysResult sent = _queue.Flush(_transport, 0, _counters);
        Assert.Equal(800, sent.Int);
        Assert.Equal(400, _transport.VectorCounts.Sum());
        Assert.Equal(64, _transport.VectorCounts.Max());
        Assert.Equal(7, _counters.Sends);
    }

    [Fact]
    public void Empty_lease_is_released_at_once()
    {
        _queue.WriteLease(_leases.Lend(0));
        Assert.Equal([1], _leases.Released);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void Failing_transport_leaves_the_queue_to_be_discarded()
    {
        _queue.Write("abc"u8);
        _queue.WriteLease(_leases.Lend(100));
        _transport.Answer = _ => SysResult.Fail(Errno.ConnectionReset);
        Assert.Equal(Errno.ConnectionReset, _queue.Flush(_transport, 0, _counters).Errno);
        Assert.Equal([0], _leases.Released);
        _queue.Discard();
        Assert.Equal([1], _leases.Released);
        Assert.Equal(1, _pool.Reserve);
        Assert.Equal(0, _queue.QueuedBytes);
    }

    [Fact]
    public void Lease_between_small_writes_shares_their_block()
    {
        _queue.Write("a"u8);
        _queue.WriteLease(_leases.Lend(1));
        _queue.Write("b"u8);
        _queue.WriteLease(_leases.Lend(1));
        _queue.Write("c"u8);
        _queue.Flush(_transport, 0, _counters);
        Assert.Equal([(byte)'a', 0, (byte)'b', 0, (byte)'c'], _transport.Taken);
        Assert.Equal(1, _pool.Reserve);
    }

    [Fact]
    public void Span_of_a_whole_chunk_is_contiguous_whatever_came_before()
    {
        _queue.Write("x"u8);
        Span<byte> span = _queue.GetSpan(WriteQueue.ChunkBytes);
        Assert.True(span.Length >= WriteQueue.ChunkBytes);
        span[..WriteQueue.ChunkBytes].Fill(7);
        _queue.Advance(WriteQueue.ChunkBytes);
        Assert.Equal(WriteQueue.ChunkBytes + 1, _queue.QueuedBytes);
    }

    public void Dispose()
    {
        _queue.Discard();
        _pool.Dispose();
        _leases.Dispose();
    }

    /// <summary>A look at some place shows what stands there, and changes nothing.</summary>
    private void AssertShown(Random random, List<byte> model)
    {
        long position = random.NextInt64(_queue.QueuedBytes + 1);
        byte[] shown = new byte[random.Next(1, 3_000)];
        int count = _queue.Peek(position, shown);
        Assert.Equal(Math.Min(shown.Length, _queue.QueuedBytes - position), count);
        Assert.True(model.Slice(_transport.Taken.Count + (int)position, count).SequenceEqual(shown[..count]));
    }

    private void Append(Random random, List<byte>? model)
    {
        int length = random.Next(20) == 0 ? random.Next(100_000) : random.Next(300);
        if (random.Next(3) == 0)
        {
            _queue.WriteLease(_leases.Lend(length));
            model?.AddRange(Enumerable.Range(0, length).Select(i => (byte)(i % 251)));
            return;
        }
        var bytes = new byte[length];
        random.NextBytes(bytes);
        if (random.Next(2) == 0 && length <= WriteQueue.ChunkBytes)
        {
            bytes.CopyTo(_queue.GetSpan(length));
            _queue.Advance(length);
        }
        else
        {
            _queue.Write(bytes);
        }
        model?.AddRange(bytes);
    }
}
