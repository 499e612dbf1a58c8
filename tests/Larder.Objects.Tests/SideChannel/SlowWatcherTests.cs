using System.Text;
using Larder.Events.Driving;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.SideChannel;

/// <summary>
/// Aim: a watcher that does not read costs a bounded amount of memory, is dropped, and keeps nothing from the others.
/// Method: the test makes the reports, of a size that fills a socket soon, and reads each on one connection before it
/// makes the next.
/// </summary>
public sealed class SlowWatcherTests
{
    private const int ReportBytes = 16 * 1024;

    /// <summary>A program that prints nothing: the only reports are the test's.</summary>
    private const string NoReports = "sleep 600";

    /// <summary>Far more than the kernel keeps for a client that does not read.</summary>
    private const int ReportsMax = 10_000;

    private static readonly byte[] s_report = Encoding.ASCII.GetBytes(
        new string('1', ReportBytes - 9) + "\t0.00\n" + ".\n" + "\n");

    [Fact]
    public void Watcher_that_does_not_read_is_dropped_and_others_get_every_report()
    {
        using var store = new SideStore(root => new ObjectServerOptions
        {
            Root = root,
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = 3,
            LoadCommand = NoReports,
            PacePeriod = TimeSpan.FromMilliseconds(200),
        });
        using var slow = new RawClient(store.Server.Endpoints[0], receiveBuffer: 4096);
        using RawClient fast = store.Side();
        slow.Send("watch\n");
        fast.Send("watch\n");
        Until.True(() => store.Server.LoadReports.Watchers == 2, "both watch");
        long mostBytes = 0;
        int reports = 0;
        while (store.Server.LoadReports.Watchers == 2 && reports < ReportsMax)
        {
            store.Server.LoadReports.Publish(s_report);
            Assert.Equal(s_report, fast.ReadExactly(ReportBytes));
            mostBytes = Math.Max(mostBytes, store.Server.Driver.Turns.Sum(static turn => turn.BufferBytes));
            reports++;
        }
        Assert.True(reports < ReportsMax, "nobody was dropped");
        Assert.Equal(1, store.Server.Driver.Turns.Sum(static turn => turn.Counters.StuckReceivers));
        Assert.InRange(mostBytes, 1, 4L * 1024 * 1024);
        store.Server.LoadReports.Publish(s_report);
        Assert.Equal(s_report, fast.ReadExactly(ReportBytes));
        long read = slow.ReadToEnd();
        Assert.InRange(read, 1, (long)reports * ReportBytes); // what was sent before it was dropped
    }

    [Fact]
    public void Watcher_that_reads_again_gets_whole_reports()
    {
        byte[] report = new byte[8 * 1024 * 1024]; // the kernel does not take it whole
        new Random(1).NextBytes(report);
        report[^1] = (byte)'\n';
        using var store = new SideStore(root => new ObjectServerOptions
        {
            Root = root,
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = 3,
            LoadCommand = NoReports,
        });
        using var slow = new RawClient(store.Server.Endpoints[0], receiveBuffer: 4096);
        slow.Send("watch\n");
        Until.True(() => store.Server.LoadReports.Watchers == 1, "it watches");
        store.Server.LoadReports.Publish(report);
        Until.True(() => HasPendingOutput(store.Server.Driver), "the socket is full");
        for (int i = 0; i < 100; i++)
        {
            store.Server.LoadReports.Publish(report); // missed
        }
        Assert.Equal(report, slow.ReadExactly(report.Length));
        string last = "";
        while (last != "2\t-\n") // behind one that was published while the last bytes of the first were sent
        {
            if (slow.Available == 0)
            {
                store.Server.LoadReports.Publish("2\t-\n.\n"u8.ToArray());
            }
            last = slow.ReadLine();
        }
        Assert.Equal(".\n", slow.ReadLine());
    }

    private static bool HasPendingOutput(StreamServer server)
    {
        bool has = false;
        server.ForEachConnection(connection => has |= connection.HasPendingOutput);
        return has;
    }
}
