using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Larder.Cache.Serving;

namespace Larder.Cache.Tests.Commands;

public sealed partial class WatchTests
{
    [Theory]
    [InlineData("watch fetchers", "get a", "type=item_get key=a status=found clsid=1 cfd=N size=3")]
    [InlineData("watch", "get a", "type=item_get key=a status=found clsid=1 cfd=N size=3")]
    [InlineData("watch fetch", "mg n%", "type=item_get key=n%25 status=not_found clsid=0 cfd=N size=0")]
    [InlineData("watch m", "set b 0 100 2\r\n12",
        "type=item_store key=b status=stored cmd=set ttl=100 clsid=1 cfd=N size=2")]
    [InlineData("watch m", "append a 0 0 2\r\n12",
        "type=item_store key=a status=stored cmd=append ttl=0 clsid=1 cfd=N size=5")]
    [InlineData("watch m", "add a 0 0 1\r\n1",
        "type=item_store key=a status=not_stored cmd=add ttl=0 clsid=1 cfd=N size=1")]
    [InlineData("watch m", "ms e 2 C5\r\n12",
        "type=item_store key=e status=not_found cmd=cas ttl=0 clsid=1 cfd=N size=2")]
    [InlineData("watch deletions", "delete a", "type=deleted key=a cmd=delete clsid=1 size=3")]
    [InlineData("watch deletions", "md a", "type=deleted key=a cmd=md clsid=1 size=3")]
    [InlineData("watch rawcmds", "touch a  9", "type=rawcmd cfd=N cmd=touch%20a%20%209")]
    [InlineData("watch sysevents", "flush_all 10", "type=flush_all in=9")]
    [InlineData("watch sysevents", "cache_memlimit 70", "type=cache_memlimit megabytes=70")]
    public void Event_has_the_line_of_memcached(string watch, string request, string line)
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        bench.Put("a", "123");
        Assert.Equal("OK", watcher.Ask(watch));
        bench.Ask(request);
        Assert.Equal(line, Masked(watcher.ReadLine()));
    }

    [Fact]
    public void Large_value_that_comes_in_pieces_is_told_once()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch mutations rawcmds"));
        bench.Send("set large 0 0 20000\r\n" + new string('x', 9000));
        bench.Send(new string('x', 11000) + "\r\n");
        Assert.Equal("STORED", bench.ReadLine());
        bench.Send("set small 0 0 4\r\nab");
        bench.Send("cd\r\n");
        Assert.Equal("STORED", bench.ReadLine());
        bench.Send("get small large small\r\n");
        string[] expected =
        [
            "type=rawcmd cfd=N cmd=set%20large%200%200%2020000",
            "type=item_store key=large status=stored cmd=set ttl=0 clsid=25 cfd=N size=20000",
            "type=item_store key=small status=stored cmd=set ttl=0 clsid=1 cfd=N size=4",
            "type=rawcmd cfd=N cmd=set%20small%200%200%204",
            "type=rawcmd cfd=N cmd=get%20small%20large%20small",
        ];
        // The line of a long value is told with its value, or before it, by how much has come.
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            expected.Select(_ => Masked(watcher.ReadLine())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Value_that_is_refused_is_told()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch mutations"));
        Assert.Equal("SERVER_ERROR object too large for cache",
            bench.Ask("set big 0 0 2000000\r\n" + new string('x', 2_000_000)));
        Assert.Equal("type=item_store key=big status=too_large cmd=set ttl=0 clsid=39 cfd=N size=2000000",
            Masked(watcher.ReadLine()));
    }

    [Fact]
    public void Expired_and_flushed_items_are_told()
    {
        using var bench = new AdministrationBench(static options => options.DebugTimeEnabled = true);
        using AskingClient watcher = bench.Connect();
        Assert.Equal("STORED", bench.Ask("set a 0 5 1\r\n1"));
        bench.Put("b", "1");
        Assert.Equal("OK", watcher.Ask("watch"));
        Assert.Equal("OK", bench.Ask("debugtime 5"));
        Assert.Equal("END", bench.Ask("get a"));
        Assert.Equal("OK", bench.Ask("flush_all"));
        Assert.Equal("END", bench.Ask("get b"));
        // The store's background step may be first with either; then they are just not there.
        Assert.Matches("key=a status=(expired|not_found) clsid=0 cfd=N size=0$", Masked(watcher.ReadLine()));
        Assert.Matches("key=b status=(flushed|not_found) clsid=0 cfd=N size=0$", Masked(watcher.ReadLine()));
    }

    [Fact]
    public void Evictions_are_told()
    {
        using var bench = new AdministrationBench(static options => options.MemoryLimit = 8 << 20);
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch evictions"));
        string value = new('x', 10_000);
        for (int i = 0; i < 2_000; i++)
        {
            bench.Send($"set k:{i} 0 1000 10000 noreply\r\n{value}\r\n");
        }
        Assert.Equal("MN", bench.Ask("mn"));
        Assert.Matches(@"^type=eviction key=k%3A\d+ fetch=no ttl=(1000|9\d\d) la=\d+ clsid=22 size=10000$",
            Masked(watcher.ReadLine()));
    }

    [Fact]
    public void Connections_are_told()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        using AskingClient earlier = bench.Connect();
        Assert.Equal("VERSION 1.6.45", earlier.Ask("version"));
        Assert.Equal("OK", watcher.Ask("watch connevents"));
        AskingClient client = bench.Connect();
        int port = ((System.Net.IPEndPoint)client.LocalEndPoint!).Port;
        Assert.Equal($"type=conn_new rip=127.0.0.1 rport={port} transport=tcp cfd=N", Masked(watcher.ReadLine()));
        client.Dispose();
        Assert.Equal($"type=conn_close rip=127.0.0.1 rport={port} transport=tcp reason=normal cfd=N",
            Masked(watcher.ReadLine()));
        earlier.Send("quit\r\n");
        int earlierPort = ((System.Net.IPEndPoint)earlier.LocalEndPoint!).Port;
        Assert.Equal($"type=conn_close rip=127.0.0.1 rport={earlierPort} transport=tcp reason=normal cfd=N",
            Masked(watcher.ReadLine()));
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Watchers_on_any_thread_see_the_events_of_all(CacheDriver driver)
    {
        const int Clients = 4;
        using var bench = new AdministrationBench(options => (options.Driver, options.Threads) = (driver, 2));
        AskingClient[] watchers = [.. Enumerable.Range(0, 3).Select(_ => bench.Connect())];
        AskingClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => bench.Connect())];
        Array.ForEach(watchers, static watcher => Assert.Equal("OK", watcher.Ask("watch fetchers")));
        for (int i = 0; i < Clients; i++)
        {
            Assert.Equal("END", clients[i].Ask($"get k{i}"));
        }
        string[] expected = [.. Enumerable.Range(0, Clients).Select(static i => $"key=k{i}")];
        foreach (AskingClient watcher in watchers)
        {
            string[] lines = [.. expected.Select(_ => watcher.ReadLine())];
            Assert.Equal(expected, lines.Select(static line => line.Split(' ')[3]).Order(StringComparer.Ordinal));
            Assert.Equal(Clients, lines.Select(static line => line.Split(' ')[1]).Distinct().Count());
            watcher.Dispose();
        }
        Array.ForEach(clients, static client => client.Dispose());
        Until(() => bench.Stat("stats", "log_watchers") == "0");
        Assert.Equal("12", bench.Stat("stats", "log_watcher_sent"));
        Assert.Equal("4", bench.Stat("stats", "log_worker_written"));
    }

    [Theory]
    [InlineData("watch nonsense", "ERROR")]
    [InlineData("watch fetchersx", "ERROR")]
    [InlineData("watch fetchers nonsense", "ERROR")]
    [InlineData("watch proxyreqs", "OK")]
    [InlineData("watch fetchers mutations evictions deletions connevents sysevents rawcmds", "OK")]
    public void Kinds_are_those_of_memcached(string line, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask(line));
    }

    [Fact]
    public void Watch_without_permission_is_refused()
    {
        using var bench = new AdministrationBench(static options => options.WatchEnabled = false);
        Assert.Equal("CLIENT_ERROR watch commands not allowed", bench.Ask("watch"));
    }

    [Fact]
    public void Watch_behind_other_commands_of_its_batch_is_refused()
    {
        using var bench = new AdministrationBench();
        bench.Send("version\r\nwatch\r\n");
        Assert.Equal("VERSION 1.6.45", bench.ReadLine());
        Assert.Equal("ERROR cannot pipeline other commands before watch", bench.ReadLine());
    }

    [Fact]
    public void Watchers_beyond_the_limit_are_refused_until_one_leaves()
    {
        using var bench = new AdministrationBench();
        AskingClient[] watchers = [.. Enumerable.Range(0, 20).Select(_ => bench.Connect())];
        Array.ForEach(watchers, static watcher => Assert.Equal("OK", watcher.Ask("watch connevents")));
        Assert.Equal("WATCHER_TOO_MANY log watcher limit reached", bench.Ask("watch"));
        Assert.Equal("20", bench.Stat("stats", "log_watchers"));
        watchers[0].Dispose();
        Until(() => bench.Stat("stats", "log_watchers") == "19");
        Assert.Equal("OK", bench.Ask("watch"));
        Array.ForEach(watchers, static watcher => watcher.Dispose());
    }

    [Fact]
    public void Watcher_is_not_answered_any_more()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        watcher.Send("watch mutations\r\nversion\r\n");
        Assert.Equal("OK", watcher.ReadLine());
        watcher.Send("version\r\nset a 0 0 1\r\n1\r\n");
        bench.Put("b", "1");
        Assert.Contains("key=b", watcher.ReadLine(), StringComparison.Ordinal);
        Assert.Equal("END", bench.Ask("get a"));
    }

    /// <summary>
    /// Aim: a watcher that never reads costs what its ring holds, and nobody else anything; when it reads, it learns
    /// how many lines it missed. Method: more lines than ring and sockets hold, until some are skipped; then it reads.
    /// </summary>
    [Fact]
    public void Watcher_that_does_not_read_misses_lines_and_learns_how_many()
    {
        using var bench = new AdministrationBench(static options =>
            options.TuningEcho["watcher_logbuf_size"] = "16384");
        using var silent = new TcpClient { ReceiveBufferSize = 4096, ReceiveTimeout = AskingClient.DeadlineMs };
        silent.Connect((System.Net.IPEndPoint)bench.Server.Endpoints[0]);
        silent.GetStream().Write("watch\r\n"u8);
        Assert.Equal('O', silent.GetStream().ReadByte());
        using AskingClient other = bench.Connect();
        Assert.Equal("OK", other.Ask("watch mutations"));

        string key = new('%', 240);
        string many = "get" + string.Concat(Enumerable.Repeat(" " + key, 50));
        Until(() =>
        {
            Assert.Equal("END", bench.Ask(many));
            return bench.Stat("stats", "log_watcher_skipped") != "0";
        });
        // A thread's ring that is full just now drops it.
        Until(() =>
        {
            string dropped = bench.Stat("stats", "log_worker_dropped");
            bench.Put("seen", "1");
            return bench.Stat("stats", "log_worker_dropped") == dropped;
        });
        Assert.Contains("key=seen", other.ReadLine(), StringComparison.Ordinal);

        using var reader = new StreamReader(silent.GetStream(), Encoding.ASCII);
        var skipped = Task.Factory.StartNew(
            () =>
            {
                string line;
                do
                {
                    line = reader.ReadLine() ?? "closed";
                }
                while (!line.StartsWith("skipped=", StringComparison.Ordinal));
                return line;
            },
            TaskCreationOptions.LongRunning);
        Until(() =>
        {
            Assert.Equal("END", bench.Ask("get " + key));
            return skipped.IsCompleted;
        });
        long told = long.Parse(skipped.Result.AsSpan("skipped=".Length), CultureInfo.InvariantCulture);
        long counted = long.Parse(bench.Stat("stats", "log_watcher_skipped"), CultureInfo.InvariantCulture);
        Assert.InRange(told, 1, counted);
    }

    [Fact]
    public void Reset_begins_the_counters_anew()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch"));
        Assert.Equal("END", bench.Ask("get a"));
        Assert.Contains("key=a", watcher.ReadLine(), StringComparison.Ordinal);
        Assert.Equal("1", bench.Stat("stats", "log_worker_written"));
        Assert.Equal("RESET", bench.Ask("stats reset"));
        Assert.Equal(("0", "1"), (bench.Stat("stats", "log_worker_written"), bench.Stat("stats", "log_watchers")));
    }

    [Fact]
    public void Server_stops_while_somebody_watches()
    {
        using var bench = new AdministrationBench();
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch"));
        bench.Server.Stop();
        Assert.Equal("closed", watcher.ReadLine());
    }

    private static string Masked(string line)
    {
        Match head = Head().Match(line);
        Assert.True(head.Success, line);
        return Descriptor().Replace(line[head.Length..], "cfd=N");
    }

    private static void Until(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.ElapsedMilliseconds < AskingClient.DeadlineMs, "waited too long");
        }
    }

    [GeneratedRegex(@"^ts=\d{10}\.\d{6} gid=\d+ ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Head();

    [GeneratedRegex(@"\bcfd=\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Descriptor();
}
