using System.Diagnostics;
using System.Net;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

/// <summary>
/// Stopping: quick when idle, nothing executed goes unanswered, what is stuck is cut at the deadline.
/// </summary>
public sealed class StopTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    public static TheoryData<DriverKind, Trigger, StopMode> Modes
    {
        get
        {
            var all = new TheoryData<DriverKind, Trigger, StopMode>();
            foreach (StopMode mode in Enum.GetValues<StopMode>())
            {
                all.Add(DriverKind.FrontEnds, Trigger.Edge, mode);
                all.Add(DriverKind.FrontEnds, Trigger.Level, mode);
                all.Add(DriverKind.Queue, Trigger.Edge, mode);
                all.Add(DriverKind.Queue, Trigger.Level, mode);
            }
            return all;
        }
    }

    private static DriverOptions Options(DriverKind driver, Trigger trigger, int threads = 2)
        => new() { Driver = driver, Trigger = trigger, Threads = threads };

    [Theory, MemberData(nameof(Modes))]
    public void Idle_server_with_connections_stops_quickly(DriverKind driver, Trigger trigger, StopMode mode)
    {
        // 0.7 to 1.6 ms measured with 2 cores; the bound leaves room for tests that run beside it.
        using var server = new LineServer(Options(driver, trigger, threads: 4), acceptThreads: 3);
        LineClient[] clients = [.. Enumerable.Range(0, 50).Select(_ => server.Connect())];
        Assert.All(clients, client => Assert.Equal("x", client.Ask("echo x")));
        var clock = Stopwatch.StartNew();
        server.Server.Stop(mode);
        Assert.True(clock.ElapsedMilliseconds < 1_000, $"stopped after {clock.ElapsedMilliseconds} ms");
        TestContext.Current.SendDiagnosticMessage($"stop of an idle server: {clock.Elapsed.TotalMilliseconds:f1} ms");
        Assert.All(clients, client => Assert.Equal("<end>", client.ReadLine()));
        Assert.Equal(50, server.Log.Closed);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory, MemberData(nameof(Modes))]
    public void Pipelined_load_gets_an_answer_to_each_executed_request(
        DriverKind driver, Trigger trigger, StopMode mode)
    {
        using var server = new LineServer(Options(driver, trigger));
        byte[] batch = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("echo 0123456789\n", 500)));
        long answers = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).SelectMany(_ =>
        {
            LineClient client = server.Connect();
            var writer = new Thread(() => SendUntilRefused(client, batch));
            var reader = new Thread(() =>
            {
                byte[] all = client.ReadToEnd();
                Interlocked.Add(ref answers, all.Count(value => value == '\n'));
                client.Dispose();
            });
            return (Thread[])[writer, reader];
        })];
        Array.ForEach(threads, thread => thread.Start());
        Until.True(() => server.Log.Executed > 50_000, "load");
        server.Server.Stop(mode, 1_000);
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(server.Log.Executed, answers);
        Assert.Equal(4, server.Log.Closed);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_received_request_completes_in_a_graceful_stop(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient half = server.Connect();
        using LineClient taking = server.Connect();
        using LineClient idle = server.Connect();
        Assert.Equal("x", idle.Ask("echo x"));
        half.Send("echo ha");
        taking.Send("take 10\n\u0001\u0001\u0001");
        Until.True(() => server.Sum(counters => counters.BytesRead) == 25, "halves were received");
        var stopping = new Thread(() => server.Server.Stop(StopMode.Graceful, LineClient.DeadlineMs));
        stopping.Start();
        Assert.Equal("<end>", idle.ReadLine());
        half.Send("lf\n");
        Assert.Equal("half", half.ReadLine());
        Assert.Equal("<end>", half.ReadLine());
        taking.Send("\u0001\u0001\u0001\u0001\u0001\u0001\u0001");
        Assert.Equal("10", taking.ReadLine());
        Assert.Equal("<end>", taking.ReadLine());
        Assert.True(stopping.Join(LineClient.DeadlineMs));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_received_request_is_dropped_in_a_fast_stop(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("echo whole\necho ha");
        Assert.Equal("whole", client.ReadLine());
        server.Server.Stop(StopMode.Fast, LineClient.DeadlineMs);
        Assert.Equal("<end>", client.ReadLine());
        Assert.Equal(1, server.Log.Executed);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_received_request_is_dropped_at_the_deadline_of_a_graceful_stop(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("echo whole\necho ha");
        Assert.Equal("whole", client.ReadLine());
        server.Server.Stop(StopMode.Graceful, 100);
        Assert.Equal("<end>", client.ReadLine());
        Assert.Equal([CloseReason.Stopped], server.Log.Reasons);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Fast_stop_hurries_a_graceful_one(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("echo whole\necho ha");
        Assert.Equal("whole", client.ReadLine());
        var graceful = new Thread(() => server.Server.Stop(StopMode.Graceful, 10 * LineClient.DeadlineMs));
        graceful.Start();
        Until.True(() => !server.Server.IsAccepting, "the graceful stop has begun");
        server.Server.Stop(StopMode.Fast, 1_000);
        Assert.True(graceful.Join(LineClient.DeadlineMs));
        Assert.Equal("<end>", client.ReadLine());
    }

    [Theory, MemberData(nameof(Modes))]
    public void Peer_that_does_not_read_is_cut_at_the_deadline(DriverKind driver, Trigger trigger, StopMode mode)
    {
        using var server = new LineServer(Options(driver, trigger));
        using var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send("big 20000000\n");
        Until.True(() => server.Sum(counters => counters.BackPressures) == 1, "stuck");
        var clock = Stopwatch.StartNew();
        server.Server.Stop(mode, 200);
        Assert.InRange(clock.ElapsedMilliseconds, 190, 5_000);
        Assert.Equal(1, server.Log.Closed);
        Assert.Equal(0, server.Server.CurrentConnections);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Accept_storm_loses_no_accepted_connection(DriverKind driver, Trigger trigger)
    {
        // Each client sends at once; whatever the server accepted it answers or at least ends, and it counts them all.
        using var server = new LineServer(Options(driver, trigger), acceptThreads: 2);
        bool stops = false;
        long connected = 0, answered = 0;
        Thread[] storm = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref stops))
            {
                try
                {
                    using LineClient client = server.Connect();
                    client.Send("echo x\n");
                    Interlocked.Increment(ref connected);
                    Interlocked.Add(ref answered, client.ReadLine() == "x" ? 1 : 0);
                }
                catch (System.Net.Sockets.SocketException refused)
                {
                    Assert.NotEqual(System.Net.Sockets.SocketError.TimedOut, refused.SocketErrorCode);
                }
            }
        }))];
        Array.ForEach(storm, thread => thread.Start());
        Until.True(() => server.Server.Counters.Accepted > 500, "a storm");
        server.Server.Stop(StopMode.Fast);
        Volatile.Write(ref stops, true);
        Array.ForEach(storm, thread => thread.Join());
        Assert.Equal(server.Server.Counters.Accepted, server.Log.Closed);
        Assert.Equal(server.Log.Executed, answered);
        Assert.True(connected >= answered);
    }

    [Fact]
    public void Listen_queue_is_served_before_the_end()
    {
        // The only acceptor is held back by a full server, so these clients wait in the queue when the stop comes.
        using var server = new LineServer(new DriverOptions { Threads = 1 }, maxConnections: 1);
        using LineClient first = server.Connect();
        Assert.Equal("1", first.Ask("echo 1"));
        LineClient[] waiting = [.. Enumerable.Range(0, 20).Select(_ => server.Connect())];
        Array.ForEach(waiting, client => client.Send("echo me too\n"));
        server.Server.Stop(StopMode.Fast);
        Assert.All(waiting, client => Assert.Equal("me too", client.ReadLine()));
        Assert.All(waiting, client => Assert.Equal("<end>", client.ReadLine()));
        Array.ForEach(waiting, client => client.Dispose());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Second_server_on_the_same_listener_goes_on(DriverKind driver, Trigger trigger)
    {
        var listener = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        listener.Share();
        int copy = Duplicate.Of(listener.Descriptor);
        using var second = new LineServer(Options(driver, trigger), Listener.FromDescriptor(copy, new ListenOptions()));
        using (var first = new LineServer(Options(driver, trigger), listener))
        {
            Until.True(() =>
            {
                using LineClient client = second.Connect();
                return client.Ask("echo x") == "x" && first.Log.Executed > 0 && second.Log.Executed > 0;
            }, "both serve");
            first.Server.Stop(StopMode.Fast);
        }
        for (int i = 0; i < 20; i++)
        {
            using LineClient client = second.Connect();
            Assert.Equal("y", client.Ask("echo y"));
        }
    }

    [Fact]
    public void Stop_of_a_server_that_never_started_returns()
    {
        var options = new DriverOptions { Driver = DriverKind.Queue };
        var server = new StreamServer(options, new LineServer.Unused());
        Listener listener = server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        using var client = new LineClient(listener.LocalEndPoint!);
        var clock = Stopwatch.StartNew();
        server.Dispose();
        Assert.True(clock.ElapsedMilliseconds < 1_000);
        Assert.Equal("<end>", client.ReadLine());
        server.Dispose();
    }

    private static void SendUntilRefused(LineClient client, byte[] batch)
    {
        try
        {
            while (true)
            {
                client.Send(batch);
            }
        }
        catch (Exception ended) when (ended is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            Assert.NotNull(ended.Message);
        }
    }
}
