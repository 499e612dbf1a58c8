using System.Text;

namespace Larder.Cache.Tests.Commands;

public sealed class AdministrationTests
{
    private const string BadLine = "CLIENT_ERROR bad command line format";

    [Theory]
    [InlineData("version", "VERSION 1.6.45")]
    [InlineData("version noreply", "VERSION 1.6.45")]
    [InlineData("verbosity", "ERROR")]
    [InlineData("verbosity a", BadLine)]
    [InlineData("verbosity -1", BadLine)]
    [InlineData("flush_all", "OK")]
    [InlineData("flush_all 0", "OK")]
    [InlineData("flush_all -1", "OK")]
    [InlineData("flush_all x", "CLIENT_ERROR invalid exptime argument")]
    [InlineData("larder_delete_prefix", "ERROR")]
    [InlineData("larder_delete_prefix a", "OK")]
    [InlineData("larder_delete_prefix a b", "CLIENT_ERROR bad prefix")]
    [InlineData("cache_memlimit", "ERROR")]
    [InlineData("cache_memlimit a", "ERROR")]
    [InlineData("cache_memlimit -1", "ERROR")]
    [InlineData("cache_memlimit 7", "MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m")]
    [InlineData("cache_memlimit 1000000001", "MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes")]
    [InlineData("shutdown", "SERVER_ERROR: shutdown not enabled")]
    [InlineData("shutdown graceful", "SERVER_ERROR: shutdown not enabled")]
    [InlineData("refresh_certs", "Error TLS not enabled")]
    [InlineData("extstore", "ERROR")]
    [InlineData("extstore item_size 5", "ERROR")]
    [InlineData("debugtime 1", "ERROR")]
    [InlineData("debugtime p", "ERROR")]
    [InlineData("nonsense", "ERROR")]
    public void Command_gets_the_answer_of_memcached(string line, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask(line));
        Assert.Equal("VERSION 1.6.45", bench.Ask("version"));
    }

    [Theory]
    [InlineData("flush_all noreply")]
    [InlineData("flush_all x noreply")]
    [InlineData("larder_delete_prefix a noreply")]
    [InlineData("larder_delete_prefix noreply")]
    [InlineData("verbosity 1 noreply")]
    [InlineData("cache_memlimit 64 noreply")]
    [InlineData("cache_memlimit 1 noreply")]
    [InlineData("slabs automove 1 noreply")]
    [InlineData("watch noreply")]
    public void Noreply_suppresses_good_and_bad_answers(string line)
    {
        using var bench = new AdministrationBench();
        bench.Send(line + "\r\n");
        Assert.Equal("VERSION 1.6.45", bench.Ask("version"));
    }

    [Fact]
    public void Quit_closes_behind_the_answers_that_are_due()
    {
        using var bench = new AdministrationBench();
        bench.Send("version\r\nquit\r\nversion\r\n");
        Assert.Equal("VERSION 1.6.45", bench.ReadLine());
        Assert.Equal("closed", bench.ReadLine());
    }

    [Fact]
    public void Verbosity_is_clamped_to_two()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("OK", bench.Ask("verbosity 1"));
        Assert.Equal("1", bench.Stat("stats settings", "verbosity"));
        Assert.Equal("OK", bench.Ask("verbosity 7"));
        Assert.Equal("2", bench.Stat("stats settings", "verbosity"));
    }

    [Fact]
    public void Larder_delete_prefix_hides_items_with_the_prefix()
    {
        using var bench = new AdministrationBench();
        bench.Put("user:1", "1");
        bench.Put("user:2", "1");
        bench.Put("page:1", "1");
        Assert.Equal("OK", bench.Ask("larder_delete_prefix user:"));
        Assert.Equal("EN", bench.Ask("mg user:1 v"));
        Assert.Equal("EN", bench.Ask("mg user:2 v"));
        Assert.Equal("HD", bench.Ask("mg page:1"));
        bench.Put("user:1", "1");
        Assert.Equal("HD", bench.Ask("mg user:1"));
        Assert.Equal("1", bench.Stat("stats", "cmd_flush"));
    }

    [Theory]
    [InlineData(250, "OK")]
    [InlineData(251, "CLIENT_ERROR bad prefix")]
    public void Larder_delete_prefix_takes_as_many_bytes_as_a_key_has(int length, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask("larder_delete_prefix " + new string('p', length)));
    }

    [Fact]
    public void Larder_delete_prefix_is_refused_where_too_many_are_under_way_or_flush_all_is()
    {
        using var bench = new AdministrationBench();
        var lines = new StringBuilder();
        // In one piece: the background step does not get in between that often.
        for (int number = 0; number < 2_000; number++)
            lines.Append("larder_delete_prefix ").Append(number % 100).Append(":\r\n");
        bench.Send(lines.ToString());
        var answers = new HashSet<string>();
        for (int number = 0; number < 2_000; number++) answers.Add(bench.ReadLine());
        Assert.Equal(["OK", "SERVER_ERROR too many prefix deletions in progress"], answers.Order());

        using var without = new AdministrationBench(options => options.FlushEnabled = false);
        Assert.Equal("CLIENT_ERROR larder_delete_prefix not allowed", without.Ask("larder_delete_prefix a"));
    }

    [Fact]
    public void Flush_all_hides_items_and_is_counted()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        Assert.Equal("OK", bench.Ask("flush_all"));
        Assert.Equal("END", bench.Ask("get a"));
        bench.Put("b", "2");
        Assert.Equal("VALUE b 0 1", bench.Ask("get b"));
        Assert.Equal(("2", "END"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal("1", bench.Stat("stats", "cmd_flush"));
        Assert.NotEqual("0", bench.Stat("stats settings", "oldest"));
    }

    [Fact]
    public void Flush_all_with_a_time_comes_into_force_then()
    {
        using var bench = new AdministrationBench(static options => options.DebugTimeEnabled = true);
        Assert.Equal("OK", bench.Ask("debugtime p"));
        bench.Put("a", "1");
        Assert.Equal("OK", bench.Ask("flush_all 10"));
        Assert.Equal("OK", bench.Ask("debugtime 5"));
        Assert.Equal("VALUE a 0 1", bench.Ask("get a"));
        Assert.Equal(("1", "END"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal("OK", bench.Ask("debugtime 6"));
        Assert.Equal("END", bench.Ask("get a"));
    }

    [Fact]
    public void Flush_all_forbidden_is_refused_and_leaves_items()
    {
        using var bench = new AdministrationBench(static options => options.FlushEnabled = false);
        bench.Put("a", "1");
        Assert.Equal("CLIENT_ERROR flush_all not allowed", bench.Ask("flush_all"));
        bench.Send("flush_all noreply\r\n");
        Assert.Equal("VALUE a 0 1", bench.Ask("get a"));
        Assert.Equal(("1", "END"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal("no", bench.Stat("stats settings", "flush_enabled"));
    }

    [Fact]
    public void Cache_memlimit_changes_the_limit_that_stats_show()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("OK", bench.Ask("cache_memlimit 100"));
        Assert.Equal("104857600", bench.Stat("stats", "limit_maxbytes"));
        Assert.Equal("104857600", bench.Stat("stats settings", "maxbytes"));
    }

    [Fact]
    public void Cache_memlimit_below_the_largest_items_is_refused()
    {
        using var bench = new AdministrationBench(static options => options.ItemSizeMax = 16 << 20);
        Assert.Equal("MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust", bench.Ask("cache_memlimit 16"));
        Assert.Equal("67108864", bench.Stat("stats", "limit_maxbytes"));
    }

    [Theory]
    [InlineData("shutdown", false)]
    [InlineData("shutdown graceful", true)]
    [InlineData("shutdown graceful noreply", true)]
    public void Shutdown_enabled_asks_the_host_and_closes(string line, bool isGraceful)
    {
        bool? wish = null;
        using var bench = new AdministrationBench(options => options.ShutdownRequested = graceful => wish = graceful);
        Assert.Equal("yes", bench.Stat("stats settings", "shutdown_command"));
        Assert.Equal("closed", bench.Ask(line));
        Assert.Equal(isGraceful, wish);
    }

    [Theory]
    [InlineData("shutdown now")]
    [InlineData("shutdown graceful now")]
    public void Shutdown_with_an_unknown_mode_is_refused(string line)
    {
        bool isAsked = false;
        using var bench = new AdministrationBench(options => options.ShutdownRequested = _ => isAsked = true);
        Assert.Equal("CLIENT_ERROR invalid shutdown mode", bench.Ask(line));
        Assert.False(isAsked);
    }

    [Fact]
    public void Debugtime_moves_the_clock_of_a_server_that_allows_it()
    {
        using var bench = new AdministrationBench(static options => options.DebugTimeEnabled = true);
        Assert.Equal("OK", bench.Ask("debugtime p"));
        long before = long.Parse(bench.Stat("stats", "uptime"));
        Assert.Equal("OK", bench.Ask("debugtime 100"));
        Assert.Equal(before + 100, long.Parse(bench.Stat("stats", "uptime")));
        Assert.Equal("OK", bench.Ask("debugtime r"));
        Assert.Equal("ERROR", bench.Ask("debugtime"));
        Assert.Equal("ERROR", bench.Ask("debugtime x"));
        Assert.Equal("ERROR", bench.Ask("debugtime -5"));
    }
}
