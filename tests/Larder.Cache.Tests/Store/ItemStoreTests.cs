using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class ItemStoreTests : IDisposable
{
    private readonly StoreBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Find_unknown_key_misses()
    {
        Assert.Equal(FindStatus.Miss, _bench.Find("a", out _));
    }

    [Fact]
    public void Set_then_find_shows_all_of_the_item()
    {
        _bench.Clock.Move(5);
        StoreResult stored = _bench.Put("key", "value", new() { ClientFlags = 7, Expiry = 100, IsKeyBinary = true });
        Assert.Equal(StoreStatus.Stored, stored.Status);
        Assert.Equal(5, stored.ValueLength);
        Assert.Equal(FindStatus.Hit, _bench.Find("key", out Shown shown));
        Assert.Equal("key", shown.Key);
        Assert.Equal("value", shown.Text);
        Assert.Equal(7u, shown.ClientFlags);
        Assert.Equal(100u, shown.Expiry);
        Assert.Equal(stored.Cas, shown.Cas);
        Assert.Equal(7u, shown.LastAccess);
        Assert.True(shown.IsKeyBinary);
        Assert.False(shown.IsFetched || shown.IsStale || shown.IsWon);
    }

    [Fact]
    public void Hit_marks_fetched_and_last_access_for_the_next_reader()
    {
        _bench.Put("k", "v");
        _bench.Clock.Move(10);
        _bench.Find("k", out Shown first);
        _bench.Clock.Move(3);
        _bench.Find("k", out Shown second);
        Assert.Equal((false, 2u), (first.IsFetched, first.LastAccess));
        Assert.Equal((true, 12u), (second.IsFetched, second.LastAccess));
    }

    [Fact]
    public void Hit_without_bump_marks_nothing()
    {
        _bench.Put("k", "v");
        _bench.Clock.Move(10);
        _bench.Find("k", out _, FindOptions.NoBump);
        _bench.Find("k", out Shown shown);
        Assert.Equal((false, 2u), (shown.IsFetched, shown.LastAccess));
    }

    [Theory]
    [InlineData(StoreMode.Set, null, StoreStatus.Stored, "new")]
    [InlineData(StoreMode.Set, "old", StoreStatus.Stored, "new")]
    [InlineData(StoreMode.Add, null, StoreStatus.Stored, "new")]
    [InlineData(StoreMode.Add, "old", StoreStatus.NotStored, "old")]
    [InlineData(StoreMode.Replace, null, StoreStatus.NotStored, null)]
    [InlineData(StoreMode.Replace, "old", StoreStatus.Stored, "new")]
    [InlineData(StoreMode.Append, null, StoreStatus.NotStored, null)]
    [InlineData(StoreMode.Append, "old", StoreStatus.Stored, "oldnew")]
    [InlineData(StoreMode.Prepend, null, StoreStatus.NotStored, null)]
    [InlineData(StoreMode.Prepend, "old", StoreStatus.Stored, "newold")]
    [InlineData(StoreMode.Cas, null, StoreStatus.NotFound, null)]
    [InlineData(StoreMode.Cas, "old", StoreStatus.Exists, "old")]
    public void Store_in_each_mode_answers_and_leaves(StoreMode mode, string? before, StoreStatus status, string? after)
    {
        if (before is not null) _bench.Put("k", before);
        StoreResult result = _bench.Put("k", "new", new() { Mode = mode, HasCompareCas = mode == StoreMode.Cas });
        Assert.Equal(status, result.Status);
        Assert.Equal(after, _bench.Get("k"));
        if (status == StoreStatus.Stored) Assert.Equal(after!.Length, result.ValueLength);
    }

    [Fact]
    public void Cas_with_the_right_token_stores_and_changes_it()
    {
        ulong cas = _bench.Put("k", "1").Cas;
        var request = new StoreRequest { Mode = StoreMode.Cas, HasCompareCas = true, CompareCas = cas };
        StoreResult result = _bench.Put("k", "2", request);
        Assert.Equal(StoreStatus.Stored, result.Status);
        Assert.NotEqual(cas, result.Cas);
        Assert.Equal("2", _bench.Get("k"));
    }

    [Theory]
    [InlineData(StoreMode.Append)]
    [InlineData(StoreMode.Prepend)]
    public void Join_with_the_wrong_token_exists(StoreMode mode)
    {
        ulong cas = _bench.Put("k", "1").Cas;
        var request = new StoreRequest { Mode = mode, HasCompareCas = true, CompareCas = cas + 1 };
        Assert.Equal(StoreStatus.Exists, _bench.Put("k", "2", request).Status);
        Assert.Equal("1", _bench.Get("k"));
    }

    [Fact]
    public void Explicit_cas_is_the_new_token()
    {
        Assert.Equal(77ul, _bench.Put("k", "1", new() { ExplicitCas = 77 }).Cas);
        _bench.Find("k", out Shown shown);
        Assert.Equal(77ul, shown.Cas);
    }

    [Fact]
    public void Invalidate_with_a_lower_token_stores_stale_and_keeps_time_and_win()
    {
        _bench.Put("k", "1", new() { ExplicitCas = 50, Expiry = 500, IsWon = true });
        var request = new StoreRequest { Mode = StoreMode.Cas, HasCompareCas = true, Invalidate = true, Expiry = 900 };
        StoreResult higher = _bench.Put("k", "2", request with { CompareCas = 51 });
        StoreResult lower = _bench.Put("k", "3", request with { CompareCas = 49 });
        _bench.Find("k", out Shown shown);
        Assert.Equal(StoreStatus.Exists, higher.Status);
        Assert.Equal(StoreStatus.Stored, lower.Status);
        Assert.Equal(("3", 500u, true, true), (shown.Text, shown.Expiry, shown.IsStale, shown.IsWon));
    }

    [Fact]
    public void Append_keeps_flags_and_time_of_the_old_item()
    {
        _bench.Put("k", "1", new() { ClientFlags = 5, Expiry = 500 });
        _bench.Put("k", "2", new() { Mode = StoreMode.Append, ClientFlags = 9, Expiry = 900 });
        _bench.Find("k", out Shown shown);
        Assert.Equal(("12", 5u, 500u), (shown.Text, shown.ClientFlags, shown.Expiry));
    }

    [Fact]
    public void Append_with_vivify_creates()
    {
        _bench.Put("k", "1", new() { Mode = StoreMode.Append, Vivify = true, ClientFlags = 9, Expiry = 900 });
        _bench.Find("k", out Shown shown);
        Assert.Equal(("1", 9u, 900u), (shown.Text, shown.ClientFlags, shown.Expiry));
    }

    [Fact]
    public void Set_of_a_too_large_value_removes_the_old_one_when_asked()
    {
        _bench.Put("a", "1");
        _bench.Put("b", "1");
        var big = new byte[1 << 20];
        Assert.Equal(StoreStatus.TooLarge, _bench.Put("a", big).Status);
        Assert.Equal(StoreStatus.TooLarge, _bench.Put("b", big, new() { DeleteOnFailure = true }).Status);
        Assert.Equal("1", _bench.Get("a"));
        Assert.Null(_bench.Get("b"));
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(5u, -4)]
    public void Largest_value_is_memcacheds(uint flags, int difference)
    {
        // Item size max, less header with CAS, key and NUL, CR LF: the reference's section 4.2.
        int largest = (1 << 20) - 56 - 2 - 1 - "key".Length + difference;
        var request = new StoreRequest { ClientFlags = flags };
        Assert.Equal(StoreStatus.Stored, _bench.Put("key", new byte[largest], request).Status);
        Assert.Equal(StoreStatus.TooLarge, _bench.Put("key", new byte[largest + 1], request).Status);
        Assert.Equal(largest, _bench.All()["key"].Value.Length);
    }

    [Fact]
    public void Keys_of_1_to_250_bytes_and_values_at_each_boundary_come_back()
    {
        int shared = _bench.Store.Table.Arena.SharedSizeMax;
        int[] lengths = [0, 1, 7, 8, 9, 100, 16 << 10, shared - 300, shared - 40, shared, shared + 1, 200_000];
        var random = new Random(1);
        var expected = new Dictionary<string, byte[]>();
        foreach (int keyLength in (int[])[1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 33, 249, 250])
        {
            foreach (int length in lengths)
            {
                string key = new string('k', keyLength - 1) + (char)('a' + expected.Count % 26);
                var value = new byte[length + keyLength % 3];
                random.NextBytes(value);
                Assert.Equal(StoreStatus.Stored, _bench.Put(key, value).Status);
                expected[key] = value;
                Assert.Equal(FindStatus.Hit, _bench.Find(key, out Shown shown));
                Assert.Equal(value, shown.Value);
            }
        }
        Dictionary<string, Shown> all = _bench.All();
        Assert.Equal(expected.Count, all.Count);
        foreach ((string key, byte[] value) in expected) Assert.Equal(value, all[key].Value);
        _bench.CheckAccounts();
    }

    [Fact]
    public void Joined_value_grows_out_of_the_shared_segments_and_up_to_the_limit()
    {
        var random = new Random(2);
        var expected = new List<byte>();
        var piece = new byte[60_000];
        while (true)
        {
            random.NextBytes(piece);
            StoreMode mode = expected.Count % 7 < 4 ? StoreMode.Append : StoreMode.Prepend;
            StoreResult result = _bench.Put("k", piece, new() { Mode = mode, Vivify = true });
            if (result.Status == StoreStatus.TooLarge) break;
            Assert.Equal(StoreStatus.Stored, result.Status);
            expected.InsertRange(mode == StoreMode.Append ? expected.Count : 0, piece);
            Assert.Equal(expected.Count, result.ValueLength);
        }
        Assert.True(expected.Count > 900_000);
        Assert.Equal(expected.ToArray(), _bench.All()["k"].Value);
        _bench.CheckAccounts();
    }

    [Fact]
    public void Delete_removes_once_and_compares_tokens()
    {
        ulong cas = _bench.Put("k", "v").Cas;
        Assert.Equal(DeleteStatus.Exists, _bench.Delete("k", cas + 1));
        Assert.Equal(DeleteStatus.Exists, _bench.Delete("k", 0));
        Assert.Equal(DeleteStatus.Deleted, _bench.Delete("k", cas));
        Assert.Equal(DeleteStatus.NotFound, _bench.Delete("k"));
        Assert.Equal(0, _bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Item_expires_when_its_second_comes()
    {
        _bench.Put("k", "v", new() { Expiry = _bench.Clock.ExpiryOf(10) });
        _bench.Clock.Move(9);
        Assert.Equal("v", _bench.Get("k"));
        _bench.Clock.Move(1);
        Assert.Equal(FindStatus.Expired, _bench.Find("k", out _));
        Assert.Equal(FindStatus.Miss, _bench.Find("k", out _));
    }

    [Fact]
    public void Expired_item_counts_as_missing_for_every_operation()
    {
        var add = new StoreRequest { Mode = StoreMode.Add, Expiry = StoreClock.Past };
        Assert.Equal(StoreStatus.Stored, _bench.Put("k", "1", add).Status);
        Assert.Equal(StoreStatus.NotStored, _bench.Put("k", "2", new() { Mode = StoreMode.Append }).Status);
        Assert.Equal(StoreStatus.Stored, _bench.Put("k", "1", add).Status);
        Assert.Equal(DeleteStatus.NotFound, _bench.Delete("k"));
        Assert.Equal(StoreStatus.Stored, _bench.Put("k", "1", add).Status);
        Assert.Equal(ArithmeticStatus.NotFound, _bench.Count("k", new() { Delta = 1 }).Status);
        Assert.Equal(StoreStatus.Stored, _bench.Put("k", "1", add).Status);
        Assert.Equal(FindStatus.Expired, _bench.Touch("k", 0));
        Assert.Equal(0, _bench.Store.Totals().CurrentItems);
        Assert.Equal(4, _bench.Store.Totals().Reclaimed);
        Assert.Equal(4, _bench.Store.Totals().ExpiredUnfetched);
    }

    [Fact]
    public void Touch_gives_a_new_time()
    {
        _bench.Put("k", "v", new() { Expiry = _bench.Clock.ExpiryOf(10) });
        Assert.Equal(FindStatus.Hit, _bench.Touch("k", _bench.Clock.ExpiryOf(100)));
        _bench.Clock.Move(50);
        Assert.Equal("v", _bench.Get("k"));
        Assert.Equal(FindStatus.Miss, _bench.Touch("other", 0));
    }

    [Fact]
    public void Edit_changes_what_it_sets_and_nothing_else()
    {
        ulong cas = _bench.Put("k", "v", new() { ClientFlags = 3 }).Cas;
        var edit = new Editing { Expiry = 99, ClientFlags = 0, IsStale = true, IsWon = true, RenewsCas = true };
        Assert.Equal(FindStatus.Hit, _bench.Edit("k", ref edit));
        _bench.Find("k", out Shown shown);
        Assert.Equal(("v", 0u, 99u), (shown.Text, shown.ClientFlags, shown.Expiry));
        Assert.True(shown.IsStale && shown.IsWon);
        Assert.NotEqual(cas, shown.Cas);
        Assert.False(edit.Before.IsFetched);
        Assert.True(shown.IsFetched);
        _bench.CheckAccounts();
    }

    [Fact]
    public void Edit_can_empty_the_value_and_it_can_be_appended_to()
    {
        _bench.Put("k", "12345", new() { ClientFlags = 3 });
        var edit = new Editing { Clears = true };
        _bench.Edit("k", ref edit);
        _bench.Find("k", out Shown shown);
        Assert.Equal(("", 0u), (shown.Text, shown.ClientFlags));
        Assert.Equal(ArithmeticStatus.NonNumeric, _bench.Count("k", new() { Delta = 1 }).Status);
        _bench.Put("k", "6", new() { Mode = StoreMode.Append });
        Assert.Equal("6", _bench.Get("k"));
        _bench.Delete("k");
        Assert.Equal((0L, 0L), (_bench.Store.Totals().CurrentItems, _bench.Store.Totals().Bytes));
    }

    [Fact]
    public void Token_that_an_edit_has_shown_stays_when_the_edit_moves_the_item()
    {
        _bench.Put("k", "v", new() { DiscardsCas = true });
        var edit = new Editing { Expiry = 99 };
        Assert.Equal(FindStatus.Hit, _bench.Edit("k", ref edit));
        var request = new StoreRequest { Mode = StoreMode.Cas, HasCompareCas = true, CompareCas = edit.Before.Cas };
        Assert.Equal(StoreStatus.Stored, _bench.Put("k", "w", request).Status);
    }

    [Fact]
    public void Token_that_a_lookup_has_shown_stays_when_eviction_moves_the_item()
    {
        using var bench = new StoreBench(memory: 4 << 20);
        bench.Put("k", "v", new() { DiscardsCas = true });
        bench.Find("k", out Shown shown);
        long moved = bench.Store.Totals().SegmentsEmptied + 200;
        for (int index = 0; bench.Store.Totals().SegmentsEmptied < moved; index++)
        {
            bench.Put("k" + index, new byte[500], new() { DiscardsCas = true });
            if (index % 100 == 0) Assert.NotNull(bench.Get("k"));
        }
        bench.Find("k", out Shown later);
        Assert.Equal(shown.Cas, later.Cas);
    }

    [Fact]
    public void Edit_can_delete()
    {
        _bench.Put("k", "v");
        var edit = new Editing { Deletes = true };
        Assert.Equal(FindStatus.Hit, _bench.Edit("k", ref edit));
        Assert.Null(_bench.Get("k"));
    }

    [Fact]
    public void Store_without_cas_has_token_0_that_matches_nothing()
    {
        using var bench = new StoreBench(cas: false);
        Assert.Equal(0ul, bench.Put("k", "v").Cas);
        var request = new StoreRequest { Mode = StoreMode.Cas, HasCompareCas = true };
        Assert.Equal(StoreStatus.Exists, bench.Put("k", "w", request).Status);
        Assert.Equal((1 << 20) - 48 - 4, bench.Put("k", new byte[(1 << 20) - 48 - 4]).ValueLength);
    }

    [Fact]
    public void Flush_hides_what_was_there_and_spares_what_comes_in_the_same_second()
    {
        _bench.Put("old", "1");
        _bench.Store.FlushAll();
        _bench.Put("new", "2");
        Assert.Equal(FindStatus.Flushed, _bench.Find("old", out _));
        Assert.Equal(FindStatus.Miss, _bench.Find("old", out _));
        Assert.Equal("2", _bench.Get("new"));
    }

    [Fact]
    public void Flush_with_a_time_waits_for_it_and_a_later_one_takes_its_place()
    {
        _bench.Put("a", "1");
        _bench.Store.FlushAll(_bench.Clock.ExpiryOf(5));
        _bench.Store.FlushAll(_bench.Clock.ExpiryOf(10));
        _bench.Clock.Move(9);
        Assert.Equal("1", _bench.Get("a"));
        _bench.Clock.Move(1);
        Assert.Null(_bench.Get("a"));
        _bench.Put("a", "2");
        Assert.Equal("2", _bench.Get("a"));
    }

    [Fact]
    public void Flush_now_clears_one_that_waits()
    {
        _bench.Store.FlushAll(_bench.Clock.ExpiryOf(5));
        _bench.Store.FlushAll();
        _bench.Put("a", "1");
        _bench.Clock.Move(10);
        Assert.Equal("1", _bench.Get("a"));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var clock = new StoreClock(0, isPaused: true);
        ItemStoreOptions[] wrong =
        [
            new() { MemoryLimitBytes = ItemStore.MemoryLimitMin - 1, ItemSizeMax = 1024 },
            new() { ItemSizeMax = 1023 },
            new() { MemoryLimitBytes = 2 << 20, ItemSizeMax = (1 << 20) + 1 },
            new() { HashPowerInit = 11 },
            new() { HashPowerInit = 33 },
        ];
        foreach (ItemStoreOptions options in wrong)
            Assert.Throws<ArgumentOutOfRangeException>(() => new ItemStore(options, clock));
    }

    [Fact]
    public void Totals_count_stores_and_reset_leaves_what_is_there()
    {
        _bench.Put("a", "1");
        _bench.Put("a", "22");
        _bench.Put("b", "1", new() { Expiry = StoreClock.Past });
        Assert.Null(_bench.Get("b"));
        StoreTotals totals = _bench.Store.Totals();
        Assert.Equal((1L, 3L, 1L), (totals.CurrentItems, totals.TotalItems, totals.Reclaimed));
        Assert.Equal(17, totals.HashPowerLevel);
        Assert.Equal(1, _bench.Store.ClassTotals(1).Number);
        _bench.Store.ResetTotals();
        totals = _bench.Store.Totals();
        Assert.Equal((1L, 0L, 0L), (totals.CurrentItems, totals.TotalItems, totals.Reclaimed));
        _bench.CheckAccounts();
    }

    [Fact]
    public void Overwrite_into_another_class_moves_the_count_even_if_the_record_stays_as_large()
    {
        string value = new('v', 25);
        _bench.Put("0123456789", value);
        Assert.Equal(1, _bench.Store.ClassTotals(1).Number);
        _bench.Put("0123456789", value, new() { ClientFlags = 1 });
        Assert.Equal((0L, 1L), (_bench.Store.ClassTotals(1).Number, _bench.Store.ClassTotals(2).Number));
        _bench.CheckAccounts();
    }

    [Fact]
    public void Batch_hints_change_nothing()
    {
        _bench.Put("a", "1");
        foreach (string key in (string[])["a", "b"])
        {
            ulong hash = _bench.Store.Hash(StoreBench.Bytes(key));
            _bench.Store.Prefetch([hash], 1, 0);
            _bench.Store.PrefetchRest([hash], 1);
        }
        Assert.Equal("1", _bench.Get("a"));
    }
}
