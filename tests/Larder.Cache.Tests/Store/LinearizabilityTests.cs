using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: a lookup without a lock answers with a value that the key had at one moment between its call and its return,
/// and no later lookup goes behind it, while the index grows and shrinks and records move. Method: each key has one
/// writer, who numbers its changes (every eighth is a deletion) and notes each number before and after the change;
/// readers note the largest number seen. For one writer that is all that linearizability asks for. A value is its
/// number repeated, so that a mixture of two shows.
/// </summary>
public sealed class LinearizabilityTests
{
    private const int Keys = 3000;
    private const int DeleteEvery = 8;
    private const int WordsMax = 40;
    private const long ReadsMin = 20_000;
    private const int YieldEvery = 20;
    private const int Yieldings = 20;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lookups_are_linearizable_for_each_key(bool evicts)
    {
        int seed = Environment.TickCount;
        using var bench = new StoreBench(memory: evicts ? 2 << 20 : 32 << 20, itemSizeMax: 100_000, hashPower: 12);
        var histories = new Histories(bench, evicts);
        using var stop = new CancellationTokenSource();
        Thread[] threads =
        [
            .. Enumerable.Range(0, 2).Select(index => new Thread(() => histories.Write(index, 2, seed, stop.Token))),
            .. Enumerable.Range(2, 2).Select(index => new Thread(() => histories.Read(seed + index, stop.Token))),
        ];
        foreach (Thread thread in threads) thread.Start();
        var time = Stopwatch.StartNew();
        int filler = 0;
        while ((time.Elapsed < s_time || histories.Reads < ReadsMin)
            && histories.Errors.IsEmpty && time.Elapsed < s_deadline)
        {
            // Others come and go, so that stripes grow and shrink under the readers.
            for (int count = 0; count < 40_000; count++) bench.Put("filler" + filler++, "v");
            for (int count = 40_000; count > 0; count--) bench.Delete("filler" + (filler - count));
            while (bench.Store.Maintain(1000) && time.Elapsed < s_deadline)
            {
            }
        }
        stop.Cancel();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(histories.Errors.IsEmpty, $"seed {seed}: {string.Join(", ", histories.Errors.Take(5))}");
        Assert.True(histories.Reads >= ReadsMin, $"only {histories.Reads} reads");
        bench.Settle();
        bench.CheckAccounts();
    }

    private sealed class Histories(StoreBench bench, bool evicts)
    {
        private readonly long[] _started = new long[Keys];
        private readonly long[] _completed = new long[Keys];
        private readonly long[] _seen = new long[Keys];
        private readonly byte[][] _keys = [.. Enumerable.Range(0, Keys).Select(key => StoreBench.Bytes("key" + key))];
        private long _reads;

        public ConcurrentQueue<string> Errors { get; } = new();

        public long Reads => Interlocked.Read(ref _reads);

        public void Write(int index, int writers, int seed, CancellationToken stop)
        {
            var random = new Random(seed + index);
            var value = new byte[WordsMax * sizeof(long)];
            while (!stop.IsCancellationRequested)
            {
                int key = random.Next(Keys / writers) * writers + index;
                long number = _completed[key] + 1;
                ulong hash = bench.Store.Hash(_keys[key]);
                Volatile.Write(ref _started[key], number);
                Interlocked.MemoryBarrier();
                if (number % DeleteEvery == 0)
                {
                    bench.Store.Delete(_keys[key], hash);
                }
                else
                {
                    int words = random.Next(1, WordsMax);
                    for (int word = 0; word < words; word++)
                        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(word * sizeof(long)), number);
                    var request = new StoreRequest { Expiry = number % 3 == 0 ? bench.Clock.ExpiryOf(1000) : 0 };
                    Span<byte> whole = value.AsSpan(0, words * sizeof(long));
                    StoreResult result = bench.Store.Store(_keys[key], hash, whole, request);
                    if (result.Status != StoreStatus.Stored) Errors.Enqueue($"{result.Status} of key {key}");
                    if (number % 5 == 0) bench.Store.Touch(_keys[key], hash, bench.Clock.ExpiryOf(2000));
                }
                Interlocked.MemoryBarrier();
                Volatile.Write(ref _completed[key], number);
            }
        }

        public void Read(int seed, CancellationToken stop)
        {
            var random = new Random(seed);
            while (!stop.IsCancellationRequested && Errors.IsEmpty)
            {
                int key = random.Next(Keys);
                ulong hash = bench.Store.Hash(_keys[key]);
                var reader = new Numbers { Yields = random.Next(YieldEvery) == 0 };
                long least = Math.Max(Volatile.Read(ref _completed[key]), Volatile.Read(ref _seen[key]));
                Interlocked.MemoryBarrier();
                bool isHit = bench.Store.Find(_keys[key], hash, ref reader) == FindStatus.Hit;
                Interlocked.MemoryBarrier();
                long most = Volatile.Read(ref _started[key]);
                Interlocked.Increment(ref _reads);
                if (isHit) CheckHit(key, reader, least, most);
                // The last number up to the end of the call that stands for an absence; 0 is the beginning.
                else if (!evicts && most / DeleteEvery * DeleteEvery < least)
                    Errors.Enqueue($"key {key} was missed between {least} and {most}");
            }
        }

        private void CheckHit(int key, in Numbers reader, long least, long most)
        {
            if (!reader.IsWhole) Errors.Enqueue($"key {key} has a mixed value");
            if (reader.First < least || reader.First > most || reader.First % DeleteEvery == 0)
                Errors.Enqueue($"key {key} has {reader.First}, not one of {least} to {most}");
            long seen = Volatile.Read(ref _seen[key]);
            while (reader.First > seen)
            {
                long found = Interlocked.CompareExchange(ref _seen[key], reader.First, seen);
                if (found == seen) break;
                seen = found;
            }
        }
    }

    private struct Numbers : IItemReader
    {
        public bool Yields;
        public long First;
        public bool IsWhole;

        public void Read(scoped ItemView item)
        {
            ReadOnlySpan<byte> value = item.Value;
            IsWhole = value.Length >= sizeof(long) && value.Length % sizeof(long) == 0;
            if (!IsWhole) return;
            First = BinaryPrimitives.ReadInt64LittleEndian(value);
            // Gives its core to the writers in the middle of the value.
            for (int count = 0; Yields && count < Yieldings; count++) Thread.Yield();
            for (int offset = 0; offset < value.Length; offset += sizeof(long))
                IsWhole &= BinaryPrimitives.ReadInt64LittleEndian(value[offset..]) == First;
        }
    }
}
