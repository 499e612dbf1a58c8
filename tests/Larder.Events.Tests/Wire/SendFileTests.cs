using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>Files sent past the queue: in order with what is queued, in slices, to readers of every speed.</summary>
public sealed class SendFileTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    private static DriverOptions Options(DriverKind driver, Trigger trigger, int threads = 1) => new()
    {
        Driver = driver,
        Trigger = trigger,
        Threads = threads,
        BytesPerTurn = 64 * 1024,
    };

    private static byte[] Content(int length, int seed)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    [Theory, MemberData(nameof(Combinations))]
    public void File_between_replies_comes_in_its_place(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        byte[] content = Content(3_000_000, 1);
        string path = folder.File("content", content);
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send($"echo before\nfile {path}\necho behind\nfile {path}\necho end\n");
        Assert.Equal("before", client.ReadLine());
        Assert.Equal("file", client.ReadLine());
        Assert.Equal(content, client.ReadExactly(content.Length));
        Assert.Equal("behind", client.ReadLine());
        Assert.Equal("file", client.ReadLine());
        Assert.Equal(content, client.ReadExactly(content.Length));
        Assert.Equal("end", client.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Reader_that_does_not_read_holds_nobody_up(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        byte[] content = Content(8_000_000, 2);
        string path = folder.File("content", content);
        using var server = new LineServer(Options(driver, trigger));
        using var slow = new LineClient(server.EndPoint, receiveBuffer: 4096);
        slow.Send($"file {path}\necho end\n");
        Assert.Equal("file", slow.ReadLine());
        using LineClient other = server.Connect();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("x", other.Ask("echo x"));
        }
        long steps = server.Sum(counters => counters.Steps);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("x", other.Ask("echo x"));
        }
        // The full socket gives no events of its own: the steps are those of the other client.
        Assert.InRange(server.Sum(counters => counters.Steps) - steps, 100, 130);
        Assert.Equal(content, slow.ReadExactly(content.Length));
        Assert.Equal("end", slow.ReadLine());
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Long_file_gives_others_their_turn(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("content", Content(4_000_000, 3));
        using var server = new LineServer(Options(driver, trigger));
        using LineClient client = server.Connect();
        client.Send($"file {path}\n");
        Assert.Equal("file", client.ReadLine());
        client.ReadExactly(4_000_000);
        Assert.True(server.Sum(counters => counters.Yields) >= 4_000_000 / (64 * 1024) / 2, "it came in few slices");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Reader_that_leaves_ends_the_sending(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("content", Content(8_000_000, 4));
        using var server = new LineServer(Options(driver, trigger));
        var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send($"file {path}\n");
        Assert.Equal("file", client.ReadLine());
        client.Dispose();
        Until.True(() => server.Log.Closed == 1, "the connection is over");
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Reader_that_stops_reading_is_cut_off(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("content", Content(8_000_000, 5));
        using var server = new LineServer(new DriverOptions
        {
            Driver = driver,
            Trigger = trigger,
            Threads = 1,
            StuckReceiverTimeoutMs = 200,
        });
        using var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send($"file {path}\n");
        Until.True(() => server.Log.Closed == 1, "the stuck reader is closed");
        Assert.Equal(1, server.Sum(counters => counters.StuckReceivers));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Graceful_stop_lets_a_file_come_whole(DriverKind driver, Trigger trigger)
    {
        using var folder = new ScratchFolder();
        byte[] content = Content(8_000_000, 6);
        string path = folder.File("content", content);
        using var server = new LineServer(Options(driver, trigger));
        using var client = new LineClient(server.EndPoint, receiveBuffer: 4096);
        client.Send($"file {path}\n");
        Assert.Equal("file", client.ReadLine());
        var stopping = new Thread(() => server.Server.Stop(StopMode.Graceful, LineClient.DeadlineMs));
        stopping.Start();
        Assert.Equal(content, client.ReadExactly(content.Length));
        stopping.Join();
        Assert.Empty(client.ReadToEnd());
    }
}
