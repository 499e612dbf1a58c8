using System.Globalization;
using System.Net;
using Larder.Cache.Commands.Inspecting;
using Larder.Protocol.Binary;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: what was slow is found with its command, key, sizes and sender. Method: a threshold of 1 microsecond, which
/// every get of a large value passes, and one of a minute, which none does.
/// </summary>
public sealed class SlowLogTests
{
    private static readonly string s_value = new('v', 500_000);

    [Fact]
    public void Slow_commands_of_all_protocols_are_shown_with_key_and_sender()
    {
        using var bench = new AdministrationBench(static options =>
        {
            options.SlowLogMicroseconds = 1;
            options.UdpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        });
        using AskingClient client = bench.Connect();
        client.Send($"set a%b 0 0 {s_value.Length}\r\n{s_value}\r\n");
        Assert.Equal("STORED", client.ReadLine());
        client.Send($"append a%b 0 0 1\r\nx\r\nms meta {s_value.Length}\r\n{s_value}\r\n");
        Assert.Equal("STORED", client.ReadLine());
        Assert.Equal("HD", client.ReadLine());
        using var binary = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("Success", binary.Ask(BinaryClient.Storage(BinaryOpcode.Set, "bin", s_value)));
        Assert.Equal("Success", binary.Ask(BinaryClient.Frame(BinaryOpcode.Append, "bin", "x")));
        using var udp = new DatagramClient(bench.Server.UdpEndpoints[0]);
        Assert.StartsWith("STAT", udp.Ask("stats settings\r\n"), StringComparison.Ordinal);

        List<Dictionary<string, string>> slow = Read(bench);
        Dictionary<string, string> joined = slow.First(each => each["command"] == "append" && each["key"] == "a%25b");
        Assert.Equal($"tcp:{client.LocalEndPoint}", joined["peer"]);
        Assert.Equal("8", joined["answer_bytes"]);
        Assert.True(long.Parse(joined["us"], CultureInfo.InvariantCulture) >= 1);
        Assert.Contains(slow, static each => each["command"] == "append" && each["key"] == "bin");
        Assert.Contains(slow, each => each["command"] == "stats" && each["peer"] == $"udp:127.0.0.1:{udp.Port}");
        Assert.Contains(slow, static each => each["command"] == "set" && each["request_bytes"] == "500000");
    }

    [Fact]
    public void Threshold_is_changed_while_running_and_reset_forgets()
    {
        using var bench = new AdministrationBench();
        Assert.Equal("0", bench.Stat("stats slow", "slow_log_us"));
        Assert.Equal("STAT maxbytes", bench.Ask("stats settings")[..13]);
        while (bench.ReadLine() != "END")
        {
        }
        Assert.Single(bench.Stats("stats slow"));

        Assert.Equal("OK", bench.Ask("stats slow threshold 1"));
        Assert.NotEmpty(bench.Stats("stats settings"));
        Assert.NotEmpty(Read(bench));
        Assert.Equal("OK", bench.Ask("stats slow threshold 60000000"));
        Assert.Equal("RESET", bench.Ask("stats reset"));
        Assert.NotEmpty(bench.Stats("stats settings"));
        Assert.Empty(Read(bench));
    }

    [Theory]
    [InlineData("stats slow threshold"), InlineData("stats slow threshold x"), InlineData("stats slow 5")]
    [InlineData("stats slow threshold 60000001"), InlineData("stats slow threshold -1")]
    public void Threshold_that_is_none_is_an_error(string line)
    {
        using var bench = new AdministrationBench();
        Assert.Equal("ERROR", bench.Ask(line));
        Assert.Equal("0", bench.Stat("stats slow", "slow_log_us"));
    }

    [Fact]
    public void Latest_commands_of_a_thread_are_kept_and_the_oldest_go()
    {
        using var bench = new AdministrationBench(static options => options.SlowLogMicroseconds = 1);
        for (int i = 0; i < SlowLog.Capacity + 20; i++)
        {
            Assert.NotEmpty(bench.Stats("stats settings")); // some hundred texts: more than a microsecond
        }
        Assert.Equal(SlowLog.Capacity, Read(bench).Count);
    }

    [Fact]
    public void Batch_of_gets_is_one_slow_command()
    {
        using var bench = new AdministrationBench(static options => options.SlowLogMicroseconds = 1);
        using AskingClient client = bench.Connect();
        const int Gets = 2000;
        client.Send(string.Concat(Enumerable.Repeat("get nothing\r\n", Gets)));
        for (int i = 0; i < Gets; i++)
        {
            Assert.Equal("END", client.ReadLine());
        }
        Dictionary<string, string> batch = Read(bench).First(static each => each["command"] == "get");
        Assert.Equal("nothing", batch["key"]);
        Assert.True(long.Parse(batch["request_bytes"], CultureInfo.InvariantCulture) > "get nothing\r\n".Length);
    }

    private static List<Dictionary<string, string>> Read(AdministrationBench bench) =>
    [
        .. bench.Stats("stats slow").Skip(1)
            .GroupBy(static stat => stat.Key.Split(':')[1])
            .Select(static lines => lines.ToDictionary(
                static line => line.Key.Split(':')[2], static line => line.Value)),
    ];
}
