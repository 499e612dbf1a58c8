using System.Net.Sockets;
using System.Text;
using Larder.Cache.Commands.Dumping;

namespace Larder.Cache.Tests.Commands;

public sealed class DumpTests
{
    [Fact]
    public void Metadump_shows_each_item_with_its_fields()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("STORED", bench.Ask("set a%b 7 100 3\r\nabc"));
        Assert.Equal("HD", bench.Ask("ms AAECAw== 2 b\r\nab"));
        Assert.Equal("HD", bench.Ask("mg a%b"));
        List<string> lines = Dump(bench, "lru_crawler metadump all", "END");
        Assert.Equal(2, lines.Count);
        Assert.Matches(
            @"^key=a%25b exp=\d{10} la=\d{10} cas=\d+ fetch=yes cls=1 size=69 flags=7 $",
            lines.Single(static line => line.Contains("a%25b", StringComparison.Ordinal)));
        Assert.Matches(
            @"^key=%00%01%02%03 exp=-1 la=\d{10} cas=\d+ fetch=no cls=1 size=65 flags=0 $",
            lines.Single(static line => line.Contains("%00", StringComparison.Ordinal)));
    }

    [Fact]
    public void Metadump_ends_lines_with_a_line_feed_alone()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        using var client = new TcpClient();
        client.Connect((System.Net.IPEndPoint)bench.Server.Endpoints[0]);
        client.ReceiveTimeout = AskingClient.DeadlineMs;
        client.GetStream().Write("lru_crawler metadump all\r\n"u8);
        var bytes = new List<byte>();
        while (!Encoding.ASCII.GetString([.. bytes]).EndsWith("END\r\n", StringComparison.Ordinal))
        {
            bytes.Add((byte)client.GetStream().ReadByte());
        }
        Assert.EndsWith(" flags=0 \nEND\r\n", Encoding.ASCII.GetString([.. bytes]));
    }

    [Fact]
    public void Mgdump_shows_lines_that_can_be_sent_back()
    {
        using var bench = new AdministrationBench();
        bench.Put("plain", "1");
        Assert.Equal("HD", bench.Ask("ms AAECAw== 2 b\r\nab"));
        List<string> lines = Dump(bench, "lru_crawler mgdump hash", "EN");
        Assert.Equal(["mg AAECAw== b", "mg plain"], lines.Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal("HD", bench.Ask(line)));
    }

    [Theory]
    [InlineData("lru_crawler metadump all prefix=b", 10)]
    [InlineData("lru_crawler metadump hash prefix=b1", 1)]
    [InlineData("lru_crawler metadump all prefix=", 21)]
    [InlineData("lru_crawler metadump all prefix=c", 0)]
    [InlineData("lru_crawler metadump 4 prefix=b", 0)]
    [InlineData("lru_crawler metadump 4,5", 1)]
    [InlineData("lru_crawler metadump 1", 20)]
    [InlineData("lru_crawler metadump 63", 0)]
    public void Dump_shows_the_items_that_are_asked_for(string line, int items)
    {
        using var bench = new AdministrationBench();
        for (int i = 0; i < 10; i++)
        {
            bench.Put($"a{i}", "1");
            bench.Put($"b{i}", "1");
        }
        bench.Put("large", new string('x', 100));
        Assert.Equal(items, Dump(bench, line, "END").Count);
    }

    [Theory]
    [InlineData("lru_crawler metadump 64", "BADCLASS invalid class id")]
    [InlineData("lru_crawler mgdump x", "BADCLASS invalid class id")]
    [InlineData("lru_crawler mgdump 0", "BADCLASS invalid class id")]
    [InlineData("lru_crawler metadump ,", "NOTSTARTED no items to crawl")]
    [InlineData("lru_crawler metadump all foo", "ERROR")]
    [InlineData("lru_crawler metadump all prefix=a b", "ERROR")]
    [InlineData("lru_crawler metadump", "ERROR")]
    public void Dump_that_is_wrong_is_refused(string line, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask(line));
        Assert.Equal("VERSION 1.6.45", bench.Ask("version"));
    }

    [Theory]
    [InlineData("lru_crawler metadump all", "ERROR metadump not allowed")]
    [InlineData("lru_crawler mgdump all", "ERROR key dump not allowed")]
    [InlineData("stats cachedump 1 0", "CLIENT_ERROR stats cachedump not allowed")]
    [InlineData("stats detail on", "CLIENT_ERROR stats detail not allowed")]
    public void Dump_without_permission_is_refused(string line, string answer)
    {
        using var bench = new AdministrationBench(static options => options.DumpEnabled = false);
        Assert.Equal(answer, bench.Ask(line));
    }

    [Fact]
    public void Dump_without_a_crawler_is_refused()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("OK", bench.Ask("lru_crawler disable"));
        Assert.Equal("CLIENT_ERROR lru crawler disabled", bench.Ask("lru_crawler metadump all"));
    }

    [Fact]
    public void Dump_behind_other_commands_of_its_batch_is_refused()
    {
        using var bench = new AdministrationBench();
        bench.Send("version\r\nlru_crawler metadump all\r\nversion\r\nlru_crawler mgdump all\r\n");
        Assert.Equal("VERSION 1.6.45", bench.ReadLine());
        Assert.Equal("ERROR cannot pipeline other commands before metadump", bench.ReadLine());
        Assert.Equal("VERSION 1.6.45", bench.ReadLine());
        Assert.Equal("ERROR cannot pipeline other commands before mgdump", bench.ReadLine());
    }

    [Fact]
    public void Dump_behind_a_meta_noop_goes_before_what_follows()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        bench.Send("mn\r\nlru_crawler mgdump all\r\nversion\r\n");
        Assert.Equal(["MN", "mg a", "EN", "VERSION 1.6.45"],
            [bench.ReadLine(), bench.ReadLine(), bench.ReadLine(), bench.ReadLine()]);
    }

    [Fact]
    public void Gate_lets_some_in_and_others_again_when_they_have_left()
    {
        var gate = new DumpGate();
        Assert.All(Enumerable.Range(0, DumpGate.WalksMax), _ => Assert.True(gate.TryEnter()));
        Assert.False(gate.TryEnter());
        gate.Leave();
        Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
    }

    /// <summary>
    /// Aim: dumps that nobody reads hold their limit, others are served, and they go on when they are read. Method: as
    /// many dumps as are allowed, of more than the kernel's buffers hold, with readers that wait; some leave.
    /// </summary>
    [Fact]
    public void Slow_readers_wait_for_themselves_only()
    {
        const int Items = 20_000;
        using var bench = new AdministrationBench();
        string tail = new('%', 240);
        var sets = new StringBuilder();
        for (int i = 0; i < Items; i++)
        {
            sets.Append($"set {i:D5}{tail} 0 0 1 noreply\r\nx\r\n");
        }
        bench.Send(sets + "mn\r\n");
        Assert.Equal("MN", bench.ReadLine());
        List<AskingClient> readers = [.. Enumerable.Range(0, DumpGate.WalksMax).Select(_ => bench.Connect())];
        readers.ForEach(static reader => reader.Send("lru_crawler metadump all\r\n"));
        // Each has begun when its first line has come.
        List<string> firsts = [.. readers.Select(static reader => reader.ReadLine())];
        Assert.All(firsts, static line => Assert.StartsWith("key=", line));
        Assert.Equal("ERROR locked try again later", bench.Ask("lru_crawler metadump all"));
        Assert.Equal("END", bench.Ask("get nothing"));

        foreach (AskingClient reader in readers.Skip(2))
        {
            reader.Dispose();
        }
        foreach ((AskingClient reader, string first) in readers.Take(2).Zip(firsts))
        {
            var keys = new HashSet<string> { first.Split(' ')[0] };
            string line;
            while ((line = reader.ReadLine()) != "END")
            {
                Assert.True(keys.Add(line.Split(' ')[0]), $"shown twice: {line}");
            }
            Assert.Equal(Items, keys.Count);
            Assert.Equal("VERSION 1.6.45", reader.Ask("version"));
            reader.Dispose();
        }
        Until(() => bench.Ask("lru_crawler metadump 2") == "END");
    }

    [Fact]
    public void Items_that_stay_are_shown_once_while_others_come_and_go()
    {
        const int Staying = 5_000;
        using var bench = new AdministrationBench(static options => options.Threads = 2);
        for (int i = 0; i < Staying; i++)
        {
            bench.Send($"set stays{i} 0 0 1 noreply\r\nx\r\n");
        }
        using var enough = new CancellationTokenSource();
        var churn = Task.Factory.StartNew(
            () =>
            {
                using AskingClient client = bench.Connect();
                for (int i = 0; !enough.IsCancellationRequested; i++)
                {
                    client.Send($"set goes{i} 0 0 1 noreply\r\nx\r\ndelete goes{i - 1000} noreply\r\n");
                    Assert.Equal("MN", client.Ask("mn"));
                }
            },
            TaskCreationOptions.LongRunning);
        for (int round = 0; round < 10; round++)
        {
            List<string> keys = Dump(bench, "lru_crawler mgdump all", "EN");
            Assert.Equal(keys.Count, keys.Distinct().Count());
            Assert.Equal(Staying, keys.Count(static key => key.StartsWith("mg stays", StringComparison.Ordinal)));
        }
        enough.Cancel();
        churn.GetAwaiter().GetResult();
    }

    [Fact]
    public void Cachedump_shows_a_class_without_binary_keys()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "123");
        Assert.Equal("STORED", bench.Ask("set b 0 1000 1\r\n1"));
        bench.Put("large", new string('x', 100));
        Assert.Equal("HD", bench.Ask("ms AAECAw== 2 b\r\nab"));
        List<string> lines = Dump(bench, "stats cachedump 1 0", "END");
        lines.Sort(StringComparer.Ordinal);
        Assert.Equal("ITEM a [3 b; 0 s]", lines[0]);
        Assert.Matches(@"^ITEM b \[1 b; \d{10} s\]$", lines[1]);
        Assert.Equal(2, lines.Count);
        Assert.Single(Dump(bench, "stats cachedump 1 1", "END"));
        Assert.Equal(["ITEM large [100 b; 0 s]"], Dump(bench, "stats c 4 7", "END"));
    }

    [Fact]
    public void Cachedump_ends_when_its_buffer_would_be_full()
    {
        using var bench = new AdministrationBench();
        string tail = new('k', 240);
        for (int i = 0; i < 9_000; i++)
        {
            bench.Send($"set {i:D5}{tail} 0 0 1 noreply\r\nx\r\n");
        }
        List<string> lines = Dump(bench, "stats cachedump 7 0", "END");
        int bytes = lines.Sum(static line => line.Length + 2);
        Assert.InRange(bytes, (2 << 20) - 300, 2 << 20);
    }

    [Fact]
    public void Sizes_are_counted_in_steps_of_32_bytes()
    {
        using var bench = new AdministrationBench(static options => options.TuningEcho["track_sizes"] = "yes");
        Assert.Equal("END", bench.Ask("stats sizes"));
        bench.Put("a", "123");
        bench.Put("b", "1");
        bench.Put("c", new string('x', 100));
        KeyValuePair<string, string>[] expected = [new("64", "2"), new("160", "1")];
        Assert.Equal(expected, bench.Stats("stats sizes"));
    }

    private static List<string> Dump(AdministrationBench bench, string line, string end)
    {
        var lines = new List<string>();
        for (string answer = bench.Ask(line); answer != end; answer = bench.ReadLine())
        {
            Assert.False(answer.StartsWith("ERROR", StringComparison.Ordinal) || answer == "closed", answer);
            lines.Add(answer);
        }
        return lines;
    }

    private static void Until(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.ElapsedMilliseconds < AskingClient.DeadlineMs, "waited too long");
        }
    }
}
