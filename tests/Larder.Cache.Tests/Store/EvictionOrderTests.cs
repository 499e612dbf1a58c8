using System.Globalization;
using Larder.Cache.Store;
using Larder.Events.Buffers;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: what is evicted next is found without looking at all segments, whatever stands in front of it, and is what it
/// should be. Method: some thousand large values, each in a segment of its own; the looks that each call took, and the
/// keys in the order in which they were evicted. No byte of a value is written, so that no memory is needed for them.
/// </summary>
public sealed class EvictionOrderTests : IDisposable
{
    private const long Memory = (256L << 20) - 1;
    private const int Length = 66_000;
    private const int ValuesMin = 3_500;

    /// <summary>A value goes for a value: one look, and some where lengths or free memory differ.</summary>
    private const long LooksMax = 16;

    /// <summary>The front of both queues, and some.</summary>
    private const long LooksOfStepMax = 600;

    private readonly StoreBench _bench = new(memory: Memory, pages: new UntouchedPages());
    private readonly Evictions _evictions = new();
    private int _next;
    private long _mostLooks;

    private SegmentArena Arena => _bench.Store.Table.Arena;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Large_values_go_in_their_order_with_a_look_each()
    {
        Fill();
        int first = _evictions.Keys.Count;
        for (int stored = 0; stored < 2 * ValuesMin; stored++) Put();
        Assert.InRange(_mostLooks, 1, LooksMax);
        Assert.InRange(_evictions.Keys.Count - first, 2 * ValuesMin - 10, 2 * ValuesMin + 10);
        Assert.Equal(_evictions.Keys.Order(StringComparer.Ordinal), _evictions.Keys);
        // A key that the ghost table takes for another one goes to the main queue.
        int passedOver = int.Parse(_evictions.Keys[^1], CultureInfo.InvariantCulture) + 1 - _evictions.Keys.Count;
        Assert.InRange(passedOver, 0, _bench.Store.Totals().GhostHits);
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Values_that_were_used_go_behind_the_others_of_their_queue()
    {
        Fill();
        int first = _evictions.Keys.Count;
        for (int number = first; number < _next; number += 2) Get(number);
        for (int number = first; number < _next; number += 4) Get(number);
        int filled = _next;
        for (int stored = 0; stored < filled / 4; stored++) Put();
        Assert.InRange(_mostLooks, 1, LooksOfStepMax);
        string[] gone = [.. _evictions.Keys.Skip(first)];
        Assert.InRange(gone.Length, filled / 4 - 10, filled / 4 + 10);
        Assert.Equal(Enumerable.Range(0, gone.Length).Select(index => KeyOf(first + 2 * index + 1 - first % 2)), gone);
        SegmentSurvey survey = Arena.Survey();
        Assert.True(survey.MainBytes > survey.SmallBytes / 10, $"{survey.MainBytes} bytes in the main queue");
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Leased_values_in_front_are_looked_at_once_and_go_first_when_they_are_let_go()
    {
        const int Leased = 2_500;
        Fill();
        int first = _evictions.Keys.Count;
        var leases = new List<ByteLease>();
        for (int number = first; number < first + Leased; number++) leases.Add(Lease(number));
        long looks = Arena.Order.Looks;
        for (int stored = 0; stored < 500; stored++) Put();
        Assert.InRange(_mostLooks, 1, LooksOfStepMax);
        Assert.InRange(Arena.Order.Looks - looks, Leased, Leased + 500 * LooksMax);
        // Hits, and so they would not go when it is their turn: the others have none.
        Assert.Equal(Enumerable.Range(first + Leased, 400).Select(KeyOf), _evictions.Keys.Skip(first).Take(400));
        StoreAudit.Check(_bench);

        foreach (ByteLease lease in leases) lease.Release();
        StoreAudit.Check(_bench);
        long moved = _bench.Store.Totals().MovesWithinLru;
        for (int stored = 0; stored < 10; stored++) Put();
        Assert.Equal(Leased, _bench.Store.Totals().MovesWithinLru - moved);
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Store_finds_what_is_free_to_go_behind_all_others_that_are_leased()
    {
        Fill();
        int first = _evictions.Keys.Count;
        var leases = new List<ByteLease>();
        for (int number = first; number < _next - 1; number++) leases.Add(Lease(number));
        string last = KeyOf(_next - 1);
        Put();
        Assert.Equal(last, _evictions.Keys[^1]);
        Assert.InRange(_mostLooks, 1, LooksOfStepMax);
        // The one that has just been stored; when that is leased, too, there is no memory.
        leases.Add(Lease(_next - 1));
        long looks = Arena.Order.Looks;
        Assert.Equal(ReserveStatus.NoMemory, _bench.Reserve("none", Length, default, out _));
        Assert.InRange(Arena.Order.Looks - looks, 0, 2);
        foreach (ByteLease lease in leases) lease.Release();
        Put();
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Segments_of_pending_values_are_passed_over_and_evicted_when_they_are_complete()
    {
        const int Small = 20_000;
        var held = new List<ItemReservation>();
        // Each in a segment of its own among small values: as many as may be pending.
        while (Arena.HasPendingShare)
        {
            Assert.Equal(
                ReserveStatus.Reserved, _bench.Reserve("p" + held.Count, Small, default, out ItemReservation one));
            held.Add(one);
            for (int number = 0; number < Arena.SegmentBytes / Small; number++)
                _bench.Put($"{held.Count}/{number}", new byte[Small]);
        }
        Assert.InRange(held.Count, 20, 100);
        Fill();
        Assert.InRange(_mostLooks, 1, LooksMax + held.Count);
        _mostLooks = 0;
        for (int stored = 0; stored < ValuesMin; stored++) Put();
        Assert.InRange(_mostLooks, 1, LooksMax);
        StoreAudit.CheckOrder(Arena);
        for (int index = 0; index < held.Count; index++)
        {
            ItemReservation one = held[index];
            one.Advance(Small);
            Assert.Equal(StoreStatus.Stored, _bench.Store.Commit(ref one).Status);
        }
        StoreAudit.Check(_bench);
        // What is oldest goes first again.
        for (int stored = 0; stored < 10 * held.Count; stored++) Put();
        Assert.Equal(FindStatus.Miss, _bench.Find("p0", out _));
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Books_hold_while_threads_store_lease_receive_and_delete()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var bench = new StoreBench(memory: 8 << 20, pages: new UntouchedPages());
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() => Work(bench, seed + number)))];
        foreach (Thread thread in threads) thread.Start();
        while (threads.Any(thread => thread.IsAlive)) bench.Store.Maintain(1000);
        foreach (Thread thread in threads) thread.Join();
        Assert.True(bench.Store.Totals().Evictions > 0, $"seed {seed}: something was evicted");
        StoreAudit.Check(bench);
        bench.Settle();
        StoreAudit.Check(bench);
        bench.Store.FlushAll();
        bench.Settle();
        Assert.Equal(0, bench.Store.Totals().CurrentItems);
        Assert.Equal(0, bench.Store.Totals().SegmentsLeased);
    }

    private static void Work(StoreBench bench, int seed)
    {
        const int Steps = 20_000;
        const int HeldMax = 200;
        var random = new Random(seed);
        var leases = new Queue<ByteLease>();
        var pending = new Queue<ItemReservation>();
        for (int step = 0; step < Steps; step++)
        {
            string key = "k" + random.Next(3_000);
            // In segments of their own, in lanes and received there.
            int length = random.Next(3) switch { 0 => 30_000, 1 => 9_000, _ => random.Next(2_000) };
            switch (random.Next(10))
            {
                case < 4:
                    if (bench.Reserve(key, length, default, out ItemReservation one) == ReserveStatus.Reserved)
                        pending.Enqueue(one);
                    break;
                case < 6:
                    bench.Put(key, new byte[Math.Min(length, 3_000)]);
                    break;
                case < 9:
                    var leasing = default(Leasing);
                    byte[] bytes = StoreBench.Bytes(key);
                    if (bench.Store.Find(bytes, bench.Store.Hash(bytes), ref leasing) == FindStatus.Hit)
                        leases.Enqueue(leasing.Lease);
                    break;
                default:
                    bench.Delete(key);
                    break;
            }
            if (leases.Count > random.Next(HeldMax)) leases.Dequeue().Release();
            if (pending.Count > random.Next(8)) Finish(bench, pending.Dequeue(), random.Next(4) == 0);
        }
        foreach (ByteLease lease in leases) lease.Release();
        foreach (ItemReservation one in pending) Finish(bench, one, isAbandoned: false);
    }

    private static void Finish(StoreBench bench, ItemReservation one, bool isAbandoned)
    {
        if (isAbandoned)
        {
            bench.Store.Abandon(ref one);
            return;
        }
        one.Advance(one.ValueLength);
        bench.Store.Commit(ref one);
    }

    // Until values are evicted.
    private void Fill()
    {
        _bench.Store.EvictionObserver = _evictions;
        while (_evictions.Keys.Count < 10) Put();
        Assert.True(_next > ValuesMin, $"{_next} values");
    }

    private void Put()
    {
        string key = KeyOf(_next++);
        byte[] bytes = StoreBench.Bytes(key);
        RoomClaim room = default;
        ReserveStatus status;
        ItemReservation reservation;
        do
        {
            long looks = Arena.Order.Looks;
            status = _bench.Store.Reserve(
                bytes, _bench.Store.Hash(bytes), Length, default, ref room, out reservation);
            _mostLooks = Math.Max(_mostLooks, Arena.Order.Looks - looks);
        }
        while (status == ReserveStatus.Unfinished);
        Assert.Equal(ReserveStatus.Reserved, status);
        reservation.Advance(Length);
        Assert.Equal(StoreStatus.Stored, _bench.Store.Commit(ref reservation).Status);
    }

    private void Get(int number) => Assert.Equal(FindStatus.Hit, _bench.Find(KeyOf(number), out _));

    private ByteLease Lease(int number)
    {
        byte[] bytes = StoreBench.Bytes(KeyOf(number));
        var leasing = default(Leasing);
        Assert.Equal(FindStatus.Hit, _bench.Store.Find(bytes, _bench.Store.Hash(bytes), ref leasing));
        return leasing.Lease;
    }

    private static string KeyOf(int number) => number.ToString("D8", CultureInfo.InvariantCulture);

    private struct Leasing : IItemReader
    {
        public ByteLease Lease;

        public void Read(scoped ItemView item) => Lease = item.Lease();
    }

    private sealed class Evictions : IEvictionObserver
    {
        public List<string> Keys { get; } = [];

        public void Evicted(scoped ItemView item, uint now) =>
            Keys.Add(System.Text.Encoding.Latin1.GetString(item.Key));
    }
}
