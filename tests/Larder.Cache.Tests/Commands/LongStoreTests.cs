using System.Text;
using Larder.Cache.Serving;
using Larder.Protocol.Binary;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: stores that take long are answered like others, in order, whatever the protocol; others are served meanwhile,
/// and clients that leave in the middle leave no trace. Method: a memory full of tiny items and values of megabytes.
/// </summary>
public sealed class LongStoreTests
{
    private const int Length = 6_000_000;

    [Fact]
    public void Large_value_finds_room_among_tiny_items_and_requests_behind_it_wait()
    {
        using AdministrationBench bench = Full();
        string value = new('v', Length);
        bench.Send($"set large 0 0 {Length}\r\n{value}\r\nget gone\r\n");
        Assert.Equal(("STORED", "END"), (bench.ReadLine(), bench.ReadLine()));
        bench.Send($"ms large {Length} T0 c k\r\n{value}\r\nmn\r\n");
        Assert.Matches("^HD c[0-9]+ klarge$", bench.ReadLine());
        Assert.Equal("MN", bench.ReadLine());
        Assert.Equal($"VALUE large 0 {Length}", bench.Ask("get large"));
        Assert.Equal(value, bench.ReadLine());
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Client_that_leaves_while_room_is_made_leaves_no_trace()
    {
        using AdministrationBench bench = Full();
        int came = int.Parse(bench.Stat("stats", "total_connections"));
        for (int round = 0; round < 10; round++)
        {
            using AskingClient client = bench.Connect();
            client.Send($"set large 0 0 {Length}\r\n{new string('v', 100 * round)}");
        }
        // They leave after they have come: who stands in the listen queue is not counted yet.
        Until(bench, "stats", "total_connections", $"{came + 10}");
        Until(bench, "stats", "curr_connections", "1");
        Assert.Equal("END", bench.Ask("get large"));
        Assert.Equal("0", bench.Stat("stats larder", "segments_pending"));
        Assert.InRange(long.Parse(bench.Stat("stats larder", "mapped_bytes")), 1, 32 << 20);
    }

    [Fact]
    public void Values_that_have_come_whole_get_places_in_steps_where_the_store_is_short_of_room()
    {
        const int Count = 400;
        using AdministrationBench bench = Full(static options => options.MemoryLimit = 64 << 20);
        string demands = bench.Stat("stats larder", "segment_demands");
        var requests = new StringBuilder();
        for (int number = 0; number < Count; number++)
        {
            string end = number % 10 == 9 ? "??" : "\r\n";
            requests.Append($"set v{number} 0 0 30000\r\n{Long(number)}{end}");
            requests.Append($"ms m{number} 30000 k\r\n{Long(number)}\r\n");
        }
        bench.Send(requests.ToString());
        for (int number = 0; number < Count; number++)
        {
            Assert.Equal(number % 10 == 9 ? "CLIENT_ERROR bad data chunk" : "STORED", bench.ReadLine());
            Assert.Equal($"HD km{number}", bench.ReadLine());
        }
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        for (int number = 0; number < Count; number++)
        {
            client.Send(BinaryClient.Storage(BinaryOpcode.Set, $"b{number}", Long(number)));
            Assert.Equal("Success", client.ReadAnswer());
        }
        foreach (string key in (string[])[$"v{Count - 2}", $"m{Count - 2}", $"b{Count - 2}"])
        {
            Assert.Equal($"VALUE {key} 0 30000", bench.Ask($"get {key}"));
            Assert.Equal(Long(Count - 2), bench.ReadLine());
            Assert.Equal("END", bench.ReadLine());
        }
        Assert.Equal("END", bench.Ask($"get v{Count - 1}"));
        // Nobody has had to empty a segment at once.
        Assert.Equal(demands, bench.Stat("stats larder", "segment_demands"));
        Assert.Equal("0", bench.Stat("stats larder", "segments_pending"));
    }

    [Fact]
    public void Room_that_is_not_to_be_had_is_answered_behind_the_value()
    {
        using AdministrationBench bench = Full(static options => options.EvictionsEnabled = false);
        string value = new('v', Length);
        Assert.Equal("SERVER_ERROR out of memory storing object", bench.Ask($"set large 0 0 {Length}\r\n{value}"));
        Assert.Equal("MN", bench.Ask("mn"));
    }

    [Theory]
    [InlineData("append k 0 0 5\r\nabcde\r\n", "STORED")]
    [InlineData("append k 0 0 5 noreply\r\nabcde\r\n", null)]
    [InlineData("ms k 5 MA k s\r\nabcde\r\n", "HD kk s6000005")]
    [InlineData("ms k 5 MA q\r\nabcde\r\n", null)]
    public void Append_to_a_long_value_is_answered_and_requests_behind_it_wait(string request, string? answer)
    {
        using AdministrationBench bench = Roomy();
        string value = new('v', Length);
        bench.Put("k", value);
        bench.Send($"{request}mg k s\r\n");
        if (answer is not null)
        {
            Assert.Equal(answer, bench.ReadLine());
        }
        Assert.Equal($"HD s{Length + 5}", bench.ReadLine());
        Assert.Equal($"VALUE k 0 {Length + 5}", bench.Ask("get k"));
        Assert.Equal(value + "abcde", bench.ReadLine());
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Long_value_is_received_and_then_prepended()
    {
        using AdministrationBench bench = Roomy();
        string old = new('o', Length), more = new('m', 1_000_000);
        bench.Put("k", old);
        bench.Send($"prepend k 0 0 1000000\r\n{more}\r\nmn\r\n");
        Assert.Equal(("STORED", "MN"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal($"VALUE k 0 {Length + 1_000_000}", bench.Ask("get k"));
        Assert.Equal(more + old, bench.ReadLine());
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Frames_that_join_long_values_are_answered_in_order()
    {
        using AdministrationBench bench = Roomy();
        bench.Put("k", new string('v', Length));
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        client.Send(
        [
            .. BinaryClient.Frame(BinaryOpcode.Append, "k", "abcde"),
            .. BinaryClient.Frame(BinaryOpcode.AppendQ, "k", "fgh"),
            .. BinaryClient.Frame(BinaryOpcode.Prepend, "k", new string('p', 20_000)),
            .. BinaryClient.Frame(BinaryOpcode.Version),
        ]);
        Assert.Equal(("Success", "Success"), (client.ReadAnswer(), client.ReadAnswer()));
        Assert.Equal("Success: 1.6.45", client.ReadAnswer());
        Assert.Equal($"HD s{Length + 20_008}", bench.Ask("mg k s"));
    }

    [Fact]
    public void Others_are_served_between_the_steps()
    {
        using AdministrationBench bench = Roomy();
        bench.Put("k", new string('v', 30_000_000));
        using AskingClient client = bench.Connect();
        client.Send("append k 0 0 1\r\nx\r\n");
        // One thread: whoever is answered before the append was served between its steps, or before them.
        string counted = bench.Stat("stats", "cmd_set");
        Assert.Equal("STORED", client.ReadLine());
        Assert.InRange(int.Parse(counted), 1, 2);
        Assert.Equal("HD s30000001", bench.Ask("mg k s"));
    }

    [Fact]
    public void Client_that_leaves_in_the_middle_of_an_append_leaves_no_trace_or_the_whole()
    {
        using AdministrationBench bench = Roomy();
        bench.Put("k", new string('v', Length));
        int came = int.Parse(bench.Stat("stats", "total_connections"));
        for (int round = 0; round < 10; round++)
        {
            using AskingClient client = bench.Connect();
            client.Send("append k 0 0 5\r\nabcde\r\n");
        }
        // They leave after they have come: who stands in the listen queue is not counted yet.
        Until(bench, "stats", "total_connections", $"{came + 10}");
        Until(bench, "stats", "curr_connections", "1");
        string size = bench.Ask("mg k s");
        Assert.Equal(0, (int.Parse(size.AsSpan(4)) - Length) % 5);
        Until(bench, "stats larder", "segments_leased", "0");
        Assert.Equal("0", bench.Stat("stats larder", "segments_pending"));
    }

    [Fact]
    public void Watchers_and_the_transcript_see_a_long_append_when_it_is_done()
    {
        var shown = new Said();
        using AdministrationBench bench = Roomy(options =>
        {
            options.Verbosity = 2;
            options.VerboseOutput = shown.Take;
        });
        bench.Put("k", new string('v', Length));
        using AskingClient watcher = bench.Connect();
        Assert.Equal("OK", watcher.Ask("watch mutations"));
        Assert.Equal("STORED", bench.Ask("append k 0 0 5\r\nabcde"));
        Assert.Contains("key=k status=stored cmd=append", watcher.ReadLine(), StringComparison.Ordinal);
        shown.Await(" append k 0 0 5\n", " STORED\n");
    }

    [Fact]
    public void Stop_completes_an_append_that_is_under_way()
    {
        AdministrationBench bench = Roomy();
        using AskingClient client = bench.Connect();
        client.Send($"set k 0 0 30000000\r\n{new string('v', 30_000_000)}\r\nappend k 0 0 1\r\nx\r\n");
        Assert.Equal("STORED", client.ReadLine());
        bench.Server.Stop(graceful: true);
        Assert.Equal("STORED", client.ReadLine());
        bench.Dispose();
    }

    private static AdministrationBench Roomy(Action<CacheServerOptions>? change = null) => new(options =>
    {
        options.MemoryLimit = 256 << 20;
        options.ItemSizeMax = 64 << 20;
        change?.Invoke(options);
    });

    /// <summary>A cache of 32 MiB in which nothing but tiny items has room.</summary>
    private static AdministrationBench Full(Action<CacheServerOptions>? change = null)
    {
        var bench = new AdministrationBench(options =>
        {
            options.MemoryLimit = 32 << 20;
            options.ItemSizeMax = 8 << 20;
            change?.Invoke(options);
        });
        for (int number = 0; !IsFull(bench); number++)
        {
            bench.Send(string.Concat(Enumerable.Range(number * 10_000, 10_000)
                .Select(static each => $"set {each:D10} 0 0 10 noreply\r\ntiny item!\r\n")));
        }
        return bench;
    }

    private static string Long(int number) => new((char)('a' + number % 26), 30_000);

    private static bool IsFull(AdministrationBench bench)
        => bench.Stat("stats", "evictions") != "0" || bench.Stat("stats", "store_no_memory") != "0";

    private static void Until(AdministrationBench bench, string stats, string name, string value)
    {
        using var deadline = new CancellationTokenSource(AskingClient.DeadlineMs);
        while (bench.Stat(stats, name) != value)
        {
            Assert.False(deadline.IsCancellationRequested, $"{name} is {bench.Stat(stats, name)}");
        }
    }
}
