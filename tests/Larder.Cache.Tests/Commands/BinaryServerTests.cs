using System.Net;
using Larder.Cache.Serving;
using Larder.Protocol.Binary;
using static Larder.Cache.Tests.Commands.BinaryClient;

namespace Larder.Cache.Tests.Commands;

public sealed class BinaryServerTests
{
    /// <summary>
    /// Counters that a session of binary requests moves. Not get_flushed: memcached removes what a flush meets, or
    /// leaves it to be found, as its second happens to end.
    /// </summary>
    private static readonly string[] s_counters =
    [
        "cmd_get", "cmd_set", "cmd_flush", "cmd_touch", "get_hits", "get_misses", "get_expired",
        "delete_misses", "delete_hits", "incr_misses", "incr_hits", "decr_misses", "decr_hits", "cas_misses",
        "cas_hits", "cas_badval", "touch_hits", "touch_misses",
    ];

    [Fact]
    public void Counters_are_those_of_memcached()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), "memcached is not installed");
        using var oracle = new OracleServer();
        using var bench = new AdministrationBench();
        Dictionary<string, string> theirs = Count(oracle.EndPoint);
        Dictionary<string, string> ours = Count(bench.Server.Endpoints[0]);
        string[] wrong = [.. s_counters.Where(name => theirs[name] != ours[name])
            .Select(name => $"{name}: {ours[name]}, not {theirs[name]}")];
        Assert.True(wrong.Length == 0, string.Join("; ", wrong));
        Assert.True(s_counters.Count(name => theirs[name] != "0") > 12);
    }

    [Fact]
    public void Statistics_by_prefix_and_of_sizes_are_those_of_text()
    {
        using var bench = new AdministrationBench(static options => options.TuningEcho["track_sizes"] = "yes");
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Empty(client.Stats("detail on"));
        bench.Put("user:1", "x");
        bench.Put("user:2", new string('y', 500));
        Assert.Equal("Success detailed: PREFIX user get 0 hit 0 set 2 del 0\r\nEND\r\n",
            client.Ask(Frame(BinaryOpcode.Stat, "detail dump")));
        Assert.Equal("Success", client.ReadAnswer());
        Assert.Empty(client.Stats("detail off"));
        Assert.Equal("no", bench.Stat("stats settings", "detail_enabled"));
        Assert.Equal("NotFound: Not found", client.Ask(Frame(BinaryOpcode.Stat, "detail")));
        Assert.Equal(bench.Stats("stats sizes"), client.Stats("sizes"));
        Assert.Equal(2, client.Stats("sizes").Count);
        client.Send([.. Frame(BinaryOpcode.Stat, "sizes"), .. Frame(BinaryOpcode.Noop)]); // the next one waits for it
        Assert.StartsWith("Success 96: 1", client.ReadAnswer(), StringComparison.Ordinal);
        Assert.StartsWith("Success", client.ReadAnswer(), StringComparison.Ordinal);
        Assert.Equal("Success", client.ReadAnswer());
        Assert.Equal("Success", client.ReadAnswer());
    }

    [Fact]
    public void Statistics_by_prefix_are_forbidden_as_dumps_are()
    {
        using var bench = new AdministrationBench(static options => options.DumpEnabled = false);
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.StartsWith("AuthError", client.Ask(Frame(BinaryOpcode.Stat, "detail dump")), StringComparison.Ordinal);
        Assert.Equal("disabled", client.Stats("sizes")["sizes_status"]);
    }

    [Fact]
    public void Statistics_have_the_names_of_the_text_protocol()
    {
        using var bench = new AdministrationBench();
        bench.Put("a", "x");
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        foreach (string name in new[] { "", "settings", "items", "slabs", "sizes", "conns", "larder", "extstore" })
        {
            IEnumerable<string> wanted = bench.Stats($"stats {name}".TrimEnd()).Select(static stat => stat.Key);
            Assert.Equal(wanted, client.Stats(name).Keys);
        }
        Assert.NotEqual("0", client.Stats()["cmd_set"]);
        Assert.Empty(client.Stats("reset"));
        Assert.Equal("0", client.Stats()["cmd_set"]);
    }

    [Theory]
    [InlineData("detail x")]
    [InlineData("cachedump 1 1")]
    [InlineData("setting")]
    public void Statistics_that_are_not_there_are_not_found(string name)
    {
        using var bench = new AdministrationBench();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("NotFound: Not found", client.Ask(Frame(BinaryOpcode.Stat, name)));
        Assert.Equal("Success", client.Ask(Frame(BinaryOpcode.Noop)));
    }

    [Theory]
    [InlineData(CacheProtocol.Auto, "auto-negotiate")]
    [InlineData(CacheProtocol.Binary, "binary")]
    public void Binary_listener_says_so(CacheProtocol protocol, string name)
    {
        using var bench = new AdministrationBench(options => options.Protocol = protocol);
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal(name, client.Stats("settings")["binding_protocol"]);
    }

    [Fact]
    public void Text_on_a_binary_listener_is_closed()
    {
        using var bench = new AdministrationBench(static options => options.Protocol = CacheProtocol.Binary);
        Assert.Equal("closed", bench.Ask("get a"));
    }

    [Fact]
    public void Frame_on_a_text_listener_is_a_line()
    {
        using var bench = new AdministrationBench(static options => options.Protocol = CacheProtocol.Ascii);
        using AskingClient client = bench.Connect();
        client.Send([.. Frame(BinaryOpcode.Get, "k"), .. "\r\n"u8]);
        Assert.Equal("ERROR", client.ReadLine());
    }

    [Fact]
    public void Verbosity_is_set_and_clamped()
    {
        using var bench = new AdministrationBench();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("Success", client.Ask(Word(BinaryOpcode.Verbosity, "", 1)));
        Assert.Equal("1", client.Stats("settings")["verbosity"]);
        Assert.Equal("Success", client.Ask(Word(BinaryOpcode.Verbosity, "", uint.MaxValue)));
        Assert.Equal("2", client.Stats("settings")["verbosity"]);
    }

    /// <summary>
    /// Aim: a long value gets into the store however it is cut. Method: the frame is sent in two parts, the second one
    /// only when the server has answered what stood before the first: it has met the cut.
    /// </summary>
    [Theory]
    [InlineData(9_000)]
    [InlineData(400_000)]
    public void Long_value_arrives_whole_wherever_it_is_cut(int length)
    {
        using var bench = new AdministrationBench();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        string value = string.Concat(Enumerable.Range(0, length / 4).Select(static i => $"{i % 10_000:D4}"));
        byte[] frame = Storage(BinaryOpcode.Set, "long", value);
        foreach (int cut in new[] { 1, 23, 24, 31, 32, 35, 36, 37, 5_000, frame.Length - 1 })
        {
            client.Send([.. Frame(BinaryOpcode.Noop), .. frame[..cut]]);
            Assert.Equal("Success", client.ReadAnswer());
            client.Send([.. frame[cut..], .. Frame(BinaryOpcode.Noop)]);
            Assert.Equal("Success", client.ReadAnswer());
            Assert.Equal("Success", client.ReadAnswer());
            Assert.Equal("Success: " + value, client.Ask(Frame(BinaryOpcode.Get, "long")));
        }
    }

    [Fact]
    public void Long_value_of_a_client_that_leaves_is_forgotten()
    {
        using var bench = new AdministrationBench();
        using (var client = new BinaryClient(bench.Server.Endpoints[0]))
        {
            byte[] frame = Storage(BinaryOpcode.Set, "long", new string('x', 100_000));
            client.Send([.. Frame(BinaryOpcode.Noop), .. frame[..50_000]]);
            Assert.Equal("Success", client.ReadAnswer());
        }
        Assert.Equal("END", bench.Ask("get long"));
        bench.Put("long", "y");
        Assert.Equal("VALUE long 0 1", bench.Ask("get long"));
    }

    private static Dictionary<string, string> Count(EndPoint endPoint)
    {
        using var client = new BinaryClient(endPoint);
        byte[][] requests =
        [
            Frame(BinaryOpcode.Get, "none"), Storage(BinaryOpcode.Set, "a", "x"), Frame(BinaryOpcode.Get, "a"),
            Frame(BinaryOpcode.GetK, "a"), Storage(BinaryOpcode.Add, "a", "x"), Storage(BinaryOpcode.Replace, "a", "y"),
            Storage(BinaryOpcode.Set, "a", "x", 77), Storage(BinaryOpcode.Set, "none", "x", 77),
            Frame(BinaryOpcode.Append, "a", "z"), Frame(BinaryOpcode.Append, "none", "z"),
            Frame(BinaryOpcode.Append, "a", "z", 77), Frame(BinaryOpcode.Delete, "a", cas: 77),
            Frame(BinaryOpcode.Delete, "a"), Frame(BinaryOpcode.Delete, "a"),
            Arithmetic(BinaryOpcode.Increment, "n", BinaryFrame.DoNotCreate),
            Arithmetic(BinaryOpcode.Increment, "n", 0),
            Arithmetic(BinaryOpcode.Increment, "n", 0), Arithmetic(BinaryOpcode.Decrement, "n", 0),
            Arithmetic(BinaryOpcode.Decrement, "m", BinaryFrame.DoNotCreate), Word(BinaryOpcode.Touch, "n", 100),
            Word(BinaryOpcode.Touch, "none", 100), Word(BinaryOpcode.Gat, "n", 100),
            Word(BinaryOpcode.GatK, "none", 100),
            Frame(BinaryOpcode.Flush), Frame(BinaryOpcode.Get, "n"),
        ];
        foreach (byte[] request in requests)
            Assert.NotEqual("closed", client.Ask(request));
        return client.Stats();
    }
}
