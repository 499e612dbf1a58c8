using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Larder.Cache.Store;
using Larder.Events.Buffers;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: whoever reads an item while others replace, evict, move, expire, flush and shrink sees one whole value of that
/// key, or none. Method: every value carries its key's number, its length and a checksum, or is a pattern of them when
/// it is shorter; some threads do everything at once on a store that is much too small, for a few seconds; in the end
/// the accounts are checked.
/// </summary>
public sealed class StoreThreadsTests
{
    private const int Keys = 40_000;
    private const int HeaderSize = 16;
    private const int LongMin = HeaderSize;
    private const int HitsMin = 10_000;
    private const int EvictionsMin = 10_000;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void Readers_see_whole_values_while_everything_happens(int threadCount)
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var bench = new StoreBench(memory: 8 << 20, itemSizeMax: 300_000, hashPower: 12);
        var errors = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var workers = new Worker[threadCount];
        var threads = new Thread[threadCount];
        for (int index = 0; index < threadCount; index++)
        {
            var worker = new Worker(bench, seed + index, errors);
            workers[index] = worker;
            threads[index] = new Thread(() => worker.Run(stop.Token));
            threads[index].Start();
        }
        var time = Stopwatch.StartNew();
        bool IsEnough() => time.Elapsed > s_time && workers.Sum(worker => worker.Hits) > HitsMin
            && bench.Store.Totals().Evictions > EvictionsMin;
        long evictions = 0;
        for (long ticks = 1; !IsEnough() && errors.IsEmpty && time.Elapsed < s_deadline; ticks++)
        {
            // A tick is 10 ms: a second of the clock. The work goes on between ticks.
            while (time.ElapsedMilliseconds < ticks * 10) bench.Store.Maintain(500);
            bench.Clock.Move(1);
            if (ticks % 20 == 0) bench.Store.SetMemoryLimit((6 << 20) + ticks / 20 % 3 * (2 << 20));
            // Ticks do not wait for threads that get no processor, and a store that is not full evicts nothing.
            if (ticks % 64 == 0 && bench.Store.Totals().Evictions > evictions)
            {
                bench.Store.FlushAll();
                evictions = bench.Store.Totals().Evictions;
            }
        }
        stop.Cancel();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(errors.IsEmpty, $"seed {seed}: {string.Join(", ", errors.Take(5))}");
        Assert.True(workers.Sum(worker => worker.Hits) > HitsMin, "the test reads something");
        Assert.True(bench.Store.Totals().Evictions > EvictionsMin, "the test evicts");

        bench.Store.SetMemoryLimit(8 << 20);
        bench.Clock.Move(1000);
        bench.Settle();
        bench.CheckAccounts();
        bench.Store.FlushAll();
        bench.Settle();
        Assert.Equal((0L, 0L), (bench.Store.Totals().CurrentItems, bench.Store.Totals().Bytes));
        Assert.Equal(0, bench.Store.Totals().SegmentsLeased);
    }

    [Fact]
    public void Increments_of_several_threads_are_all_counted()
    {
        using var bench = new StoreBench(memory: 8 << 20);
        for (int index = 0; index < 10; index++) bench.Put("n" + index, "0");
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 50_000; round++) bench.Count("n" + round % 10, new() { Delta = 1 });
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        for (int index = 0; index < 10; index++) Assert.Equal("20000", bench.Get("n" + index));
    }

    [Fact]
    public void Compare_and_swap_of_several_threads_loses_no_update()
    {
        using var bench = new StoreBench();
        bench.Put("k", "0");
        const int Rounds = 20_000;
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int done = 0; done < Rounds;)
            {
                bench.Find("k", out Shown shown);
                var request = new StoreRequest { Mode = StoreMode.Cas, HasCompareCas = true, CompareCas = shown.Cas };
                string next = (int.Parse(shown.Text) + 1).ToString();
                if (bench.Put("k", next, request).Status == StoreStatus.Stored) done++;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal((3 * Rounds).ToString(), bench.Get("k"));
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 17;
        foreach (byte value in bytes) sum = (sum * 31) + value;
        return sum;
    }

    private sealed class Worker(
        StoreBench bench, int seed, System.Collections.Concurrent.ConcurrentQueue<string> errors)
    {
        private readonly Random _random = new(seed);
        private readonly byte[] _buffer = new byte[200_000];
        private long _hits;     // owner: the worker's thread writes

        public long Hits => Volatile.Read(ref _hits);

        public void Run(CancellationToken stop)
        {
            var leases = new Queue<(ByteLease Lease, nint Address, uint Key)>();
            while (!stop.IsCancellationRequested && errors.IsEmpty)
            {
                uint number = (uint)Math.Min(_random.Next(Keys), _random.Next(Keys));
                byte[] key = StoreBench.Bytes("key" + number);
                ulong hash = bench.Store.Hash(key);
                int dice = _random.Next(100);
                if (dice < 50)
                {
                    var checking = new Checking { Number = number, TakesLease = dice < 5 };
                    if (bench.Store.Find(key, hash, ref checking) != FindStatus.Hit) continue;
                    Volatile.Write(ref _hits, _hits + 1);
                    if (!checking.IsWhole) errors.Enqueue($"torn value of {number}");
                    if (checking.TakesLease) leases.Enqueue((checking.Lease, checking.Address, number));
                }
                else if (dice < 85)
                {
                    Write(key, hash, number);
                }
                else if (dice < 90)
                {
                    bench.Store.Delete(key, hash);
                }
                else if (dice < 97)
                {
                    bench.Store.Touch(key, hash, bench.Clock.ExpiryOf(_random.Next(1, 20)));
                }
                else
                {
                    bench.Store.Prefetch([hash], 1, 0);
                    bench.Store.PrefetchRest([hash], 1);
                }
                while (leases.Count > 8) Release(leases.Dequeue());
            }
            while (leases.Count > 0) Release(leases.Dequeue());
        }

        private void Write(byte[] key, ulong hash, uint number)
        {
            int length = _random.Next(50) == 0 ? _random.Next(1, 150_000) : _random.Next(1, 400);
            if (_random.Next(3) == 0) length = _random.Next(1, LongMin);
            Span<byte> value = _buffer.AsSpan(0, length);
            _random.NextBytes(value);
            if (length < LongMin)
            {
                for (int at = 1; at < length; at++) value[at] = ShortByte(value[0], number, length, at);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(value, number);
                BinaryPrimitives.WriteInt32LittleEndian(value[4..], length);
                BinaryPrimitives.WriteUInt32LittleEndian(value[8..], Sum(value[HeaderSize..]));
            }
            var request = new StoreRequest
            {
                Mode = (StoreMode)_random.Next(3),
                Expiry = _random.Next(3) == 0 ? bench.Clock.ExpiryOf(_random.Next(1, 30)) : 0,
            };
            if (_random.Next(4) != 0)
            {
                bench.Store.Store(key, hash, value, request);
                return;
            }
            if (bench.Store.Reserve(key, hash, length, request, out ItemReservation place) != ReserveStatus.Reserved)
                return;
            value.CopyTo(place.Value);
            place.Advance(length);
            if (_random.Next(5) == 0) bench.Store.Abandon(ref place);
            else bench.Store.Commit(ref place);
        }

        private void Release((ByteLease Lease, nint Address, uint Key) leased)
        {
            int length = (int)leased.Lease.Length;
            System.Runtime.InteropServices.Marshal.Copy(leased.Address, _buffer, 0, length);
            if (!IsWhole(_buffer.AsSpan(0, length), leased.Key))
                errors.Enqueue($"leased value of {leased.Key} changed");
            leased.Lease.Release();
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> value, uint number)
    {
        if (value.Length >= LongMin)
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(value) == number
                && BinaryPrimitives.ReadInt32LittleEndian(value[4..]) == value.Length
                && BinaryPrimitives.ReadUInt32LittleEndian(value[8..]) == Sum(value[HeaderSize..]);
        }
        for (int at = 1; at < value.Length; at++)
            if (value[at] != ShortByte(value[0], number, value.Length, at)) return false;
        return !value.IsEmpty;
    }

    // No room for a checksum: each byte follows from the first one, the key and the length.
    private static byte ShortByte(byte first, uint number, int length, int at) =>
        (byte)(first * (2 * at + 1) + number * 7 + length * 13);

    private struct Checking : IItemReader
    {
        public uint Number;
        public bool TakesLease;
        public bool IsWhole;
        public ByteLease Lease;
        public nint Address;

        public void Read(scoped ItemView item)
        {
            IsWhole = StoreThreadsTests.IsWhole(item.Value, Number);
            if (!TakesLease) return;
            Address = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.AsRef(in item.Value[0]));
            Lease = item.Lease();
        }
    }
}
