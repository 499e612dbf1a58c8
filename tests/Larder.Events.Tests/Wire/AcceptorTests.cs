using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>
/// Aim: no errno of accept4 kills the server, makes it spin or stops it for good. Method: errnos put in place of the
/// system call, and real clients behind them.
/// </summary>
public sealed class AcceptorTests
{
    private readonly ConcurrentQueue<Errno> _faults = new();
    private readonly KeptLog _log = new();
    private int _calls;

    private DriverOptions Options => new() { Threads = 1, Logger = _log };

    [Theory]
    [InlineData(Errno.TooManyFiles)]
    [InlineData(Errno.FileTableFull)]
    [InlineData(Errno.NoBuffers)]
    [InlineData(Errno.NoMemory)]
    public void Lack_of_descriptors_or_memory_pauses_without_spinning_and_passes(Errno errno)
    {
        bool lacks = true;
        using var server = new LineServer(Options, accept: listener => Count(
            Volatile.Read(ref lacks) ? SysResult.Fail(errno) : Acceptor.Accept(listener)));
        using LineClient client = server.Connect();
        var clock = Stopwatch.StartNew();
        Until.True(() => clock.ElapsedMilliseconds > 350, "some time of pausing");
        Assert.InRange(Volatile.Read(ref _calls), 2, 1 + (clock.ElapsedMilliseconds / 90));
        Assert.Equal(1, server.Server.Counters.AcceptPauses);
        Assert.Equal(1, _log.Count(1001));
        Volatile.Write(ref lacks, false);
        Assert.Equal("x", client.Ask("echo x"));
        Until.True(() => _log.Count(1002) == 1, "the end of the pause was logged");
    }

    [Fact]
    public void Silent_client_is_ended_when_descriptors_are_short()
    {
        bool lacks = false;
        var options = new DriverOptions { Threads = 1, Logger = _log, PressureIdleMs = 1 };
        using var server = new LineServer(options, accept: listener => Count(
            Volatile.Read(ref lacks) ? SysResult.Fail(Errno.TooManyFiles) : Acceptor.Accept(listener)));
        using LineClient silent = server.Connect();
        Assert.Equal("x", silent.Ask("echo x"));
        server.Server.ExpireIdle(); // a second must pass before it is done again
        Volatile.Write(ref lacks, true);
        using LineClient second = server.Connect(); // taken by the call that blocks already
        using LineClient third = server.Connect();
        Until.True(() => _log.Count(1008) > 0, "somebody made room");
        Until.True(() => server.Server.CurrentConnections == 0, "both had been silent");
        Volatile.Write(ref lacks, false);
        Assert.Equal("y", third.Ask("echo y"));
    }

    [Fact]
    public void Pause_ends_at_once_when_a_connection_closes()
    {
        bool lacks = false;
        using var server = new LineServer(Options, accept: listener =>
        {
            return Count(Volatile.Read(ref lacks)
                ? SysResult.Fail(Errno.TooManyFiles) : Acceptor.Accept(listener));
        });
        LineClient first = server.Connect();
        Assert.Equal("x", first.Ask("echo x"));
        Volatile.Write(ref lacks, true);
        using LineClient second = server.Connect(); // taken by the call that blocks already
        using LineClient third = server.Connect();
        Until.True(() => server.Server.Counters.AcceptPauses == 1, "a pause");
        int calls = Volatile.Read(ref _calls);
        Volatile.Write(ref lacks, false);
        first.Dispose();
        Assert.Equal("y", third.Ask("echo y"));
        Assert.True(Volatile.Read(ref _calls) > calls);
    }

    [Theory]
    [InlineData(Errno.Interrupted)]
    [InlineData(Errno.ConnectionAborted)]
    [InlineData(Errno.NetworkDown)]
    [InlineData(Errno.Protocol)]
    [InlineData(Errno.NoProtocolOption)]
    [InlineData(Errno.HostDown)]
    [InlineData(Errno.NoNetwork)]
    [InlineData(Errno.HostUnreachable)]
    [InlineData(Errno.NotSupported)]
    [InlineData(Errno.NetworkUnreachable)]
    [InlineData(Errno.TimedOut)]
    [InlineData(Errno.NotPermitted)]
    public void Misfortune_of_one_client_is_passed_over_in_silence(Errno errno)
    {
        for (int i = 0; i < 50; i++)
        {
            _faults.Enqueue(errno);
        }
        using LineServer server = Faulty();
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        Assert.Empty(_faults);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Misfortune_that_does_not_end_is_logged_once_and_does_not_spin()
    {
        using var server = new LineServer(Options, accept: _ => Count(SysResult.Fail(Errno.NotSupported)));
        var clock = Stopwatch.StartNew();
        Until.True(() => clock.ElapsedMilliseconds > 400, "some time of failing");
        Assert.InRange(Volatile.Read(ref _calls), 65, 65 + (clock.ElapsedMilliseconds / 90));
        Assert.Equal(1, _log.Count(1004));
    }

    [Fact]
    public void Unknown_errno_is_logged_and_tried_again()
    {
        _faults.Enqueue((Errno)77);
        _faults.Enqueue((Errno)77);
        using LineServer server = Faulty();
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        Assert.Equal(1, _log.Count(1004));
    }

    [Fact]
    public void Non_blocking_listener_is_made_blocking_again()
    {
        _faults.Enqueue(Errno.Again);
        using LineServer server = Faulty();
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(Errno.BadDescriptor)]
    [InlineData(Errno.Invalid)]
    [InlineData(Errno.NotSocket)]
    public void Listener_that_is_none_any_more_ends_its_acceptor_with_a_log(Errno errno)
    {
        _faults.Enqueue(errno);
        using LineServer server = Faulty();
        Until.True(() => _log.Count(1003) == 1, "the end was logged");
        Assert.Equal(1, Volatile.Read(ref _calls));
        server.Server.Stop(StopMode.Fast); // does not wait for the thread that has ended
    }

    [Theory]
    [InlineData(1), InlineData(4)]
    public async Task Two_thousand_connects_against_a_short_backlog_are_each_accepted_once(int acceptThreads)
    {
        const int Clients = 2_000;
        using var server = new LineServer(Options, backlog: 128, acceptThreads: acceptThreads);
        // All at once: what the queue does not hold the kernel drops, and the clients' kernel tries again (tcp(7)).
        Task<LineClient>[] connecting =
            [.. Enumerable.Range(0, Clients).Select(_ => LineClient.ConnectAsync(server.EndPoint))];
        LineClient[] sockets = await Task.WhenAll(connecting).WaitAsync(TimeSpan.FromSeconds(60));
        foreach (LineClient client in sockets)
        {
            client.Send("echo x\n");
        }
        Assert.All(sockets, client => Assert.Equal("x", client.ReadLine()));
        Assert.Equal(Clients, server.Server.Counters.Accepted);
        Assert.Equal(Clients, server.Server.CurrentConnections);
        foreach (LineClient client in sockets)
        {
            client.Dispose();
        }
        Until.True(() => server.Log.Closed == Clients, "all closed, each once");
        Assert.Equal(0, server.Server.CurrentConnections);
    }

    [Fact]
    public void Client_beyond_the_limit_gets_the_message_and_the_end()
    {
        using var server = new LineServer(Options, maxConnections: 2, rejectMessage: "too many\n");
        using LineClient first = server.Connect();
        using LineClient second = server.Connect();
        Assert.Equal("1", first.Ask("echo 1"));
        Assert.Equal("2", second.Ask("echo 2"));
        using (LineClient third = server.Connect())
        {
            Assert.Equal("too many", third.ReadLine());
            Assert.Equal("<end>", third.ReadLine());
        }
        Assert.Equal(1, server.Server.Counters.Rejected);
        Assert.False(server.Server.IsAccepting);
        second.Dispose();
        Until.True(() => server.Server.IsAccepting, "room again");
        using LineClient fourth = server.Connect();
        Assert.Equal("4", fourth.Ask("echo 4"));
    }

    [Theory]
    [InlineData(1), InlineData(3)]
    public void Client_beyond_the_limit_waits_until_another_leaves(int acceptThreads)
    {
        using var server = new LineServer(Options, maxConnections: 2, acceptThreads: acceptThreads);
        var clients = new Queue<LineClient>();
        for (int i = 0; i < 8; i++)
        {
            clients.Enqueue(server.Connect());
        }
        foreach (LineClient client in clients)
        {
            client.Send("echo in\n");
        }
        while (clients.Count > 0)
        {
            LineClient[] served = Served(clients, Math.Min(clients.Count, 2));
            Assert.Equal(Math.Min(clients.Count, 2), server.Server.CurrentConnections);
            clients = new Queue<LineClient>(clients.Except(served));
            Array.ForEach(served, client => client.Dispose());
        }
        Assert.Equal(8, server.Server.Counters.Accepted);
        Assert.InRange(server.Server.Counters.RoomWaits, 1, 8 * acceptThreads);
        Assert.True(server.Server.Counters.RoomWaitMicroseconds > 0);
    }

    private static LineClient[] Served(IEnumerable<LineClient> clients, int expected)
    {
        LineClient[] served = [];
        Until.True(() =>
        {
            served = [.. clients.Where(client => client.Socket.Available > 0)];
            return served.Length >= expected;
        }, "served");
        Assert.Equal(expected, served.Length);
        return served;
    }

    private LineServer Faulty() => new(Options, accept: listener => Count(
        _faults.TryDequeue(out Errno errno) ? SysResult.Fail(errno) : Acceptor.Accept(listener)));

    private SysResult Count(SysResult result)
    {
        Interlocked.Increment(ref _calls);
        return result;
    }
}
