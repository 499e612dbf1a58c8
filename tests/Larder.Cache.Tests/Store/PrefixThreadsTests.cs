using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: a lookup that begins after a prefix was deleted never shows an item that was stored before, and an item that
/// was missed never comes back, while eviction, background walks, edits and other deleted prefixes go on. Method: some
/// keys are stored by the thread that deletes their prefix, with the number of the deletion: a lower number than that
/// before the lookup is too old, and what it has just stored must be there. Others are stored all the time, with a
/// number of their own, while the same threads delete their prefix: a number that had been stored before a lookup that
/// missed it must not be shown by a later one.
/// </summary>
public sealed class PrefixThreadsTests
{
    private const int Groups = 2;
    private const int Keys = 500;
    private const int Writers = 2;
    private const int RoundsMin = 200;
    private const int Yieldings = 10;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lookups_never_show_what_was_deleted(bool evicts)
    {
        int seed = Environment.TickCount;
        using var bench = new StoreBench(memory: evicts ? 2 << 20 : 64 << 20, itemSizeMax: 100_000, hashPower: 12);
        var run = new Run(bench, evicts);
        using var stop = new CancellationTokenSource();
        Thread[] threads =
        [
            .. Enumerable.Range(0, Groups).Select(index => new Thread(() => run.Delete(index, stop.Token))),
            .. Enumerable.Range(0, Writers)
                .Select(index => new Thread(() => run.Write(index, seed + index, stop.Token))),
            .. Enumerable.Range(2, 2).Select(index => new Thread(() => run.Read(seed + index, stop.Token))),
        ];
        foreach (Thread thread in threads) thread.Start();
        var time = Stopwatch.StartNew();
        while ((time.Elapsed < s_time || run.Rounds < RoundsMin) && run.Errors.IsEmpty && time.Elapsed < s_deadline)
            bench.Store.Maintain(100);
        stop.Cancel();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(run.Errors.IsEmpty, $"seed {seed}: {string.Join(", ", run.Errors.Take(5))}");
        Assert.True(run.Rounds >= RoundsMin, $"only {run.Rounds} rounds");
        bench.Settle();
        Assert.Equal(0, bench.Store.Totals().PrefixesInProgress);
        bench.CheckAccounts();
    }

    private sealed class Run(StoreBench bench, bool evicts)
    {
        private readonly long[] _deleted = new long[Groups];
        private readonly long[] _stored = new long[Writers * Keys];
        private long _rounds;

        public ConcurrentQueue<string> Errors { get; } = new();

        public long Rounds => Interlocked.Read(ref _rounds);

        public void Delete(int group, CancellationToken stop)
        {
            for (long round = 1; !stop.IsCancellationRequested; round++)
            {
                string prefix = $"{group}:";
                if (!bench.Store.DeletePrefix(StoreBench.Bytes(prefix))) Errors.Enqueue("refused");
                Interlocked.MemoryBarrier();
                Volatile.Write(ref _deleted[group], round);
                for (int key = 0; key < Keys; key += 7) Put(prefix + key, round);
                string last = $"{prefix}{round % Keys}";
                Put(last, round, padding: round % 3 == 0 ? 9_000 : 0);
                if (!evicts && bench.Get(last) is null) Errors.Enqueue($"{last} of round {round} is missed");
                if (!bench.Store.DeletePrefix(StoreBench.Bytes("w" + round % 10))) Errors.Enqueue("refused");
                Interlocked.Increment(ref _rounds);
                for (int count = 0; count < Yieldings; count++) Thread.Yield();
            }
        }

        public void Write(int index, int seed, CancellationToken stop)
        {
            var random = new Random(seed);
            for (long number = 1; !stop.IsCancellationRequested; number++)
            {
                int key = random.Next(Keys) * Writers + index;
                Put(NameOf(key), number, random.Next(8) == 0 ? 9_000 : random.Next(300));
                Interlocked.MemoryBarrier();
                Volatile.Write(ref _stored[key], number);
                // Edits move items, of any key.
                string other = random.Next(2) == 0 ? NameOf(random.Next(_stored.Length)) : $"0:{random.Next(Keys)}";
                bench.Touch(other, bench.Clock.ExpiryOf(random.Next(1000, 2000)));
            }
        }

        public void Read(int seed, CancellationToken stop)
        {
            var random = new Random(seed);
            var missed = new long[_stored.Length];
            while (!stop.IsCancellationRequested && Errors.IsEmpty)
            {
                int group = random.Next(Groups);
                long least = Volatile.Read(ref _deleted[group]);
                Interlocked.MemoryBarrier();
                string name = $"{group}:{random.Next(Keys)}";
                if (bench.Get(name) is { } old && Number(old) < least)
                    Errors.Enqueue($"{name} shows {Number(old)} after {least} deletions");
                int key = random.Next(_stored.Length);
                long stored = Volatile.Read(ref _stored[key]);
                Interlocked.MemoryBarrier();
                if (bench.Get(NameOf(key)) is not { } value) missed[key] = Math.Max(missed[key], stored);
                else if (Number(value) <= missed[key])
                    Errors.Enqueue($"{NameOf(key)} shows {Number(value)}, and {missed[key]} was missed before");
            }
        }

        private void Put(string key, long number, int padding = 0)
        {
            string value = number.ToString(CultureInfo.InvariantCulture).PadRight(padding);
            StoreResult result = bench.Put(key, value);
            if (result.Status != StoreStatus.Stored) Errors.Enqueue($"{result.Status} of {key}");
        }

        private static string NameOf(int key) => $"w{key % 10}:{key}";

        private static long Number(string value) => long.Parse(value.TrimEnd(), CultureInfo.InvariantCulture);
    }
}
