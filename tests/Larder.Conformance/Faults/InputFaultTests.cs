using System.Globalization;
using System.Text;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: whatever a client sends, only it suffers. Method: many faulty clients at once beside a well-behaved one, on a
/// server of its own process whose memory and descriptors are compared with what they were before.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class InputFaultTests
{
    private const long Mebibyte = 1 << 20;

    /// <summary>What a server may keep after a fault: code compiled meanwhile and buffers in reserve.</summary>
    private const long GrowthMax = 16 * Mebibyte;

    private static readonly TimeSpan s_slowestMax = TimeSpan.FromSeconds(2);

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public void Line_without_end_closes_the_connection_at_its_limit(CacheDriver driver, CacheTrigger trigger)
    {
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 2);
        FloodUntilClosed(server, "", "x", 20);
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Get_without_end_closes_the_connection_at_its_limit(CacheDriver driver, CacheTrigger trigger)
    {
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 2);
        FloodUntilClosed(server, "get ", "key ", 20);
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        server.AssertRecovered(GrowthMax + 20 * 2 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Keys_of_251_bytes_are_refused_by_every_command(CacheDriver driver, CacheTrigger trigger)
    {
        string key = new('k', 251);
        using FaultServer server = FaultServer.Start(driver, trigger);
        using WireClient client = server.Connect();
        string[] lines =
        [
            "get {0}", "gets {0}", "get a {0}", "gat 0 {0}", "gats 0 {0}", "delete {0}", "incr {0} 1", "decr {0} 1",
            "touch {0} 0", "mg {0} v", "md {0}", "ma {0}", "me {0}", "set {0} 0 0 1\r\nx", "add {0} 0 0 1\r\nx",
            "replace {0} 0 0 1\r\nx", "append {0} 0 0 1\r\nx", "prepend {0} 0 0 1\r\nx", "cas {0} 0 0 1 1\r\nx",
            "ms {0} 1\r\nx",
        ];
        foreach (string line in lines)
        {
            string request = line.Replace("{0}", key, StringComparison.Ordinal);
            Assert.Equal("CLIENT_ERROR bad command line format", client.Ask(request));
            Assert.Equal("MN", client.Ask("mn"));
        }
        client.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Wrong_lengths_are_answered_and_harm_nobody(CacheDriver driver, CacheTrigger trigger)
    {
        var random = new Random(251);
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 2);
        string[] lengths =
        [
            "-1", "0", "2", "9", "2147483645", "2147483646", "2147483647", "4294967295", "99999999999999999999", "x",
            "",
        ];
        for (int round = 0; round < 300; round++)
        {
            using WireClient client = server.Connect();
            string length = round % 3 == 0
                ? random.Next(0, 20_000).ToString(CultureInfo.InvariantCulture)
                : lengths[random.Next(lengths.Length)];
            string data = new('d', random.Next(0, 20_000));
            string line = round % 2 == 0 ? $"set wrong 0 0 {length}" : $"ms wrong {length}";
            client.Send($"{line}\r\n{data}\r\nmn\r\n");
            client.CloseSending();
            foreach (string answer in AnswersOf(client))
                Assert.Matches("^(STORED|HD|MN|ERROR|CLIENT_ERROR .*|SERVER_ERROR .*)$", answer);
        }
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Random_bytes_harm_nobody(CacheDriver driver, CacheTrigger trigger)
    {
        var random = new Random(20260720);
        string[] commands =
        [
            "get ", "set a 0 0 ", "mg ", "ms a ", "gat ", "incr ", "ma ", "stats ", "me ", "touch ", "cas ", "\x80\x00",
        ];
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 2);
        for (int round = 0; round < 400; round++)
        {
            byte[] noise = new byte[random.Next(1, 6000)];
            random.NextBytes(noise);
            for (int index = random.Next(1, 60); index < noise.Length; index += random.Next(1, 200))
            {
                noise[index] = (byte)'\n';
                byte[] command = Encoding.Latin1.GetBytes(commands[random.Next(commands.Length)]);
                command.AsSpan(0, Math.Min(command.Length, noise.Length - index - 1)).CopyTo(noise.AsSpan(index + 1));
            }
            using WireClient client = server.Connect();
            client.Send(noise, Deadline.Usual);
            client.CloseSending();
            Deadline deadline = Deadline.Usual;
            client.ReadToEnd(deadline);
            Assert.True(client.Ended, $"round {round}: the connection was not ended");
        }
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Half_closed_client_gets_all_its_answers(CacheDriver driver, CacheTrigger trigger)
    {
        const int Requests = 2000;
        using FaultServer server = FaultServer.Start(driver, trigger);
        string value = new('h', 10_000);
        using WireClient client = server.Connect();
        client.Send($"set half 0 0 {value.Length}\r\n{value}\r\n");
        client.Send(string.Concat(Enumerable.Repeat("get half\r\n", Requests)));
        client.CloseSending();
        Assert.Equal("STORED", client.ReadLine());
        int answerLength = $"VALUE half 0 {value.Length}\r\n{value}\r\nEND\r\n".Length;
        byte[] answers = client.ReadToEnd(Deadline.Usual);
        Assert.True(client.Ended, "the server did not end the stream");
        Assert.Equal((long)Requests * answerLength, answers.Length);
        Assert.True(answers.AsSpan().EndsWith("h\r\nEND\r\n"u8));
        client.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clients_that_send_one_byte_at_a_time_are_served(CacheDriver driver, CacheTrigger trigger)
    {
        const int Clients = 30;
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 2);
        WireClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => server.Connect())];
        byte[][] requests = [.. Enumerable.Range(10, Clients).Select(i => Encoding.ASCII.GetBytes(
            $"set slow{i} 0 0 5\r\nva{i}e\r\nmg slow{i} v\r\ngets nothing slow{i} x\r\nversion\r\n"))];
        for (int index = 0; index < requests[0].Length; index++)
        {
            for (int number = 0; number < Clients; number++)
                Assert.True(clients[number].Send(requests[number].AsSpan(index, 1), Deadline.Usual));
        }
        for (int number = 0; number < Clients; number++)
        {
            string value = $"va{number + 10}e";
            WireClient client = clients[number];
            string[] answers = [.. Enumerable.Range(0, 7).Select(_ => client.ReadLine())];
            Assert.Equal(["STORED", "VA 5", value], answers[..3]);
            Assert.StartsWith($"VALUE slow{number + 10} 0 5 ", answers[3], StringComparison.Ordinal);
            Assert.Equal([value, "END"], answers[4..6]);
            client.Dispose();
        }
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        server.AssertRecovered(GrowthMax);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clients_that_vanish_in_a_value_leave_no_trace(CacheDriver driver, CacheTrigger trigger)
    {
        const int Clients = 200;
        using FaultServer server = FaultServer.Start(driver, trigger, "-m", "512");
        using var bystander = new Bystander(server.EndPoint, 2);
        bystander.AwaitProgress(100);
        long items = server.Stat("curr_items");
        long bytes = server.Stat("bytes");
        byte[] half = Encoding.ASCII.GetBytes($"set vanish 0 0 500000\r\n{new string('v', 250_000)}");
        for (int round = 0; round < Clients; round++)
        {
            WireClient client = server.Connect();
            Assert.True(client.Send(half.AsSpan(0, round % 3 == 0 ? 1000 : half.Length), Deadline.Usual));
            if (round % 2 == 0)
                client.Reset();
            else
                client.Dispose();
        }
        using (WireClient client = server.Connect())
            Assert.Equal("END", client.Ask("get vanish"));
        bystander.AssertServed(s_slowestMax);
        bystander.Dispose();
        Assert.True(
            Deadline.Usual.Await(() => server.Stat("curr_items") == items && server.Stat("bytes") == bytes),
            $"{server.Stat("curr_items")} items of {server.Stat("bytes")} bytes, {items} of {bytes} were before");
        server.AssertRecovered(GrowthMax);
    }

    /// <summary>Clients that send <paramref name="unit"/> for ever: each must be closed long before 64 MiB.</summary>
    private static void FloodUntilClosed(FaultServer server, string head, string unit, int clientCount)
    {
        byte[] chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(unit, 64 * 1024 / unit.Length)));
        for (int number = 0; number < clientCount; number++)
        {
            using WireClient client = server.Connect();
            client.Send(Encoding.ASCII.GetBytes(head), Deadline.Usual);
            long sent = 0;
            while (sent < 64 * Mebibyte && !client.Ended && client.Send(chunk, Deadline.Usual))
            {
                sent += chunk.Length;
                client.Receive(Deadline.After(TimeSpan.Zero));
            }
            Assert.True(client.AwaitEnd(Deadline.Usual) || client.Ended, "the connection is still open");
            Assert.True(sent < 64 * Mebibyte, $"{sent} bytes were taken");
        }
    }

    private static string[] AnswersOf(WireClient client)
    {
        string text = Encoding.Latin1.GetString(client.ReadToEnd(Deadline.Usual));
        Assert.True(client.Ended, "the connection was not ended");
        return text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
