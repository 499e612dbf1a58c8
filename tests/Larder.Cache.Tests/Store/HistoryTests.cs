using System.Collections.Concurrent;
using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: all verbs on a key are linearizable, under eviction, growth, a limit that moves, and maintenance. Method:
/// rounds of random calls by two or three threads on the same few keys, begun together, with timestamps; after each
/// round the answers of each key are searched for an order that explains them (<see cref="KeyHistory"/>). Values carry
/// the number of the call that made them, tokens are compared, too. Another thread fills, flushes nothing, and moves
/// index, limit and segments all the time.
/// </summary>
public sealed class HistoryTests
{
    private const int Keys = 3;
    private const int CallsOfThread = 8;
    private const int OverlapsMin = 500;
    private const int LargeLength = 100_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_soak = TimeSpan.FromMinutes(8);

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Answers_of_several_threads_can_be_put_in_an_order(int threads, bool evicts) =>
        Check(threads, evicts, TimeSpan.Zero);

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [Trait("Category", "Soak")]
    public void Answers_of_several_threads_can_be_put_in_an_order_for_long(int threads, bool evicts) =>
        Check(threads, evicts, s_soak);

    private static void Check(int threadCount, bool evicts, TimeSpan least)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var bench = new StoreBench(memory: evicts ? 2 << 20 : 32 << 20, itemSizeMax: 1 << 20, hashPower: 12);
        using var stop = new CancellationTokenSource();
        using var barrier = new Barrier(threadCount);
        var round = new Round(bench, threadCount, evicts, seed);
        Thread[] threads =
        [
            .. Enumerable.Range(0, threadCount).Select(index => new Thread(() =>
            {
                while (!round.IsOver)
                {
                    round.Run(index);
                    barrier.SignalAndWait();
                    if (index == 0) round.Judge(least);
                    barrier.SignalAndWait();
                }
            })),
            new Thread(() => Disturb(bench, evicts, seed, stop.Token)),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads[..threadCount]) thread.Join();
        stop.Cancel();
        threads[^1].Join();
        Assert.True(round.Errors.IsEmpty, $"seed {seed}: {string.Join('\n', round.Errors)}");
        Assert.True(round.Overlaps > 0, "some calls ran at the same time");
    }

    private static void Disturb(StoreBench bench, bool evicts, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        int filler = 0;
        while (!stop.IsCancellationRequested)
        {
            for (int count = 0; count < 2000; count++)
                bench.Put("filler" + filler++ % 100_000, new byte[random.Next(60)]);
            for (int count = 0; count < 1000; count++) bench.Delete("filler" + random.Next(100_000));
            if (evicts) bench.Store.SetMemoryLimit(random.NextInt64(3 << 19, 3 << 20));
            bench.Store.Maintain(random.Next(2000));
        }
    }

    private sealed class Round(StoreBench bench, int threads, bool evicts, int seed)
    {
        private const int RoundsMin = 4000;

        private readonly Random[] _random = [.. Enumerable.Range(0, threads).Select(index => new Random(seed + index))];
        private readonly List<KeyOperation>[] _calls =
            [.. Enumerable.Range(0, threads).Select(_ => new List<KeyOperation>())];
        private readonly ulong[][] _known = [.. Enumerable.Range(0, threads).Select(_ => new ulong[Keys])];
        private readonly byte[][] _keys = [.. Enumerable.Range(0, Keys).Select(key => StoreBench.Bytes("key" + key))];
        private readonly KeyHistory[] _histories = [.. Enumerable.Range(0, Keys).Select(_ => new KeyHistory(evicts))];
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private int _rounds;
        private long _ready;
        private long _number;
        private volatile bool _isOver;

        public ConcurrentQueue<string> Errors { get; } = new();

        public bool IsOver => _isOver;

        public long Overlaps { get; private set; }

        public void Run(int thread)
        {
            // All begin as nearly at once as the machine allows.
            Interlocked.Increment(ref _ready);
            SpinWait wait = default;
            while (Volatile.Read(ref _ready) < (_rounds + 1L) * threads) wait.SpinOnce(sleep1Threshold: -1);
            for (int count = 0; count < CallsOfThread; count++)
            {
                KeyOperation call = Make(thread);
                call.Begin = Stopwatch.GetTimestamp();
                Perform(call);
                call.End = Stopwatch.GetTimestamp();
                if (call.Cas != 0) _known[thread][call.Key] = call.Cas;
                _calls[thread].Add(call);
            }
        }

        public void Judge(TimeSpan least)
        {
            List<KeyOperation> all = [.. _calls.SelectMany(static calls => calls)];
            Overlaps += _calls[0].Count(first => _calls[1].Exists(other =>
                first.Begin < other.End && other.Begin < first.End));
            for (int key = 0; key < Keys; key++)
            {
                // A flush is of all keys.
                List<KeyOperation> calls =
                    [.. all.Where(call => call.Key == key || call.Kind == KeyOperation.Verb.Flush)];
                if (!_histories[key].Extend(calls))
                    Errors.Enqueue($"round {_rounds}, key {key}:\n{string.Join('\n', calls)}");
            }
            foreach (List<KeyOperation> calls in _calls) calls.Clear();
            _rounds++;
            bool isEnough = _rounds >= RoundsMin && _time.Elapsed >= least;
            _isOver = !Errors.IsEmpty || (isEnough && (Overlaps >= OverlapsMin || _time.Elapsed > s_deadline + least));
        }

        private KeyOperation Make(int thread)
        {
            Random random = _random[thread];
            int key = random.Next(Keys);
            int dice = random.Next(100);
            KeyOperation.Verb kind = dice switch
            {
                < 40 => KeyOperation.Verb.Get,
                99 => KeyOperation.Verb.Flush,
                _ => (KeyOperation.Verb)random.Next((int)KeyOperation.Verb.Flush),
            };
            long number = Interlocked.Increment(ref _number);
            byte[] value = StoreBench.Bytes(number.ToString());
            bool isOdd = random.Next(3) == 0;
            if (kind == KeyOperation.Verb.Append) value = StoreBench.Bytes(isOdd ? "." + number : "1");
            else if (isOdd) Array.Resize(ref value, random.Next(random.Next(20) == 0 ? LargeLength : 500));
            return new KeyOperation { Kind = kind, Key = key, Value = value, Compare = _known[thread][key] };
        }

        private void Perform(KeyOperation call)
        {
            byte[] key = _keys[call.Key];
            ulong hash = bench.Store.Hash(key);
            switch (call.Kind)
            {
                case KeyOperation.Verb.Get:
                    var shown = default(Shown);
                    call.IsDone = bench.Store.Find(key, hash, ref shown) == FindStatus.Hit;
                    if (call.IsDone) (call.Shown, call.Cas) = (shown.Value, shown.Cas);
                    break;
                case KeyOperation.Verb.Touch:
                    call.IsDone = bench.Store.Touch(key, hash, bench.Clock.Now + 1000) == FindStatus.Hit;
                    break;
                case KeyOperation.Verb.Increment:
                    ArithmeticResult result = bench.Store.Arithmetic(key, hash, new() { Delta = 1 });
                    call.IsDone = result.Status == ArithmeticStatus.Done;
                    if (!call.IsDone) break;
                    call.Cas = result.Cas;
                    call.Shown = StoreBench.Bytes(result.Value.ToString());
                    break;
                case KeyOperation.Verb.Delete:
                    call.IsDone = bench.Store.Delete(key, hash) == DeleteStatus.Deleted;
                    break;
                case KeyOperation.Verb.Flush:
                    bench.Store.FlushAll();
                    break;
                default:
                    Store(call, key, hash);
                    break;
            }
        }

        private void Store(KeyOperation call, byte[] key, ulong hash)
        {
            var request = new StoreRequest
            {
                Mode = call.Kind switch
                {
                    KeyOperation.Verb.Set => StoreMode.Set,
                    KeyOperation.Verb.Add => StoreMode.Add,
                    KeyOperation.Verb.Replace => StoreMode.Replace,
                    KeyOperation.Verb.Append => StoreMode.Append,
                    _ => StoreMode.Cas,
                },
                HasCompareCas = call.Kind == KeyOperation.Verb.Cas,
                CompareCas = call.Compare,
            };
            StoreResult result = bench.Store.Store(key, hash, call.Value, request);
            call.IsDone = result.Status == StoreStatus.Stored;
            call.IsOther = result.Status == StoreStatus.Exists;
            call.Cas = result.Cas;
            if (result.Status is StoreStatus.NoMemory or StoreStatus.TooLarge)
                Errors.Enqueue($"{result.Status} of {call.Value.Length} bytes");
        }
    }
}
