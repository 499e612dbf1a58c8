using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: a value that is still coming lies in its place from the beginning, is seen by nobody, survives whatever the
/// store does meanwhile, and leaves nothing when it is given up. Method: reservations are held across eviction,
/// compaction, sweeps, flushes, a lower limit and other stores of the key, then committed or abandoned.
/// </summary>
public sealed unsafe class PendingTests
{
    private const int Length = 20_000;

    [Fact]
    public void Small_value_is_committed_where_it_was_received()
    {
        using var bench = new StoreBench();
        bench.Reserve("k", Length, default, out ItemReservation reservation);
        Assert.True(reservation.Record.IsShared);
        nint place = Address(reservation.Value);
        long mapped = bench.Store.Totals().MappedBytes;
        Fill(ref reservation, 1);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
        Assert.Equal(place, PlaceOf(bench, "k"));
        Assert.Equal(mapped, bench.Store.Totals().MappedBytes);
        Assert.Equal(Value(1), Read(bench, "k"));
        bench.CheckAccounts();
    }

    [Fact]
    public void Abandoned_value_gives_its_bytes_back_when_it_is_the_last_and_is_dead_otherwise()
    {
        using var bench = new StoreBench();
        bench.Put("first", "1");
        Segment segment = SegmentOf(bench, "first");
        (int end, long live) = (segment.End, segment.LiveBytes);
        bench.Reserve("k", Length, default, out ItemReservation last);
        bench.Store.Abandon(ref last);
        Assert.Equal((end, live), (segment.End, segment.LiveBytes));

        bench.Reserve("k", Length, default, out ItemReservation between);
        bench.Put("second", "2");
        long grown = segment.LiveBytes;
        bench.Store.Abandon(ref between);
        Assert.InRange(grown - segment.LiveBytes, Length, Length + 100);
        Assert.False(segment.HasPending);
        bench.CheckAccounts();
    }

    [Fact]
    public void Share_of_segments_with_pending_values_follows_a_limit_that_goes_down()
    {
        const int Memory = 32 << 20;
        using var bench = new StoreBench(memory: Memory);
        SegmentArena arena = bench.Store.Table.Arena;
        int share = Memory / arena.SegmentBytes / 16;
        var held = new List<ItemReservation>();
        while (arena.HasPendingShare) Hold();
        Assert.InRange(PendingSegments(), share, share + 1);
        Assert.True(bench.Store.SetMemoryLimit(Memory / 2));
        bench.Settle();
        // What is held stays, and nothing is added to it before it is below the share of the new limit.
        int pinned = PendingSegments();
        for (int count = 0; count < 20; count++) Hold();
        Assert.Equal(pinned, PendingSegments());
        for (int index = 0; index < held.Count; index++)
        {
            ItemReservation reservation = held[index];
            bench.Store.Abandon(ref reservation);
        }
        Assert.Equal(0, PendingSegments());
        held.Clear();
        for (int count = 0; count < 1000; count++) Hold();
        Assert.InRange(PendingSegments(), 1, share / 2 + 1);
        for (int index = 0; index < held.Count; index++)
        {
            ItemReservation reservation = held[index];
            bench.Store.Abandon(ref reservation);
        }
        bench.Settle();
        StoreAudit.Check(bench);

        void Hold()
        {
            ReserveStatus status = bench.Reserve("held" + held.Count, 12_000, default, out ItemReservation reservation);
            if (status == ReserveStatus.Reserved) held.Add(reservation);
            for (int number = 0; number < 10; number++) bench.Put($"{held.Count}/{number}", new byte[12_000]);
        }

        int PendingSegments()
        {
            int count = 0;
            foreach (Segment? segment in arena.Segments)
                if (segment is { HasPending: true }) count++;
            return count;
        }
    }

    [Fact]
    public void Values_survive_eviction_compaction_and_sweeps_while_they_come()
    {
        using var bench = new StoreBench(memory: 8 << 20);
        var held = new ItemReservation[3];
        for (int index = 0; index < held.Length; index++)
        {
            bench.Reserve("held" + index, 6000, new() { Expiry = 5000 }, out held[index]);
            held[index].Value.Fill((byte)index);
            for (int number = 0; number < 100; number++) bench.Put($"{index}/{number}", new byte[700]);
        }
        for (int round = 0; round < 3; round++)
        {
            for (int index = 0; index < 30_000; index++)
            {
                uint expiry = index % 3 == 0 ? bench.Clock.ExpiryOf(20) : 0;
                bench.Put("fill" + index, new byte[index % 1000], new() { Expiry = expiry });
            }
            bench.Clock.Move(30);
            bench.Settle();
        }
        Assert.True(bench.Store.Totals().Evictions > 10_000);
        for (int index = 0; index < held.Length; index++)
        {
            Assert.Null(bench.Get("held" + index));
            Assert.Equal(-1, held[index].Value.IndexOfAnyExcept((byte)index));
            held[index].Advance(6000);
            if (index == 1) bench.Store.Abandon(ref held[index]);
            else Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref held[index]).Status);
        }
        Assert.Equal(FindStatus.Hit, bench.Find("held0", out Shown shown));
        Assert.Equal(5000u, shown.Expiry);
        Assert.Equal(FindStatus.Miss, bench.Find("held1", out _));
        for (int index = 0; index < 30_000; index++) bench.Put("more" + index, new byte[1000]);
        bench.CheckAccounts();
        Assert.DoesNotContain(bench.Store.Table.Arena.Segments.ToArray(), segment => segment is { HasPending: true });
    }

    [Fact]
    public void Slow_values_keep_a_stated_part_of_the_segments_and_the_rest_wait_elsewhere()
    {
        using var bench = new StoreBench(memory: 8 << 20);
        SegmentArena arena = bench.Store.Table.Arena;
        int share = (8 << 20) / arena.SegmentBytes / 16;
        var held = new ItemReservation[40];
        for (int index = 0; index < held.Length; index++)
        {
            Assert.Equal(ReserveStatus.Reserved, bench.Reserve("held" + index, 6000, default, out held[index]));
            for (int number = 0; number < 100; number++) bench.Put($"{index}/{number}", new byte[1000]);
        }
        int pinned = arena.Segments.ToArray().Count(segment => segment is { HasPending: true });
        Assert.InRange(pinned, share, share + 1);
        Assert.Contains(held, reservation => !reservation.Record.IsShared);
        for (int index = 0; index < held.Length; index++)
        {
            Fill(ref held[index], index);
            Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref held[index]).Status);
            Assert.Equal(Value(index, 6000), Read(bench, "held" + index));
        }
        bench.CheckAccounts();
        bench.Reserve("again", 6000, default, out ItemReservation again);
        Assert.True(again.Record.IsShared);
        bench.Store.Abandon(ref again);
    }

    [Theory]
    [InlineData(Length)]
    [InlineData(300_000)]
    public void Value_that_was_coming_during_a_flush_is_stored_after_it(int length)
    {
        using var bench = new StoreBench();
        bench.Put("k", "old");
        bench.Reserve("k", length, default, out ItemReservation reservation);
        bench.Store.FlushAll();
        bench.Settle();
        Fill(ref reservation, 3);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
        bench.Settle();
        Assert.Equal(Value(3, length), Read(bench, "k"));
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData(Length)]
    [InlineData(300_000)]
    public void Lower_limit_is_reached_around_values_that_come(int length)
    {
        using var bench = new StoreBench(memory: 32 << 20, itemSizeMax: 1 << 20);
        bench.Reserve("committed", length, default, out ItemReservation committed);
        for (int index = 0; index < 30_000; index++) bench.Put("k" + index, new byte[1000]);
        bench.Reserve("abandoned", length, default, out ItemReservation abandoned);
        Assert.True(bench.Store.SetMemoryLimit(8 << 20));
        bench.Settle();
        Fill(ref committed, 4);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref committed).Status);
        bench.Store.Abandon(ref abandoned);
        Assert.Equal(Value(4, length), Read(bench, "committed"));
        bench.CheckAccounts();
    }

    [Fact]
    public void Token_is_newer_than_that_of_a_value_stored_while_it_came()
    {
        using var bench = new StoreBench(memory: 8 << 20);
        bench.Reserve("k", Length, default, out ItemReservation reservation);
        for (int index = 0; index < 2000; index++) bench.Put("fill" + index, new byte[1000]);
        ulong between = bench.Put("k", "newer").Cas;
        Fill(ref reservation, 5);
        StoreResult result = bench.Store.Commit(ref reservation);
        Assert.True(result.Cas > between, $"{result.Cas} after {between}");
        bench.Find("k", out Shown shown);
        Assert.Equal(result.Cas, shown.Cas);
    }

    [Fact]
    public void Condition_is_looked_at_by_the_commit_and_its_refusal_leaves_nothing()
    {
        using var bench = new StoreBench();
        bench.Reserve("k", Length, new() { Mode = StoreMode.Add }, out ItemReservation added);
        ulong cas = bench.Put("k", "there").Cas;
        Fill(ref added, 6);
        Assert.Equal(StoreStatus.NotStored, bench.Store.Commit(ref added).Status);
        StoreRequest request = new() { Mode = StoreMode.Cas, HasCompareCas = true, CompareCas = cas };
        bench.Reserve("k", Length, request, out ItemReservation compared);
        bench.Put("k", "other");
        Fill(ref compared, 6);
        Assert.Equal(StoreStatus.Exists, bench.Store.Commit(ref compared).Status);
        Assert.Equal("other", bench.Get("k"));
        bench.CheckAccounts();
    }

    [Fact]
    public void Stale_store_takes_the_old_time_although_its_record_has_no_field_for_it()
    {
        using var bench = new StoreBench();
        StoreRequest request = new()
        {
            Mode = StoreMode.Cas, HasCompareCas = true, Invalidate = true, CompareCas = 1, ClientFlags = 9,
        };
        bench.Reserve("k", Length, request, out ItemReservation reservation);
        bench.Put("k", "old", new() { Expiry = 700 });
        Fill(ref reservation, 7);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
        bench.Find("k", out Shown shown);
        Assert.Equal((700u, 9u, true), (shown.Expiry, shown.ClientFlags, shown.IsStale));
        Assert.Equal(Value(7), shown.Value);
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData(9000)]
    [InlineData(300_000)]
    public void Value_that_is_cut_off_at_any_byte_leaves_everything_as_it_was(int length)
    {
        using var bench = new StoreBench();
        bench.Put("k", "old");
        bench.Put("other", new byte[Length]);
        StoreTotals before = bench.Store.Totals();
        int step = length < 10_000 ? 1 : 4095;
        for (int received = 0; received <= length; received += step)
        {
            bench.Reserve("k", length, new() { DeleteOnFailure = true }, out ItemReservation reservation);
            reservation.Remaining[..received].Fill(0xEE);
            reservation.Advance(received);
            bench.Store.Abandon(ref reservation);
        }
        StoreTotals after = bench.Store.Totals();
        Assert.Equal((before.CurrentItems, before.Bytes), (after.CurrentItems, after.Bytes));
        Assert.Equal(before.MappedBytes - before.KeptBytes, after.MappedBytes - after.KeptBytes);
        Assert.InRange(after.KeptBytes, 0, after.LimitBytes / 32);
        Assert.Equal("old", bench.Get("k"));
        bench.CheckAccounts();
    }

    private static void Fill(ref ItemReservation reservation, int seed)
    {
        Value(seed, reservation.ValueLength).CopyTo(reservation.Remaining);
        reservation.Advance(reservation.ValueLength);
    }

    private static byte[] Value(int seed, int length = Length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[]? Read(StoreBench bench, string key) =>
        bench.Find(key, out Shown shown) == FindStatus.Hit ? shown.Value : null;

    private static nint Address(ReadOnlySpan<byte> span)
    {
        // Off the managed heap: the address stays.
        fixed (byte* first = span) return (nint)first;
    }

    private static nint PlaceOf(StoreBench bench, string key)
    {
        var placing = default(Placing);
        byte[] bytes = StoreBench.Bytes(key);
        bench.Store.Find(bytes, bench.Store.Hash(bytes), ref placing);
        return placing.Place;
    }

    private static Segment SegmentOf(StoreBench bench, string key)
    {
        nint place = PlaceOf(bench, key);
        return bench.Store.Table.Arena.SegmentOf((ItemHeader*)place);
    }

    private struct Placing : IItemReader
    {
        public nint Place;

        public void Read(scoped ItemView item) => Place = Address(item.Value);
    }
}
