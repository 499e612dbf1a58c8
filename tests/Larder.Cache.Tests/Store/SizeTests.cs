using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: no size is special. Method: values around every boundary (end of a segment, threshold of dedicated segments,
/// three bytes of length, -I), stored whole and received, and read back.
/// </summary>
public sealed class SizeTests
{
    /// <summary>What the test of the largest values maps, and some for the rest of the machine.</summary>
    private const long HugeMemory = 5L << 30;

    [Theory]
    [InlineData(1, 0u)]
    [InlineData(250, 0u)]
    [InlineData(250, 9u)]
    public void Record_that_ends_at_the_end_of_its_segment_and_the_next_larger_ones(int keyLength, uint flags)
    {
        using var bench = new StoreBench(memory: 8 << 20, cas: false);
        StoreRequest request = new() { ClientFlags = flags };
        ItemState state = flags != 0 ? ItemState.HasFlags : ItemState.None;
        for (int extra = -8; extra <= 8; extra++)
        {
            int room = RoomAfter(bench, "mark" + extra);
            // Down to what one record may take, in pieces that leave a multiple of 4.
            for (int piece = 0; room > 6000; piece++)
            {
                int pieceLength = Math.Min(4000, room - 5000) & ~3;
                bench.Put($"{extra}/{piece}", new byte[pieceLength]);
                room = RoomAfter(bench, null);
            }
            string key = (extra + new string('k', keyLength))[..keyLength];
            int length = room - (int)ItemHeader.RecordSize(keyLength, 0, state) + extra;
            byte[] value = Filled(length, extra);
            Assert.Equal(StoreStatus.Stored, bench.Put(key, value, request).Status);
            bench.Find(key, out Shown shown);
            Assert.Equal(value, shown.Value);
            Assert.Equal(flags, shown.ClientFlags);
        }
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData(64)]
    [InlineData(8)]
    public void Values_around_the_threshold_of_dedicated_segments(int megabytes)
    {
        using var bench = new StoreBench(memory: (long)megabytes << 20);
        int threshold = bench.Store.Table.Arena.SharedSizeMax - (int)ItemHeader.RecordSize(1, 0, ItemState.AllFields);
        for (int length = threshold - 9; length <= threshold + 9; length++)
        {
            foreach (StoreRequest request in (StoreRequest[])[default, new() { ClientFlags = 1, Expiry = 800 }])
            {
                byte[] value = Filled(length, length);
                Assert.Equal(StoreStatus.Stored, bench.Put("a", value, request).Status);
                AssertIs(bench, "a", value);
                Receive(bench, "b", value, request);
                AssertIs(bench, "b", value);
                bench.Put("c", value[..^5], request);
                bench.Put("c", value[^5..], new() { Mode = StoreMode.Append });
                AssertIs(bench, "c", value);
                bench.Touch("a", 900);
                AssertIs(bench, "a", value);
            }
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Empty_value_and_longest_key()
    {
        using var bench = new StoreBench();
        string key = new('k', ItemStore.KeyLengthMax);
        Assert.Equal(StoreStatus.Stored, bench.Put(key, "").Status);
        Assert.Equal("", bench.Get(key));
        Receive(bench, key, [], default);
        Assert.Equal("", bench.Get(key));
        Assert.Equal(StoreStatus.Stored, bench.Put(key, "", new() { Mode = StoreMode.Append }).Status);
        Assert.Equal("", bench.Get(key));
        byte[] large = Filled(100_000, 1);
        Receive(bench, key, large, new() { Mode = StoreMode.Prepend });
        AssertIs(bench, key, large);
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData((1 << 24) - 3)]
    [InlineData((1 << 24) - 2)]
    [InlineData((1 << 24) - 1)]
    [InlineData(1 << 24)]
    [InlineData((1 << 24) + 1)]
    public void Lengths_around_three_bytes(int length)
    {
        using var bench = new StoreBench(memory: 128 << 20, itemSizeMax: 32 << 20);
        byte[] value = Filled(length, 3);
        bench.Put("a", value);
        AssertIs(bench, "a", value);
        Receive(bench, "b", value, default);
        AssertIs(bench, "b", value);
        Assert.Equal(length + 1, bench.Put("b", "x"u8.ToArray(), new() { Mode = StoreMode.Append }).ValueLength);
        AssertIs(bench, "b", [.. value, (byte)'x']);
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1 << 20)]
    public void Largest_item_and_one_byte_more(int itemSizeMax)
    {
        using var bench = new StoreBench(itemSizeMax: itemSizeMax);
        int largest = itemSizeMax;
        while (bench.Store.Classes.VirtualSize(1, largest, 0) > itemSizeMax) largest--;
        Assert.Equal(itemSizeMax, bench.Store.Classes.VirtualSize(1, largest, 0));
        byte[] value = Filled(largest, 2);
        Assert.Equal(StoreStatus.Stored, bench.Put("k", value).Status);
        Receive(bench, "r", value, default);
        AssertIs(bench, "r", value);

        StoreRequest set = new() { DeleteOnFailure = true }, append = new() { Mode = StoreMode.Append };
        Assert.Equal(StoreStatus.TooLarge, bench.Put("k", "x"u8.ToArray(), append).Status);
        Assert.Equal(StoreStatus.TooLarge, bench.Put("k", new byte[largest + 1]).Status);
        Assert.Equal(ReserveStatus.TooLarge, bench.Reserve("k", largest + 1, append, out _));
        AssertIs(bench, "k", value);
        Assert.Equal(StoreStatus.TooLarge, bench.Put("k", new byte[largest + 1], set).Status);
        Assert.Null(bench.Get("k"));
        Assert.Equal(ReserveStatus.TooLarge, bench.Reserve("r", largest + 1, set, out _));
        Assert.Null(bench.Get("r"));
        bench.CheckAccounts();
    }

    [Fact]
    public void Value_of_nearly_a_gigabyte()
    {
        long available = AvailableMemory();
        Assert.SkipUnless(available > HugeMemory, $"{available >> 20} MiB are free, {HugeMemory >> 20} needed");
        using var bench = new StoreBench(memory: 4L << 30, itemSizeMax: 1 << 30);
        const int length = (1 << 30) - 1000;
        Assert.Equal(ReserveStatus.Reserved, bench.Reserve("k", length, default, out ItemReservation reservation));
        reservation.Remaining.Fill(0xA5);
        reservation.Advance(length);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
        StoreResult result = bench.Put("k", "0123456789"u8.ToArray(), new() { Mode = StoreMode.Append });
        Assert.Equal((StoreStatus.Stored, length + 10), (result.Status, result.ValueLength));
        var looking = new Looking { Length = length };
        byte[] key = "k"u8.ToArray();
        Assert.Equal(FindStatus.Hit, bench.Store.Find(key, bench.Store.Hash(key), ref looking));
        Assert.True(looking.IsRight);
        StoreStatus tooLarge = bench.Put("k", new byte[1000], new() { Mode = StoreMode.Append }).Status;
        Assert.Equal(StoreStatus.TooLarge, tooLarge);
        bench.Delete("k");
        bench.Settle();
        Assert.InRange(bench.Store.Totals().MappedBytes, 0, 200 << 20);
    }

    private static long AvailableMemory()
    {
        string line = File.ReadLines("/proc/meminfo").Single(line => line.StartsWith("MemAvailable:"));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
    }

    // Bytes left in the segment of new items; with a key, after an item of its own.
    private static int RoomAfter(StoreBench bench, string? key)
    {
        if (key is not null) bench.Put(key, "");
        Segment active = bench.Store.Table.Arena.Segments.ToArray()
            .Single(segment => segment is { State: SegmentState.Active, Queue: SegmentQueue.Small })!;
        return (int)active.Length - active.End;
    }

    private static void Receive(StoreBench bench, string key, byte[] value, StoreRequest request)
    {
        ReserveStatus status = bench.Reserve(key, value.Length, request, out ItemReservation reservation);
        Assert.Equal(ReserveStatus.Reserved, status);
        value.CopyTo(reservation.Remaining);
        reservation.Advance(value.Length);
        Assert.Equal(StoreStatus.Stored, bench.Store.Commit(ref reservation).Status);
    }

    private static void AssertIs(StoreBench bench, string key, byte[] expected)
    {
        Assert.Equal(FindStatus.Hit, bench.Find(key, out Shown shown));
        Assert.True(expected.AsSpan().SequenceEqual(shown.Value), $"{expected.Length} bytes");
    }

    private static byte[] Filled(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private struct Looking : IItemReader
    {
        public int Length;
        public bool IsRight;

        public void Read(scoped ItemView item) =>
            IsRight = item.Value[..Length].IndexOfAnyExcept((byte)0xA5) < 0
                && item.Value[Length..].SequenceEqual("0123456789"u8);
    }
}
