using System.Collections.Concurrent;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: a limit that goes down is reached while several threads work, keeps what fits, and gives its memory back; one
/// that goes up is used again. And no call pays for all of it. Method: threads that store and look up without a pause,
/// a background that maintains, and the limit moved between them.
/// </summary>
public sealed class MovingLimitTests
{
    private const int Memory = 32 << 20;
    private static readonly StoreRequest s_plain = new() { DiscardsCas = true };

    [Fact]
    public void Limit_goes_down_and_up_while_several_threads_work()
    {
        using var bench = new StoreBench(memory: Memory);
        var errors = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        long stored = 0;
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(index => new Thread(() =>
        {
            for (int number = 0; !stop.IsCancellationRequested; number++)
            {
                string key = $"k{index}-{number}";
                if (bench.Put(key, new byte[100 + number % 200], s_plain).Status != StoreStatus.Stored)
                    errors.Enqueue("refused " + key);
                Interlocked.Increment(ref stored);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        // Enough stores to fill the larger limit; the background works until the lower one is reached.
        for (int round = 0; round < 4; round++)
        {
            long goal = Interlocked.Read(ref stored) + 250_000;
            while (Interlocked.Read(ref stored) < goal && errors.IsEmpty) bench.Store.Maintain(1000);
            Assert.True(bench.Store.SetMemoryLimit(Memory / 4));
            while (bench.Store.Totals().MappedBytes > Memory / 4) bench.Store.Maintain(1000);
            StoreTotals low = bench.Store.Totals();
            Assert.True(low.Bytes > Memory / 4 * 0.7, $"{low.Bytes} bytes kept");
            Assert.True(bench.Store.SetMemoryLimit(Memory));
        }
        stop.Cancel();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(errors.IsEmpty, string.Join(", ", errors.Take(3)));
        bench.Settle();
        StoreAudit.Check(bench);
    }

    [Fact]
    public void Store_after_the_limit_was_halved_does_not_empty_the_half_alone()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 400_000; index++) bench.Put("k" + index, new byte[100], s_plain);
        Assert.True(bench.Store.SetMemoryLimit(Memory / 2));
        long seen = bench.Store.Totals().SegmentsEmptied;
        int segments = Memory / 2 / bench.Store.Totals().SegmentBytes;
        for (int index = 0; bench.Store.Totals().MappedBytes > Memory / 2; index++)
        {
            Assert.Equal(StoreStatus.Stored, bench.Put("n" + index, new byte[100], s_plain).Status);
            long emptied = bench.Store.Totals().SegmentsEmptied;
            Assert.True(emptied - seen <= segments / 8, $"one store has emptied {emptied - seen} of {segments}");
            seen = emptied;
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Segments_are_emptied_before_they_are_wanted()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 400_000; index++) bench.Put("k" + index, new byte[100], s_plain);
        StoreTotals before = bench.Store.Totals();
        for (int index = 0; index < 800_000; index++) bench.Put("n" + index, new byte[100], s_plain);
        StoreTotals after = bench.Store.Totals();
        long emptied = after.SegmentsEmptied - before.SegmentsEmptied;
        long demands = after.SegmentDemands - before.SegmentDemands;
        Assert.True(emptied > 500, $"{emptied} segments emptied");
        Assert.True(demands <= emptied / 50, $"{demands} steps were waited for, {emptied} segments emptied");
    }
}
