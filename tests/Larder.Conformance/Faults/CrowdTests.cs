using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: many connections at once, many idle ones, and no descriptors left are ordinary events. Method: the server is a
/// process of its own, so that each loopback connection costs each process one descriptor.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class CrowdTests
{
    private const long Mebibyte = 1 << 20;

    /// <summary>Descriptors that the test process needs for itself.</summary>
    private const int OwnDescriptors = 1500;

    /// <summary>How often timers tick and a paused accept is tried again, in milliseconds.</summary>
    private const int TickMs = 100;

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public async Task Two_thousand_connections_at_once_are_all_served_by_a_short_listen_queue(
        CacheDriver driver, CacheTrigger trigger)
    {
        const int Count = 2000;
        using FaultServer server = FaultServer.Start(driver, trigger, "-c", "4096", "-b", "64");
        using (var bystander = new Bystander(server.EndPoint, 2))
        {
            // A full listen queue drops a SYN or the last ACK of a handshake: the kernel repeats them ever more seldom,
            // so a client that waited for two seconds tries again, as real ones do.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => AskVersion(server.EndPoint, limit.Token)));
            bystander.AssertServed(TimeSpan.FromSeconds(5));
        }
        server.AssertRecovered(32 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ten_thousand_idle_connections_leave_fifty_busy_ones_their_service(
        CacheDriver driver, CacheTrigger trigger)
    {
        int count = Math.Min(10_000, ProcessProbe.OwnDescriptorLimit() - OwnDescriptors);
        Assert.SkipUnless(
            count >= 1000, $"only {ProcessProbe.OwnDescriptorLimit()} descriptors are allowed (ulimit -n)");
        // Each connection has a timer, so that a server that looks at all of them is found out as well.
        using FaultServer server = FaultServer.Start(driver, trigger, "-c", "12000", "-o", "idle_timeout=3600");
        using var bystander = new Bystander(server.EndPoint, 50);
        List<WireClient> idle = [.. Enumerable.Range(0, count).Select(_ => server.Connect())];
        Assert.True(
            Deadline.Usual.Await(() => server.Stat("curr_connections") >= count + 50),
            $"only {server.Stat("curr_connections")} connections are open");
        AssertOnlyBusyOnesAreWorkedFor(idle[0], bystander, count + 50);
        long perIdle = server.ResidentGrowth / count;
        Assert.Equal("MN", idle[^1].Ask("mn"));
        foreach (WireClient client in idle)
            client.Dispose();
        bystander.AssertServed(TimeSpan.FromSeconds(3));
        bystander.Dispose();
        TestContext.Current.SendDiagnosticMessage(
            $"{driver}/{trigger}: {count} idle connections, {perIdle} bytes each");
        Assert.True(perIdle <= 3000, $"an idle connection holds {perIdle} bytes");
        server.AssertRecovered(32 * Mebibyte);
    }

    /// <summary>
    /// Counts what the server does while the busy ones ask: their events, steps and system calls, and nothing for the
    /// others, whose timers are passed once in a round of the wheel. (What all that costs in time is the bench's to
    /// show, on a quiet machine.)
    /// </summary>
    private static void AssertOnlyBusyOnesAreWorkedFor(WireClient asking, Bystander bystander, int connections)
    {
        const int Requests = 20_000;
        const int RoundMs = 512 * TickMs;
        long begin = Stopwatch.GetTimestamp();
        long countBefore = bystander.Count;
        Dictionary<string, long> before = LarderStats.Read(asking);
        bystander.AwaitProgress(Requests);
        Dictionary<string, long> after = LarderStats.Read(asking);
        // One request was under way at each of the looks; the looks are requests, too.
        long requests = bystander.Count - countBefore + 4;
        long elapsedMs = (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        long ticks = 2 * (elapsedMs / TickMs + 1);
        foreach (string work in (string[])["events", "steps", "receives", "sends"])
            Assert.InRange(after[work] - before[work], Requests - 1, requests + ticks);
        Assert.InRange(after["waits"] - before["waits"], 1, 2 * requests + ticks);
        Assert.Equal(before["connection_walks"], after["connection_walks"]);
        Assert.InRange(after["timers_seen"] - before["timers_seen"], 0, connections * (elapsedMs / RoundMs + 2));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Descriptors_used_up_are_survived_and_used_again_once_freed(CacheDriver driver, CacheTrigger trigger)
    {
        const int Count = 400;
        const int Room = 100;
        using FaultServer server = FaultServer.Start(driver, trigger);
        SetDescriptorLimit(server.ProcessId, ProcessProbe.DescriptorCount(server.ProcessId) + Room);

        List<WireClient> clients = [.. Enumerable.Range(0, Count).Select(_ => server.Connect())];
        foreach (WireClient client in clients)
            client.Send("version\r\n");
        Assert.True(
            Deadline.Usual.Await(() => clients.Count(HasAnswer) >= Room - 10),
            $"only {clients.Count(HasAnswer)} clients are served");

        // Neither spinning nor deaf: those who are in are served while the others wait.
        WireClient inside = clients.First(HasAnswer);
        Assert.StartsWith("VERSION ", inside.ReadLine(), StringComparison.Ordinal);
        Dictionary<string, long> before = LarderStats.Read(inside);
        long begin = Stopwatch.GetTimestamp();
        int asked = 0;
        for (var twoSeconds = Deadline.After(TimeSpan.FromSeconds(2)); !twoSeconds.Passed; asked++)
            Assert.Equal("MN", inside.Ask("mn"));
        Dictionary<string, long> after = LarderStats.Read(inside);
        long pauses = (long)(Stopwatch.GetElapsedTime(begin).TotalMilliseconds / TickMs) + 2;
        Assert.InRange(after["accept_pauses"] - before["accept_pauses"], 0, pauses * after["listeners"]);
        Assert.InRange(after["waits"] - before["waits"], asked - 1, 2 * asked + pauses);
        inside.Send("mn\r\n");

        // Every descriptor that is freed goes to one who waits, until all have been served.
        var waiting = new List<WireClient>(clients);
        bool allServed = Deadline.After(TimeSpan.FromSeconds(40)).Await(() =>
        {
            foreach (WireClient served in waiting.Where(HasAnswer).ToList())
            {
                served.Dispose();
                waiting.Remove(served);
            }
            return waiting.Count == 0;
        }, 10);
        Assert.True(allServed, $"{waiting.Count} clients were never served");
        // The first log line loads what writes it.
        server.AssertRecovered(32 * Mebibyte, descriptorsKept: 8);
    }

    private static bool HasAnswer(WireClient client)
    {
        if (client.Received.IsEmpty && !client.Ended)
            client.Receive(Deadline.After(TimeSpan.Zero));
        return !client.Received.IsEmpty;
    }

    private static void SetDescriptorLimit(int pid, int limit)
    {
        (int exitCode, string output) = ChildProcess.Run(
            "prlimit", [$"--pid={pid}", $"--nofile={limit}"], Deadline.Usual);
        Assert.SkipUnless(exitCode == 0, $"prlimit is not permitted here: {output}");
    }

    private static async Task AskVersion(EndPoint endPoint, CancellationToken limit)
    {
        while (!await TryAskVersion(endPoint, limit))
            limit.ThrowIfCancellationRequested();
    }

    /// <summary>One attempt; false if it took more than two seconds.</summary>
    private static async Task<bool> TryAskVersion(EndPoint endPoint, CancellationToken limit)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(limit);
        attempt.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await AskVersionOnce(endPoint, attempt.Token);
            return true;
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task AskVersionOnce(EndPoint endPoint, CancellationToken limit)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, limit);
        await socket.SendAsync("version\r\n"u8.ToArray(), limit);
        byte[] answer = new byte[100];
        int length = 0;
        while (length == 0 || answer[length - 1] != '\n')
        {
            int count = await socket.ReceiveAsync(answer.AsMemory(length), limit);
            Assert.True(count > 0, "the connection was ended without an answer");
            length += count;
        }
        Assert.True(answer.AsSpan(0, length).StartsWith("VERSION "u8));
    }
}
