using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Which items rules cover, which rules stand for others, and how many there may be.</summary>
public sealed class FlushRulesTests
{
    [Fact]
    public void Rule_covers_older_items_with_its_prefix_only()
    {
        FlushRules rules = With(At(4), "user:");
        Assert.Equal(5u, rules.Epoch);
        Assert.True(rules.Cover(4, "user:1"u8));
        Assert.True(rules.Cover(4, "user:"u8));
        Assert.False(rules.Cover(5, "user:1"u8));
        Assert.False(rules.Cover(4, "user"u8));
        Assert.False(rules.Cover(4, "users:1"u8));
    }

    [Fact]
    public void Flush_covers_all_older_items()
    {
        FlushRules rules = With(At(4), "b").WithFlush();
        Assert.Equal((6u, 0), (rules.Epoch, rules.Count));
        Assert.True(rules.Cover(5, "a"u8));
        Assert.False(rules.Cover(6, "a"u8));
        rules = At(4).WithFlush();
        Assert.True(rules.Cover(4, "a"u8));
        Assert.False(rules.Cover(5, "a"u8));
    }

    [Fact]
    public void Epochs_go_round()
    {
        FlushRules rules = With(With(At(uint.MaxValue - 1).WithFlush(), "x"), "a");
        Assert.Equal(1u, rules.Epoch);
        Assert.True(rules.Cover(0, "ab"u8));
        Assert.False(rules.Cover(0, "b"u8));
        Assert.False(rules.Cover(1, "ab"u8));
        Assert.True(rules.Cover(uint.MaxValue - 1, "b"u8));
    }

    [Fact]
    public void Shorter_prefix_takes_the_place_of_longer_ones_that_are_older()
    {
        FlushRules rules = With(With(With(At(0), "a:b:"), "a:c:"), "x");
        Assert.Equal(3, rules.Count);
        rules = With(rules, "a:");
        Assert.Equal(2, rules.Count);
        Assert.True(rules.Cover(0, "a:b:1"u8));
        Assert.True(rules.Cover(0, "x"u8));
        rules = With(rules, "a:b:");
        Assert.Equal(3, rules.Count);
        Assert.True(rules.Cover(4, "a:b:1"u8));
        Assert.False(rules.Cover(4, "a:c:1"u8));
    }

    [Fact]
    public void Rules_beyond_the_most_are_refused_until_older_ones_go()
    {
        FlushRules rules = FlushRules.None;
        for (uint epoch = 1; epoch <= FlushRules.RulesMax; epoch++) rules = With(rules, $"{epoch}:");
        Assert.Null(rules.With([1]));
        Assert.Equal(FlushRules.RulesMax, With(rules, "1:").Count);
        rules = rules.Since(3);
        Assert.Equal(FlushRules.RulesMax - 3, rules.Count);
        Assert.False(rules.Cover(0, "3:a"u8));
        Assert.True(rules.Cover(0, "4:a"u8));
        Assert.Same(rules, rules.Since(3));
    }

    [Fact]
    public void Flush_of_long_ago_does_not_come_again_when_epochs_go_round()
    {
        const uint Later = (1u << 30) + 10;
        FlushRules rules = At(0).WithFlush().Since(Later);
        Assert.False(rules.Cover(Later + (1u << 31) - 1, "a"u8));
        Assert.True(rules.Cover(Later - 1, "a"u8));
    }

    private static FlushRules At(uint epoch) => new(epoch, flushEpoch: 0, []);

    private static FlushRules With(FlushRules rules, string prefix)
    {
        FlushRules? more = rules.With(StoreBench.Bytes(prefix));
        Assert.NotNull(more);
        return more;
    }
}
