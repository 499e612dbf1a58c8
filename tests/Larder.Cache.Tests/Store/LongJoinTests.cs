using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: append and prepend that make a long value do little at a time, join the value that the key has when they are
/// stored, and leave no trace when they are given up. Method: one step after the other by hand, with other stores in
/// between; work is counted in bytes and records, not in time.
/// </summary>
public sealed class LongJoinTests
{
    /// <summary>Bytes that a step copies.</summary>
    private const int StepBytes = 512 << 10;

    /// <summary>Pages that one call makes.</summary>
    private const long PageBytesMax = 2 << 20;

    /// <summary>Records that one step of eviction looks at, with those that pay for what was appended.</summary>
    private const long RecordsMax = 2048;

    private const int Memory = 64 << 20;

    private static readonly byte[] s_piece = "piece"u8.ToArray();

    [Theory]
    [InlineData(StoreMode.Append, StepBytes)]
    [InlineData(StoreMode.Prepend, StepBytes)]
    [InlineData(StoreMode.Append, (2 * StepBytes) - 5)]
    [InlineData(StoreMode.Prepend, (2 * StepBytes) - 5)]
    [InlineData(StoreMode.Append, (3 * StepBytes) - 4)]
    [InlineData(StoreMode.Prepend, (3 * StepBytes) - 6)]
    public void Long_value_is_joined_in_steps(StoreMode mode, int length)
    {
        using StoreBench bench = Make();
        byte[] old = Pattern(length, 1);
        bench.Put("k", old, new() { ClientFlags = 7, Expiry = 900 });
        int steps = 0;
        StoreResult result = Begin(bench, mode, s_piece, out ItemJoin join);
        Assert.Equal(5, join.AddedLength);
        Assert.Equal("k"u8, join.Key);
        for (int copied = 0; result.Status == StoreStatus.Unfinished; steps++, copied = join.Copied)
        {
            result = bench.Store.Continue(ref join);
            Assert.InRange(join.Copied - copied, -copied, StepBytes);
        }
        Assert.Equal((StoreStatus.Stored, length + 5), (result.Status, result.ValueLength));
        // Memory, each stretch, the store.
        Assert.Equal(2 + ((length + 5 + StepBytes - 1) / StepBytes), steps);
        AssertIs(bench, mode == StoreMode.Append ? [.. old, .. s_piece] : [.. s_piece, .. old]);
        bench.Find("k", out Shown shown);
        Assert.Equal((7u, 900u), (shown.ClientFlags, shown.Expiry));
    }

    [Fact]
    public void Steps_in_a_memory_full_of_tiny_items_are_bounded()
    {
        var pages = new CountingPages();
        using var bench = new StoreBench(memory: Memory, itemSizeMax: 24 << 20, pages: pages);
        bench.Put("k", Pattern(10 << 20, 1));
        for (int hits = 0; hits < 2; hits++) Assert.Equal(FindStatus.Hit, bench.Find("k", out _)); // it is kept
        for (int number = 0; number % 1000 > 0 || bench.Store.Totals().Evictions == 0; number++)
            bench.Put($"{number:D10}", "tiny item!");
        long recordsMost = 0, bytesMost = 0;
        StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join);
        while (result.Status == StoreStatus.Unfinished)
        {
            (long records, long bytes) = (bench.Store.Evictor.Records, pages.Populated + pages.GivenBack);
            result = bench.Store.Continue(ref join);
            recordsMost = Math.Max(recordsMost, bench.Store.Evictor.Records - records);
            bytesMost = Math.Max(bytesMost, pages.Populated + pages.GivenBack - bytes);
        }
        Assert.Equal((StoreStatus.Stored, (10 << 20) + 5), (result.Status, result.ValueLength));
        Assert.True(bench.Store.Totals().Evictions > 100_000, "room was made");
        Assert.InRange(recordsMost, 1, RecordsMax);
        // Two slices go back at the end: of what was kept, and of the old value.
        Assert.InRange(bytesMost, 1, 4 * PageBytesMax);
        bench.CheckAccounts();
    }

    [Fact]
    public void Value_that_is_changed_in_any_step_is_joined_as_it_is_then()
    {
        for (int at = 0; at < 6; at++)
        {
            using StoreBench bench = Make();
            byte[] other = Pattern((2 * StepBytes) + 9, 2);
            bench.Put("k", Pattern(2 * StepBytes, 1));
            StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join);
            for (int step = 0; result.Status == StoreStatus.Unfinished; step++)
            {
                if (step == at) bench.Put("k", other);
                result = bench.Store.Continue(ref join);
            }
            Assert.Equal(StoreStatus.Stored, result.Status);
            AssertIs(bench, at < 5 ? [.. other, .. s_piece] : [.. Pattern(2 * StepBytes, 1), .. s_piece]);
        }
    }

    [Fact]
    public void Joins_of_the_same_key_that_overlap_are_all_there()
    {
        using StoreBench bench = Make();
        byte[] old = Pattern(2 * StepBytes, 1);
        bench.Put("k", old);
        var joins = new ItemJoin[3];
        var results = new StoreResult[joins.Length];
        for (int index = 0; index < joins.Length; index++)
            results[index] = Begin(bench, StoreMode.Append, [(byte)('a' + index)], out joins[index]);
        while (results.Any(static result => result.Status == StoreStatus.Unfinished))
        {
            for (int index = 0; index < joins.Length; index++)
            {
                if (results[index].Status == StoreStatus.Unfinished)
                    results[index] = bench.Store.Continue(ref joins[index]);
            }
        }
        Assert.All(results, static result => Assert.Equal(StoreStatus.Stored, result.Status));
        bench.Find("k", out Shown shown);
        Assert.True(old.AsSpan().SequenceEqual(shown.Value.AsSpan(..old.Length)));
        Assert.Equal([.. "abc"u8], shown.Value[old.Length..].Order());
        bench.CheckAccounts();
    }

    [Fact]
    public void Join_that_always_loses_gives_up_and_changes_nothing()
    {
        using StoreBench bench = Make();
        const int Length = StepBytes + 1000;
        bench.Put("k", Pattern(Length, 1));
        int changes = 0;
        StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join);
        while (result.Status == StoreStatus.Unfinished)
        {
            bench.Put("k", Pattern(Length, ++changes));
            Assert.True(changes < 1000, "it gives up");
            result = bench.Store.Continue(ref join);
        }
        Assert.Equal(StoreStatus.NoMemory, result.Status);
        Assert.Equal(1, bench.Store.Totals().OutOfMemory);
        AssertIs(bench, Pattern(Length, changes));
        AssertNothingIsHeld(bench);
    }

    [Fact]
    public void Item_that_goes_meanwhile_takes_the_join_with_it_unless_it_may_make_one()
    {
        using StoreBench bench = Make();
        foreach (bool vivifies in (bool[])[false, true])
        {
            bench.Put("k", Pattern(2 * StepBytes, 1));
            StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join, vivifies);
            result = bench.Store.Continue(ref join);
            bench.Delete("k");
            while (result.Status == StoreStatus.Unfinished) result = bench.Store.Continue(ref join);
            Assert.Equal(vivifies ? StoreStatus.Stored : StoreStatus.NotStored, result.Status);
            Assert.Equal(vivifies ? "piece" : null, bench.Get("k"));
            bench.CheckAccounts();
        }
        AssertNothingIsHeld(bench);
    }

    [Fact]
    public void Long_value_is_joined_with_nothing()
    {
        using StoreBench bench = Make();
        byte[] value = Pattern(3 * StepBytes, 1);
        StoreResult result = Begin(bench, StoreMode.Prepend, value, out ItemJoin join, vivifies: true);
        while (result.Status == StoreStatus.Unfinished) result = bench.Store.Continue(ref join);
        Assert.Equal(StoreStatus.Stored, result.Status);
        AssertIs(bench, value);
    }

    [Fact]
    public void Join_that_is_given_up_in_any_step_leaves_no_trace()
    {
        using StoreBench bench = Make();
        byte[] old = Pattern(2 * StepBytes, 1);
        bench.Put("k", old);
        bench.Settle();
        for (int steps = 0; steps < 5; steps++)
        {
            StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join);
            for (int step = 0; step < steps; step++) result = bench.Store.Continue(ref join);
            Assert.Equal(StoreStatus.Unfinished, result.Status);
            bench.Store.Abandon(ref join);
            bench.Store.Abandon(ref join); // of none
            AssertIs(bench, old);
            AssertNothingIsHeld(bench);
        }
    }

    [Fact]
    public void Join_that_finds_no_memory_leaves_the_item()
    {
        using var bench = new StoreBench(memory: 8 << 20, itemSizeMax: 4 << 20, evictions: false);
        byte[] old = Pattern(3 << 20, 1);
        bench.Put("k", old);
        bench.Put("other", Pattern(3 << 20, 2));
        StoreResult result = Begin(bench, StoreMode.Append, s_piece, out ItemJoin join);
        while (result.Status == StoreStatus.Unfinished) result = bench.Store.Continue(ref join);
        Assert.Equal(StoreStatus.NoMemory, result.Status);
        AssertIs(bench, old);
        // Not even for the few bytes that are added.
        while (bench.Put($"fill{bench.Store.Totals().CurrentItems}", Pattern(3000, 3)).Status == StoreStatus.Stored)
        {
            // until it is full
        }
        Assert.Equal(StoreStatus.NoMemory, Begin(bench, StoreMode.Append, new byte[200_000], out join).Status);
        AssertIs(bench, old);
        AssertNothingIsHeld(bench);
    }

    private static StoreBench Make() => new(memory: Memory, itemSizeMax: 16 << 20);

    private static StoreResult Begin(
        StoreBench bench, StoreMode mode, byte[] piece, out ItemJoin join, bool vivifies = false)
    {
        byte[] key = "k"u8.ToArray();
        var request = new StoreRequest { Mode = mode, ClientFlags = 1, Expiry = 0, Vivify = vivifies };
        return bench.Store.Store(key, bench.Store.Hash(key), piece, request, out join);
    }

    private static void AssertIs(StoreBench bench, byte[] expected)
    {
        Assert.Equal(FindStatus.Hit, bench.Find("k", out Shown shown));
        Assert.True(expected.AsSpan().SequenceEqual(shown.Value));
        bench.CheckAccounts();
    }

    // What is mapped is what is used, or kept for the next large values.
    private static void AssertNothingIsHeld(StoreBench bench)
    {
        bench.Settle();
        SegmentUses uses = bench.Store.CountUses();
        Assert.Equal((0, 0), (uses.Pending, uses.Leased));
        StoreAudit.Check(bench);
    }

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
