using System.Globalization;
using System.Text;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: no single call does much work, whatever the store is busy with. Method: one thread, tiny items (the most
/// records for each byte), and what each call has done: records that the evictor looked at, items that the index placed
/// anew, bytes of memory made and given back. Numbers instead of times: the same on every machine.
/// </summary>
public sealed class StallBoundTests
{
    private const int Memory = 32 << 20;

    /// <summary>
    /// 512 of a store, and a step of one that waits. A segment has 4,680 of these records: whoever empties one in a
    /// call is far above.
    /// </summary>
    private const long RecordsMax = 640;

    /// <summary>A stripe of tiny items has 1,700.</summary>
    private const long PlacedMax = 2048;

    private const long PageBytesMax = 2 << 20;

    /// <summary>The first slice of a value is what is left behind the last huge page, and less than one more.</summary>
    private const long SlicesMax = 2 * PageBytesMax;

    private static readonly byte[] s_value = new byte[10];

    [Fact]
    public void Growth_eviction_and_promotion_are_bounded_for_each_call()
    {
        using var run = new Run(Memory);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value);
        long capacity = run.Next;
        Assert.True(capacity > 700_000, $"{capacity} items before the first eviction");
        run.Store(capacity, s_value);
        // Hot all over: passes keep all that they meet.
        for (int round = 0; round < 3; round++)
            for (long number = run.Next - capacity; number < run.Next; number++) run.Get(number);
        run.Store(capacity, s_value);
        run.Check("growth, eviction, promotion");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Expiry_of_all_items_is_bounded_for_each_call(bool isMaintained)
    {
        using var run = new Run(Memory);
        uint expiry = run.Bench.Clock.ExpiryOf(60);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value, expiry);
        long capacity = run.Next;
        run.Bench.Clock.Move(61);
        for (long done = 0; done < capacity; done += 1000)
        {
            run.Store(1000, s_value, 0);
            if (isMaintained) run.Bench.Store.Maintain(1000);
        }
        run.Check("expiry");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Halved_limit_is_bounded_for_each_call(bool isMaintained)
    {
        using var run = new Run(Memory);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value);
        long capacity = run.Next;
        Assert.True(run.Bench.Store.SetMemoryLimit(Memory / 2));
        while (run.Bench.Store.Totals().MappedBytes > Memory / 2)
        {
            run.Store(1000, s_value);
            Assert.True(run.Next < 4 * capacity, "the limit is reached");
            if (isMaintained) run.Bench.Store.Maintain(1000);
        }
        Assert.True(run.Bench.Store.SetMemoryLimit(Memory));
        run.Store(capacity, s_value);
        run.Check("limit");
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(4000)]
    [InlineData(8000)]
    public void Values_that_take_the_place_of_many_items_are_bounded_for_each_call(int length)
    {
        using var run = new Run(Memory);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value);
        var value = new byte[length];
        for (long stored = 0; stored < 2 * Memory; stored += length) run.Store(1, value);
        run.Check($"values of {length}");
    }

    [Theory]
    [InlineData(Memory, 15_000)]
    [InlineData(4 * Memory, 60_000)]
    public void Values_that_share_segments_get_their_place_in_bounded_steps_while_others_store(int memory, int length)
    {
        using var run = new Run(memory);
        ItemStore store = run.Bench.Store;
        while (store.Totals().Evictions == 0) run.Store(1000, s_value);
        int steps = 0;
        for (long stored = 0; stored < memory; stored += length)
        {
            RoomClaim room = default;
            ReserveStatus status;
            ItemReservation reservation;
            while ((status = run.Reserve(length, ref room, out reservation)) == ReserveStatus.Unfinished)
            {
                run.Store(1, s_value);
                steps++;
            }
            Assert.Equal(ReserveStatus.Reserved, status);
            reservation.Advance(length);
            run.Commit(ref reservation);
        }
        Assert.True(steps > memory / 28 / RecordsMax / 2, $"{steps} steps");
        run.Check($"{steps} steps for values of {length}");
        StoreAudit.Check(run.Bench);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(12_000_000)]
    public void Room_for_a_large_value_is_made_in_bounded_steps_while_others_store(int length)
    {
        using var run = new Run(Memory, itemSizeMax: 14 << 20);
        ItemStore store = run.Bench.Store;
        while (store.Totals().Evictions == 0) run.Store(1000, s_value);
        RoomClaim room = default;
        int steps = 1;
        ReserveStatus status = run.Reserve(length, ref room, out ItemReservation reservation);
        for (; status == ReserveStatus.Unfinished; steps++)
        {
            run.Store(10, s_value);
            status = run.Reserve(length, ref room, out reservation);
        }
        Assert.Equal(ReserveStatus.Reserved, status);
        Assert.True(steps > length / 28 / RecordsMax, $"{steps} steps");
        reservation.Advance(length);
        Assert.Equal(StoreStatus.Stored, store.Commit(ref reservation).Status);
        run.Check($"room for {length}");
        StoreAudit.Check(run.Bench);
    }

    [Fact]
    public void Room_that_is_given_up_in_any_step_is_free_again()
    {
        using var run = new Run(Memory, itemSizeMax: 14 << 20);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value);
        for (int steps = 1; steps < 40; steps++)
        {
            RoomClaim room = default;
            for (int step = 0; step < steps; step++)
                Assert.Equal(ReserveStatus.Unfinished, run.Reserve(12_000_000, ref room, out _));
            run.Bench.Store.Abandon(ref room);
            StoreAudit.Check(run.Bench);
        }
    }

    [Fact]
    public void Room_is_found_within_a_limit_that_is_lowered_meanwhile()
    {
        using var run = new Run(Memory, itemSizeMax: 8 << 20);
        while (run.Bench.Store.Totals().Evictions == 0) run.Store(1000, s_value);
        const int Length = 4_000_000;
        RoomClaim room = default;
        for (int step = 0; step < 100; step++)
            Assert.Equal(ReserveStatus.Unfinished, run.Reserve(Length, ref room, out _));
        Assert.True(run.Bench.Store.SetMemoryLimit(Memory / 2));
        ReserveStatus status;
        ItemReservation reservation;
        do status = run.Reserve(Length, ref room, out reservation);
        while (status == ReserveStatus.Unfinished);
        Assert.Equal(ReserveStatus.Reserved, status);
        run.Bench.Store.Abandon(ref reservation);
        run.Bench.Settle();
        StoreAudit.Check(run.Bench);
    }

    [Fact]
    public void Large_value_goes_back_to_the_system_by_slices()
    {
        const int Length = 40_000_000;
        var pages = new CountingPages();
        using var bench = new StoreBench(memory: 128 << 20, itemSizeMax: 60 << 20, pages: pages);
        long before = bench.Store.Totals().MappedBytes;
        Assert.Equal(StoreStatus.Stored, bench.Put("large", new byte[Length]).Status);
        Assert.True(pages.Populated <= PageBytesMax, $"{pages.Populated} bytes made at once");
        long seen = pages.GivenBack;
        Assert.Equal(DeleteStatus.Deleted, bench.Delete("large"));
        Assert.InRange(pages.GivenBack - seen, 1, SlicesMax);
        // Who needs the memory takes what he needs of it, and evicts nothing.
        for (int index = 0; index < 100; index++)
        {
            seen = pages.GivenBack;
            Assert.Equal(StoreStatus.Stored, bench.Put("k" + index, new byte[500_000]).Status);
            Assert.True(pages.GivenBack - seen <= 2 * SlicesMax, $"{pages.GivenBack - seen} given back by one store");
        }
        Assert.Equal(0, bench.Store.Totals().Evictions);
        for (int index = 0; index < 100; index++) bench.Delete("k" + index);
        bench.Settle();
        StoreTotals after = bench.Store.Totals();
        Assert.True(after.MappedBytes - after.KeptBytes <= before + 8 * after.SegmentBytes, $"{after.MappedBytes}");
        bench.CheckAccounts();
    }

    [Fact]
    public void Walk_that_meets_a_stripe_in_use_goes_on_later()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 300_000; index++) bench.Put("k" + index, s_value);
        Assert.True(bench.Store.SetMemoryLimit(Memory / 4));
        HashIndex all = bench.Store.Table.Index;
        for (int stripe = 0; stripe < all.StripeCount; stripe++) Lock(all, stripe, isHeld: true);
        long seen = bench.Store.Evictor.Records;
        // Nobody lets go of a stripe before it returns.
        Assert.True(bench.Store.Evictor.Maintain(budget: 10_000));
        Assert.InRange(bench.Store.Evictor.Records - seen, 0, 0);
        for (int stripe = 0; stripe < all.StripeCount; stripe++) Lock(all, stripe, isHeld: false);
        bench.Settle();
        StoreAudit.Check(bench);
    }

    [Fact]
    public void Front_end_that_meets_the_gate_closed_is_noticed_by_its_holder()
    {
        using var bench = new StoreBench(memory: Memory);
        Evictor evictor = bench.Store.Evictor;
        Assert.True(evictor.TryHold());
        Assert.False(evictor.IsWanted);
        Want(bench);
        Assert.True(evictor.IsWanted);
        Assert.False(evictor.TryHold());
        evictor.LetGo();
        Assert.True(evictor.TryHold());
        Assert.False(evictor.IsWanted);
        evictor.LetGo();
    }

    [Fact]
    public void Walk_of_the_background_ends_where_a_front_end_wants_the_gate()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 300_000; index++) bench.Put("k" + index, s_value);
        Assert.True(bench.Store.SetMemoryLimit(Memory / 4));
        bench.Store.EvictionObserver = new WantingObserver(bench);
        long seen = bench.Store.Evictor.Records;
        // It ends behind the first item that it evicts.
        Assert.True(bench.Store.Evictor.Maintain(budget: 10_000));
        Assert.InRange(bench.Store.Evictor.Records - seen, 1, 20);
        bench.Store.EvictionObserver = null;
        bench.Settle();
        StoreAudit.Check(bench);
    }

    [Fact]
    public void Compaction_comes_to_its_end_beside_front_ends_that_want_the_gate()
    {
        using var bench = new StoreBench(memory: Memory);
        for (int index = 0; index < 200_000; index++) bench.Put("k" + index, s_value);
        for (int index = 0; index < 200_000; index++) if (index % 4 != 0) bench.Delete("k" + index);
        using var stop = new CancellationTokenSource();
        var front = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) Want(bench);
        });
        front.Start();
        bench.Settle();
        stop.Cancel();
        front.Join();
        Assert.True(bench.Store.Totals().SegmentsCompacted > 0, "segments were emptied");
        StoreAudit.Check(bench);
    }

    // As a store that has filled some KiB.
    private static void Want(StoreBench bench)
    {
        bench.Store.Table.Arena.Appended.Note(0, 8192);
        bench.Store.Evictor.Advance();
    }

    [Fact]
    public void Background_maps_ahead_of_a_store_that_grows()
    {
        var pages = new CountingPages();
        using var bench = new StoreBench(memory: Memory, pages: pages);
        Assert.Equal(0, bench.Store.Table.Arena.PoolCount);
        for (int index = 0; bench.Store.Table.Arena.PoolCount == 0; index++)
        {
            Assert.True(index < 10_000, "the store has grown");
            bench.Put("k" + index, new byte[100]);
            bench.Store.Maintain(1000);
        }
        int ready = bench.Store.Table.Arena.PoolCount;
        Assert.InRange(ready, 1, 4);
        // What is ready costs no page when it is taken.
        long seen = pages.Populated;
        Assert.NotNull(bench.Store.Table.Arena.TryTake());
        Assert.Equal(seen, pages.Populated);
    }

    private static unsafe void Lock(HashIndex index, int stripe, bool isHeld)
    {
        if (isHeld) SpinGate.Enter(ref index.StripeAt(stripe)->Lock);
        else SpinGate.Exit(ref index.StripeAt(stripe)->Lock);
    }

    /// <summary>Wants the gate while its holder evicts.</summary>
    private sealed class WantingObserver(StoreBench bench) : IEvictionObserver
    {
        public void Evicted(scoped ItemView item, uint now) => Want(bench);
    }

    /// <summary>A store, and the most that one call of each kind has done.</summary>
    private sealed class Run : IDisposable
    {
        private readonly CountingPages _pages = new();
        private readonly byte[] _key = new byte[10];
        private long _records;
        private long _placed;
        private long _bytes;
        private int _places;

        public Run(long memory, int itemSizeMax = 1 << 20) =>
            Bench = new StoreBench(memory: memory, itemSizeMax: itemSizeMax, pages: _pages);

        public StoreBench Bench { get; }

        public long Next { get; private set; }

        public void Dispose() => Bench.Dispose();

        public void Store(long count, byte[] value, uint expiry = 0)
        {
            ItemStore store = Bench.Store;
            for (long done = 0; done < count; done++)
            {
                Write(Next++);
                (long, long, long) before = Done();
                var request = new StoreRequest { Expiry = expiry, DiscardsCas = true };
                Assert.Equal(StoreStatus.Stored, store.Store(_key, store.Hash(_key), value, request).Status);
                Note(before);
            }
        }

        public void Commit(ref ItemReservation reservation)
        {
            (long, long, long) before = Done();
            Assert.Equal(StoreStatus.Stored, Bench.Store.Commit(ref reservation).Status);
            Note(before);
        }

        public ReserveStatus Reserve(int length, ref RoomClaim room, out ItemReservation reservation)
        {
            ItemStore store = Bench.Store;
            ReadOnlySpan<byte> key = Encoding.ASCII.GetBytes($"large{_places}");
            (long, long, long) before = Done();
            ReserveStatus status = store.Reserve(key, store.Hash(key), length, default, ref room, out reservation);
            Note(before);
            if (status == ReserveStatus.Reserved) _places++;
            return status;
        }

        public void Get(long number)
        {
            Write(number);
            Shown shown = default;
            _ = Bench.Store.Find(_key, Bench.Store.Hash(_key), ref shown);
        }

        public void Check(string what)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{what}: at most {_records} records, {_placed} items placed, {_bytes} bytes in one call");
            Assert.True(_records <= RecordsMax, $"{what}: {_records} records in one call");
            Assert.True(_placed <= PlacedMax, $"{what}: {_placed} items placed anew in one call");
            Assert.True(_bytes <= PageBytesMax, $"{what}: {_bytes} bytes of pages in one call");
        }

        private void Note((long Records, long Placed, long Bytes) before)
        {
            (long records, long placed, long bytes) = Done();
            _records = Math.Max(_records, records - before.Records);
            _placed = Math.Max(_placed, placed - before.Placed);
            _bytes = Math.Max(_bytes, bytes - before.Bytes);
        }

        private (long Records, long Placed, long Bytes) Done() =>
            (Bench.Store.Evictor.Records, Bench.Store.Table.Index.Placed, _pages.Populated + _pages.GivenBack);

        private void Write(long number) => number.TryFormat(_key, out _, "D10", CultureInfo.InvariantCulture);
    }
}
