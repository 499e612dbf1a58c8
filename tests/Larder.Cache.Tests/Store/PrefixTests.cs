using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Deleting by prefix: at once for who reads, in the background for memory, and for nothing else.</summary>
public sealed class PrefixTests : IDisposable
{
    private const int Items = 3_000;
    private const int StepsMax = 10_000;
    private const int Budget = 200;

    private readonly StoreBench _bench = new(memory: 16 << 20);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Items_with_the_prefix_are_gone_at_once_and_others_stay()
    {
        Fill("a:");
        Fill("b:");
        _bench.Put("a", "1");
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal("1", _bench.Get("a"));
        for (int number = 0; number < Items; number++)
        {
            Assert.Null(_bench.Get($"a:{number}"));
            Assert.Equal("value", _bench.Get($"b:{number}"));
        }
    }

    [Fact]
    public void Items_stored_afterwards_survive_the_walk()
    {
        Fill("a:");
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        for (int number = 0; number < Items; number += 3) _bench.Put($"a:{number}", "new");
        SettleRules();
        for (int number = 0; number < Items; number++)
            Assert.Equal(number % 3 == 0 ? "new" : null, _bench.Get($"a:{number}"));
        _bench.CheckAccounts();
    }

    [Fact]
    public void Memory_comes_back_without_anybody_asking_and_the_rule_goes()
    {
        Fill("a:");
        Fill("b:");
        Assert.Equal(2 * Items, _bench.Store.Totals().CurrentItems);
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal(1, _bench.Store.Totals().PrefixesInProgress);
        SettleRules();
        Assert.Equal(Items, _bench.Store.Totals().CurrentItems);
        // Lookups need not look at epochs any more.
        Assert.Equal(_bench.Store.Table.Epoch, _bench.Store.Table.Arena.OldestEpoch);
        _bench.CheckAccounts();
    }

    [Fact]
    public void Rules_beyond_the_most_are_refused_until_the_background_has_passed()
    {
        Fill("a:");
        for (int number = 0; number < FlushRules.RulesMax; number++)
            Assert.True(_bench.Store.DeletePrefix(StoreBench.Bytes($"p{number}:")));
        Assert.False(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal("value", _bench.Get("a:1"));
        // The same one again, and one that covers all of them.
        Assert.True(_bench.Store.DeletePrefix("p1:"u8));
        Assert.True(_bench.Store.DeletePrefix("p"u8));
        Assert.Equal(1, _bench.Store.Totals().PrefixesInProgress);
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Null(_bench.Get("a:1"));
        SettleRules();
    }

    [Fact]
    public void Flush_takes_the_place_of_all_rules()
    {
        Fill("a:");
        Assert.True(_bench.Store.DeletePrefix("x"u8));
        _bench.Store.FlushAll();
        Assert.Equal(0, _bench.Store.Totals().PrefixesInProgress);
        Assert.Null(_bench.Get("a:1"));
        _bench.Put("x", "new");
        SettleRules();
        Assert.Equal("new", _bench.Get("x"));
        Assert.Equal(1, _bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Flush_that_waits_comes_behind_a_deleted_prefix()
    {
        Fill("a:");
        _bench.Store.FlushAll(_bench.Clock.Now + 5);
        Assert.True(_bench.Store.DeletePrefix("x"u8));
        Assert.Equal("value", _bench.Get("a:1"));
        _bench.Clock.Move(5);
        Assert.Null(_bench.Get("a:1"));
    }

    [Fact]
    public void Large_values_are_gone_and_their_memory_too()
    {
        var large = new byte[800_000];
        _bench.Put("a:large", large);
        _bench.Put("b:large", large);
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal(FindStatus.Flushed, _bench.Find("a:large", out _));
        _bench.Put("a:large", large);
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        SettleRules();
        Assert.Equal(1, _bench.Store.Totals().CurrentItems);
        Assert.Equal(FindStatus.Hit, _bench.Find("b:large", out _));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    [InlineData(800_000)]
    public void Reservation_that_is_committed_afterwards_is_stored(int length)
    {
        _bench.Put("a:1", "old");
        Assert.Equal(ReserveStatus.Reserved, _bench.Reserve("a:1", length, default, out ItemReservation place));
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        // Its segment may count as one of the new epoch meanwhile, or not.
        if (length != 10) SettleRules();
        Assert.Null(_bench.Get("a:1"));
        place.Value.Fill((byte)'v');
        place.Advance(length);
        Assert.Equal(StoreStatus.Stored, _bench.Store.Commit(ref place).Status);
        Assert.Equal(new string('v', length), _bench.Get("a:1"));
        SettleRules();
        Assert.Equal(new string('v', length), _bench.Get("a:1"));
        _bench.CheckAccounts();
    }

    [Fact]
    public void Deleted_items_are_absent_for_every_kind_of_change()
    {
        foreach (string key in new[] { "a:1", "a:2", "a:3", "a:4", "a:5", "a:6" }) _bench.Put(key, "7");
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal(ArithmeticStatus.NotFound, _bench.Count("a:1", new ArithmeticRequest { Delta = 1 }).Status);
        Assert.Equal(StoreStatus.NotStored, _bench.Put("a:2", "x", new() { Mode = StoreMode.Append }).Status);
        Assert.Equal(StoreStatus.NotStored, _bench.Put("a:3", "x", new() { Mode = StoreMode.Replace }).Status);
        Assert.Equal(StoreStatus.Stored, _bench.Put("a:4", "x", new() { Mode = StoreMode.Add }).Status);
        Assert.Equal(DeleteStatus.NotFound, _bench.Delete("a:5"));
        Assert.NotEqual(FindStatus.Hit, _bench.Touch("a:6", 0));
        Assert.Equal("x", Assert.Single(_bench.All()).Value.Text);
        Assert.Equal(6, _bench.Store.Totals().Reclaimed);
    }

    [Fact]
    public void Counters_and_timed_items_stored_afterwards_survive()
    {
        uint expiry = _bench.Clock.ExpiryOf(50);
        for (int number = 0; number < Items; number++)
            _bench.Put($"a:{number}", "1", new StoreRequest { Expiry = expiry });
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        for (int number = 0; number < Items; number++)
        {
            var request = new ArithmeticRequest { Delta = 1, Vivify = true, Initial = 5, VivifyExpiry = expiry };
            _bench.Count($"a:{number}", request);
            _bench.Count($"a:{number}", request);
        }
        SettleRules();
        for (int number = 0; number < Items; number++) Assert.Equal("6", _bench.Get($"a:{number}"));
        Assert.Equal(Items, _bench.Store.Totals().CurrentItems);
    }

    [Fact]
    public void Eviction_does_not_carry_deleted_items_into_the_new_epoch()
    {
        for (int number = 0; number < Items; number++)
        {
            _bench.Put($"a:{number}", new string('o', 1000));
            for (int hit = 0; hit < 3; hit++) _bench.Get($"a:{number}");
        }
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        for (int number = 0; number < 20_000; number++)
        {
            _bench.Put($"b:{number}", new string('n', 1000));
            if (number % 5 == 0) Assert.Null(_bench.Get($"a:{number % Items}"));
        }
        Assert.True(_bench.Store.Totals().SegmentsEmptied > 0);
        Assert.DoesNotContain(_bench.All().Keys, key => key.StartsWith("a:", StringComparison.Ordinal));
        SettleRules();
        _bench.CheckAccounts();
    }

    [Fact]
    public void Iteration_does_not_show_deleted_items()
    {
        Fill("a:");
        _bench.Put("b", "1");
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Equal("b", Assert.Single(_bench.All()).Key);
    }

    [Fact]
    public void Edit_that_moves_an_item_leaves_no_way_back()
    {
        Fill("a:");
        Assert.True(_bench.Store.DeletePrefix("x"u8));
        // Moves to a record that has a time: in the new epoch, while its old segment is of the old one.
        Assert.Equal(FindStatus.Hit, _bench.Touch("a:1", _bench.Clock.ExpiryOf(100)));
        Assert.True(_bench.Store.DeletePrefix("a:"u8));
        Assert.Null(_bench.Get("a:1"));
        Assert.Null(_bench.Get("a:2"));
        SettleRules();
        Assert.Equal(0, _bench.Store.Totals().CurrentItems);
    }

    private void Fill(string prefix)
    {
        for (int number = 0; number < Items; number++) _bench.Put(prefix + number, "value");
    }

    private void SettleRules()
    {
        uint epoch = _bench.Store.Table.Epoch;
        for (int step = 0; step < StepsMax && _bench.Store.Table.Arena.OldestEpoch != epoch; step++)
            _bench.Store.Maintain(Budget);
        Assert.Equal(epoch, _bench.Store.Table.Arena.OldestEpoch);
        Assert.Equal(0, _bench.Store.Totals().PrefixesInProgress);
    }
}
