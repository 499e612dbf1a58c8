using System.Globalization;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: thousands of clients that connect and say nothing meet the limits, cost what the limits allow, and take
/// nobody's service away. Method: more clients than -c, refused at once or left waiting; and silent ones that
/// idle_timeout sends home, beside bystanders that work all the time.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class FullHouseTests
{
    private const long Mebibyte = 1 << 20;
    private const int OwnDescriptors = 1500;

    /// <summary>What compiled code and buffers in reserve may add, and one client that says nothing.</summary>
    private const long CodeMax = 16 * Mebibyte;
    private const long ClientBytesMax = 3000;

    private const int BystanderClients = 10;
    private const string Refusal = "ERROR Too many open connections";

    private static readonly TimeSpan s_slowest = TimeSpan.FromSeconds(5);

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    private static int Crowd => Math.Min(10_000, ProcessProbe.OwnDescriptorLimit() - OwnDescriptors);

    [Theory]
    [MemberData(nameof(All))]
    public void Ten_thousand_silent_clients_are_refused_beyond_the_limit(CacheDriver driver, CacheTrigger trigger)
    {
        int crowd = Crowd;
        Assert.SkipUnless(crowd >= 4000, $"only {ProcessProbe.OwnDescriptorLimit()} descriptors are allowed");
        int limit = crowd * 3 / 10;
        using FaultServer server = FaultServer.Start(driver, trigger, "-c", Text(limit));
        using WireClient observer = server.Connect();
        using (var bystander = new Bystander(server.EndPoint, BystanderClients))
        {
            bystander.AwaitProgress(100);
            using var silent = new ClientCrowd(server, crowd);
            int expected = crowd - (limit - BystanderClients - 1);
            Assert.True(
                Deadline.Usual.Await(() => Stat(observer, "rejected_connections") >= expected),
                $"{Stat(observer, "rejected_connections")} of {expected} were refused");
            Assert.Equal(expected, silent.Clients.Count(IsRefused));
            Assert.Equal(expected, Stat(observer, "rejected_connections"));
            Assert.Equal(limit, Stat(observer, "curr_connections"));
            Assert.Equal(limit, Stat(observer, "max_connections"));
            long growth = server.ResidentGrowth;
            Assert.True(
                growth <= CodeMax + (limit * ClientBytesMax), $"{limit} silent clients made it grow by {growth} bytes");
            bystander.AssertServed(s_slowest);
        }
        observer.Dispose();
        server.AssertRecovered(32 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clients_beyond_the_limit_wait_and_are_served_as_others_leave(CacheDriver driver, CacheTrigger trigger)
    {
        const int Limit = 200;
        const int Waiting = 300;
        using FaultServer server = FaultServer.Start(
            driver, trigger, "-c", Text(Limit), "-o", "no_maxconns_fast", "-b", "1024");
        using WireClient observer = server.Connect();
        Assert.Equal(1, Stat(observer, "accepting_conns"));
        using var inside = new ClientCrowd(server, Limit - 1);
        Assert.All(inside.Clients, static client => Assert.Equal("MN", client.Ask("mn")));
        using var outside = new ClientCrowd(server, Waiting);
        Assert.All(outside.Clients, static client => client.Send("mn\r\n"));

        Assert.True(Deadline.Usual.Await(() => Stat(observer, "listen_disabled_num") == 1), "accepting goes on");
        Assert.Equal(0, Stat(observer, "accepting_conns"));
        Assert.Equal(Limit, Stat(observer, "curr_connections"));
        Assert.All(inside.Clients, static client => Assert.Equal("MN", client.Ask("mn")));
        Assert.All(
            outside.Clients, static client => Assert.True(client.Received.IsEmpty && client.Socket.Available == 0));

        inside.Dispose();
        foreach (WireClient client in outside.Clients) // in the order in which they came
        {
            Assert.Equal("MN", client.ReadLine());
            client.Dispose();
        }
        Assert.True(Deadline.Usual.Await(() => Stat(observer, "curr_connections") == 1), "somebody is left");
        Assert.Equal(1, Stat(observer, "accepting_conns"));
        Assert.True(Stat(observer, "time_in_listen_disabled_us") > 0);
        observer.Dispose();
        server.AssertRecovered(32 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ten_thousand_silent_clients_are_sent_home_by_the_idle_timeout(CacheDriver driver, CacheTrigger trigger)
    {
        int crowd = Crowd;
        Assert.SkipUnless(crowd >= 1000, $"only {ProcessProbe.OwnDescriptorLimit()} descriptors are allowed");
        using FaultServer server = FaultServer.Start(driver, trigger, "-c", "12000", "-o", "idle_timeout=4");
        long kicksBefore = server.Stat("idle_kicks");
        using (var bystander = new Bystander(server.EndPoint, BystanderClients))
        {
            using var silent = new ClientCrowd(server, crowd);
            Assert.All(
                silent.Clients, static client => Assert.True(client.AwaitEnd(Deadline.Usual), "never sent home"));
            long kicks = 0; // each is counted when it is over, a moment after its client has read the end
            Assert.True(
                Deadline.Usual.Await(() => (kicks = server.Stat("idle_kicks") - kicksBefore) == crowd),
                $"{kicks} of {crowd} were counted");
            bystander.AwaitProgress(100);
            bystander.AssertServed(s_slowest);
        }
        server.AssertRecovered(32 * Mebibyte);
    }

    private static bool IsRefused(WireClient client)
    {
        if (client.Socket.Available == 0)
            return false;
        Assert.Equal(Refusal, client.ReadLine());
        Assert.True(client.AwaitEnd(Deadline.Usual));
        return true;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Stat(WireClient client, string name)
    {
        client.Send("stats\r\n");
        long value = -1;
        for (string line = client.ReadLine(); line != "END"; line = client.ReadLine())
        {
            if (line.StartsWith($"STAT {name} ", StringComparison.Ordinal))
                value = long.Parse(line[(name.Length + 6)..], CultureInfo.InvariantCulture);
        }
        Assert.True(value >= 0, $"no statistic is called {name}");
        return value;
    }
}
