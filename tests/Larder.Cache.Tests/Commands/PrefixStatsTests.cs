using System.Text;
using Larder.Cache.Commands.Inspecting;

namespace Larder.Cache.Tests.Commands;

public sealed class PrefixStatsTests
{
    [Fact]
    public void Detail_counts_what_is_asked_of_prefixes()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("no", bench.Stat("stats settings", "detail_enabled"));
        bench.Put("foo:early", "1");
        Assert.Equal("OK", bench.Ask("stats detail on"));
        Assert.Equal("yes", bench.Stat("stats settings", "detail_enabled"));
        bench.Put("foo:a", "1");
        bench.Put("none", "1");
        Assert.Equal("HD", bench.Ask("ms foo:b 1\r\n1"));
        Assert.Equal("HD", bench.Ask("mg foo:a"));
        Assert.Equal("EN", bench.Ask("mg foo:x"));
        Assert.Equal("NOT_FOUND", bench.Ask("delete foo:x"));
        Assert.Equal("HD", bench.Ask("md foo:b"));
        Assert.Equal("END", bench.Ask("get bar:a"));
        Assert.Equal("OK", bench.Ask("stats detail off"));
        Assert.Equal("END", bench.Ask("get foo:unseen"));
        string[] lines = [bench.Ask("stats detail dump"), bench.ReadLine(), bench.ReadLine()];
        Assert.Equal(["END", "PREFIX bar get 1 hit 0 set 0 del 0", "PREFIX foo get 2 hit 1 set 2 del 2"],
            lines.Order(StringComparer.Ordinal));
        Assert.Equal("RESET", bench.Ask("stats reset"));
        Assert.Equal("END", bench.Ask("stats detail dump"));
    }

    [Fact]
    public void Detail_is_on_from_the_start_with_a_delimiter_of_ones_own()
    {
        using var bench = new AdministrationBench(static options =>
            (options.PrefixStatsEnabled, options.PrefixDelimiter) = (true, '/'));
        bench.Put("a/b:c", "1");
        bench.Put("a:b", "1");
        Assert.Equal("PREFIX a get 0 hit 0 set 1 del 0", bench.Ask("stats detail dump"));
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Prefixes_beyond_the_limit_are_not_counted()
    {
        var stats = new PrefixStats((byte)':');
        for (int i = 0; i <= PrefixStats.PrefixesMax; i++)
        {
            stats.Set(Encoding.ASCII.GetBytes($"{i}:x"));
        }
        Assert.Equal(PrefixStats.PrefixesMax, stats.Count);
        stats.Set("0:y"u8); // one that is known goes on
        stats.Clear();
        Assert.Equal(0, stats.Count);
        stats.Set("new:x"u8);
        Assert.Equal(1, stats.Count);
    }

    [Fact]
    public void Prefixes_are_counted_exactly_by_many_threads()
    {
        var stats = new PrefixStats((byte)':');
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                stats.Get(Encoding.ASCII.GetBytes($"{i % 100}:x"), isHit: i % 2 == 0);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(100, stats.Count);
        Assert.Equal((400L, 400L), (stats.CountsOf("2:"u8)!.Gets, stats.CountsOf("2:"u8)!.Hits));
        Assert.Equal(0, stats.CountsOf("3:"u8)!.Hits);
    }
}
