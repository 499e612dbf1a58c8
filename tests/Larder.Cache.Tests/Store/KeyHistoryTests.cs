namespace Larder.Cache.Tests.Store;

/// <summary>The checker itself: what it must accept and what it must refuse.</summary>
public sealed class KeyHistoryTests
{
    [Fact]
    public void Get_that_shows_what_was_stored_before_is_fine() =>
        Assert.True(new KeyHistory(false).Extend([Set(1, 2, "a", 5), Get(3, 4, "a", 5)]));

    [Fact]
    public void Get_during_a_set_may_show_either() =>
        Assert.True(new KeyHistory(false).Extend([Set(1, 2, "a", 5), Set(3, 9, "b", 6), Get(4, 5, "a", 5)]));

    [Fact]
    public void Get_behind_a_set_that_shows_the_value_before_is_refused() =>
        Assert.False(new KeyHistory(true).Extend([Set(1, 2, "a", 5), Set(3, 4, "b", 6), Get(5, 6, "a", 5)]));

    [Fact]
    public void Two_gets_that_go_back_are_refused() =>
        Assert.False(new KeyHistory(false).Extend(
            [Set(1, 2, "a", 5), Set(3, 9, "b", 6), Get(4, 5, "b", 6), Get(6, 7, "a", 5)]));

    [Fact]
    public void Item_that_is_missing_is_refused_unless_it_may_be_evicted()
    {
        Assert.False(new KeyHistory(false).Extend([Set(1, 2, "a", 5), Get(3, 4, null, 0)]));
        Assert.True(new KeyHistory(true).Extend([Set(1, 2, "a", 5), Get(3, 4, null, 0)]));
    }

    [Fact]
    public void Item_that_was_missing_must_not_come_back() =>
        Assert.False(new KeyHistory(true).Extend([Set(1, 2, "a", 5), Get(3, 4, null, 0), Get(5, 6, "a", 5)]));

    [Fact]
    public void History_goes_on_where_it_stood()
    {
        var history = new KeyHistory(false);
        Assert.True(history.Extend([Set(1, 2, "a", 5)]));
        Assert.True(history.Extend([Get(3, 4, "a", 5)]));
        Assert.False(history.Extend([Get(5, 6, "b", 7)]));
    }

    [Fact]
    public void Value_with_another_token_is_refused() =>
        Assert.False(new KeyHistory(false).Extend([Set(1, 2, "a", 5), Get(3, 4, "a", 6)]));

    private static KeyOperation Set(long begin, long end, string value, ulong cas) => new()
    {
        Kind = KeyOperation.Verb.Set,
        Key = 0,
        Begin = begin,
        End = end,
        Value = StoreBench.Bytes(value),
        IsDone = true,
        Cas = cas,
    };

    private static KeyOperation Get(long begin, long end, string? shown, ulong cas) => new()
    {
        Kind = KeyOperation.Verb.Get,
        Key = 0,
        Begin = begin,
        End = end,
        Shown = StoreBench.Bytes(shown ?? ""),
        IsDone = shown is not null,
        Cas = cas,
    };
}
