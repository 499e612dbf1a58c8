using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class ReservationTests : IDisposable
{
    private readonly StoreBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(65_000)]
    [InlineData(66_000)]
    [InlineData(1_000_000)]
    public void Value_received_in_pieces_comes_back(int length)
    {
        byte[] value = Random(length);
        StoreRequest request = new() { ClientFlags = 3, Expiry = 500 };
        Assert.Equal(ReserveStatus.Reserved, _bench.Reserve("k", length, request, out ItemReservation reservation));
        Assert.Equal("k"u8.ToArray(), reservation.Key.ToArray());
        Receive(ref reservation, value);
        StoreResult result = _bench.Store.Commit(ref reservation);
        Assert.Equal((StoreStatus.Stored, length), (result.Status, result.ValueLength));
        Assert.False(reservation.IsHeld);
        _bench.Find("k", out Shown shown);
        Assert.Equal(value, shown.Value);
        Assert.Equal((3u, 500u, result.Cas), (shown.ClientFlags, shown.Expiry, shown.Cas));
        _bench.CheckAccounts();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Old_item_stays_until_the_commit_and_an_abandoned_value_leaves_no_trace(int length)
    {
        _bench.Put("k", "old");
        StoreTotals before = _bench.Store.Totals();
        for (int round = 0; round < 100; round++)
        {
            _bench.Reserve("k", length, new() { DeleteOnFailure = true }, out ItemReservation reservation);
            reservation.Remaining[..10].Fill(1);
            reservation.Advance(10);
            Assert.Equal("old", _bench.Get("k"));
            _bench.Store.Abandon(ref reservation);
            Assert.False(reservation.IsHeld);
        }
        Assert.Equal("old", _bench.Get("k"));
        StoreTotals after = _bench.Store.Totals();
        Assert.Equal((before.CurrentItems, before.Bytes), (after.CurrentItems, after.Bytes));
        Assert.Equal(before.TotalItems, after.TotalItems);
        Assert.Equal(InUse(before), InUse(after));
        _bench.CheckAccounts();
    }

    [Theory]
    [InlineData(100, StoreMode.Append)]
    [InlineData(300_000, StoreMode.Append)]
    [InlineData(100, StoreMode.Prepend)]
    [InlineData(300_000, StoreMode.Prepend)]
    public void Reserved_value_is_joined_with_the_old_one_as_it_is_at_the_commit(int length, StoreMode mode)
    {
        byte[] value = Random(length);
        _bench.Put("k", "gone");
        _bench.Reserve("k", length, new() { Mode = mode }, out ItemReservation reservation);
        Receive(ref reservation, value);
        _bench.Put("k", "here");
        Assert.Equal(length + 4, _bench.Store.Commit(ref reservation).ValueLength);
        byte[] old = "here"u8.ToArray();
        _bench.Find("k", out Shown shown);
        Assert.Equal(mode == StoreMode.Append ? (byte[])[.. old, .. value] : [.. value, .. old], shown.Value);
        _bench.CheckAccounts();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Refused_commit_gives_the_memory_back(int length)
    {
        _bench.Put("k", "old");
        long inUse = InUse(_bench.Store.Totals());
        _bench.Reserve("k", length, new() { Mode = StoreMode.Add }, out ItemReservation reservation);
        Receive(ref reservation, new byte[length]);
        Assert.Equal(StoreStatus.NotStored, _bench.Store.Commit(ref reservation).Status);
        Assert.Equal(inUse, InUse(_bench.Store.Totals()));
        Assert.Equal("old", _bench.Get("k"));
    }

    [Fact]
    public void Too_large_value_gets_no_place_and_removes_the_old_one_when_asked()
    {
        _bench.Put("k", "old");
        Assert.Equal(ReserveStatus.TooLarge, _bench.Reserve("k", 1 << 20, default, out ItemReservation reservation));
        Assert.False(reservation.IsHeld);
        Assert.Equal("old", _bench.Get("k"));
        StoreRequest request = new() { DeleteOnFailure = true };
        Assert.Equal(ReserveStatus.TooLarge, _bench.Reserve("k", int.MaxValue, request, out _));
        Assert.Null(_bench.Get("k"));
    }

    [Fact]
    public void Value_that_has_not_all_come_cannot_be_committed()
    {
        _bench.Reserve("k", 10, default, out ItemReservation reservation);
        reservation.Advance(9);
        Assert.Throws<InvalidOperationException>(() => _bench.Store.Commit(ref reservation));
        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Advance(2));
        _bench.Store.Abandon(ref reservation);
        Assert.Throws<InvalidOperationException>(() => _bench.Store.Commit(ref reservation));
    }

    [Fact]
    public void Largest_item_is_half_of_the_memory()
    {
        using var bench = new StoreBench(itemSizeMax: 32 << 20);
        const int length = (32 << 20) - 100;
        byte[] value = Random(length);
        for (int round = 0; round < 3; round++)
        {
            value[round] ^= 0xFF;
            Assert.Equal(ReserveStatus.Reserved, bench.Reserve("k", length, default, out ItemReservation reservation));
            Receive(ref reservation, value);
            Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
            bench.Find("k", out Shown shown);
            Assert.True(value.AsSpan().SequenceEqual(shown.Value));
            bench.CheckAccounts();
        }
    }

    // What held a large value may wait for the next one.
    private static long InUse(StoreTotals totals) => totals.MappedBytes - totals.KeptBytes;

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static void Receive(ref ItemReservation reservation, ReadOnlySpan<byte> value)
    {
        var random = new Random(7);
        while (!value.IsEmpty)
        {
            int count = Math.Min(value.Length, random.Next(1, 40_000));
            value[..count].CopyTo(reservation.Remaining);
            reservation.Advance(count);
            value = value[count..];
        }
        Assert.True(reservation.Remaining.IsEmpty);
    }
}
