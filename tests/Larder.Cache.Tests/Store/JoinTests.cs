using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: append and prepend on long values, which are put together without a lock, are as atomic as if they were not.
/// Method: other stores come in between, by memory that is asked for in the middle of a join, and by threads.
/// </summary>
public sealed class JoinTests
{
    /// <summary>Beyond what is kept mapped, so that each attempt asks for memory.</summary>
    private const int Long = 5 << 20;

    [Theory]
    [InlineData(StoreMode.Append, 100)]
    [InlineData(StoreMode.Prepend, 100)]
    [InlineData(StoreMode.Append, 20_000)]
    [InlineData(StoreMode.Prepend, 20_000)]
    [InlineData(StoreMode.Append, 100_000)]
    [InlineData(StoreMode.Prepend, 100_000)]
    public void Long_value_is_joined_and_keeps_flags_and_time(StoreMode mode, int length)
    {
        using var bench = new StoreBench();
        byte[] value = Pattern(length, 1), more = Pattern(15_000, 2);
        bench.Put("k", value, new() { ClientFlags = 7, Expiry = 900 });
        for (int round = 0; round < 10; round++)
        {
            StoreResult result = bench.Put("k", more, new() { Mode = mode, ClientFlags = 1, Expiry = 1 });
            value = mode == StoreMode.Append ? [.. value, .. more] : [.. more, .. value];
            Assert.Equal((StoreStatus.Stored, value.Length), (result.Status, result.ValueLength));
            bench.Find("k", out Shown shown);
            Assert.True(value.AsSpan().SequenceEqual(shown.Value));
            Assert.Equal((7u, 900u, result.Cas), (shown.ClientFlags, shown.Expiry, shown.Cas));
        }
        bench.CheckAccounts();
    }

    [Fact]
    public void Join_that_loses_to_another_store_is_made_again()
    {
        (StoreBench bench, ScriptedPages pages) = Make();
        using (bench)
        {
            bench.Put("k", Pattern(Long, 1));
            Once(pages, () => bench.Put("k", Pattern(Long, 2)));
            Assert.Equal(Long + 3, bench.Put("k", "end"u8.ToArray(), new() { Mode = StoreMode.Append }).ValueLength);
            AssertIs(bench, [.. Pattern(Long, 2), .. "end"u8]);
        }
    }

    [Fact]
    public void Join_that_loses_again_and_again_is_made_under_the_lock()
    {
        // Short enough to be copied in one go, and longer than what this store keeps mapped.
        const int Short = 400_000;
        var pages = new ScriptedPages();
        using var bench = new StoreBench(memory: 8 << 20, pages: pages);
        bench.Put("k", Pattern(Short, 1));
        int changes = 0;
        pages.Before = () => bench.Put("k", Pattern(Short, ++changes));
        Assert.Equal(Short + 3, bench.Put("k", "end"u8.ToArray(), new() { Mode = StoreMode.Append }).ValueLength);
        pages.Before = null;
        Assert.Equal(8, changes);
        AssertIs(bench, [.. Pattern(Short, changes), .. "end"u8]);
    }

    [Fact]
    public void Join_with_an_item_that_goes_meanwhile_stores_nothing()
    {
        (StoreBench bench, ScriptedPages pages) = Make();
        using (bench)
        {
            bench.Put("k", Pattern(Long, 1));
            Once(pages, () => bench.Delete("k"));
            StoreRequest append = new() { Mode = StoreMode.Append };
            Assert.Equal(StoreStatus.NotStored, bench.Put("k", "end"u8.ToArray(), append).Status);
            bench.CheckAccounts();
            bench.Put("k", Pattern(Long, 1));
            Once(pages, () => bench.Delete("k"));
            StoreRequest vivify = new() { Mode = StoreMode.Append, Vivify = true };
            Assert.Equal(StoreStatus.Stored, bench.Put("k", Pattern(Long, 9), vivify).Status);
            AssertIs(bench, Pattern(Long, 9));
        }
    }

    [Fact]
    public void Join_with_a_value_that_is_emptied_meanwhile_joins_nothing()
    {
        (StoreBench bench, ScriptedPages pages) = Make();
        using (bench)
        {
            bench.Put("k", Pattern(Long, 1));
            Once(pages, () =>
            {
                var emptying = new Editing { Clears = true };
                bench.Edit("k", ref emptying);
            });
            Assert.Equal(3, bench.Put("k", "end"u8.ToArray(), new() { Mode = StoreMode.Append }).ValueLength);
            Assert.Equal("end", bench.Get("k"));
            bench.CheckAccounts();
        }
    }

    [Fact]
    public void Join_without_a_place_in_a_lane_is_made_under_the_lock()
    {
        using var bench = new StoreBench(memory: 8 << 20);
        var held = new ItemReservation[20];
        for (int index = 0; index < held.Length; index++)
        {
            bench.Reserve("held" + index, 5000, default, out held[index]);
            for (int number = 0; number < 100; number++) bench.Put($"{index}/{number}", new byte[1000]);
        }
        Assert.False(bench.Store.Table.Arena.HasPendingShare);
        bench.Put("k", Pattern(4000, 1));
        for (int round = 0; round < 50; round++) bench.Put("fill" + round, new byte[3000]);
        StoreResult result = bench.Put("k", Pattern(4150, 2), new() { Mode = StoreMode.Append });
        Assert.Equal((StoreStatus.Stored, 8150), (result.Status, result.ValueLength));
        result = bench.Put("k", Pattern(40, 2), new() { Mode = StoreMode.Append });
        Assert.Equal(8190, result.ValueLength);
        for (int index = 0; index < held.Length; index++) bench.Store.Abandon(ref held[index]);
        bench.Find("k", out Shown shown);
        Assert.Equal([.. Pattern(4000, 1), .. Pattern(4150, 2), .. Pattern(40, 2)], shown.Value);
        bench.CheckAccounts();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(4000)]
    public void Appends_of_several_threads_are_all_there(int pieceLength)
    {
        const int threadCount = 3, pieces = 60;
        using var bench = new StoreBench();
        bench.Put("k", "");
        Thread[] threads = [.. Enumerable.Range(1, threadCount).Select(number => new Thread(() =>
        {
            var piece = new byte[pieceLength];
            piece.AsSpan().Fill((byte)number);
            for (int count = 0; count < pieces; count++)
            {
                StoreMode mode = count % 2 == 0 ? StoreMode.Append : StoreMode.Prepend;
                Assert.Equal(StoreStatus.Stored, bench.Put("k", piece, new() { Mode = mode }).Status);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        bench.Find("k", out Shown shown);
        Assert.Equal(threadCount * pieces * pieceLength, shown.Value.Length);
        var counts = new int[threadCount + 1];
        foreach (byte[] piece in shown.Value.Chunk(pieceLength))
        {
            Assert.Equal(-1, piece.AsSpan().IndexOfAnyExcept(piece[0]));
            counts[piece[0]]++;
        }
        Assert.All(counts.Skip(1), count => Assert.Equal(pieces, count));
        bench.CheckAccounts();
    }

    private static (StoreBench Bench, ScriptedPages Pages) Make()
    {
        var pages = new ScriptedPages();
        return (new StoreBench(memory: 128 << 20, itemSizeMax: 16 << 20, pages: pages), pages);
    }

    private static void Once(ScriptedPages pages, Action action)
    {
        bool isDone = false;
        pages.Before = () =>
        {
            if (!isDone) action();
            isDone = true;
        };
    }

    private static void AssertIs(StoreBench bench, byte[] expected)
    {
        bench.Find("k", out Shown shown);
        Assert.True(expected.AsSpan().SequenceEqual(shown.Value));
        bench.CheckAccounts();
    }

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
