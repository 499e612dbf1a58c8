using System.Net.Sockets;
using System.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: an upload that is cut off leaves no trace, and what memcached says of a bad one is said. Method: a client that
/// sends a part and closes, beside another that compares the counters.
/// </summary>
public sealed class UploadTests
{
    [Theory]
    [InlineData("set k 0 0 30\r\n", 30)]
    [InlineData("ms k 30 T90\r\n", 30)]
    [InlineData("append k 0 0 30\r\n", 30)]
    public void Small_upload_that_is_cut_off_at_any_byte_leaves_no_trace(string line, int length)
    {
        using var bench = new AdministrationBench();
        int total = line.Length + length + 2;
        CutOff(bench, line, length, Enumerable.Range(0, total));
    }

    [Theory]
    [InlineData("set k 0 0 20000\r\n", 20_000)]
    [InlineData("append k 0 0 20000\r\n", 20_000)]
    [InlineData("ms k 20000 F5\r\n", 20_000)]
    [InlineData("set k 0 0 500000\r\n", 500_000)]
    [InlineData("prepend k 0 0 500000\r\n", 500_000)]
    public void Upload_in_place_that_is_cut_off_leaves_no_trace(string line, int length)
    {
        using var bench = new AdministrationBench();
        int total = line.Length + length + 2;
        int[] points = [line.Length, line.Length + 1, 8192, 8193, 16_384, length - 1, length];
        CutOff(bench, line, length, [.. points, total - 3, total - 2, total - 1]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    [InlineData(500_000)]
    public void Bad_end_of_a_value_is_answered_and_the_old_value_stays(int length)
    {
        using var bench = new AdministrationBench();
        bench.Put("k", "old");
        foreach (string end in (string[])["xx", "\rx", "x\n"])
        {
            bench.Send($"set k 0 0 {length}\r\n{new string('v', length)}{end}");
            Assert.Equal("CLIENT_ERROR bad data chunk", bench.ReadLine());
        }
        Assert.Equal("VALUE k 0 3", bench.Ask("get k"));
        Assert.Equal("old", bench.ReadLine());
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Value_that_comes_in_pieces_with_its_end_apart_is_stored()
    {
        using var bench = new AdministrationBench();
        string value = new('v', 20_000);
        foreach (string[] pieces in Pieces(value))
        {
            bench.Send("set k 0 0 20000\r\n");
            foreach (string piece in pieces) Deliver(bench, piece);
            Assert.Equal("STORED", bench.ReadLine());
        }
        Assert.Equal("VALUE k 0 20000", bench.Ask("get k"));
        Assert.Equal(value, bench.ReadLine());
        Assert.Equal("END", bench.ReadLine());
    }

    [Fact]
    public void Too_large_value_is_swallowed_answered_and_drops_the_old_one_for_set_only()
    {
        using var bench = new AdministrationBench();
        const int length = 1 << 20;
        string value = new('v', length);
        bench.Put("k", "old");
        Assert.Equal("SERVER_ERROR object too large for cache", bench.Ask($"append k 0 0 {length}\r\n{value}"));
        Assert.Equal("VALUE k 0 3", bench.Ask("get k"));
        Assert.Equal(("old", "END"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal("SERVER_ERROR object too large for cache", bench.Ask($"set k 0 0 {length}\r\n{value}"));
        Assert.Equal("END", bench.Ask("get k"));
    }

    [Fact]
    public void Value_without_memory_is_answered_and_drops_the_old_one_for_set_only()
    {
        using var bench = new AdministrationBench(options =>
        {
            options.MemoryLimit = 4 << 20;
            options.EvictionsEnabled = false;
        });
        bench.Put("k", "old");
        int count = 0;
        string value = new('v', 500_000);
        while (bench.Ask($"add fill{count} 0 0 500000\r\n{value}") == "STORED") Assert.True(++count < 100);
        Assert.Equal("SERVER_ERROR out of memory storing object", bench.Ask($"append k 0 0 500000\r\n{value}"));
        Assert.Equal("VALUE k 0 3", bench.Ask("get k"));
        Assert.Equal(("old", "END"), (bench.ReadLine(), bench.ReadLine()));
        Assert.Equal("SERVER_ERROR out of memory storing object", bench.Ask($"set k 0 0 500000\r\n{value}"));
        Assert.Equal("END", bench.Ask("get k"));
    }

    private static string[][] Pieces(string value) =>
        [[value, "\r", "\n"], [value + "\r", "\n"], [value[..9000], value[9000..], "\r\n"]];

    // What was sent before has been received when the server answers another client of the same thread.
    private static void Deliver(AdministrationBench bench, string piece)
    {
        bench.Send(piece);
        using AskingClient other = bench.Connect();
        Assert.Equal("MN", other.Ask("mn"));
    }

    private static void CutOff(AdministrationBench bench, string line, int length, IEnumerable<int> points)
    {
        bench.Put("k", "old");
        byte[] upload = Encoding.ASCII.GetBytes($"{line}{new string('v', length)}\r\n");
        string before = Counters(bench);
        foreach (int point in points)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(bench.Server.Endpoints[0]);
            socket.Send(upload.AsSpan(0, point));
            socket.Shutdown(SocketShutdown.Send);
            // The server has seen the end when it closes; an unfinished request has no answer.
            Assert.Equal(0, socket.Receive(new byte[100]));
        }
        Assert.Equal(before, Counters(bench));
        Assert.Equal("VALUE k 0 3", bench.Ask("get k"));
        Assert.Equal(("old", "END"), (bench.ReadLine(), bench.ReadLine()));
    }

    // What holds something; not the segments that are free, of which the background maps some ahead.
    private static string Counters(AdministrationBench bench)
    {
        var larder = bench.Stats("stats larder").ToDictionary();
        var stats = bench.Stats("stats").ToDictionary();
        string[] states = ["active", "sealed", "large", "claimed", "pending", "index", "leased"];
        IEnumerable<string> segments = states.Select(state => $"{state} {larder["segments_" + state]}");
        return $"{stats["curr_items"]} items of {stats["bytes"]} bytes, segments {string.Join(", ", segments)}";
    }
}
