namespace Larder.Cache.Tests.Commands;

/// <summary>slabs, lru and lru_crawler: answers checked with memcached 1.6.18, newer ones from 1.6.45.</summary>
public sealed class TuningTests
{
    private const string BadLine = "CLIENT_ERROR bad command line format";
    private const string TooLate = "ERROR failed to start lru crawler thread";

    [Theory]
    [InlineData("slabs", "ERROR")]
    [InlineData("slabs nonsense", "ERROR")]
    [InlineData("slabs reassign", "ERROR")]
    [InlineData("slabs reassign 1", "ERROR")]
    [InlineData("slabs reassign 1 2", "NOSPARE source class has no spare pages")]
    [InlineData("slabs reassign 1 0", "NOSPARE source class has no spare pages")]
    [InlineData("slabs reassign 1 2 3", "ERROR")]
    [InlineData("slabs reassign a b", BadLine)]
    [InlineData("slabs reassign 99 99", "SAME src and dst class are identical")]
    [InlineData("slabs reassign 1 99", "BADCLASS invalid src or dst class id")]
    [InlineData("slabs reassign -1 2", "BADCLASS invalid src or dst class id")]
    [InlineData("slabs automove", "ERROR")]
    [InlineData("slabs automove 3", "ERROR")]
    [InlineData("slabs automove x", BadLine)]
    [InlineData("slabs automove -1", BadLine)]
    [InlineData("slabs automove nonsense 1", BadLine)]
    [InlineData("slabs automove ratio", "ERROR")]
    [InlineData("slabs automove ratio x", "ERROR")]
    [InlineData("slabs automove freeratio 0.1", "OK")]
    [InlineData("slabs automove window", "ERROR")]
    [InlineData("slabs automove window x", BadLine)]
    [InlineData("slabs automove window 2", "CLIENT_ERROR automove window too low or too high")]
    [InlineData("slabs automove window 1801", "CLIENT_ERROR automove window too low or too high")]
    [InlineData("lru", "ERROR")]
    [InlineData("lru nonsense", "ERROR")]
    [InlineData("lru tune 10 20", "ERROR")]
    [InlineData("lru tune 60 21 0.1 2.0", "ERROR hot and warm pcts must not exceed 80")]
    [InlineData("lru tune 60 20 0 2.0", "ERROR hot/warm age factors must be greater than 0")]
    [InlineData("lru tune 60 20 0.1 -1", "ERROR hot/warm age factors must be greater than 0")]
    [InlineData("lru tune -1 20 0.1 2.0", "ERROR")]
    [InlineData("lru tune 10 20 x 2.0", "ERROR")]
    [InlineData("lru mode", "ERROR")]
    [InlineData("lru mode nonsense", "ERROR")]
    [InlineData("lru temp_ttl", "ERROR")]
    [InlineData("lru temp_ttl x", "ERROR")]
    [InlineData("lru_crawler", "ERROR")]
    [InlineData("lru_crawler nonsense", "ERROR")]
    [InlineData("lru_crawler enable", TooLate)]
    [InlineData("lru_crawler enable more", "ERROR")]
    [InlineData("lru_crawler sleep", "ERROR")]
    [InlineData("lru_crawler sleep x", BadLine)]
    [InlineData("lru_crawler sleep 1000001", "CLIENT_ERROR sleep must be one second or less")]
    [InlineData("lru_crawler tocrawl", "ERROR")]
    [InlineData("lru_crawler tocrawl x", BadLine)]
    [InlineData("lru_crawler crawl", "ERROR")]
    [InlineData("lru_crawler crawl all", "OK")]
    [InlineData("lru_crawler crawl 1,2,63", "OK")]
    [InlineData("lru_crawler crawl ,", "NOTSTARTED no items to crawl")]
    [InlineData("lru_crawler crawl 1,x", "BADCLASS invalid class id")]
    [InlineData("lru_crawler crawl 0", "BADCLASS invalid class id")]
    [InlineData("lru_crawler crawl 64", "BADCLASS invalid class id")]
    [InlineData("lru_crawler crawl hash", "ERROR an unknown error happened")]
    [InlineData("lru_crawler crawl all more", "ERROR")]
    public void Tuning_command_is_validated(string line, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask(line));
    }

    [Theory]
    [InlineData("slabs automove 2", "slab_automove", "2")]
    [InlineData("slabs automove ratio 0.7", "slab_automove_ratio", "0.70")]
    [InlineData("slabs automove window 1800", "slab_automove_window", "1800")]
    [InlineData("lru tune 11 22 0.3 1.5", "hot_lru_pct", "11")]
    [InlineData("lru tune 11 22 0.3 1.5", "warm_lru_pct", "22")]
    [InlineData("lru tune 11 22 0.3 1.5", "hot_max_factor", "0.30")]
    [InlineData("lru tune 11 22 0.3 1.5", "warm_max_factor", "1.50")]
    [InlineData("lru mode flat", "lru_segmented", "no")]
    [InlineData("lru temp_ttl 9", "temp_lru", "yes")]
    [InlineData("lru temp_ttl 9", "temporary_ttl", "9")]
    [InlineData("lru_crawler disable", "lru_crawler", "no")]
    [InlineData("lru_crawler sleep 1000000", "lru_crawler_sleep", "1000000")]
    [InlineData("lru_crawler tocrawl 5", "lru_crawler_tocrawl", "5")]
    public void Tuning_command_is_shown_by_stats_settings(string line, string name, string value)
    {
        using var bench = new AdministrationBench();
        Assert.NotEqual(value, bench.Stat("stats settings", name));
        Assert.Equal("OK", bench.Ask(line));
        Assert.Equal(value, bench.Stat("stats settings", name));
    }

    [Fact]
    public void Temp_ttl_negative_turns_temporary_items_off()
    {
        using var bench = new AdministrationBench(static options => options.TuningEcho["temporary_ttl"] = "30");
        Assert.Equal("yes", bench.Stat("stats settings", "temp_lru"));
        Assert.Equal("OK", bench.Ask("lru temp_ttl -1"));
        Assert.Equal("no", bench.Stat("stats settings", "temp_lru"));
        Assert.Equal("30", bench.Stat("stats settings", "temporary_ttl"));
    }

    [Fact]
    public void Crawler_that_is_off_refuses_to_crawl_until_it_is_on()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("OK", bench.Ask("lru_crawler disable"));
        Assert.Equal("CLIENT_ERROR lru crawler disabled", bench.Ask("lru_crawler crawl all"));
        Assert.Equal("OK", bench.Ask("lru_crawler enable"));
        Assert.Equal(TooLate, bench.Ask("lru_crawler enable"));
        Assert.Equal("OK", bench.Ask("lru_crawler crawl all"));
    }

    [Fact]
    public void Reassign_without_slab_reassign_is_refused()
    {
        using var bench = new AdministrationBench(static options => options.TuningEcho["slab_reassign"] = "no");
        Assert.Equal("CLIENT_ERROR slab reassignment disabled", bench.Ask("slabs reassign 1 2"));
    }

    [Fact]
    public void Values_of_a_server_do_not_reach_another()
    {
        using var first = new AdministrationBench();
        using var second = new AdministrationBench();
        Assert.Equal("OK", first.Ask("slabs automove 2"));
        Assert.Equal("1", second.Stat("stats settings", "slab_automove"));
    }
}
