using System.Globalization;
using System.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>stats latency: what is counted under which name, that the times can be, and that a reset forgets.</summary>
public sealed class LatencyTests
{
    private static readonly string[] s_figures = ["count", "p50_us", "p99_us", "p999_us", "max_us"];

    [Fact]
    public void Commands_are_counted_under_their_names()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        foreach (string line in new[] { "mg a", "mg a", "md a", "incr a 1", "touch a 0", "delete a", "mn" })
            bench.Ask(line);
        bench.Ask("get b");
        Dictionary<string, string> stats = Latency(bench);
        Assert.Equal("1", stats["set:count"]);
        Assert.Equal("2", stats["mg:count"]);
        foreach (string name in new[] { "md", "incr", "touch", "delete", "mn", "get" })
            Assert.Equal("1", stats[name + ":count"]);
        Assert.DoesNotContain("gets:count", stats.Keys);
    }

    [Fact]
    public void Times_grow_with_their_quantiles()
    {
        using var bench = new AdministrationBench();
        for (int number = 0; number < 50; number++) bench.Ask("mn");
        Dictionary<string, string> stats = Latency(bench);
        Assert.Equal(s_figures.Select(name => "mn:" + name), stats.Keys.Where(name => name.StartsWith("mn:")));
        double[] times = [.. s_figures[1..].Select(name => double.Parse(stats["mn:" + name], Culture))];
        Assert.True(times[0] > 0, "some time passes between a receive and a send");
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void Gets_of_a_pipeline_and_multigets_are_counted()
    {
        using var bench = new AdministrationBench();
        bench.Send("get a\r\nget b\r\ngets c\r\nmg d\r\nmn\r\nget a b c\r\ngat 0 a b\r\nmn\r\n");
        while (bench.ReadLine() != "MN")
        {
        }
        while (bench.ReadLine() != "MN")
        {
        }
        Dictionary<string, string> stats = Latency(bench);
        Assert.Equal("2", stats["get:count"]);
        Assert.Equal("1", stats["gets:count"]);
        Assert.Equal("1", stats["mg:count"]);
        Assert.Equal("2", stats["multiget:count"]);
    }

    [Fact]
    public void Value_that_comes_in_pieces_is_counted_once()
    {
        using var bench = new AdministrationBench();
        string half = new('v', 50_000);
        bench.Send("set a 0 0 100000\r\n" + half);
        bench.Send(half + "\r\n");
        Assert.Equal("STORED", bench.ReadLine());
        bench.Send("ms b 10000");
        bench.Send("\r\n" + half[..9000]);
        bench.Send(half[..1000] + "\r\n");
        Assert.Equal("HD", bench.ReadLine());
        Dictionary<string, string> stats = Latency(bench);
        Assert.Equal("1", stats["set:count"]);
        Assert.Equal("1", stats["ms:count"]);
    }

    [Fact]
    public void Multiget_of_several_turns_is_counted_once()
    {
        using var bench = new AdministrationBench(options => options.RequestsPerTurnMax = 2);
        var line = new StringBuilder("get");
        for (int number = 0; number < 20; number++) line.Append(" k").Append(number);
        Assert.Equal("END", bench.Ask(line.ToString()));
        Assert.Equal("1", Latency(bench)["multiget:count"]);
    }

    [Fact]
    public void Errors_are_counted_as_their_command_or_as_other()
    {
        using var bench = new AdministrationBench();
        bench.Ask("nonsense");
        bench.Ask("incr a x");
        Dictionary<string, string> stats = Latency(bench);
        Assert.Equal("1", stats["other:count"]);
        Assert.Equal("1", stats["incr:count"]);
    }

    [Theory]
    [InlineData("stats latency reset")]
    [InlineData("stats reset")]
    public void Reset_forgets_what_was_counted(string line)
    {
        using var bench = new AdministrationBench();
        bench.Ask("mg a");
        bench.Ask("get a");
        Assert.Equal("RESET", bench.Ask(line));
        Dictionary<string, string> stats = Latency(bench);
        Assert.DoesNotContain("mg:count", stats.Keys);
        bench.Ask("mg a");
        stats = Latency(bench);
        Assert.Equal("1", stats["mg:count"]);
        Assert.DoesNotContain("get:count", stats.Keys);
        Assert.Equal("ERROR", bench.Ask("stats latency nonsense"));
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static Dictionary<string, string> Latency(AdministrationBench bench) => new(bench.Stats("stats latency"));
}
