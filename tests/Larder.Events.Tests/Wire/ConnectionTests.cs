using System.Net.Sockets;
using System.Text;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>
/// The connection's step under every driver and trigger, over real sockets: what is sent comes back, in order, whatever
/// the pieces in which it travels.
/// </summary>
public sealed class ConnectionTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    private static DriverOptions Options(DriverKind driver, Trigger trigger, int requestsPerTurn = 1024,
        int stuckMs = 60_000, int idleMs = 0, long high = 1024 * 1024, int runaway = 1000, int threads = 2)
        => new()
        {
            Driver = driver,
            Trigger = trigger,
            Threads = threads,
            RequestsPerTurn = requestsPerTurn,
            StuckReceiverTimeoutMs = stuckMs,
            IdleTimeoutMs = idleMs,
            OutputHighBytes = high,
            OutputLowBytes = high / 4,
            RunawayLimit = runaway,
            InputMaxBytes = 256 * 1024,
        };

    [Theory, MemberData(nameof(Combinations))]
    public void Line_sent_whole_is_answered(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        Assert.Equal("hello", client.Ask("echo hello"));
        Assert.Equal("again", client.Ask("echo again"));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Lines_sent_byte_by_byte_are_answered(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        foreach (byte value in "echo one\necho two\n"u8)
        {
            client.Send([value]);
        }
        Assert.Equal("one", client.ReadLine());
        Assert.Equal("two", client.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Pipeline_longer_than_a_turn_is_answered_in_order(DriverKind driver, Trigger trigger)
    {
        const int Lines = 20_000;
        using var server = new LineServer(Options(driver, trigger, requestsPerTurn: 7));
        using LineClient client = server.Connect();
        var all = new StringBuilder();
        for (int i = 0; i < Lines; i++)
        {
            all.Append("echo ").Append(i).Append('\n');
        }
        var sender = new Thread(() => client.Send(all.ToString()));
        sender.Start();
        for (int i = 0; i < Lines; i++)
        {
            Assert.Equal(i.ToString(), client.ReadLine());
        }
        sender.Join();
        Assert.True(server.Sum(counters => counters.Yields) >= Lines / 7 - 1);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_closed_client_gets_all_answers_then_the_end(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("echo a\nbig 300000\necho z\n");
        client.FinishSending();
        Assert.Equal("a", client.ReadLine());
        client.ReadExactly(300_000);
        Assert.Equal("z", client.ReadLine());
        Assert.Equal("<end>", client.ReadLine());
        Until.True(() => server.Log.Closed == 1, "the server closed its side");
        Assert.Equal(0, server.Server.CurrentConnections);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Large_value_is_received_in_place_with_what_follows(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        byte[] value = new byte[3_000_000];
        Array.Fill(value, (byte)3);
        var sender = new Thread(() =>
        {
            client.Send($"take {value.Length}\n");
            client.Send(value);
            client.Send("echo behind\n");
        });
        sender.Start();
        Assert.Equal("9000000", client.ReadLine());
        Assert.Equal("behind", client.ReadLine());
        sender.Join();
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Leased_value_arrives_between_copied_ones_and_is_released(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        int before = LineConnection.Released;
        client.Send("echo a\nlease 2000000\necho b\n");
        Assert.Equal("a", client.ReadLine());
        byte[] all = client.ReadExactly(2_000_003);
        Assert.Equal((byte)'<', all[0]);
        Assert.True(all.AsSpan(1, 2_000_000).IndexOfAnyInRange((byte)251, byte.MaxValue) < 0);
        Assert.Equal((byte)(1_999_999 % 251), all[2_000_000]);
        Assert.Equal((byte)'>', all[2_000_001]);
        Assert.Equal("b", client.ReadLine());
        Until.True(() => LineConnection.Released > before, "the lease was released");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Client_that_never_reads_stops_being_executed_and_others_go_on(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger, high: 64 * 1024, threads: 1));
        using LineClient deaf = server.Connect();
        using LineClient other = server.Connect();
        deaf.Socket.Blocking = false;
        byte[] request = Encoding.ASCII.GetBytes("big 30000\n");
        long accepted = 0;
        Until.True(() =>
        {
            deaf.Socket.Send(request, 0, request.Length, System.Net.Sockets.SocketFlags.None, out var error);
            accepted += error == System.Net.Sockets.SocketError.Success ? 1 : 0;
            return server.Sum(counters => counters.BackPressures) > 0 && other.Ask("echo here") == "here";
        }, "back-pressure");
        int executed = server.Log.Executed;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("still", other.Ask("echo still"));
        }
        Assert.Equal(executed + 100, server.Log.Executed);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Back_pressured_client_that_reads_again_gets_everything(DriverKind driver, Trigger trigger)
    {
        // Replies beyond what both sockets hold (tcp_wmem's maximum of 4 MiB and a small receive buffer), so that the
        // output must wait. Smaller ones would not do under the queue: there a connection whose socket is two thirds
        // full gets no turn before its client reads, which is back-pressure too, but the kernel's.
        const int Requests = 2;
        const int Bytes = 8_000_000;
        using var server = new LineServer(Options(driver, trigger, high: 64 * 1024, threads: 1));
        using var client = new LineClient(server.EndPoint, receiveBuffer: 16 * 1024);
        for (int i = 0; i < Requests; i++)
        {
            client.Send($"big {Bytes}\necho {i}\n");
        }
        Until.True(() => server.Sum(counters => counters.BackPressures) > 0, "back-pressure");
        Assert.True(server.Log.Executed < Requests * 2);
        for (int i = 0; i < Requests; i++)
        {
            client.ReadExactly(Bytes);
            Assert.Equal(i.ToString(), client.ReadLine());
        }
        Assert.Equal(Requests * 2, server.Log.Executed);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Stuck_receiver_is_closed_after_its_timeout(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger, stuckMs: 300, high: 64 * 1024));
        using var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send("big 20000000\n");
        Until.True(() => server.Log.Closed == 1, "the stuck receiver was closed");
        Assert.Equal([CloseReason.StuckReceiver], server.Log.Reasons);
        Assert.Equal(1, server.Sum(counters => counters.StuckReceivers));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Silent_client_is_closed_after_the_idle_timeout(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger, idleMs: 300));
        using LineClient silent = server.Connect();
        using LineClient spoke = server.Connect();
        Assert.Equal("hi", spoke.Ask("echo hi"));
        Assert.Equal("<end>", silent.ReadLine());
        Assert.Equal("<end>", spoke.ReadLine());
        Until.True(() => server.Log.Closed == 2, "both were closed");
        Assert.Equal(2, server.Sum(counters => counters.IdleKicks));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Connection_without_progress_is_closed_as_runaway(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger, runaway: 50));
        using LineClient client = server.Connect();
        client.Send("stare\nmore\n");
        Until.True(() => server.Log.Closed == 1, "the runaway was closed");
        Assert.Equal([CloseReason.Runaway], server.Log.Reasons);
        Assert.Equal(1, server.Sum(counters => counters.Runaways));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Request_of_many_steps_is_no_runaway(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger, runaway: 50));
        using LineClient client = server.Connect();
        client.Send("ponder 500\necho behind\n");
        Assert.Equal("well", client.ReadLine());
        Assert.Equal("behind", client.ReadLine());
        Assert.Equal(0, server.Sum(counters => counters.Runaways));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Parked_connection_goes_on_when_its_ticket_is_completed(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("park\necho behind\n");
        Assert.Equal("parked", client.ReadLine());
        client.Send("echo later\n");
        Assert.Equal(1, server.Log.Executed);
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Assert.Equal("behind", client.ReadLine());
        Assert.Equal("later", client.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Parked_connection_whose_client_left_ends_only_after_its_ticket(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        LineClient client = server.Connect();
        client.Send("park\n");
        Assert.Equal("parked", client.ReadLine());
        client.Dispose();
        using LineClient other = server.Connect();
        Assert.Equal("x", other.Ask("echo x"));
        Assert.Equal(0, server.Log.Closed);
        Assert.True(server.Log.Tickets.TryDequeue(out ParkTicket ticket));
        ticket.Complete();
        Until.True(() => server.Log.Closed == 1, "the parked connection ended");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Unfinished_line_beyond_the_limit_closes_the_connection(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Socket.Blocking = false;
        var junk = new byte[8192];
        Array.Fill(junk, (byte)'x');
        Until.True(() =>
        {
            client.Socket.Send(junk, 0, junk.Length, System.Net.Sockets.SocketFlags.None, out _);
            return server.Log.Closed == 1;
        }, "the connection was closed");
        Assert.Equal([CloseReason.InputOverflow], server.Log.Reasons);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Half_lines_of_all_together_beyond_the_limit_close_who_needs_more(DriverKind driver, Trigger trigger)
    {
        var limit = new BufferLimit(4 * BufferPool.BlockBytes);
        using var server = new LineServer(new DriverOptions
        {
            Driver = driver,
            Trigger = trigger,
            Threads = 2,
            InputLimit = limit,
        });
        LineClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => server.Connect())];
        Array.ForEach(clients, client => client.Send("echo half"));
        Until.True(() => server.Log.Closed == 2, "two got no memory");
        Assert.Equal([CloseReason.BufferLimit, CloseReason.BufferLimit], server.Log.Reasons);
        Assert.Equal(2, limit.Refused);
        using LineClient other = server.Connect();
        Assert.Equal("whole", other.Ask("echo whole")); // a line that comes whole needs none
        LineClient[] kept = [.. clients.Where(client => !client.Socket.Poll(0, SelectMode.SelectRead))];
        Assert.Equal(4, kept.Length); // the others have an end to read
        Assert.All(kept, client => Assert.Equal("half line", client.Ask(" line")));
        Array.ForEach(clients, client => client.Dispose());
        Until.True(() => limit.Used == 0, "all was given back");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Protocol_close_delivers_the_last_reply_although_input_is_unread(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send("big 500000\nbye\n" + new string('x', 200_000));
        client.ReadExactly(500_000);
        Assert.Equal("bye", client.ReadLine());
        Assert.Equal("<end>", client.ReadLine());
        client.Dispose();
        Until.True(() => server.Log.Closed == 1, "closed");
        Assert.Equal([CloseReason.Protocol], server.Log.Reasons);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Abort_closes_at_once(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        Assert.Equal("<end>", client.Ask("die"));
        Until.True(() => server.Log.Closed == 1, "closed");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Shutdown_from_another_thread_ends_the_connection(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        server.Server.ForEachConnection(connection => connection.Shutdown());
        Assert.Equal("<end>", client.ReadLine());
        Until.True(() => server.Log.Closed == 1, "closed");
        Assert.Equal([CloseReason.Stopped], server.Log.Reasons);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Names_are_in_memcacheds_notation(DriverKind driver, Trigger trigger)
    {
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Ask("echo x");
        var names = new List<string>();
        server.Server.ForEachConnection(connection => names.Add(connection.PeerName + " " + connection.LocalName));
        Assert.Equal([$"tcp:{client.Socket.LocalEndPoint} tcp:{server.EndPoint}"], names);
    }
}
