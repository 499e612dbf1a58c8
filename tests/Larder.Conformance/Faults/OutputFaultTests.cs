using System.Text;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: a client that does not read its answers costs a bounded amount of memory and nobody else's time. Method:
/// clients with small receive windows ask for far more than the bound on queued output, and never read.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class OutputFaultTests
{
    private const long Mebibyte = 1 << 20;
    private const int Stuck = 20;
    private const int StepBytes = 1 << 20;

    /// <summary>
    /// Queued output of one client: the mark of 1 MiB at which it stops executing, one answer more, and its input.
    /// </summary>
    private const long HeldByClientMax = 3 * Mebibyte;

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public void Clients_that_never_read_hold_bounded_memory_and_nobody_up(CacheDriver driver, CacheTrigger trigger)
    {
        using FaultServer server = FaultServer.Start(driver, trigger);
        using var bystander = new Bystander(server.EndPoint, 4);
        List<WireClient> stuck = ConnectStuck(server.EndPoint);
        bystander.AwaitProgress(2000);
        long held = server.ResidentGrowth;
        Assert.True(held <= Stuck * HeldByClientMax, $"{Stuck} stuck clients hold {held} bytes");
        bystander.AssertServed(TimeSpan.FromSeconds(2));
        bystander.Dispose();
        foreach (WireClient client in stuck)
            client.Reset();
        server.AssertRecovered(16 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Client_that_reads_late_gets_every_answer(CacheDriver driver, CacheTrigger trigger)
    {
        const int Requests = 3000;
        using FaultServer server = FaultServer.Start(driver, trigger);
        using WireClient client = WireClient.Connect(server.EndPoint, 4096);
        string value = new('l', 20_000);
        client.Send($"set late 0 0 {value.Length}\r\n{value}\r\n");
        Assert.Equal("STORED", client.ReadLine());
        using var bystander = new Bystander(server.EndPoint, 1);
        byte[] requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("get late\r\n", Requests)));
        Assert.True(client.SendSome(requests) == requests.Length, "the socket takes 30 kB at once");
        bystander.AwaitProgress(1000);
        string answer = $"VALUE late 0 {value.Length}\r\n{value}\r\nEND\r\n";
        for (int number = 0; number < Requests; number++)
            Assert.True(client.ReadText(answer.Length) == answer, $"answer {number} is wrong");
        bystander.AssertServed(TimeSpan.FromSeconds(2));
        bystander.Dispose();
        client.Dispose();
        server.AssertRecovered(16 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Client_that_never_reads_is_closed_after_its_time(CacheDriver driver, CacheTrigger trigger)
    {
        using LarderServer server = LarderServer.Start(
            driver, trigger, [], options => options.StuckReceiverTimeout = TimeSpan.FromSeconds(1));
        List<WireClient> stuck = ConnectStuck(server.EndPoint);
        using var bystander = new Bystander(server.EndPoint, 1);
        Assert.True(
            Deadline.Usual.Await(() => server.Server.CurrentConnections == 1),
            $"{server.Server.CurrentConnections - 1} stuck clients are still connected");
        bystander.AssertServed(TimeSpan.FromSeconds(2));
        foreach (WireClient client in stuck)
            client.Dispose();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Client_that_reads_slowly_is_not_closed(CacheDriver driver, CacheTrigger trigger)
    {
        using LarderServer server = LarderServer.Start(
            driver, trigger, [], options => options.StuckReceiverTimeout = TimeSpan.FromSeconds(1));
        using WireClient client = ConnectStuck(server.EndPoint, 1)[0];
        using var pause = new ManualResetEventSlim(false);
        // Three times the limit, in steps far shorter than it. A step is more than the third of the socket's buffer
        // that must be free before the kernel calls it writable: less would be no progress that the server can see.
        for (int step = 0; step < 30; step++)
        {
            for (int taken = 0; taken < StepBytes; client.Consume(client.Received.Length))
            {
                Assert.True(client.Receive(Deadline.Usual), "the connection was ended");
                taken += client.Received.Length;
            }
            pause.Wait(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(1, server.Server.CurrentConnections);
    }

    private static List<WireClient> ConnectStuck(System.Net.EndPoint endPoint, int count = Stuck)
    {
        string value = new('s', 100_000);
        byte[] requests = Encoding.ASCII.GetBytes(
            $"set stuck 0 0 {value.Length}\r\n{value}\r\n" + string.Concat(Enumerable.Repeat("get stuck\r\n", 1000)));
        var clients = new List<WireClient>();
        for (int number = 0; number < count; number++)
        {
            var client = WireClient.Connect(endPoint, 4096);
            clients.Add(client);
            for (int sent = 0; sent < requests.Length;)
            {
                int taken = client.SendSome(requests.AsSpan(sent));
                if (taken == 0)
                    client.Socket.Poll(1_000_000, System.Net.Sockets.SelectMode.SelectWrite);
                sent += taken;
            }
        }
        return clients;
    }
}
