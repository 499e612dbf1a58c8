using System.Globalization;
using System.Net;
using Larder.Cache.Serving;

namespace Larder.Cache.Tests.Commands;

public sealed class StatsTests
{
    [Fact]
    public void Stats_have_the_names_of_memcached_in_order()
    {
        using var bench = new AdministrationBench();
        Assert.Equal(StatNames.General, Names(bench.Stats("stats")));
    }

    [Fact]
    public void Stats_with_an_idle_timeout_count_idle_kicks()
    {
        using var bench = new AdministrationBench(static options => options.IdleTimeout = TimeSpan.FromSeconds(60));
        string[] names = Names(bench.Stats("stats"));
        Assert.Equal(Array.IndexOf(names, "auth_errors") + 1, Array.IndexOf(names, "idle_kicks"));
        Assert.Equal("60", bench.Stat("stats settings", "idle_timeout"));
    }

    [Fact]
    public void Stats_without_optional_parts_leave_their_names_out()
    {
        using var bench = new AdministrationBench(static options =>
        {
            options.RefuseAtConnectionsMax = false;
            options.TuningEcho["slab_reassign"] = "no";
            options.TuningEcho["lru_crawler"] = "no";
            options.TuningEcho["lru_maintainer_thread"] = "no";
            options.TuningEcho["lru_segmented"] = "no";
        });
        string[] expected =
        [
            .. StatNames.Connections.Where(static name => name != "rejected_connections"), .. StatNames.Commands,
            .. StatNames.Traffic, .. StatNames.Logging, .. StatNames.Reclaiming,
        ];
        Assert.Equal(expected, Names(bench.Stats("stats")));
        bench.Put("a", "1");
        Assert.DoesNotContain("items:1:number_cold", Names(bench.Stats("stats items")));
    }

    [Fact]
    public void Stats_count_who_is_closed_by_the_limit_of_buffers()
    {
        using var bench = new AdministrationBench(
            static options => options.TuningEcho["read_buf_mem_limit"] = "10000"); // less than one buffer
        using AskingClient half = bench.Connect();
        half.Send("get half");
        Assert.Equal("closed", half.ReadLine());
        Assert.Equal("1", bench.Stat("stats", "read_buf_oom"));
        using AskingClient whole = bench.Connect();
        Assert.Equal("END", whole.Ask("get whole"));
        Assert.Equal("RESET", whole.Ask("stats reset"));
        Assert.Equal("0", bench.Stat("stats", "read_buf_oom"));
    }

    [Fact]
    public void Stats_count_the_buffer_of_a_client_whose_request_is_half_here()
    {
        using var bench = new AdministrationBench();
        using AskingClient half = bench.Connect();
        Assert.StartsWith("VERSION", half.Ask("version"), StringComparison.Ordinal);
        (long count, long used) = Buffers(bench);
        half.Send("get " + new string('k', 200)); // the end is missing: it waits in a buffer
        (long countNow, long usedNow) = Buffers(bench);
        Assert.Equal(32 * 1024, usedNow - used);
        Assert.InRange(countNow, 2, count + 1);
        half.Send("\r\n");
        Assert.Equal("END", half.ReadLine());
        Assert.Equal(used, Buffers(bench).Used);
    }

    private static (long Count, long Used) Buffers(AdministrationBench bench)
    {
        Dictionary<string, string> stats = Table(bench.Stats("stats"));
        long used = Number(stats, "read_buf_bytes") - Number(stats, "read_buf_bytes_free");
        return (Number(stats, "read_buf_count"), used);
    }

    [Fact]
    public void Stats_have_the_values_of_the_process_and_the_options()
    {
        using var bench = new AdministrationBench(static options => options.ConnectionsMax = 77);
        Dictionary<string, string> stats = Table(bench.Stats("stats"));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), stats["pid"]);
        Assert.InRange(Number(stats, "time") - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), -5, 5);
        Assert.Equal("1.6.45", stats["version"]);
        Assert.Equal("64", stats["pointer_size"]);
        Assert.Matches(@"^\d+\.\d{6}$", stats["rusage_user"]);
        Assert.Matches(@"^\d+\.\d{6}$", stats["rusage_system"]);
        Assert.True(double.Parse(stats["rusage_user"], CultureInfo.InvariantCulture) > 0);
        Assert.Equal("77", stats["max_connections"]);
        Assert.Equal("67108864", stats["limit_maxbytes"]);
        Assert.Equal(("1", "1"), (stats["accepting_conns"], stats["threads"]));
        Assert.InRange(Number(stats, "hash_power_level"), 12, 32);
        Assert.True(Number(stats, "hash_bytes") > 0);
    }

    [Fact]
    public void Stats_count_clients_as_memcached_does()
    {
        using var bench = new AdministrationBench(static options =>
            options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0)));
        using AskingClient second = bench.Connect();
        Assert.Equal("VERSION 1.6.45", second.Ask("version"));
        Dictionary<string, string> stats = Table(bench.Stats("stats"));
        Assert.Equal("3", stats["curr_connections"]);       // two clients, and one listener more than one
        Assert.Equal("4", stats["total_connections"]);      // two clients and two listeners
        Assert.Equal("4", stats["connection_structures"]);
    }

    [Fact]
    public void Stats_sum_what_all_threads_have_executed()
    {
        using var bench = new AdministrationBench(static options => options.Threads = 2);
        using AskingClient second = bench.Connect();
        bench.Put("a", "1");
        Assert.Equal("STORED", second.Ask("set b 0 0 1\r\n2"));
        Assert.Equal("END", second.Ask("get missing"));
        Dictionary<string, string> stats = Table(bench.Stats("stats"));
        Assert.Equal(("2", "1", "1"), (stats["cmd_set"], stats["cmd_get"], stats["get_misses"]));
        Assert.Equal(("2", "2", "2"), (stats["curr_items"], stats["total_items"], stats["threads"]));
        Assert.True(Number(stats, "bytes") > 0);
        Assert.Equal(16 + 16 + 13 + 7, Number(stats, "bytes_read"));
        // The other thread counts what it has sent after sending it, perhaps a moment after the client has read it.
        Assert.True(Number(stats, "bytes_written") >= "STORED\r\n".Length);
    }

    [Fact]
    public void Reset_begins_counters_anew_and_keeps_what_is_there()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        Assert.Equal("END", bench.Ask("get missing"));
        Assert.Equal("RESET", bench.Ask("stats reset"));
        Dictionary<string, string> stats = Table(bench.Stats("stats"));
        Assert.Equal(("0", "0", "0"), (stats["cmd_set"], stats["cmd_get"], stats["get_misses"]));
        Assert.Equal(("0", "0"), (stats["total_connections"], stats["total_items"]));
        Assert.Equal(("1", "1"), (stats["curr_items"], stats["curr_connections"]));
        // As memcached: the request that asks, and the answer to the reset that was sent after it had counted.
        Assert.Equal(("7", "7"), (stats["bytes_read"], stats["bytes_written"]));
        Assert.Equal("END", bench.Ask("get missing"));
        Assert.Equal("1", bench.Stat("stats", "get_misses"));
    }

    [Fact]
    public void Settings_have_the_names_of_memcached_in_order()
    {
        using var bench = new AdministrationBench();
        Assert.Equal(StatNames.Settings, Names(bench.Stats("stats settings")));
    }

    [Fact]
    public void Settings_show_the_options()
    {
        using var bench = new AdministrationBench(static options =>
        {
            options.ListenText = "127.0.0.1";
            options.MemoryLimit = 128 << 20;
            options.ItemSizeMax = 2 << 20;
            options.EvictionsEnabled = false;
            options.CasEnabled = false;
            options.DumpEnabled = false;
            options.Protocol = CacheProtocol.Ascii;
            options.Verbosity = 2;
            options.HashPower = 14;
            options.PrefixDelimiter = '/';
            options.RequestsPerTurnMax = 33;
            options.ListenBacklog = 55;
            options.TuningEcho["growth_factor"] = "1.50";
            options.TuningEcho["drop_privileges"] = "no";
        });
        Dictionary<string, string> settings = Table(bench.Stats("stats settings"));
        var port = (IPEndPoint)bench.Server.Endpoints[0];
        Assert.Equal(port.Port.ToString(CultureInfo.InvariantCulture), settings["tcpport"]);
        Assert.Equal(("127.0.0.1", "NULL", "700"), (settings["inter"], settings["domain_socket"], settings["umask"]));
        Assert.Equal(("134217728", "2097152"), (settings["maxbytes"], settings["item_size_max"]));
        Assert.Equal(("off", "no", "no"), (settings["evictions"], settings["cas_enabled"], settings["dump_enabled"]));
        Assert.Equal(("ascii", "2", "14"),
            (settings["binding_protocol"], settings["verbosity"], settings["hashpower_init"]));
        Assert.Equal(("/", "33", "55"),
            (settings["stat_key_prefix"], settings["reqs_per_event"], settings["tcp_backlog"]));
        Assert.Equal(("1.50", "no"), (settings["growth_factor"], settings["drop_privileges"]));
    }

    [Theory]
    [InlineData("stats s", "maxbytes")]
    [InlineData("stats set", "maxbytes")]
    [InlineData("stats settings more", "maxbytes")]
    [InlineData("stats sl", "active_slabs")]
    [InlineData("stats si", "sizes_status")]
    [InlineData("stats l", "larder_version")]
    public void Stats_name_may_be_cut_short(string line, string first)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(first, bench.Stats(line)[0].Key);
    }

    [Theory]
    [InlineData("stats r", "RESET")]
    [InlineData("stats nonsense", "ERROR")]
    [InlineData("stats settingsx", "ERROR")]
    [InlineData("stats noreply", "ERROR")]
    [InlineData("stats proxy", "ERROR")]
    [InlineData("stats extstore", "END")]
    [InlineData("stats items", "END")]
    [InlineData("stats sizes", "STAT sizes_status disabled")]
    [InlineData("stats detail", "CLIENT_ERROR usage: stats detail on|off|dump")]
    [InlineData("stats d nonsense", "CLIENT_ERROR usage: stats detail on|off|dump")]
    [InlineData("stats detail dump", "END")]
    [InlineData("stats cachedump", "CLIENT_ERROR bad command line")]
    [InlineData("stats c 1", "CLIENT_ERROR bad command line")]
    [InlineData("stats cachedump x 0", "CLIENT_ERROR bad command line format")]
    [InlineData("stats cachedump 1 x", "CLIENT_ERROR bad command line format")]
    [InlineData("stats cachedump 64 0", "CLIENT_ERROR Illegal slab id")]
    [InlineData("stats cachedump 63 0", "END")]
    [InlineData("stats cachedump 0 0", "END")]
    public void Stats_name_begins_its_answer_with(string line, string answer)
    {
        using var bench = new AdministrationBench();
        Assert.Equal(answer, bench.Ask(line));
    }

    [Fact]
    public void Items_are_shown_by_their_class()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        bench.Put("b", new string('x', 100));
        IReadOnlyList<KeyValuePair<string, string>> stats = bench.Stats("stats items");
        string[] expected =
        [
            .. StatNames.Under("items:1:", StatNames.Items), .. StatNames.Under("items:4:", StatNames.Items),
        ];
        Assert.Equal(expected, Names(stats));
        Dictionary<string, string> table = Table(stats);
        Assert.Equal(("1", "1"), (table["items:1:number"], table["items:4:number_cold"]));
        Assert.True(Number(table, "items:4:mem_requested") > 100);
    }

    [Fact]
    public void Items_with_a_temporary_queue_show_its_number()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        Assert.Equal("OK", bench.Ask("lru temp_ttl 5"));
        Assert.Equal("items:1:number_temp", bench.Stats("stats items")[4].Key);
    }

    [Fact]
    public void Slabs_show_the_pages_that_items_would_take()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        IReadOnlyList<KeyValuePair<string, string>> stats = bench.Stats("stats slabs");
        string[] expected = [.. StatNames.Under("1:", StatNames.Slabs), "active_slabs", "total_malloced"];
        Assert.Equal(expected, Names(stats));
        Dictionary<string, string> table = Table(stats);
        Assert.Equal(("96", "10922", "1"), (table["1:chunk_size"], table["1:chunks_per_page"], table["1:total_pages"]));
        Assert.Equal(("1", "10921", "1"), (table["1:used_chunks"], table["1:free_chunks"], table["active_slabs"]));
        Assert.True(Number(table, "total_malloced") > 0);
    }

    [Fact]
    public void Answer_longer_than_a_block_arrives_whole()
    {
        using var bench = new AdministrationBench();
        int[] lengths = [20, 50, 80, 120, 170, 220, 300, 400, 500, 660, 800, 1000, 1300, 1600, 2000, 2600, 3300, 4000,
            5000, 6500, 8000, 10000, 12500, 16000, 20000, 25000, 31000, 40000, 50000, 60000, 75000, 95000, 120000,
            150000, 190000, 240000, 300000, 380000, 500000];
        foreach (int length in lengths)
        {
            bench.Put($"k{length}", new string('x', length));
        }
        IReadOnlyList<KeyValuePair<string, string>> stats = bench.Stats("stats items");
        Assert.Equal(39 * StatNames.Items.Length, stats.Count);
        Assert.True(stats.Sum(static stat => stat.Key.Length + stat.Value.Length + 8) > 32 * 1024);
    }

    [Fact]
    public void Conns_show_listeners_and_clients()
    {
        using var bench = new AdministrationBench();
        using AskingClient second = bench.Connect();
        Assert.Equal("VERSION 1.6.45", second.Ask("version"));
        KeyValuePair<string, string>[] stats = [.. bench.Stats("stats conns")];
        string[] listening = ["addr", "state", "secs_since_last_cmd"];
        string[] serving = ["addr", "listen_addr", "state", "resps_waiting", "secs_since_last_cmd"];
        // Clients in any order: other tests of this process open and close descriptors meanwhile.
        Dictionary<string, string>[] found = [.. stats
            .GroupBy(static stat => stat.Key.Split(':')[0])
            .Select(static one => one.ToDictionary(static stat => stat.Key.Split(':')[1], static stat => stat.Value))];
        string local = "tcp:" + bench.Server.Endpoints[0];
        Dictionary<string, string> listener = found[0];
        Assert.Equal(listening, listener.Keys);
        Assert.Equal((local, "conn_listening"), (listener["addr"], listener["state"]));
        Dictionary<string, string> asking = Assert.Single(found, static one => one["state"] == "conn_parse_cmd");
        Assert.Equal(serving, asking.Keys);
        Assert.Equal((local, "0"), (asking["listen_addr"], asking["resps_waiting"]));
        Dictionary<string, string> silent = Assert.Single(found, static one => one["state"] == "conn_read");
        Assert.Equal(serving, silent.Keys);
        Assert.Equal("tcp:" + second.LocalEndPoint, silent["addr"]);
        Assert.Equal(3, found.Length);
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Conns_stay_well_formed_while_clients_come_and_go(CacheDriver driver)
    {
        using var bench = new AdministrationBench(options => (options.Driver, options.Threads) = (driver, 2));
        using var enough = new CancellationTokenSource();
        var comings = Task.Factory.StartNew(
            () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    using AskingClient client = bench.Connect();
                    Assert.Equal("VERSION 1.6.45", client.Ask("version"));
                }
            },
            TaskCreationOptions.LongRunning);
        for (int i = 0; i < 300; i++)
        {
            IReadOnlyList<KeyValuePair<string, string>> stats = bench.Stats("stats conns");
            Assert.Single(stats, static stat => stat.Value == "conn_parse_cmd");
            Assert.Equal(stats.Count(static stat => stat.Key.EndsWith(":state", StringComparison.Ordinal)),
                stats.Count(static stat => stat.Key.EndsWith(":addr", StringComparison.Ordinal)));
        }
        enough.Cancel();
        comings.GetAwaiter().GetResult();
    }

    [Fact]
    public void Conns_are_shown_by_their_listener()
    {
        using var bench = new AdministrationBench(static options =>
            options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0)));
        using var other = new AskingClient(bench.Server.Endpoints[1]);
        Assert.Equal("VERSION 1.6.45", other.Ask("version"));
        KeyValuePair<string, string>[] sums = [.. bench.Stats("stats conns listeners")];
        string[] names = ["addr", "curr_connections", "conn_mwrite"];
        Assert.Equal([.. names, .. names], sums.Select(static stat => stat.Key.Split(':')[1]));
        Assert.Equal(("1", "1"), (sums[1].Value, sums[4].Value));

        string address = "tcp:" + bench.Server.Endpoints[1];
        KeyValuePair<string, string>[] stats = [.. bench.Stats("stats conns " + address)];
        Assert.Equal((address, "conn_listening"), (stats[0].Value, stats[1].Value));
        Assert.Equal(("tcp:" + other.LocalEndPoint, address), (stats[3].Value, stats[4].Value));
        Assert.Equal(8, stats.Length);
        string descriptor = stats[0].Key.Split(':')[0];
        Assert.Equal(stats.Select(static stat => stat.Key),
            bench.Stats("stats conns " + descriptor).Select(static stat => stat.Key));
        Assert.Empty(bench.Stats("stats conns tcp:9.9.9.9:9"));
    }

    [Fact]
    public void Larder_shows_the_driver_and_counts_on_through_a_reset()
    {
        using var bench = new AdministrationBench(static options => options.Threads = 2);
        bench.Put("a", "1");
        Assert.Equal("RESET", bench.Ask("stats reset"));
        Dictionary<string, string> stats = Table(bench.Stats("stats larder"));
        Assert.Equal(("frontends", "edge"), (stats["driver"], stats["trigger"]));
        Assert.Equal("1", stats["accepted"]);
        Assert.Equal(("0", "0"), (stats["connection_walks"], stats["timers_seen"]));
        bench.Stats("stats conns");
        Assert.Equal("2", bench.Stat("stats larder", "connection_walks")); // one for each front end
        Assert.True(Number(stats, "thread:0:receives") + Number(stats, "thread:1:receives") >= 3);
        Assert.True(Number(stats, "segment_bytes") > 0);
        Assert.Equal(("0", "0", "0"), (stats["segments_emptied"], stats["segment_demands"], stats["ghost_hits"]));
        Assert.Equal(("1", "0"), (stats["segments_active"], stats["segments_large"]));
        Assert.Equal(stats["segment_bytes"], stats["queue_small_bytes"]);
        Assert.InRange(Number(stats, "bytes_live"), 10, 30);
        Assert.Equal(GC.CollectionCount(2), Number(stats, "gc_collections_2"));
        Assert.Equal(Environment.Version.ToString(), stats["dotnet_version"]);
    }

    [Theory]
    [InlineData(CacheDriver.FrontEnds)]
    [InlineData(CacheDriver.Queue)]
    public void Stats_are_answered_under_both_drivers(CacheDriver driver)
    {
        using var bench = new AdministrationBench(options => (options.Driver, options.Threads) = (driver, 2));
        Assert.Equal(StatNames.General, Names(bench.Stats("stats")));
        Assert.Equal("2", bench.Stat("stats", "threads"));
        Assert.Equal(driver.ToString().ToLowerInvariant(), bench.Stat("stats larder", "driver"));
    }

    private static string[] Names(IReadOnlyList<KeyValuePair<string, string>> stats) =>
        [.. stats.Select(static stat => stat.Key)];

    private static Dictionary<string, string> Table(IReadOnlyList<KeyValuePair<string, string>> stats) =>
        new(stats, StringComparer.Ordinal);

    private static long Number(Dictionary<string, string> stats, string name) =>
        long.Parse(stats[name], CultureInfo.InvariantCulture);
}
